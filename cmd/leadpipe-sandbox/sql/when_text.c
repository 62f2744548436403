#include "sql/when.h"

#include <string.h>

const char *const when_months[12] = {"January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December"};
const char *const when_days[7] = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

static int64_t get(const struct civil *c, const char *part)
{
	int64_t value = 0;

	when_extract(c, part, &value);
	return value;
}

/* The fraction of a second: *: as many digits as it has, else that many. */
static void fraction(struct buf *b, int64_t us, char digits)
{
	char text[8] = ".000000";
	size_t n = digits == '*' ? 6 : (size_t)(digits - '0');

	for (size_t i = 6; i > 0; i--, us /= 10)
		text[i] = (char)('0' + us % 10);
	while (digits == '*' && n > 0 && text[n] == '0')
		n--;
	if (n)
		buf_add(b, text, n + 1);
}

const char *when_composite(char letter)
{
	switch (letter) {
	case 'F': return "%Y-%m-%d";
	case 'T': return "%H:%M:%S";
	case 'X': return "%H:%M:%S";
	case 'R': return "%H:%M";
	case 'D': return "%m/%d/%y";
	case 'x': return "%m/%d/%y";
	case 'c': return "%a %b %e %H:%M:%S %Y";
	case 'r': return "%I:%M:%S %p";
	default: return NULL;
	}
}

static bool number(struct buf *b, char letter, const struct civil *c, const int64_t *offset)
{
	int64_t hour = get(c, "HOUR"), year = get(c, "YEAR");

	switch (letter) {
	case 'Y': buf_addf(b, "%lld", (long long)year); break;
	case 'y': buf_addf(b, "%02d", (int)(year % 100)); break;
	case 'C': buf_addf(b, "%02d", (int)(year / 100)); break;
	case 'm': buf_addf(b, "%02d", (int)get(c, "MONTH")); break;
	case 'd': buf_addf(b, "%02d", (int)get(c, "DAY")); break;
	case 'e': buf_addf(b, "%2d", (int)get(c, "DAY")); break;
	case 'j': buf_addf(b, "%03d", (int)get(c, "DAYOFYEAR")); break;
	case 'H': buf_addf(b, "%02d", (int)hour); break;
	case 'k': buf_addf(b, "%2d", (int)hour); break;
	case 'I': buf_addf(b, "%02d", (int)((hour + 11) % 12 + 1)); break;
	case 'l': buf_addf(b, "%2d", (int)((hour + 11) % 12 + 1)); break;
	case 'M': buf_addf(b, "%02d", (int)get(c, "MINUTE")); break;
	case 'S': buf_addf(b, "%02d", (int)get(c, "SECOND")); break;
	case 'Q': buf_addf(b, "%d", (int)get(c, "QUARTER")); break;
	case 'G': buf_addf(b, "%lld", (long long)get(c, "ISOYEAR")); break;
	case 'g': buf_addf(b, "%02d", (int)(get(c, "ISOYEAR") % 100)); break;
	case 'J': buf_addf(b, "%03d", (int)get(c, "ISODAYOFYEAR")); break;
	case 'V': buf_addf(b, "%02d", (int)get(c, "ISOWEEK")); break;
	case 'U': buf_addf(b, "%02d", (int)get(c, "WEEK")); break;
	case 'W': buf_addf(b, "%02d", (int)get(c, "WEEK(MONDAY)")); break;
	case 'u': buf_addf(b, "%d", (int)((get(c, "DAYOFWEEK") + 5) % 7 + 1)); break;
	case 'w': buf_addf(b, "%d", (int)get(c, "DAYOFWEEK") - 1); break;
	case 's':
		buf_addf(b, "%lld",
		    (long long)((civil_to_us(c) - (offset ? *offset : 0) - get(c, "MICROSECOND")) /
		                CLOCK_SECOND));
		break;
	default: return false;
	}
	return true;
}

/* -0300, -03:00; nothing without a zone. */
static void zone_digits(struct buf *b, const int64_t *offset, const char *between)
{
	int64_t minutes = offset ? *offset / (60 * CLOCK_SECOND) : 0;
	int most = (int)(minutes < 0 ? -minutes : minutes);

	if (offset)
		buf_addf(b, "%c%02d%s%02d", minutes < 0 ? '-' : '+', most / 60, between, most % 60);
}

/* UTC, UTC-3, UTC+5:30 */
static void zone_name(struct buf *b, const int64_t *offset)
{
	int64_t minutes = offset ? *offset / (60 * CLOCK_SECOND) : 0;
	int most = (int)(minutes < 0 ? -minutes : minutes);

	if (!offset)
		return;
	buf_adds(b, "UTC");
	if (most)
		buf_addf(b, "%c%d", minutes < 0 ? '-' : '+', most / 60);
	if (most % 60)
		buf_addf(b, ":%02d", most % 60);
}

static bool word(struct buf *b, char letter, const struct civil *c, const int64_t *offset)
{
	switch (letter) {
	case 'B': buf_adds(b, when_months[get(c, "MONTH") - 1]); break;
	case 'b':
	case 'h': buf_add(b, when_months[get(c, "MONTH") - 1], 3); break;
	case 'A': buf_adds(b, when_days[get(c, "DAYOFWEEK") - 1]); break;
	case 'a': buf_add(b, when_days[get(c, "DAYOFWEEK") - 1], 3); break;
	case 'p': buf_adds(b, get(c, "HOUR") < 12 ? "AM" : "PM"); break;
	case 'P': buf_adds(b, get(c, "HOUR") < 12 ? "am" : "pm"); break;
	case 'n': buf_addc(b, '\n'); break;
	case 't': buf_addc(b, '\t'); break;
	case '%': buf_addc(b, '%'); break;
	case 'Z': zone_name(b, offset); break;
	case 'z': zone_digits(b, offset, ""); break;
	default: return false;
	}
	return true;
}

/* %E4Y, %E*S, %E3S, %Ez; the letters used, or 0. */
static size_t extended(struct buf *b, struct span f, const struct civil *c, const int64_t *offset)
{
	if (f.n >= 2 && f.p[0] == '4' && f.p[1] == 'Y') {
		buf_addf(b, "%04d", (int)get(c, "YEAR"));
		return 2;
	}
	if (f.n >= 2 && f.p[1] == 'S' && strchr("*0123456", f.p[0])) {
		buf_addf(b, "%02d", (int)get(c, "SECOND"));
		fraction(b, get(c, "MICROSECOND"), f.p[0]);
		return 2;
	}
	if (f.n >= 1 && f.p[0] == 'z') {
		zone_digits(b, offset, ":");
		return 1;
	}
	return 0;
}

bool when_format(struct buf *b, struct span f, const struct civil *c, const int64_t *offset)
{
	for (size_t i = 0; i < f.n; i++) {
		size_t used;

		if (f.p[i] != '%') {
			buf_addc(b, f.p[i]);
			continue;
		}
		if (++i == f.n)
			return false;
		if (when_composite(f.p[i])) {
			when_format(b, span_of(when_composite(f.p[i])), c, offset);
		} else if (f.p[i] == 'E') {
			used = extended(b, span_skip(f, i + 1), c, offset);
			if (!used)
				return false;
			i += used;
		} else if (!number(b, f.p[i], c, offset) && !word(b, f.p[i], c, offset)) {
			return false;
		}
	}
	return true;
}

struct span when_strange(struct span f, bool parse)
{
	static const char both[] = "FTXRDxcrYymdejHkIlMSBbhAapPzZsnt%C";

	for (size_t i = 0; i < f.n; i++) {
		size_t from = i, n = 2;

		if (f.p[i] != '%')
			continue;
		if (++i == f.n)
			return span_skip(f, from);
		if (f.p[i] == 'E') {
			n = i + 1 < f.n && f.p[i + 1] == 'z' ? 3 : 4;
			if (n == 3 || (i + 2 < f.n && ((f.p[i + 1] == '4' && f.p[i + 2] == 'Y') ||
			                                  (strchr("*0123456", f.p[i + 1]) &&
			                                      f.p[i + 2] == 'S')))) {
				i += n - 2;
				continue;
			}
		} else if (strchr(both, f.p[i]) || (!parse && strchr("QGgVUJWuw", f.p[i]))) {
			continue;
		}
		return (struct span){f.p + from, n < f.n - from ? n : f.n - from};
	}
	return (struct span){0};
}
