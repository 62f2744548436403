/* The wire wing by tables: crypt, jwt, jdoc, and the URLs of http. */

#include "base/die.h"
#include "base/mem.h"
#include "wire/crypt.h"
#include "wire/form.h"
#include "wire/http.h"
#include "wire/http_url.h"
#include "wire/jdoc.h"
#include "wire/jwt.h"
#include "wire/secret.h"
#include "check.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>

static void check_text(const char *got, const char *wanted, const char *what)
{
	check(got && strcmp(got, wanted) == 0, what);
}

static bool is_hex(const uint8_t digest[CRYPT_SHA256], const char *hex)
{
	struct buf b;
	bool same;

	buf_init(&b, CRYPT_HEX);
	crypt_hex(&b, digest, CRYPT_SHA256);
	same = span_eq(buf_span(&b), span_of(hex));
	buf_free(&b);
	return same;
}

/* FIPS 180-4 examples. */
static void sha256(void)
{
	static const struct {
		const char *text, *hex;
	} cases[] = {
	    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	uint8_t digest[CRYPT_SHA256];
	char block[1000];
	struct crypt_hash *h = crypt_hash_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		crypt_sha256(span_of(cases[i].text), digest);
		check(is_hex(digest, cases[i].hex), cases[i].text);
	}
	memset(block, 'a', sizeof block);
	for (int i = 0; i < 1000; i++)
		crypt_hash_add(h, (struct span){block, sizeof block});
	crypt_hash_end(h, digest);
	check(is_hex(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
	    "a million times a");
}

/* RFC 4231; key and data are `n` bytes of `c` where the text is NULL. */
static void hmac(void)
{
	static const struct {
		struct {
			const char *text;
			int c;
			size_t n;
		} key, data;
		const char *hex;
	} cases[] = {
	    {{NULL, 0x0b, 20}, {"Hi There", 0, 0},
	        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
	    {{"Jefe", 0, 0}, {"what do ya want for nothing?", 0, 0},
	        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
	    {{NULL, 0xaa, 20}, {NULL, 0xdd, 50},
	        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
	    {{NULL, 0xaa, 131}, {"Test Using Larger Than Block-Size Key - Hash Key First", 0, 0},
	        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
	    {{NULL, 0xaa, 131},
	        {"This is a test using a larger than block-size key and a larger than "
	         "block-size data. The key needs to be hashed before being used by the "
	         "HMAC algorithm.",
	            0, 0},
	        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
	    {{"", 0, 0}, {"", 0, 0},
	        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char key_bytes[200], data_bytes[200];
		struct span key = span_of(cases[i].key.text), data = span_of(cases[i].data.text);
		uint8_t digest[CRYPT_SHA256];
		struct crypt_hmac *h;

		memset(key_bytes, cases[i].key.c, sizeof key_bytes);
		memset(data_bytes, cases[i].data.c, sizeof data_bytes);
		if (!key.p)
			key = (struct span){key_bytes, cases[i].key.n};
		if (!data.p)
			data = (struct span){data_bytes, cases[i].data.n};
		h = crypt_hmac_new(key);
		for (int again = 0; again < 3; again++) {
			struct span parts[] = {{data.p, data.n / 3}, span_skip(data, data.n / 3)};

			crypt_hmac(h, again == 1 ? &data : parts, again == 1 ? 1 : 2, digest);
			check(is_hex(digest, cases[i].hex), cases[i].hex);
		}
		crypt_hmac_free(h);
	}
	crypt_hmac_free(NULL);
}

/* RFC 4648 section 10, and what both alphabets refuse. */
static void base64(void)
{
	static const struct {
		const char *text, *standard, *url;
	} cases[] = {
	    {"", "", ""},
	    {"f", "Zg==", "Zg"},
	    {"fo", "Zm8=", "Zm8"},
	    {"foo", "Zm9v", "Zm9v"},
	    {"foob", "Zm9vYg==", "Zm9vYg"},
	    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
	    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
	    {"\xfb\xff\xbf", "+/+/", "-_-_"},
	};
	static const char *const refused[] = {"A", "AAAAA", "Zg=", "Zg===", "Z m8", "Zm8=\n", "=",
	    "====", "Zh==", "Zm9", "+/-_", "-_-_Zg==", "+/A", "Zm8=Zm8=", "Zm9vYg=a"};
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span text = span_of(cases[i].text);

		buf_clear(&b);
		crypt_base64(&b, text);
		check_text(buf_str(&b), cases[i].standard, cases[i].standard);
		buf_clear(&b);
		crypt_base64url(&b, text);
		check_text(buf_str(&b), cases[i].url, cases[i].url);
		buf_clear(&b);
		check(crypt_unbase64(&b, span_of(cases[i].standard)) && span_eq(buf_span(&b), text),
		    cases[i].standard);
		buf_clear(&b);
		check(crypt_unbase64(&b, span_of(cases[i].url)) && span_eq(buf_span(&b), text),
		    cases[i].url);
	}
	buf_clear(&b);
	buf_adds(&b, "before");
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		check(!crypt_unbase64(&b, span_of(refused[i])), refused[i]);
		check_text(buf_str(&b), "before", "nothing is added when refused");
	}
	buf_free(&b);
}

/* A key's PEM text, private or public. The caller frees. */
static char *pem_of(EVP_PKEY *key, bool private)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes, *copy;
	long n;

	if (private)
		PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
	else
		PEM_write_bio_PUBKEY(bio, key);
	n = BIO_get_mem_data(bio, &bytes);
	copy = mem_dup(bytes, (size_t)n);
	BIO_free(bio);
	return copy;
}

static void signatures(struct span private, struct span public, struct span curve)
{
	struct buf signature;

	buf_init(&signature, 1000);
	check(crypt_rs256(private, SPAN("text"), &signature), "RS256 signs");
	check(signature.n == 256, "with 2048 bits");
	check(crypt_rs256_verify(public, SPAN("text"), buf_span(&signature)), "and verifies");
	check(
	    crypt_rs256_verify(private, SPAN("text"), buf_span(&signature)), "by the private key");
	check(!crypt_rs256_verify(public, SPAN("texT"), buf_span(&signature)), "not another text");
	signature.p[7] ^= 1;
	check(!crypt_rs256_verify(public, SPAN("text"), buf_span(&signature)), "not a changed one");
	check(!crypt_rs256_verify(public, SPAN("text"), SPAN("")), "not an empty one");
	buf_clear(&signature);
	check(!crypt_rs256(curve, SPAN("text"), &signature), "a curve is no RSA key");
	check(!crypt_rs256(public, SPAN("text"), &signature), "a public key signs nothing");
	check(!crypt_rs256(SPAN("-----BEGIN"), SPAN("text"), &signature), "no key at all");
	check(!crypt_rs256((struct span){NULL, 0}, SPAN("text"), &signature), "an absent key");
	check(signature.n == 0, "nothing added");
	buf_free(&signature);
}

static void check_claims(struct span token, struct span pem, const char *wanted, const char *what)
{
	char why[JDOC_WHY] = "";
	jdoc *claims = jwt_claims(token, pem, why);

	check_text(claims ? jdoc_text(claims, "iss", "") : why, wanted, what);
	jdoc_free(claims);
}

static void tokens(struct span private, struct span public)
{
	static const struct span none;
	struct buf token;
	jdoc *claims = jdoc_object();
	char *forged;

	buf_init(&token, 10000);
	jdoc_set_text(claims, "iss", "robot@example.com");
	check(jwt_sign(&token, claims, "key-1", private), "a token is signed");
	check_claims(buf_span(&token), public, "robot@example.com", "and read");
	check_claims(buf_span(&token), none, "robot@example.com", "or read unchecked");
	token.p[token.n - 9] = token.p[token.n - 9] == 'A' ? 'B' : 'A';
	check_claims(buf_span(&token), public, "not signed by this key", "a changed signature");
	buf_clear(&token);
	check(!jwt_sign(&token, claims, NULL, public) && token.n == 0, "a public key signs none");
	check_claims(SPAN("a.b"), public, "not three parts with dots between", "two parts");
	check_claims(SPAN("a.b.c.d"), public, "not three parts with dots between", "four parts");
	check_claims(SPAN(""), public, "not three parts with dots between", "an empty token");
	check_claims(SPAN("!.!.!"), public, "not base64url", "no base64url");
	check_claims(SPAN("MQ.MQ.MQ"), none, "line 1, column 1: not JSON", "no object");
	/* {"alg":"none"} . {"iss":"x"} . (nothing) */
	forged = mem_text("eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.");
	check_claims(span_of(forged), public, "not signed by this key", "alg none");
	free(forged);
	buf_free(&token);
	jdoc_free(claims);
}

static void rsa(void)
{
	EVP_PKEY *key = EVP_RSA_gen(2048), *ec = EVP_EC_gen("P-256");
	char *private = pem_of(key, true), *public = pem_of(key, false), *curve = pem_of(ec, true);

	signatures(span_of(private), span_of(public), span_of(curve));
	tokens(span_of(private), span_of(public));
	free(private);
	free(public);
	free(curve);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ec);
}

/* ---- documents ---- */

static void refused_documents(void)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
	    {"", "line 1, column 0: ends too early"},
	    {"{\"a\":1,\"a\":2}", "line 1, column 10: duplicate key"},
	    {"{\"a\":\n\n  secret}", "line 3, column 8: not JSON"},
	    {"[1", "line 1, column 2: ends too early"},
	    {"[\"\xff\"]", "line 1, column 1: not UTF-8"},
	    {"[\"\\u0000\"]", "line 1, column 9: NUL in a string"},
	    {"[1] 2", "line 1, column 5: not JSON"},
	    {"17", "line 1, column 2: not JSON"},
	    {"[123456789012345678901234567890]", "line 1, column 31: number out of range"},
	};
	char deep[5000], why[JDOC_WHY] = "";
	jdoc *doc;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		doc = jdoc_parse(span_of(cases[i].text), why);
		check(!doc, cases[i].text);
		jdoc_free(doc);
		check(strstr(why, strchr(cases[i].why, ':')) != NULL, why);
		check(!strstr(why, "secret"), "no value in a message");
	}
	check(!jdoc_parse_reply(SPAN("{\"a\\u0000\":1}"), why), "NUL in a key");
	memset(deep, '[', sizeof deep);
	check(!jdoc_parse((struct span){deep, sizeof deep}, why), "5,000 brackets");
	check(strstr(why, "nested too deep") != NULL, why);
}

/* `n` times `item` in an array. */
static bool takes(size_t n, const char *item, char why[JDOC_WHY])
{
	struct buf b;
	jdoc *doc;

	buf_init(&b, 64 << 20);
	buf_addc(&b, '[');
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s", i ? "," : "", item);
	buf_addc(&b, ']');
	doc = jdoc_parse_reply(buf_span(&b), why);
	buf_free(&b);
	jdoc_free(doc);
	return doc != NULL;
}

/* The ceiling on a reply's values; each item has a comma, and the array counts as 3. */
static void values(void)
{
	static const struct {
		const char *item;
		size_t weight;
	} cases[] = {{"1", 1}, {"\"{[,:\\\"{[,:\"", 1}, {"{}", 7}, {"[]", 4}, {"{\"a\":1}", 8}};
	char why[JDOC_WHY] = "";

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t most = (JDOC_REPLY_VALUES - 3) / cases[i].weight;

		check(takes(most, cases[i].item, why), cases[i].item);
		check(!takes(most + 1, cases[i].item, why), cases[i].item);
		check_text(why, "more than 1048576 values", cases[i].item);
	}
	check(!jdoc_parse_reply(SPAN("\"\\"), why), "a text that ends in a backslash");
}

/* \u0000 in a reply is a byte of its text, which is never cut. */
static void nul_bytes(void)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse_reply(SPAN("{\"a\":\"x\\u0000y\",\"n\":\"12\\u0000\"}"), why);

	check(doc && span_eq(jdoc_span(doc, "a"), (struct span){"x\0y", 3}), "all three bytes");
	check_text(jdoc_text(doc, "a", "none"), "none", "no C string");
	check(jdoc_int(doc, "n", 9) == 9, "no number");
	check(!jdoc_span(doc, "b").p && !jdoc_span(NULL, "b").p, "nothing there");
	jdoc_free(doc);
}

static void getters(void)
{
	char why[JDOC_WHY];
	const char *key = NULL;
	jdoc *doc = jdoc_parse(SPAN("{\"s\":{\"list\":[{\"r\":\"x\"},{\"r\":7}]},\"n\":\"123\","
	                            "\"m\":-5,\"d\":2.5,\"t\":true,\"z\":null,\"bad\":\"12x\"}"),
	    why);

	check_text(jdoc_text(doc, "s.list.0.r", NULL), "x", "s.list.0.r");
	check_text(jdoc_text(doc, "s.list.1.r", "-"), "-", "a number is no text");
	check_text(jdoc_text(doc, "s.list.2.r", "-"), "-", "past the end");
	check_text(jdoc_text(doc, "s.list.x.r", "-"), "-", "no index");
	check_text(jdoc_text(doc, "s..list", "-"), "-", "an empty segment");
	check_text(jdoc_text(NULL, "s", "-"), "-", "no document");
	check_text(jdoc_text(doc, "z", "-"), "-", "null is absent");
	check(jdoc_at(doc, "z") == NULL, "null is NULL");
	check(jdoc_at(doc, "") == doc, "the empty path");
	check(jdoc_int(doc, "n", 0) == 123, "a number in a text");
	check(jdoc_int(doc, "m", 0) == -5, "a number");
	check(jdoc_int(doc, "d", 0) == 2, "a real");
	check(jdoc_int(doc, "bad", 9) == 9, "a text that is none");
	check(jdoc_int(doc, "t", 9) == 9, "true is no number");
	check(jdoc_real(doc, "d", 0) == 2.5 && jdoc_real(doc, "m", 0) == -5, "reals");
	check(jdoc_bool(doc, "t", false) && jdoc_bool(doc, "n", true), "booleans");
	check(jdoc_count(jdoc_at(doc, "s.list")) == 2 && jdoc_count(doc) == 7, "counts");
	check(jdoc_count(NULL) == 0 && !jdoc_item(NULL, 0, NULL), "nothing in nothing");
	check(jdoc_is_text(jdoc_item(doc, 1, &key)) && strcmp(key, "n") == 0, "the second member");
	check(jdoc_item(doc, 7, &key) == NULL, "no eighth");
	check(jdoc_is_object(doc) && !jdoc_is_array(doc) && jdoc_is_array(jdoc_at(doc, "s.list")) &&
	          !jdoc_is_object(NULL),
	    "kinds");
	jdoc_free(doc);
	jdoc_free(NULL);
}

static void setters(void)
{
	jdoc *doc = jdoc_object(), *copy, *list = jdoc_array();
	char *text;

	jdoc_set_text(doc, "b.c.d", "x");
	jdoc_set_text(doc, "none", NULL);
	jdoc_set_span(doc, "a", (struct span){"yes\0no", 6});
	jdoc_set_span(doc, "u", SPAN("a\xff\xc3\xa9\xed\xa0\x80z"));
	jdoc_set_int(doc, "b.n", INT64_MAX);
	jdoc_push(list, jdoc_of_text(SPAN("1")));
	jdoc_push(list, jdoc_object());
	jdoc_set(doc, "l", list);
	jdoc_set_bool(doc, "l.1.ok", true);
	jdoc_set_bool(doc, "l.0", false);
	copy = jdoc_copy(doc);
	jdoc_set_text(doc, "b", "gone");
	text = jdoc_dump(copy);
	check_text(text,
	    "{\"b\":{\"c\":{\"d\":\"x\"},\"n\":9223372036854775807},\"a\":\"yes\\u0000no\","
	    "\"u\":\"a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\","
	    "\"l\":[false,{\"ok\":true}]}",
	    text);
	free(text);
	text = jdoc_dump(jdoc_at(doc, "b"));
	check_text(text, "\"gone\"", "a text alone");
	free(text);
	jdoc_free(copy);
	jdoc_free(doc);
}

/* ---- URLs ---- */

static void resolving(void)
{
	static const struct {
		const char *base, *ref, *url;
	} cases[] = {
	    {"https://a.io/v1/leads?page=1", "?page=2", "https://a.io/v1/leads?page=2"},
	    {"https://a.io/v1/leads?page=1", "/v1/x?c=%2F", "https://a.io/v1/x?c=%2F"},
	    {"https://a.io/v1/leads", "more", "https://a.io/v1/more"},
	    {"https://a.io/v1/leads", "../v2/x", "https://a.io/v2/x"},
	    {"https://a.io/v1/leads", "https://b.io/x", "https://b.io/x"},
	    {"https://a.io/v1/leads", "//b.io/x", "https://b.io/x"},
	    {"https://a.io/v1/leads", "?p=2#part", "https://a.io/v1/leads?p=2"},
	    {"https://a.io/v1/leads", "javascript:alert(1)", NULL},
	    {"https://a.io/v1/leads", "https://a.io:99999/", NULL},
	    {"https://a.io/v1/leads", "?a=\n", NULL},
	    {"https://a.io/v1/leads", "?a=b c", NULL},
	    {"https://a.io/v1/leads", "https://a.io/\x01", NULL},
	    {"not a base", "?a", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *url = http_url_resolve(cases[i].base, cases[i].ref);

		if (cases[i].url)
			check_text(url, cases[i].url, cases[i].ref);
		else
			check(!url || !http_url_same_origin(cases[i].base, url), cases[i].ref);
		free(url);
	}
}

static void origins(void)
{
	static const struct {
		const char *origin, *url;
		bool same;
	} cases[] = {
	    {"https://a.io/v1", "https://a.io/other?x", true},
	    {"https://a.io/v1", "https://A.IO:443/", true},
	    {"http://127.0.0.1:80/", "http://127.0.0.1/", true},
	    {"https://a.io", "http://a.io", false},
	    {"https://a.io", "https://a.io:8443/", false},
	    {"https://a.io", "https://b.io/", false},
	    {"https://a.io", "https://a.io.evil.io/", false},
	    {"https://a.io", "https://a.io@evil.io/", false},
	    {"https://a.io", "https://user@a.io/", false},
	    {"https://a.io", "https://user:secret@a.io/", false},
	    {"https://user@a.io", "https://user@a.io/", false},
	    {"https://a.io", "https://a.io\\@evil.io/", false},
	    {"https://a.io", "https://evil.io/#https://a.io/", false},
	    {"https://a.io", "https://evil.io?@a.io/", false},
	    {"https://a.io", "nonsense", false},
	    {"nonsense", "nonsense", false},
	    {"https://a.io", "", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(http_url_same_origin(cases[i].origin, cases[i].url) == cases[i].same,
		    cases[i].url);
}

static void refused_requests(void)
{
	static const struct {
		const char *url, *bearer, *error;
	} cases[] = {
	    {"http://example.com/", NULL, "plain http is for loopback addresses only; use https"},
	    {"http://127.0.0.1.example.com/", NULL,
	        "plain http is for loopback addresses only; use https"},
	    {"http://128.0.0.1/", NULL, "plain http is for loopback addresses only; use https"},
	    {"http://localhost.example.com/", NULL,
	        "plain http is for loopback addresses only; use https"},
	    {"ftp://example.com/", NULL, "the URL is not https"},
	    {"file:///etc/passwd", NULL, "the URL is not https"},
	    {"https://me@example.com/", NULL, "a user name or password in the URL"},
	    {"https://me:secret@example.com/", NULL, "a user name or password in the URL"},
	    {"https://example.com/a b", NULL, "a space or a control byte in the URL"},
	    {"https://example.com/a\tb", NULL, "a space or a control byte in the URL"},
	    {"https://example.com/a\x7f", NULL, "a space or a control byte in the URL"},
	    {"https://example.com/\n", NULL, "a space or a control byte in the URL"},
	    {"nonsense", NULL, "not a URL"},
	    {"", NULL, "not a URL"},
	    {"https://example.com/", "a\r\nX-Evil: 1",
	        "a control byte in the token or in a header"},
	};
	struct http *http = http_open(&(struct http_options){0});
	struct http_reply reply = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct http_request q = {
		    .method = "GET", .url = cases[i].url, .bearer = cases[i].bearer};

		check(!http_send(http, &q, &reply), cases[i].url);
		check_text(reply.error, cases[i].error, cases[i].url);
		check(http_blame(&reply) == STATUS_REFUSED && reply.tries == 0, "never sent");
	}
	http_reply_free(&reply);
	http_close(http);
	http_close(NULL);
}

static void escaping(void)
{
	struct buf b;

	buf_init(&b, 200);
	form_escape(&b, (struct span){"az-._~ &=?/%+\0\xc3\xa9", 16});
	check_text(buf_str(&b), "az-._~%20%26%3D%3F%2F%25%2B%00%C3%A9", "percent-encoding");
	buf_free(&b);
}

static void hiding(void)
{
	static const struct {
		const char *text, *secret, *wanted;
	} cases[] = {
	    {"bad secret s3cr3t!", "s3cr3t!", "bad secret ***"},
	    {"s3cr3t!s3cr3t!, s3cr3t", "s3cr3t!", "******, s3cr3t"},
	    {"client_secret=s%2Fc%21x&a=b", "s/c!x", "client_secret=***&a=b"},
	    {"{\"token\":\"1\\/\\/0abc\"}", "1//0abc", "{\"token\":\"***\"}"},
	    {"aaaaa aaaa", "aaaa", "***a ***"},
	    {"abc", "abc", "abc"}, /* too short to be told from a word */
	    {"", "secret", ""},
	    {"secre", "secret", "secre"},
	    {"ssecret", "secret", "s***"},
	    {"nothing", "", "nothing"},
	    {"nothing", NULL, "nothing"},
	};
	struct buf b;

	buf_init(&b, 200);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		buf_adds(&b, cases[i].text);
		secret_hide(&b, cases[i].secret);
		check_text(buf_str(&b), cases[i].wanted, cases[i].text);
	}
	buf_free(&b);
}

int main(void)
{
	prog_init("wire_test");
	hiding();
	sha256();
	hmac();
	base64();
	rsa();
	refused_documents();
	values();
	nul_bytes();
	getters();
	setters();
	resolving();
	origins();
	refused_requests();
	escaping();
	return check_end();
}
