#ifndef SANDBOX_SQL_WHEN_H
#define SANDBOX_SQL_WHEN_H

/*
 * GoogleSQL's calendar on a point of civil time: adding, cutting and counting parts,
 * FORMAT_ and PARSE_. Part names are upper case: DAY, WEEK(MONDAY) ...
 */

#include "base/buf.h"
#include "base/zone.h"
#include "storage/civil.h"

/* Adds n of MICROSECOND ... YEAR; false: another word, or it leaves the years 1 to 9999. */
bool when_add(struct civil *c, int64_t n, const char *part);

/* Cuts to the start of MICROSECOND ... ISOYEAR; false when the part is none. */
bool when_trunc(struct civil *c, const char *part);

/* How many boundaries of the part lie between b and a (a - b); false when the part is none. */
bool when_diff(const struct civil *a, const struct civil *b, const char *part, int64_t *out);

/* The number that EXTRACT gives for DAY, DAYOFWEEK ...; false when the part is none. */
bool when_extract(const struct civil *c, const char *part, int64_t *out);

/* Microseconds of SECOND, MINUTE, HOUR, DAY ...; 0 for a part that has no fixed length. */
int64_t when_length(const char *part);

/* Which parts a function of a type takes, by what it does with them; those of EXTRACT. */
enum when_kind { WHEN_DATE, WHEN_TIME, WHEN_DATETIME, WHEN_TIMESTAMP };
enum when_use { WHEN_ADDS, WHEN_COUNTS, WHEN_CUTS };
bool when_takes(enum when_kind kind, enum when_use use, const char *part);
bool when_extracts(enum when_kind kind, const char *part);

/* ---- time zones ---- */

struct when_zone {
	int64_t offset;           /* microseconds east of UTC, or: */
	const struct zone *named; /* of the system's files */
};

/* "UTC", "Z", "+HH", "-HH:MM": its offset in microseconds. */
bool when_offset(struct span text, int64_t *us);

/* Those, "UTC+3", and names such as "America/Sao_Paulo"; false for what is not a zone here. */
bool when_zone(struct span name, struct when_zone *z);

/* What clocks show there at an instant, and how far they are east of UTC then. */
struct civil when_local(const struct when_zone *z, int64_t us);
int64_t when_offset_at(const struct when_zone *z, int64_t us);

/* When clocks there show a time: the first time of two; one that they skip, as they went before. */
int64_t when_instant(const struct when_zone *z, const struct civil *local);

/* ---- texts ---- */

/*
 * strftime as FORMAT_TIMESTAMP and kin have it. `offset`: of a TIMESTAMP, else NULL.
 * False at an element that is not known.
 */
bool when_format(struct buf *b, struct span format, const struct civil *c, const int64_t *offset);

/*
 * PARSE_ of the same: the instant, as civil time in UTC; what the text does not give
 * is 1970-01-01 00:00:00, the zone `zone`. False: no match.
 */
bool when_parse(
    struct span format, struct span text, const struct when_zone *zone, struct civil *c);

/* For when_text.c and when_parse.c: English names, and what %F and kin stand for (or NULL). */
extern const char *const when_months[12], *const when_days[7];
const char *when_composite(char letter);

/* The first element that when_format or (`parse`) when_parse does not know; absent: none. */
struct span when_strange(struct span format, bool parse);

#endif
