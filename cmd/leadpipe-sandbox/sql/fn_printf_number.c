#include "sql/fn_printf.h"

#include <ctype.h>
#include <stdio.h>

enum { DIGITS = 1024, SCALE = 38 };

/* 12345.6 as 12,345.6 */
static void add_groups(struct buf *b, const char *digits)
{
	size_t whole = strspn(digits, "0123456789");

	for (size_t i = 0; i < whole; i++) {
		if (i && (whole - i) % 3 == 0)
			buf_addc(b, ',');
		buf_addc(b, digits[i]);
	}
	buf_adds(b, digits + whole);
}

static void put_number(
    struct work *w, const struct item *it, bool negative, const char *prefix, const char *digits)
{
	struct buf text;
	char head[8];

	buf_init(&text, 4 * DIGITS);
	snprintf(head, sizeof head, "%s%s",
	    negative    ? "-"
	    : it->plus  ? "+"
	    : it->space ? " "
	                : "",
	    prefix);
	(it->group ? add_groups : buf_adds)(&text, digits);
	printf_put(w, it, head, buf_span(&text));
	buf_free(&text);
}

bool printf_int(struct work *w, struct item *it)
{
	sqlite3_value *v = printf_take(w, "i", it->letter);
	int64_t value = v ? sqlite3_value_int64(v) : 0;
	bool decimal = it->letter == 'd' || it->letter == 'i';
	int least = it->precision > 0 ? (int)it->precision : 1;
	uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char digits[DIGITS];

	if (value < 0 && !decimal)
		return printf_fail(
		    w, sqlite3_mprintf("FORMAT: %%%c of a negative number", it->letter));
	if (decimal)
		snprintf(digits, sizeof digits, "%.*ju", least, (uintmax_t)size);
	else if (it->letter == 'o')
		snprintf(digits, sizeof digits, "%.*jo", least, (uintmax_t)size);
	else
		snprintf(digits, sizeof digits, it->letter == 'x' ? "%.*jx" : "%.*jX", least,
		    (uintmax_t)size);
	if (it->precision >= 0)
		it->zero = false;
	if (v)
		put_number(w, it, value < 0,
		    !it->sharp || decimal || size == 0 ? ""
		    : it->letter == 'o'                ? "0"
		    : it->letter == 'x'                ? "0x"
		                                       : "0X",
		    digits);
	return !w->error;
}

static void real_text(char digits[DIGITS], char letter, int precision, double value)
{
	switch (letter) {
	case 'f': snprintf(digits, DIGITS, "%.*f", precision, value); break;
	case 'F': snprintf(digits, DIGITS, "%.*F", precision, value); break;
	case 'e': snprintf(digits, DIGITS, "%.*e", precision, value); break;
	case 'E': snprintf(digits, DIGITS, "%.*E", precision, value); break;
	case 'g': snprintf(digits, DIGITS, "%.*g", precision, value); break;
	default: snprintf(digits, DIGITS, "%.*G", precision, value);
	}
}

static bool put_double(struct work *w, struct item *it, double value)
{
	int precision = it->precision < 0 ? 6 : (int)it->precision;
	char digits[DIGITS];

	real_text(digits, it->letter, precision, value);
	if (value - value != 0)
		it->zero = it->group = false;
	put_number(w, it, *digits == '-', "", digits + (*digits == '-'));
	return true;
}

/* %f alone, exact: rounded half away from zero, filled up with zeros. */
static bool put_decimal(struct work *w, struct item *it, sqlite3_value *v)
{
	int precision = it->precision < 0 ? 6 : (int)it->precision;
	struct decimal d;
	char text[DECIMAL_TEXT], digits[DIGITS];
	size_t n, behind;

	if (tolower(it->letter) != 'f')
		return printf_fail(
		    w, sqlite3_mprintf(
		           "Not supported by leadpipe-sandbox: %%%c of a NUMERIC", it->letter));
	fn_decimal(v, &d);
	decimal_round(&d, precision < SCALE ? precision : SCALE, DECIMAL_HALF_AWAY);
	n = decimal_format(&d, text);
	behind = strchr(text, '.') ? n - (size_t)(strchr(text, '.') - text) - 1 : 0;
	snprintf(digits, sizeof digits, "%s%s%.*d", text + d.negative,
	    behind || precision == 0 ? "" : ".", precision - (int)behind, 0);
	put_number(w, it, d.negative, "", digits);
	return true;
}

bool printf_real(struct work *w, struct item *it)
{
	sqlite3_value *v = printf_take(w, "fn", it->letter);

	if (v && it->sharp)
		return printf_fail(
		    w, sqlite3_mprintf("Not supported by leadpipe-sandbox: %%#%c", it->letter));
	if (!v)
		return !w->error;
	return w->kinds[w->at - 1] == 'n' ? put_decimal(w, it, v) : put_double(w, it, fn_double(v));
}
