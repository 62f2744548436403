/* The platforms' published examples, and the rules around them. */

#include "../../cmd/pii-mask/profile.h"
#include "wire/crypt.h"

#include <stdio.h>

static int passed, failed;

#define NONE "(refused)"
#define G    PROFILE_GOOGLE
#define M    PROFILE_META

/* What a text becomes before it is hashed. */
static const struct {
	enum profile profile;
	enum profile_kind kind;
	int version;
	const char *country_code, *text, *wanted;
} texts[] = {
    {G, KIND_EMAIL, 2, NULL, "cloudy.sanfrancisco+shopping@gmail.com",
        "cloudysanfrancisco@gmail.com"},
    {G, KIND_EMAIL, 2, NULL, "user.name+NYC@Example.com", "user.name+nyc@example.com"},
    {G, KIND_EMAIL, 2, NULL, " Jane.Doe+Shopping@googlemail.com ", "janedoe@googlemail.com"},
    {G, KIND_EMAIL, 1, NULL, "Jane.Doe+Shopping@googlemail.com", "janedoe+shopping@googlemail.com"},
    {G, KIND_EMAIL, 2, NULL, "a b@c.com", "ab@c.com"},
    {G, KIND_EMAIL, 2, NULL, "ab", NONE},
    {G, KIND_EMAIL, 2, NULL, "+x@gmail.com", NONE},
    {G, KIND_EMAIL, 2, NULL, "a@b@c.com", NONE},
    {M, KIND_EMAIL, 1, NULL, " John.Smith+a@Gmail.com\n", "john.smith+a@gmail.com"},
    {M, KIND_EMAIL, 1, NULL, "@b", NONE},
    {M, KIND_EMAIL, 1, NULL, "a@", NONE},
    {G, KIND_PHONE, 1, NULL, "+1 (800) 555-0100", "+18005550100"},
    {G, KIND_PHONE, 1, "1", "(800) 555-0100", "+18005550100"},
    {G, KIND_PHONE, 1, NULL, "(800)555-0100", NONE},
    {G, KIND_PHONE, 1, "", "5511987654321", "+5511987654321"},
    {M, KIND_PHONE, 1, NULL, "+1 (650) 555-1212", "16505551212"},
    {M, KIND_PHONE, 1, "55", "011 98765-4321", "5511987654321"},
    {M, KIND_PHONE, 1, "", "0055 11 98765-4321", "5511987654321"},
    {M, KIND_PHONE, 1, "55", "+1 650 555 1212", "16505551212"},
    {M, KIND_PHONE, 1, NULL, "16505551212", NONE},
    {M, KIND_PHONE, 1, NULL, "+1 650 CALL ME", NONE},
    {M, KIND_PHONE, 1, NULL, "+123", NONE},
    {M, KIND_PHONE, 1, NULL, "+1234567890123456", NONE},
    {G, KIND_FIRST_NAME, 1, NULL, " Mary Ann ", "maryann"},
    {G, KIND_FIRST_NAME, 2, NULL, " Mary Ann ", "mary ann"},
    {G, KIND_LAST_NAME, 2, NULL, "da Silva", "da silva"},
    {G, KIND_LAST_NAME, 2, NULL, " \u00a0 ", NONE},
    {G, KIND_PHONE, 2, "55", "5511987654321", "+5511987654321"},
    {G, KIND_PHONE, 2, "55", "(11) 98765-4321", "+5511987654321"},
    {G, KIND_PHONE, 2, "55", "0 11 98765-4321", "+5511987654321"},
    {G, KIND_PHONE, 2, "55", "+1 650 253 0000", "+16502530000"},
    {G, KIND_PHONE, 2, "55", "11 8765-4321", NONE},
    {G, KIND_PHONE, 2, "", "5511987654321", "+5511987654321"},
    {G, KIND_PHONE, 2, "", "0055 11 98765-4321", "+5511987654321"},
    {G, KIND_PHONE, 2, "", "+55 11 98765-4321", "+5511987654321"},
    {G, KIND_PHONE, 2, NULL, "+1 (800) 555-0100", "+18005550100"},
    {G, KIND_PHONE, 2, NULL, "(800) 555-0100", NONE},
    {M, KIND_PHONE, 2, NULL, "+1 (650) 555-1212", "16505551212"},
    {M, KIND_PHONE, 2, NULL, "+1 650 CALL ME", NONE},
    {M, KIND_PHONE, 2, "49", "030 135357", "4930135357"},
    {M, KIND_GENDER, 2, NULL, "Female", "f"},
    {M, KIND_GENDER, 2, NULL, " M ", "m"},
    {M, KIND_GENDER, 2, NULL, "Masculino", "m"},
    {M, KIND_GENDER, 2, NULL, "mulher", "f"},
    {M, KIND_GENDER, 2, NULL, "MUJER", "f"},
    {M, KIND_GENDER, 2, NULL, "Misc.", NONE},
    {M, KIND_GENDER, 2, NULL, "fulano", NONE},
    {M, KIND_GENDER, 2, NULL, "", NONE},
    {M, KIND_GENDER, 1, NULL, "mulher", "m"},
    {M, KIND_ZIP, 2, NULL, "94035-1234", "94035"},
    {M, KIND_ZIP, 2, NULL, "94035", "94035"},
    {M, KIND_ZIP, 2, NULL, "01310-100", "01310100"},
    {M, KIND_ZIP, 2, NULL, "SW1A 1AA", "sw1a1aa"},
    {G, KIND_STREET, 1, NULL, "1, Main St.", "1 main st"},
    {M, KIND_FIRST_NAME, 1, NULL, "Mary", "mary"},
    {M, KIND_FIRST_NAME, 1, NULL, "VALÉRY", "valéry"},
    {M, KIND_LAST_NAME, 1, NULL, "O'Neil-Smith", "oneilsmith"},
    {M, KIND_CITY, 1, NULL, "São Paulo", "sãopaulo"},
    {M, KIND_FIRST_NAME, 1, NULL, "정", "정"},
    {M, KIND_LAST_NAME, 1, NULL, "--", NONE},
    {M, KIND_COUNTRY, 1, NULL, "US", "us"},
    {M, KIND_COUNTRY, 1, NULL, "USA", NONE},
    {M, KIND_BIRTH_DATE, 1, NULL, "1997-02-16", "19970216"},
    {M, KIND_BIRTH_DATE, 1, NULL, "19970216", "19970216"},
    {M, KIND_BIRTH_DATE, 1, NULL, "1997-02-30", NONE},
    {M, KIND_BIRTH_DATE, 1, NULL, "16/02/1997", NONE},
    {M, KIND_GENDER, 1, NULL, "Female", "f"},
    {M, KIND_GENDER, 1, NULL, "x", NONE},
    {M, KIND_ZIP, 1, NULL, "94035-1234", "940351234"},
    {M, KIND_EXTERNAL_ID, 1, NULL, "User-17", "user-17"},
};

/* Published digests (Meta's Conversions API pages). */
static const struct {
	enum profile_kind kind;
	const char *text, *digest;
} digests[] = {
    {KIND_EMAIL, "John_Smith@gmail.com",
        "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"},
    {KIND_PHONE, "+1 (650) 555-1212",
        "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176"},
    {KIND_FIRST_NAME, "Mary", "6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec"},
    {KIND_FIRST_NAME, "정", "8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14"},
    {KIND_FIRST_NAME, "Valéry", "08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c"},
    {KIND_COUNTRY, "US", "79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621"},
    {KIND_BIRTH_DATE, "1997-02-16",
        "01acdbf6ec7b4f478a225f1a246e5d6767eeab1a7ffa17f025265b5b94f40f0c"},
};

static void check(struct span got, const char *wanted, const char *what)
{
	if (span_eq(got, span_of(wanted))) {
		passed++;
		return;
	}
	failed++;
	printf("failed: \"%s\": got \"%.*s\"\n", what, SPAN_ARG(got));
}

int main(void)
{
	uint8_t digest[CRYPT_SHA256];
	struct buf b, hex;

	buf_init(&b, 4096);
	buf_init(&hex, 4096);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct profile_form form = {.profile = texts[i].profile,
		    .kind = texts[i].kind,
		    .version = texts[i].version,
		    .country_code = span_of(texts[i].country_code)};

		if (form.country_code.n > 0)
			form.home = phone_calling(form.country_code);
		buf_clear(&b);
		if (profile_text(&form, span_of(texts[i].text), &b)) {
			buf_clear(&b);
			buf_adds(&b, NONE);
		}
		check(buf_span(&b), texts[i].wanted, texts[i].text);
	}
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
		struct profile_form form = {
		    .profile = PROFILE_META, .kind = digests[i].kind, .version = 2};

		buf_clear(&b);
		buf_clear(&hex);
		profile_text(&form, span_of(digests[i].text), &b);
		crypt_sha256(buf_span(&b), digest);
		crypt_hex(&hex, digest, sizeof digest);
		check(buf_span(&hex), digests[i].digest, digests[i].text);
	}
	buf_free(&b);
	buf_free(&hex);
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
