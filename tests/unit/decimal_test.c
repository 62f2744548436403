/* Exact decimals of the sandbox: vectors computed with Python's decimal module. */

#include "../../cmd/leadpipe-sandbox/storage/decimal.h"

#include <stdio.h>

struct vector {
	enum type type;
	const char *a;
	char op; /* = parse, x parse exactly, + - * / % and r: round a to b digits */
	const char *b;
	const char *want; /* or "bad", "scale", "range" */
};

#define MAX_NUMERIC "99999999999999999999999999999.999999999"
#define MAX_BIGNUMERIC                                                                             \
	"578960446186580977117854925043439539266.34992332820282019728792003956564819967"

static const struct vector vectors[] = {
    {TYPE_NUMERIC, "0", '=', "", "0"},
    {TYPE_NUMERIC, "-0.000", '=', "", "0"},
    {TYPE_NUMERIC, "007.50", '=', "", "7.5"},
    {TYPE_NUMERIC, "+.5", '=', "", "0.5"},
    {TYPE_NUMERIC, "5.", '=', "", "5"},
    {TYPE_NUMERIC, "1e3", '=', "", "1000"},
    {TYPE_NUMERIC, "12.5E-1", '=', "", "1.25"},
    {TYPE_NUMERIC, "0.0000000005", '=', "", "0.000000001"},
    {TYPE_NUMERIC, "-0.0000000005", '=', "", "-0.000000001"},
    {TYPE_NUMERIC, "0.00000000049", '=', "", "0"},
    {TYPE_NUMERIC, "1.9999999995", '=', "", "2"},
    {TYPE_NUMERIC, "1e-400", '=', "", "0"},
    {TYPE_NUMERIC, "0e999999999999", '=', "", "0"},
    {TYPE_NUMERIC, "1e999999999999", '=', "", "range"},
    {TYPE_NUMERIC, MAX_NUMERIC, '=', "", MAX_NUMERIC},
    {TYPE_NUMERIC, "-" MAX_NUMERIC, 'x', "", "-" MAX_NUMERIC},
    {TYPE_NUMERIC, "100000000000000000000000000000", '=', "", "range"},
    {TYPE_NUMERIC, MAX_NUMERIC "5", '=', "", "range"},
    {TYPE_NUMERIC, "1.0000000001", 'x', "", "scale"},
    {TYPE_NUMERIC, "1.0000000010", 'x', "", "1.000000001"},
    {TYPE_NUMERIC, "", '=', "", "bad"},
    {TYPE_NUMERIC, ".", '=', "", "bad"},
    {TYPE_NUMERIC, "-", '=', "", "bad"},
    {TYPE_NUMERIC, "1e", '=', "", "bad"},
    {TYPE_NUMERIC, "1.2.3", '=', "", "bad"},
    {TYPE_NUMERIC, "0x10", '=', "", "bad"},
    {TYPE_NUMERIC, " 1", '=', "", "bad"},
    {TYPE_NUMERIC, "NaN", '=', "", "bad"},
    {TYPE_BIGNUMERIC, MAX_BIGNUMERIC, 'x', "", MAX_BIGNUMERIC},
    {TYPE_BIGNUMERIC, "-" MAX_BIGNUMERIC, 'x', "", "-" MAX_BIGNUMERIC},
    {TYPE_BIGNUMERIC, "578960446186580977117854925043439539267", '=', "", "range"},
    {TYPE_BIGNUMERIC, "1000000000000000000000000000000000000000", '=', "", "range"},
    {TYPE_BIGNUMERIC, "0.00000000000000000000000000000000000001", 'x', "",
        "0.00000000000000000000000000000000000001"},
    {TYPE_BIGNUMERIC, "0.000000000000000000000000000000000000001", 'x', "", "scale"},
    {TYPE_NUMERIC, "0.1", '+', "0.2", "0.3"},
    {TYPE_NUMERIC, "-0.1", '+', "0.1", "0"},
    {TYPE_NUMERIC, "1", '+', "-2.5", "-1.5"},
    {TYPE_NUMERIC, "-1", '-', "-2.5", "1.5"},
    {TYPE_NUMERIC, MAX_NUMERIC, '+', "0.000000001", "range"},
    {TYPE_NUMERIC, "1.1", '*', "-1.1", "-1.21"},
    {TYPE_NUMERIC, "0.00001", '*', "0.00005", "0.000000001"},
    {TYPE_NUMERIC, "12345678901234567890", '*', "1000000000", "12345678901234567890000000000"},
    {TYPE_NUMERIC, "12345678901234567890", '*', "10000000000", "range"},
    {TYPE_NUMERIC, "8474.34", '*', "45211", "383133385.74"},
    {TYPE_NUMERIC, "1", '/', "3", "0.333333333"},
    {TYPE_NUMERIC, "-2", '/', "3", "-0.666666667"},
    {TYPE_NUMERIC, "1", '/', "8", "0.125"},
    {TYPE_NUMERIC, "1", '/', "0", "range"},
    {TYPE_NUMERIC, MAX_NUMERIC, '/', "0.5", "range"},
    {TYPE_BIGNUMERIC, "2", '/', "3", "0.66666666666666666666666666666666666667"},
    {TYPE_BIGNUMERIC, "123456789.123456789", '*', "987654321.987654321",
        "121932631356500531.347203169112635269"},
    {TYPE_NUMERIC, "7.5", '%', "2", "1.5"},
    {TYPE_NUMERIC, "-7.5", '%', "2", "-1.5"},
    {TYPE_NUMERIC, "2.5", 'r', "0", "3"},
    {TYPE_NUMERIC, "-2.5", 'r', "0", "-3"},
    {TYPE_NUMERIC, "2.449", 'r', "1", "2.4"},
    {TYPE_NUMERIC, "1250", 'r', "-2", "1300"},
    {TYPE_NUMERIC, "49", 'r', "-2", "0"},
    {TYPE_NUMERIC, "1.000000001", 'r', "9", "1.000000001"},
};

static const char *run(const struct vector *v, char text[DECIMAL_TEXT])
{
	static const char *const got[] = {"ok", "bad", "scale", "range"};
	struct decimal a, b, r;
	enum decimal_got how = decimal_parse(&a, span_of(v->a), v->type, v->op == 'x');
	bool ok = true;

	if (how != DECIMAL_OK)
		return got[how];
	r = a;
	decimal_parse(&b, span_of(v->b), v->type, false);
	switch (v->op) {
	case '+': ok = decimal_add(&r, &a, &b, v->type); break;
	case '-': ok = decimal_sub(&r, &a, &b, v->type); break;
	case '*': ok = decimal_mul(&r, &a, &b, v->type); break;
	case '/': ok = decimal_div(&r, &a, &b, v->type); break;
	case '%': ok = decimal_mod(&r, &a, &b); break;
	case 'r': {
		int64_t digits = 0;

		ok = decimal_to_int(&b, &digits) &&
		     decimal_round(&r, (int)digits, DECIMAL_HALF_AWAY);
		break;
	}
	default: break;
	}
	decimal_format(&r, text);
	return ok ? text : "range";
}

int main(void)
{
	int passed = 0, failed = 0;

	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		const struct vector *v = &vectors[i];
		char text[DECIMAL_TEXT];
		const char *got = run(v, text);

		if (strcmp(got, v->want) == 0) {
			passed++;
			continue;
		}
		failed++;
		printf("%s %c %s: %s, not %s\n", v->a, v->op, v->b, got, v->want);
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
