#include "stamp.h"

#include "json/jstr.h"
#include "json/scan.h"

#include <inttypes.h>
#include <stdio.h>

enum { LONGEST = 64 };

int64_t stamp_unit(enum api_format format)
{
	switch (format) {
	case API_DATE:
	case API_COMPACT: return TIME_DAY;
	case API_EPOCH_MS: return 1000;
	default: return CLOCK_SECOND;
	}
}

bool stamp_is_number(enum api_format format)
{
	return format == API_EPOCH_S || format == API_EPOCH_MS;
}

static int64_t floor_to(int64_t us, int64_t unit)
{
	return us / unit - (us % unit < 0);
}

size_t stamp_write(char text[STAMP_TEXT], enum api_format format, int64_t us)
{
	int year, month, day, second;
	int64_t days = floor_to(us, TIME_DAY);

	if (format == API_RFC3339)
		return time_rfc3339(text, us);
	if (stamp_is_number(format))
		return (size_t)snprintf(
		    text, STAMP_TEXT, "%" PRId64, floor_to(us, stamp_unit(format)));
	time_civil(days, &year, &month, &day);
	second = (int)((us - days * TIME_DAY) / CLOCK_SECOND);
	if (format == API_COMPACT)
		return (size_t)snprintf(text, STAMP_TEXT, "%04d%02d%02d", year, month, day);
	if (format == API_DATE)
		return (size_t)snprintf(text, STAMP_TEXT, "%04d-%02d-%02d", year, month, day);
	return (size_t)snprintf(text, STAMP_TEXT, "%04d-%02d-%02d%c%02d:%02d:%02d%s", year, month,
	    day, format == API_OFFSET ? 'T' : ' ', second / 3600, second / 60 % 60, second % 60,
	    format == API_OFFSET ? "+00:00" : "");
}

/* ---- reading ---- */

static bool read_epoch(struct span text, int64_t unit, int64_t *us)
{
	size_t sign = text.n > 0 && *text.p == '-', whole;
	int64_t n = 0;

	text = span_skip(text, sign);
	whole = span_digits(text);
	if (whole == 0 || whole > 15 || (whole < text.n && text.p[whole] != '.'))
		return false;
	for (size_t i = 0; i < whole; i++)
		n = n * 10 + (text.p[i] - '0');
	if (n > TIME_MAX / unit)
		return false;
	n *= unit;
	for (size_t i = whole + 1; i < text.n && unit >= 10; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		unit /= 10;
		n += (text.p[i] - '0') * unit;
	}
	*us = sign ? -n : n;
	return true;
}

/* "20260102": with the marks that RFC 3339 has between. */
static bool spread(struct span text, char to[LONGEST], size_t *n)
{
	if (text.n != 8 || span_digits(text) != 8)
		return false;
	*n = (size_t)snprintf(
	    to, LONGEST, "%.4s-%.2s-%.2sT00:00:00Z", text.p, text.p + 4, text.p + 6);
	return true;
}

/* Ends in +0000 or -0300: the colon that RFC 3339 wants. */
static bool bare_offset(struct span text)
{
	const char *end = text.p + text.n - 5;

	return text.n > 19 && (*end == '+' || *end == '-') &&
	       span_digits((struct span){end + 1, 4}) == 4;
}

static bool read_text(struct span text, enum api_format format, int64_t *us)
{
	char full[LONGEST];
	size_t n = text.n;

	if (text.n == 0 || text.n > LONGEST - 12)
		return false;
	memcpy(full, text.p, text.n);
	if (format == API_COMPACT && !spread(text, full, &n))
		return false;
	if (format == API_DATE) {
		if (text.n != 10)
			return false;
		memcpy(full + n, "T00:00:00Z", 10);
		n += 10;
	} else if (format == API_DATETIME) {
		full[n++] = 'Z';
	} else if (bare_offset(text)) {
		memmove(full + n - 1, full + n - 2, 2);
		full[n - 2] = ':';
		n++;
	}
	return time_read_rfc3339((struct span){full, n}, us);
}

bool stamp_read(struct span raw, enum api_format format, int64_t *us)
{
	struct buf scratch;
	bool good;

	if (!raw.p)
		return false;
	if (scan_type(raw) == JSON_NUMBER)
		return stamp_is_number(format) && read_epoch(raw, stamp_unit(format), us);
	if (scan_type(raw) != JSON_STRING)
		return false;
	buf_init(&scratch, raw.n);
	raw = jstr_text(raw, &scratch);
	good = stamp_is_number(format) ? read_epoch(raw, stamp_unit(format), us)
	                               : read_text(raw, format, us);
	buf_free(&scratch);
	return good;
}
