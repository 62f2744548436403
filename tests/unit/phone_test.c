/* Telephone numbers: a table, or, with "-", each line of stdin (COUNTRY, tab, TEXT) as E.164. */

#include "base/phone.h"

#include <stdio.h>

static int passed, failed;

#define NONE "none"

static const struct {
	const char *country, *text, *wanted;
} texts[] = {
    {"BR", "(11) 98765-4321", "+5511987654321"},
    {"BR", "5511987654321", "+5511987654321"},
    {"BR", "55 11 3456-7890", "+551134567890"},
    {"BR", "0055 11 98765-4321", "+5511987654321"},
    {"BR", "+55 (0) 11 98765-4321", "+5511987654321"},
    {"BR", "55 0 11 98765-4321", "+5511987654321"},
    {"BR", "0 15 11 98765-4321", "+5511987654321"},
    {"BR", "(55) 99999-9999", "+5555999999999"},
    {"BR", "11 8765-4321", NONE},
    {"BR", "+55 34 9100-1234", NONE},
    {"BR", "(20) 98765-4321", NONE},
    {"BR", "(11) 88765-4321", NONE},
    {"BR", "98765-4321", NONE},
    {"AT", "43664170108", "+43664170108"},
    {"AT", "0664 170108", "+43664170108"},
    {"DE", "4930135357", "+4930135357"},
    {"DE", "+49 (0)30 135357", "+4930135357"},
    {"US", "011 44 20 7946 0958", "+442079460958"},
    {"US", "1-212-555-0100", "+12125550100"},
    {"US", "212-155-0100", NONE},
    {"IT", "06 1234 5678", "+390612345678"},
    {"SE", "46 70 123 45 67", "+46701234567"},
    {"NZ", "64 21 123 4567", "+64211234567"},
    {"KR", "82 10 1234 5678", "+821012345678"},
    {"HU", "06 20 123 4567", "+36201234567"},
    {"RU", "8 912 345-67-89", "+79123456789"},
    {"MX", "+52 1 55 1234 5678", "+525512345678"},
    {NULL, "+5511987654321", "+5511987654321"},
    {NULL, "0055 11 98765-4321", "+5511987654321"},
    {NULL, "5511987654321", NONE},
    {"BR", "+999 1234567", "+9991234567"},
    {"BR", "+999 12", NONE},
    {"BR", "+0551198765", NONE},
    {"BR", "", NONE},
    {"BR", "+", NONE},
    {"BR", "1+2", NONE},
    {"BR", "11 98765 4321 r. 5", NONE},
    {"BR", "1111111111111111111111111", NONE},
};

static void check(bool ok, const char *what, struct span got)
{
	passed += ok;
	failed += !ok;
	if (!ok)
		printf("failed: \"%s\": got \"%.*s\"\n", what, SPAN_ARG(got));
}

static struct span answer(const char *country, const char *text, struct buf *b)
{
	const struct phone_plan *home = country ? phone_country(span_of(country)) : NULL;

	buf_clear(b);
	return phone_text(home, false, span_of(text), b) ? buf_span(b) : SPAN(NONE);
}

static void plans_are_found(void)
{
	const struct phone_plan *brazil = phone_country(SPAN("BR"));
	const struct span none = {0};

	check(brazil && phone_calling(SPAN("55")) == brazil, "Brazil is 55", none);
	check(phone_country(SPAN("CA")) == phone_country(SPAN("US")), "one plan of +1", none);
	check(!phone_country(SPAN("XX")) && !phone_country(SPAN("")), "no such country", none);
	check(!phone_country(SPAN("BRA")) && !phone_country(SPAN("br")), "two capitals", none);
	check(!phone_calling(SPAN("999")) && !phone_calling(SPAN("")), "no such code", none);
	check(!phone_calling(SPAN("5x")) && !phone_calling(SPAN("5511")), "no code at all", none);
	check(phone_fits(brazil, SPAN("1134567890")) && !phone_fits(brazil, SPAN("8001234567")),
	    "national numbers", none);
}

static void answer_lines(struct buf *b)
{
	char line[200], *text;

	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		text = strchr(line, '\t');
		if (!text)
			continue;
		*text++ = '\0';
		printf("%.*s\n", SPAN_ARG(answer(line, text, b)));
	}
}

int main(int argc, char **argv)
{
	struct buf b;

	buf_init(&b, 4096);
	if (argc > 1 && strcmp(argv[1], "-") == 0) {
		answer_lines(&b);
		buf_free(&b);
		return 0;
	}
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct span got = answer(texts[i].country, texts[i].text, &b);

		check(span_eq(got, span_of(texts[i].wanted)), texts[i].text, got);
	}
	plans_are_found();
	buf_free(&b);
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
