#ifndef NORMALIZE_WHEN_H
#define NORMALIZE_WHEN_H

/*
 * Times as people and programs write them: epoch numbers and strptime-like
 * patterns. English month names, no locale, no process time zone, no strptime(3).
 *
 *	%Y year, four digits       %y two digits: 69-99 are 1969-1999, 00-68 are 2000-2068
 *	%m month   %d %e day       %j day of the year   %b %B month by name, short or long
 *	%H hour 0-23  %I 1-12      %p AM or PM          %M minute   %S second (60: see below)
 *	%f one to nine digits of a second, cut to six   %a %A a weekday's name, not compared
 *	%z Z, UTC, GMT, +HH, +HHMM or +HH:MM            %F is %Y-%m-%d   %T is %H:%M:%S   %% is %
 *
 * A space stands for one or more spaces or tabs; every other character for
 * itself. A number may have fewer digits than its width (%Y and %z: never).
 */

#include "base/time.h"
#include "base/zone.h"
#include "schema/contract.h"

/* A time as read, with what was said about it. */
struct when {
	struct time_parts at; /* checked */
	int year_day;         /* 0: not given */
	int hour12, half;     /* %I, and %p: 0 not given, 1 AM, 2 PM */
	bool zoned;
	int offset; /* seconds east of UTC, when zoned */
};

/* The power of ten that leads from a unit to a microsecond. */
enum epoch { EPOCH_NS = -3, EPOCH_US = 0, EPOCH_MS = 3, EPOCH_S = 6 };

/* How one field reads its times. */
struct times {
	bool declared; /* `format` was given: */
	bool plain;    /* not declared, and the patterns take a date and a time */
	bool epochs;   /* an epoch_ word, `epoch`; else the contract's own patterns */
	enum epoch epoch;
	struct texts patterns;
	bool zoned;              /* `tz` was given: */
	const struct zone *zone; /* by name, or NULL: */
	int offset;              /* seconds east of UTC for zone-less values */
	struct texts owned;
};

/*
 * Takes a field's `format` and `tz`, or the type's own patterns. Returns NULL, or
 * what is wrong, as a static text. The result points into `f`, into memory that
 * when_free gives back, and into `zones`: the zones that were read so far, to
 * which the field's own is added. The caller frees that list.
 */
const char *when_init(struct times *t, const struct contract_field *f, struct zone **zones);
void when_free(struct times *t);

/* Reads a whole text by the first pattern that fits it and is a true date and time. */
bool when_parse(const struct times *t, struct span text, struct when *when);

/* Reads a number of epoch units as microseconds since 1970 (cut towards the past). */
bool when_epoch(const struct times *t, struct span text, int64_t *us);

/*
 * The instant of a time that was read; zone-less ones in the field's tz. NULL, or
 * why there is none: "no time zone", "no such local time" (clocks were put forward
 * over it), "out of range". A local time that came twice is the first. Second 60 is accepted where
 * UTC allows one (23:59:60) and is the last microsecond of that day.
 */
const char *when_instant(const struct times *t, const struct when *when, int64_t *us);

#endif
