#include "selftest.h"

#include "keys.h"

/* Tink's sample key, and the RFCs': 00 01 02 ... */
static void counting_key(uint8_t key[SIV_KEY])
{
	for (uint8_t i = 0; i < SIV_KEY; i++)
		key[i] = i;
}

static bool wrong(struct error *error, const char *what)
{
	return error_set(
	    error, STATUS_BUG, "%s: libcrypto gives a wrong answer to a known question", what);
}

static bool is_hex(const uint8_t *bytes, size_t n, const char *hex)
{
	struct buf b;
	bool same;

	buf_init(&b, 4096);
	crypt_hex(&b, bytes, n);
	same = span_eq(buf_span(&b), span_of(hex));
	buf_free(&b);
	return same;
}

/* RFC 4231, case 2; FIPS 180-4's "abc". */
static bool know_hmac(struct error *error)
{
	const struct span text = SPAN("what do ya want for nothing?");
	struct crypt_hmac *h = crypt_hmac_new(SPAN("Jefe"));
	uint8_t digest[CRYPT_SHA256];

	crypt_hmac(h, &text, 1, digest);
	crypt_hmac(h, &text, 1, digest);
	crypt_hmac_free(h);
	if (!is_hex(digest, sizeof digest,
	        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
		return wrong(error, "HMAC-SHA-256");
	crypt_sha256(SPAN("abc"), digest);
	return is_hex(digest, sizeof digest,
	           "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") ||
	       wrong(error, "SHA-256");
}

struct known_siv {
	struct span data, text;
	const char *sealed;
};

/* Sealed as known, opened again, and refused with one bit changed. */
static bool is_known(struct siv *s, const struct known_siv *known)
{
	uint8_t data[SIV_TAG], sealed[64], text[64];
	size_t n = SIV_TAG + known->text.n;

	siv_data(s, known->data, data);
	siv_seal(s, data, known->text, sealed);
	if (!is_hex(sealed, n, known->sealed) ||
	    !siv_open(s, data, (struct span){(char *)sealed, n}, text) ||
	    memcmp(text, known->text.p, known->text.n) != 0)
		return false;
	sealed[n - 1] ^= 1;
	return !siv_open(s, data, (struct span){(char *)sealed, n}, text);
}

/*
 * The first is of Tink's AesSivDeterministicAeadTest; the second was made with
 * pyca/cryptography.
 */
static bool know_siv(struct error *error)
{
	static const struct known_siv known[] = {
	    {{"\xff", 1}, {"", 0}, "1bc49c6a894ef5744a0a01d46608cbcc"},
	    {{"email", 5}, {"maria@example.com", 17},
	        "5fb6d3f9eb2842d472e85e86153585f221516f47d532cab009226a0432cc6fbb7c"},
	};
	uint8_t key[SIV_KEY];
	struct siv *s;
	bool right;

	counting_key(key);
	s = siv_new(key);
	right = is_known(s, &known[0]) && is_known(s, &known[1]);
	siv_free(s);
	return right || wrong(error, "AES-SIV");
}

bool selftest_run(struct error *error)
{
	return know_hmac(error) && know_siv(error);
}
