#include "sql/cast.h"
#include "sql/when.h"
#include "storage/value.h"
#include "json/scan.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

bool cast_json(struct buf *b, struct span text)
{
	struct scan scan = {0};
	struct span value;
	enum json type;
	bool ok = !scan_document(&scan, text, &value, &type);

	scan_free(&scan);
	if (ok)
		value_compact(value, b);
	return ok;
}

bool cast_int(struct span text, int64_t *value)
{
	uint64_t sum = 0, limit = INT64_MAX;
	bool negative = false;
	unsigned base = 10;

	text = span_trim(text);
	if (text.n && (*text.p == '-' || *text.p == '+')) {
		negative = *text.p == '-';
		text = span_skip(text, 1);
	}
	if (text.n > 2 && text.p[0] == '0' && (text.p[1] | 0x20) == 'x') {
		base = 16;
		text = span_skip(text, 2);
	}
	if (!text.n)
		return false;
	limit += negative;
	for (size_t i = 0; i < text.n; i++) {
		int c = (unsigned char)text.p[i];
		unsigned digit = isdigit(c)                  ? (unsigned)(c - '0')
		                 : base == 16 && isxdigit(c) ? (unsigned)(tolower(c) - 'a' + 10)
		                                             : 99;
		if (digit >= base || sum > (limit - digit) / base)
			return false;
		sum = sum * base + digit;
	}
	*value = negative ? (int64_t)(0 - sum) : (int64_t)sum;
	return true;
}

static bool word(struct span text, const char *is)
{
	return text.n == strlen(is) && strncasecmp(text.p, is, text.n) == 0;
}

bool cast_double(struct span text, double *value)
{
	char copy[512], *end;
	struct span bare;

	text = span_trim(text);
	bare = text.n && (*text.p == '-' || *text.p == '+') ? span_skip(text, 1) : text;
	if (word(bare, "inf") || word(bare, "infinity"))
		return *value = *text.p == '-' ? -INFINITY : INFINITY, true;
	if (word(bare, "nan"))
		return *value = NAN, true;
	if (!bare.n || bare.n >= sizeof(copy) - 1 ||
	    !(isdigit((unsigned char)*bare.p) || *bare.p == '.'))
		return false;
	if (bare.n > 1 && (bare.p[1] | 0x20) == 'x')
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	*value = strtod(copy, &end);
	return end == copy + text.n && isfinite(*value);
}

bool cast_bool(struct span text, bool *value)
{
	*value = word(text, "true");
	return *value || word(text, "false");
}

bool cast_decimal(struct span text, enum type type, char out[DECIMAL_TEXT])
{
	struct decimal d;

	if (decimal_parse(&d, span_trim(text), type, false) != DECIMAL_OK)
		return false;
	decimal_format(&d, out);
	return true;
}

bool cast_civil(struct span text, enum type type, char out[CIVIL_TEXT])
{
	struct civil c = {0};

	text = span_trim(text);
	if (type == TYPE_DATE && civil_parse_date(text, false, &c.days))
		return civil_date(out, c.days) > 0;
	if (type == TYPE_TIME && civil_parse_time(text, &c.us))
		return civil_time(out, c.us) > 0;
	/* CAST to DATE takes a datetime's text as well */
	if (type == TYPE_TIME || !civil_parse_datetime(text, false, &c))
		return false;
	return (type == TYPE_DATE ? civil_date(out, c.days) : civil_datetime(out, &c)) > 0;
}

bool cast_timestamp(struct span text, int64_t *us)
{
	struct when_zone zone;
	struct civil c;
	size_t n;

	text = span_trim(text);
	if (civil_parse_timestamp(text, us))
		return true;
	/* a zone's name after it */
	for (n = text.n; n > 0 && text.p[n - 1] != ' '; n--)
		;
	if (!n || !civil_parse_datetime((struct span){text.p, n - 1}, true, &c) ||
	    !when_zone(span_skip(text, n), &zone))
		return false;
	*us = when_instant(&zone, &c);
	return *us >= TIME_MIN && *us <= TIME_MAX;
}

static void shortest(char out[CAST_DOUBLE], double value)
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(out, CAST_DOUBLE, "%.*g", digits, value);
		if (strtod(out, NULL) == value)
			break;
	}
	if (!strpbrk(out, ".e"))
		strcat(out, ".0");
}

void cast_double_text(char out[CAST_DOUBLE], double value)
{
	if (isnan(value))
		strcpy(out, "NaN");
	else if (isinf(value))
		strcpy(out, value < 0 ? "-inf" : "inf");
	else
		shortest(out, value);
}

void cast_double_json(char out[CAST_DOUBLE], double value)
{
	if (isnan(value))
		strcpy(out, "\"NaN\"");
	else if (isinf(value))
		strcpy(out, value < 0 ? "-9e999" : "9e999");
	else
		shortest(out, value);
}

bool cast_double_int(double value, int64_t *out)
{
	value = round(value);
	if (!(value >= -9223372036854775808.0 && value < 9223372036854775808.0))
		return false;
	*out = (int64_t)value;
	return true;
}
