#ifndef BASE_ZONE_H
#define BASE_ZONE_H

/*
 * Time zones by their IANA name, from the system's TZif files (RFC 8536, version 2
 * and later), each read once; libc's own zone functions are not used.
 * Times after the last transition in a file follow the rule in its footer, which
 * is written out here once for a whole Gregorian cycle: 400 years are 146,097
 * days, a whole number of weeks, so the rule's dates repeat.
 *
 *	struct zone zone;
 *	const char *why = zone_read(&zone, SPAN("America/Sao_Paulo"));
 *	if (why) ...
 *	if (!zone_instant(&zone, local, &utc)) ...       no such local time
 */

#include "base/zone_rule.h"

#include <stdint.h>

struct zone {
	struct span name;          /* as given */
	struct zone_shift *shifts; /* in order of time; the first is at INT64_MIN */
	size_t n;
	int64_t cycle;     /* local times from here on are looked up 400 years (or more) earlier */
	struct zone *next; /* for a list of the caller's */
};

/*
 * Reads the file of a zone from $TZDIR, or from the system's folder. NULL, or why
 * not, as a static text: not a zone's name, no such zone (where its file may be in
 * the package tzdata-legacy, that is said), malformed file ... The name must
 * outlive *z.
 */
const char *zone_read(struct zone *z, struct span name);
void zone_free(struct zone *z);

/*
 * The instant at which clocks show `local` (seconds since 1970 as if it were UTC).
 * Where they show it twice: the first time. False where they skip it.
 */
bool zone_instant(const struct zone *z, int64_t local, int64_t *utc);

/* How many seconds east of UTC clocks are at an instant. */
int32_t zone_offset(const struct zone *z, int64_t utc);

#endif
