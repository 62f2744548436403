#include "storage/range.h"

#include "storage/civil.h"

#include <stdio.h>
#include <stdlib.h>

void range_bounds(struct span text, struct span *start, struct span *end)
{
	const char *comma = memchr(text.p, ',', text.n);
	size_t n = comma ? (size_t)(comma - text.p) : text.n;

	*start = span_trim((struct span){text.p + 1, n > 0 ? n - 1 : 0});
	*end = span_trim((struct span){text.p + n + 1, text.n > n + 2 ? text.n - n - 2 : 0});
	if (span_eq(*start, SPAN("UNBOUNDED")) || span_eq(*start, SPAN("NULL")))
		*start = (struct span){0};
	if (span_eq(*end, SPAN("UNBOUNDED")) || span_eq(*end, SPAN("NULL")))
		*end = (struct span){0};
}

/* Digits only: a TIMESTAMP's microseconds. */
static bool is_whole(struct span s)
{
	size_t i = s.n && *s.p == '-';

	for (; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static int compare(struct span a, struct span b)
{
	long long x, y;
	int order;

	if (is_whole(a) && is_whole(b)) {
		x = strtoll(a.p, NULL, 10);
		y = strtoll(b.p, NULL, 10);
		return (x > y) - (x < y);
	}
	order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static bool make(struct span start, struct span end, char out[RANGE_TEXT])
{
	if (start.p && end.p && compare(start, end) >= 0)
		return false;
	snprintf(out, RANGE_TEXT, "[%.*s, %.*s)", (int)(start.p ? start.n : 9),
	    start.p ? start.p : "UNBOUNDED", (int)(end.p ? end.n : 9), end.p ? end.p : "UNBOUNDED");
	return true;
}

static bool canonical(struct span *bound, enum type of, char text[CIVIL_TEXT])
{
	struct civil c = {0};
	int64_t us;

	if (!bound->p)
		return true;
	if (of == TYPE_DATE && civil_parse_date(*bound, false, &c.days))
		civil_date(text, c.days);
	else if (of == TYPE_DATETIME && civil_parse_datetime(*bound, false, &c))
		civil_datetime(text, &c);
	else if (of == TYPE_TIMESTAMP && is_whole(*bound) && bound->n < 20)
		snprintf(text, CIVIL_TEXT, "%.*s", SPAN_ARG(*bound));
	else if (of == TYPE_TIMESTAMP && civil_parse_timestamp(*bound, &us))
		snprintf(text, CIVIL_TEXT, "%lld", (long long)us);
	else
		return false;
	*bound = span_of(text);
	return true;
}

bool range_parse(struct span text, enum type of, char out[RANGE_TEXT])
{
	char first[CIVIL_TEXT], second[CIVIL_TEXT];
	struct span start, end;

	text = span_trim(text);
	if (text.n < 4 || *text.p != '[' || text.p[text.n - 1] != ')' ||
	    !memchr(text.p, ',', text.n))
		return false;
	range_bounds(text, &start, &end);
	return canonical(&start, of, first) && canonical(&end, of, second) && make(start, end, out);
}
