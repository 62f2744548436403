#include "check_digits.h"

#include "base/time.h"

#include <stdint.h>

static bool all_equal(struct span s)
{
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] != s.p[0])
			return false;
	return true;
}

static int number_of(struct span digits)
{
	int number = 0;

	for (size_t i = 0; i < digits.n; i++)
		number = number * 10 + (digits.p[i] - '0');
	return number;
}

static int part(struct span digits, size_t at, size_t n)
{
	return number_of((struct span){digits.p + at, n});
}

/* ---- cards ---- */

/* First four digits, and the lengths (bit n: n digits) that go with them. */
static bool is_scheme(int head, size_t n)
{
	static const struct {
		int first, last;
		unsigned lengths;
	} schemes[] = {
	    {4000, 4999, 1u << 13 | 1u << 16 | 1u << 19},   /* Visa, and Elo among them */
	    {5100, 5599, 1u << 16}, {2221, 2720, 1u << 16}, /* Mastercard */
	    {3400, 3499, 1u << 15}, {3700, 3799, 1u << 15}, /* American Express */
	    {3000, 3059, 1u << 14}, {3600, 3699, 1u << 14}, {3800, 3999, 1u << 14}, /* Diners */
	    {3528, 3589, 1u << 16},                                                 /* JCB */
	    {6011, 6011, 1u << 16}, {6440, 6599, 1u << 16},                         /* Discover */
	    {6062, 6062, 1u << 16}, {6362, 6363, 1u << 16},            /* Hipercard, Elo */
	    {5018, 5099, 1u << 16}, {6200, 6299, 1u << 16 | 1u << 19}, /* Elo, UnionPay */
	    {5018, 5018, 1u << 18 | 1u << 19}, {5020, 5020, 1u << 18 | 1u << 19}, /* Maestro */
	    {5038, 5038, 1u << 18 | 1u << 19}, {6304, 6304, 1u << 16 | 1u << 18 | 1u << 19},
	    {6759, 6763, 1u << 16 | 1u << 18 | 1u << 19}, {6370, 6370, 1u << 16},
	    {6375, 6376, 1u << 16}, /* Hiper */
	};

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (head >= schemes[i].first && head <= schemes[i].last &&
		    schemes[i].lengths >> n & 1)
			return true;
	return false;
}

bool check_digits_card(struct span digits)
{
	int sum = 0;

	if (digits.n < 13 || digits.n > 19 || !is_scheme(part(digits, 0, 4), digits.n))
		return false;
	for (size_t i = 0; i < digits.n; i++) {
		int digit = digits.p[digits.n - 1 - i] - '0';

		if (i % 2 == 1)
			digit = digit * 2 - (digit > 4 ? 9 : 0);
		sum += digit;
	}
	return sum % 10 == 0 && !all_equal(digits);
}

/* ---- IBAN ---- */

static size_t iban_length(struct span text)
{
	/* The registry's countries: two letters and two digits each. */
	static const char lengths[] =
	    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20"
	    "EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30"
	    "KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23"
	    "PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26"
	    "UA29VA22VG24XK20YE30";

	for (const char *p = lengths; *p; p += 4)
		if (p[0] == text.p[0] && p[1] == text.p[1])
			return (size_t)number_of((struct span){p + 2, 2});
	return 0;
}

bool check_digits_iban(struct span text)
{
	int rest = 0;

	if (text.n < 15 || text.n != iban_length(text))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[(i + 4) % text.n];

		if (text_is_digit(c))
			rest = (rest * 10 + (c - '0')) % 97;
		else if (c >= 'A' && c <= 'Z')
			rest = (rest * 100 + (c - 'A' + 10)) % 97;
		else
			return false;
	}
	return rest == 1;
}

/* ---- Brazil ---- */

/*
 * The check digit behind the first n characters, whose weights rise from 2 on the right to
 * `most`.
 */
static char check_digit(struct span text, size_t n, int most)
{
	int sum = 0, weight = 2;

	for (size_t i = n; i-- > 0; weight = weight == most ? 2 : weight + 1)
		sum += (text.p[i] - '0') * weight;
	return (char)(sum % 11 < 2 ? '0' : '0' + 11 - sum % 11);
}

bool check_digits_cpf(struct span digits)
{
	return digits.n == 11 && !all_equal(digits) && digits.p[9] == check_digit(digits, 9, 11) &&
	       digits.p[10] == check_digit(digits, 10, 11);
}

bool check_digits_cnpj(struct span text)
{
	return text.n == 14 && !all_equal(text) && text.p[12] == check_digit(text, 12, 9) &&
	       text.p[13] == check_digit(text, 13, 9);
}

bool check_digits_birth(struct span digits)
{
	enum { OLDEST = 1900, YOUNGEST = 2030 };
	int year = part(digits, 0, 4), late = part(digits, 4, 4);

	if (year >= OLDEST && year <= YOUNGEST &&
	    time_valid_date(year, part(digits, 4, 2), part(digits, 6, 2)))
		return true;
	if (late < OLDEST || late > YOUNGEST)
		return false;
	return time_valid_date(late, part(digits, 2, 2), part(digits, 0, 2)) ||
	       time_valid_date(late, part(digits, 0, 2), part(digits, 2, 2));
}
