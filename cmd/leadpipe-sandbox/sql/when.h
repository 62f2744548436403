#ifndef SANDBOX_SQL_WHEN_H
#define SANDBOX_SQL_WHEN_H

/*
 * GoogleSQL's calendar on a point of civil time: adding, cutting and counting parts,
 * FORMAT_ and PARSE_. Part names are upper case. UTC, or a fixed offset; the names of
 * other zones are not known here.
 */

#include "base/buf.h"
#include "storage/civil.h"

/* Adds n of MICROSECOND ... YEAR; false when the part is none or the result leaves years 1 to 9999. */
bool when_add(struct civil *c, int64_t n, const char *part);

/* Cuts to the start of MICROSECOND ... ISOYEAR; false when the part is none. */
bool when_trunc(struct civil *c, const char *part);

/* How many boundaries of the part lie between b and a (a - b); false when the part is none. */
bool when_diff(const struct civil *a, const struct civil *b, const char *part, int64_t *out);

/* The number that EXTRACT gives for DAY, DAYOFWEEK ...; false when the part is none. */
bool when_extract(const struct civil *c, const char *part, int64_t *out);

/* Microseconds of SECOND, MINUTE, HOUR, DAY ...; 0 for a part that has no fixed length. */
int64_t when_length(const char *part);

/* "UTC", "Z", "+HH", "-HH:MM": its offset in microseconds; false for other zones. */
bool when_zone(struct span zone, int64_t *us);

/* strftime as FORMAT_TIMESTAMP and kin have it; false at an element that is not known. */
bool when_format(struct buf *b, struct span format, const struct civil *c, bool zoned);

/* PARSE_ of the same; what the text does not give is 1970-01-01 00:00:00. False: no match. */
bool when_parse(struct span format, struct span text, struct civil *c);

#endif
