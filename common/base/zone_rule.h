#ifndef BASE_ZONE_RULE_H
#define BASE_ZONE_RULE_H

/*
 * For zone.c: the rule by which a zone's clocks go from its file's last shift on, as its footer
 * writes it, such as "WET0WEST,M3.5.0/1,M10.5.0" (POSIX TZ, with RFC 8536's longer hours).
 */

#include "base/span.h"

#include <stdint.h>

/* From `at` on (seconds since 1970, UTC) clocks are `offset` seconds east of UTC. */
struct zone_shift {
	int64_t at;
	int32_t offset;
};

/* A day of the year: Mm.w.d, Jn (never 29 February) or n (from 0, with it); and a time on it. */
struct zone_day {
	char form;
	int month, week, weekday, number;
	int32_t seconds;
};

struct zone_rule {
	int32_t standard, summer; /* seconds east of UTC */
	bool shifts;              /* there is a summer time: */
	struct zone_day begins, ends;
};

/* False when the footer is malformed. */
bool zone_rule_read(struct span footer, struct zone_rule *r);

/* The two shifts of a year, the earlier one first. */
void zone_rule_year(const struct zone_rule *r, int year, struct zone_shift shifts[2]);

#endif
