/* AES-SIV and HMAC by other people's answers, and pii-mask's keys over them. */

#include "../../cmd/pii-mask/keys.h"

#include "base/file.h"

#include <stdio.h>

enum { COLUMNS = 6, LONGEST = 1100 };

static int passed, failed;

static void check(bool ok, const char *what, int line)
{
	if (ok) {
		passed++;
		return;
	}
	failed++;
	printf("failed: %s, line %d\n", what, line);
}

/* ---- vectors from files ---- */

static void unhex(struct span hex, struct buf *b)
{
	buf_clear(b);
	for (size_t i = 0; i + 1 < hex.n; i += 2) {
		char pair[3] = {hex.p[i], hex.p[i + 1], '\0'};
		unsigned byte;

		sscanf(pair, "%2x", &byte);
		buf_addc(b, (char)byte);
	}
}

static struct span column(struct span *line)
{
	const char *tab = memchr(line->p, '\t', line->n);
	size_t n = tab ? (size_t)(tab - line->p) : line->n;
	struct span got = {line->p, n};

	*line = span_skip(*line, tab ? n + 1 : n);
	return got;
}

/* Calls `each` with the columns of every line, as bytes. */
static void vectors(const char *path, size_t columns, void each(struct buf *columns, int line))
{
	struct buf file, cells[COLUMNS];
	struct span rest;
	int number = 0;

	buf_init(&file, 1 << 20);
	for (size_t i = 0; i < COLUMNS; i++)
		buf_init(&cells[i], 1 << 16);
	check(!file_read(path, &file), path, 0);
	for (rest = buf_span(&file); rest.n > 0;) {
		const char *end = memchr(rest.p, '\n', rest.n);
		struct span line = {rest.p, (size_t)(end - rest.p)};

		rest = span_skip(rest, line.n + 1);
		for (size_t i = 0; i < columns; i++)
			unhex(column(&line), &cells[i]);
		each(cells, ++number);
	}
	check(number > 50, path, number);
	for (size_t i = 0; i < COLUMNS; i++)
		buf_free(&cells[i]);
	buf_free(&file);
}

static void one_siv(struct buf *cell, int line)
{
	struct siv *s = siv_new((const uint8_t *)cell[0].p);
	uint8_t data[SIV_TAG], sealed[LONGEST], text[LONGEST];
	size_t n = SIV_TAG + cell[2].n;

	siv_data(s, buf_span(&cell[1]), data);
	siv_seal(s, data, buf_span(&cell[2]), sealed);
	check(n == cell[3].n && memcmp(sealed, cell[3].p, n) == 0, "siv_seal", line);
	check(siv_open(s, data, buf_span(&cell[3]), text) &&
	          (cell[2].n == 0 || memcmp(text, cell[2].p, cell[2].n) == 0),
	    "siv_open", line);
	for (size_t i = 0; i < n; i += 1 + n / 20) {
		cell[3].p[i] ^= 0x10;
		check(!siv_open(s, data, buf_span(&cell[3]), text), "a changed byte", line);
		cell[3].p[i] ^= 0x10;
	}
	check(!siv_open(s, data, (struct span){cell[3].p, n - 1}, text), "one byte less", line);
	data[0] ^= 1;
	check(!siv_open(s, data, buf_span(&cell[3]), text), "other data", line);
	siv_free(s);
}

static void one_hmac(struct buf *cell, int line)
{
	struct crypt_hmac *h = crypt_hmac_new(buf_span(&cell[0]));
	struct span text = buf_span(&cell[1]);
	uint8_t digest[CRYPT_SHA256];

	for (int again = 0; again < 2; again++) {
		crypt_hmac(h, &text, 1, digest);
		check(memcmp(digest, cell[2].p, CRYPT_SHA256) == 0, "hmac", line);
	}
	crypt_hmac_free(h);
}

/* ---- Wycheproof: the last column is 1 where the vector is valid ---- */

/* One more piece of data, as RFC 5297 (section 2.4) goes on from those before it. */
static void add_data(struct crypt_cmac *m, struct span more, uint8_t data[SIV_TAG])
{
	uint8_t mac[SIV_TAG];

	crypt_cmac(m, &more, 1, mac);
	for (size_t i = 0, top = data[0] >> 7; i < SIV_TAG; i++) {
		unsigned below = i + 1 < SIV_TAG ? data[i + 1] >> 7 : (top ? 0x87 : 0);

		data[i] = (uint8_t)(data[i] << 1 ^ below ^ mac[i]);
	}
}

static void wycheproof_siv(struct buf *cell, int line)
{
	struct span text = buf_span(&cell[3]), sealed = buf_span(&cell[4]);
	struct siv *s = siv_new((const uint8_t *)cell[0].p);
	struct crypt_cmac *m = crypt_cmac_new((const uint8_t *)cell[0].p);
	uint8_t data[SIV_TAG], out[LONGEST];
	bool valid = *cell[5].p;

	siv_data(s, buf_span(&cell[1]), data);
	add_data(m, buf_span(&cell[2]), data);
	siv_seal(s, data, text, out);
	check(span_eq(sealed, (struct span){(char *)out, SIV_TAG + text.n}) == valid,
	    "Wycheproof: seal", line);
	check(siv_open(s, data, sealed, out) == valid, "Wycheproof: open", line);
	if (valid)
		check(span_eq(text, (struct span){(char *)out, text.n}), "Wycheproof: text", line);
	crypt_cmac_free(m);
	siv_free(s);
}

static void check_mac(const uint8_t *mac, const struct buf *cell, int line)
{
	check((memcmp(mac, cell[2].p, cell[2].n) == 0) == *cell[3].p, "Wycheproof: MAC", line);
}

static void wycheproof_hmac(struct buf *cell, int line)
{
	struct crypt_hmac *h = crypt_hmac_new(buf_span(&cell[0]));
	struct span text = buf_span(&cell[1]);
	uint8_t digest[CRYPT_SHA256];

	crypt_hmac(h, &text, 1, digest);
	check_mac(digest, cell, line);
	crypt_hmac_free(h);
}

static void wycheproof_cmac(struct buf *cell, int line)
{
	struct crypt_cmac *m = crypt_cmac_new((const uint8_t *)cell[0].p);
	struct span text = buf_span(&cell[1]);
	uint8_t mac[CRYPT_AES_BLOCK];

	crypt_cmac(m, &text, 1, mac);
	check_mac(mac, cell, line);
	crypt_cmac_free(m);
}

/* ---- Tink's wire format ---- */

/* The published vectors: tink-go's daead tests and tink-java's AesSivDeterministicAeadTest. */
static const struct {
	const char *key;
	uint32_t id;
	enum key_prefix prefix;
	struct span data, text;
	const char *sealed;
} tink[] = {
    {"c25cafc6018b98dfbb79a40ec89c575a4f88c4116489bba27707479800c01302"
     "35334a45dbe8d8dae3da8dcb45bbe5dce031b0f68ded544fda7eca30d6749442",
        0x01020304, KEY_TINK,
        {"\xde\xeb\x0c\xcf\x3a\xef\x47\xa2\x96\xed\x1c\xa8\xf4\xae\x59\x07", 16},
        {"\xbe\xec\x61\x03\x0f\xa3\xd6\x70\x33\x71\x96\xbe\xad\xe6\xae\xaa", 16},
        "01010203045865208eab9163db85cab9f96d846234a2626aae22f5c17c9aad4b501f4416e4"},
    {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
     "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
        0x44556677, KEY_TINK, {"\xff", 1}, {"", 0}, "01445566771bc49c6a894ef5744a0a01d46608cbcc"},
    {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
     "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
        0x44556677, KEY_RAW, {"\xff", 1}, {"", 0}, "1bc49c6a894ef5744a0a01d46608cbcc"},
    {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
     "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
        0xffffffeb, KEY_LEGACY, {"\xff", 1}, {"", 0}, "00ffffffeb1bc49c6a894ef5744a0a01d46608cbcc"},
};

static void wire_format(void)
{
	struct buf key, sealed, wanted, text;

	buf_init(&key, 4096);
	buf_init(&sealed, 4096);
	buf_init(&wanted, 4096);
	buf_init(&text, 4096);
	for (size_t i = 0; i < sizeof tink / sizeof *tink; i++) {
		struct keys keys = {0};
		uint8_t data[SIV_TAG];

		unhex(span_of(tink[i].key), &key);
		unhex(span_of(tink[i].sealed), &wanted);
		buf_clear(&sealed);
		buf_clear(&text);
		keys_add(&keys, buf_span(&key), tink[i].id, tink[i].prefix, true);
		keys_data(&keys, tink[i].data, data);
		check(keys_seal(&keys, data, tink[i].text, &sealed) &&
		          span_eq(buf_span(&sealed), buf_span(&wanted)),
		    "Tink's answer", (int)i);
		check(keys_open(&keys, tink[i].data, data, buf_span(&sealed), &text) &&
		          span_eq(buf_span(&text), tink[i].text),
		    "Tink's value opened", (int)i);
		keys_data(&keys, SPAN("other"), data);
		check(!keys_open(&keys, SPAN("other"), data, buf_span(&sealed), &text),
		    "other data", (int)i);
		keys_data(&keys, tink[i].data, data);
		sealed.p[1] ^= 1;
		check(!keys_open(&keys, tink[i].data, data, buf_span(&sealed), &text), "other id",
		    (int)i);
		keys_free(&keys);
	}
	buf_free(&key);
	buf_free(&sealed);
	buf_free(&wanted);
	buf_free(&text);
}

static void texts_of_all_lengths(void)
{
	struct keys keys = {0};
	char secret[SIV_KEY], text[300];
	uint8_t data[SIV_TAG];
	struct buf sealed, back;

	buf_init(&sealed, 4096);
	buf_init(&back, 4096);
	crypt_random((uint8_t *)secret, sizeof secret);
	keys_add(&keys, (struct span){secret, sizeof secret}, 7, KEY_TINK, true);
	keys_data(&keys, SPAN("f"), data);
	for (size_t n = 0; n < sizeof text; n++) {
		crypt_random((uint8_t *)text, n);
		buf_clear(&sealed);
		buf_clear(&back);
		check(keys_seal(&keys, data, (struct span){text, n}, &sealed) &&
		          keys_open(&keys, SPAN("f"), data, buf_span(&sealed), &back) &&
		          span_eq(buf_span(&back), (struct span){text, n}),
		    "there and back", (int)n);
		check(!keys_open(&keys, SPAN("f"), data, (struct span){sealed.p, n % 21}, &back),
		    "too short", (int)n);
	}
	keys_free(&keys);
	buf_free(&sealed);
	buf_free(&back);
}

int main(void)
{
	vectors("tests/data/pii/siv.tsv", 4, one_siv);
	vectors("tests/data/pii/hmac.tsv", 3, one_hmac);
	vectors("tests/data/pii/wycheproof-siv.tsv", 6, wycheproof_siv);
	vectors("tests/data/pii/wycheproof-hmac.tsv", 4, wycheproof_hmac);
	vectors("tests/data/pii/wycheproof-cmac.tsv", 4, wycheproof_cmac);
	wire_format();
	texts_of_all_lengths();
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
