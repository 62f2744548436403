#include "sql/when.h"
#include "base/mem.h"

#include <stdlib.h>

/* Those that were asked for so far: there are some hundred names at most. */
static struct zone *known;

static const struct zone *by_name(struct span name)
{
	struct zone *z = known;
	char *own;

	while (z && !span_eq(z->name, name))
		z = z->next;
	if (z)
		return z;
	z = mem_alloc(sizeof *z);
	own = mem_format("%.*s", SPAN_ARG(name));
	if (zone_read(z, span_of(own))) {
		free(own);
		free(z);
		return NULL;
	}
	z->next = known;
	return known = z;
}

bool when_offset(struct span text, int64_t *us)
{
	int64_t value = 0;
	size_t digits = 0;

	*us = 0;
	if (span_eq(text, SPAN("UTC")) || span_eq(text, SPAN("Z")) || span_eq(text, SPAN("GMT")))
		return true;
	if (text.n < 2 || (*text.p != '+' && *text.p != '-'))
		return false;
	for (size_t i = 1; i < text.n; i++) {
		if (text.p[i] == ':' && i + 3 == text.n && digits > 0)
			continue;
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		value = value * 10 + (text.p[i] - '0');
		digits++;
	}
	if (digits > 4)
		return false;
	value = digits <= 2 && !memchr(text.p, ':', text.n) ? value * 60
	                                                    : value / 100 * 60 + value % 100;
	*us = (*text.p == '-' ? -value : value) * 60 * CLOCK_SECOND;
	return value <= 14 * 60;
}

bool when_zone(struct span name, struct when_zone *z)
{
	*z = (struct when_zone){0};
	if (when_offset(name, &z->offset))
		return true;
	if (span_starts(name, SPAN("UTC")) && when_offset(span_skip(name, 3), &z->offset))
		return true;
	z->named = by_name(name);
	return z->named != NULL;
}

static int64_t seconds_of(int64_t us)
{
	return us / CLOCK_SECOND - (us % CLOCK_SECOND < 0);
}

int64_t when_offset_at(const struct when_zone *z, int64_t us)
{
	return z->named ? zone_offset(z->named, seconds_of(us)) * CLOCK_SECOND : z->offset;
}

struct civil when_local(const struct when_zone *z, int64_t us)
{
	return civil_of_us(us + when_offset_at(z, us));
}

int64_t when_instant(const struct when_zone *z, const struct civil *local)
{
	int64_t shown = civil_to_us(local), utc, before;

	if (!z->named)
		return shown - z->offset;
	if (zone_instant(z->named, seconds_of(shown), &utc))
		return shown - seconds_of(shown) * CLOCK_SECOND + utc * CLOCK_SECOND;
	/* clocks skipped it: as they went before */
	before = shown;
	do
		before -= 3600 * CLOCK_SECOND;
	while (!zone_instant(z->named, seconds_of(before), &utc));
	return shown - (seconds_of(before) - utc) * CLOCK_SECOND;
}
