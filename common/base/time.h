#ifndef BASE_TIME_H
#define BASE_TIME_H

/*
 * Dates and times: the calendar, and the texts in which programs write them. An instant is
 * int64_t microseconds since 1970-01-01T00:00:00Z, in years 0001 to 9999 (BigQuery's range) of the
 * proleptic Gregorian calendar. Neither TZ nor the locale is read; names are English. Zones by
 * name are base/zone, the clock of this machine is base/clock.
 *
 * A leap second (:60) is read where UTC allows one (23:59:60 in UTC) and is the last microsecond
 * of that day.
 */

#include "base/clock.h"
#include "base/text.h"

#define TIME_DAY (86400 * CLOCK_SECOND)
#define TIME_MIN INT64_C(-62135596800000000) /* 0001-01-01T00:00:00Z */
#define TIME_MAX INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999Z */

enum { TIME_TEXT = 32 }; /* bytes that hold any formatted instant and its NUL */

/* A date and a time of day as they are written. */
struct time_parts {
	int year, month, day; /* from 1 */
	int hour, minute, second, micros;
};

/* ---- the calendar ---- */

/* A date as days since 1970-01-01, and back. */
int64_t time_days(int year, int month, int day);
void time_civil(int64_t days, int *year, int *month, int *day);
bool time_valid_date(int year, int month, int day); /* year 1 to 9999 */

/* An instant as UTC writes it. */
void time_split(int64_t us, struct time_parts *t);

/*
 * The instant of a valid date and time whose clock is `offset` seconds east of UTC. NULL, or why
 * there is none: "not a time" (a leap second that UTC does not allow), "out of range".
 */
const char *time_join(const struct time_parts *t, int64_t offset, int64_t *us);

/* ---- pieces of texts: each is taken off the front of *s, or false: it is not there ---- */

/* YYYY-MM-DD, a date that exists. */
bool time_take_date(struct span *s, struct time_parts *t);

/* That, then T, t or a space, then HH:MM:SS; micros becomes 0. */
bool time_take_datetime(struct span *s, struct time_parts *t);

/* HH:MM:SS, up to 23:59:60. */
bool time_take_clock(struct span *s, struct time_parts *t);

/* One to nine digits of a second, cut to microseconds; with the point before them, or neither. */
bool time_take_micros(struct span *s, int *micros);
bool time_take_fraction(struct span *s, int *micros);

/* The English name, long or of three letters, whatever its case: 1 is January, or Monday. */
bool time_take_month(struct span *s, int *month);
bool time_take_weekday(struct span *s, int *weekday);

/* Z, z or an offset such as -03:00, in seconds. time_take_zone: also UTC, GMT, -03 and -0300. */
bool time_take_offset(struct span *s, int *offset);
bool time_take_zone(struct span *s, int *offset);

/* ---- whole texts ---- */

/* RFC 3339 section 5.6, with T, t or a space, and up to nine digits of fraction. */
bool time_read_rfc3339(struct span text, int64_t *us);

/*
 * The same as UTC writes it, but for leap seconds, which it refuses (2026-11: a quarter of the
 * instructions that the way over the instant takes).
 */
bool time_read_utc(struct span text, struct time_parts *t);

/* What a person writes for --since: RFC 3339, YYYY-MM-DD (midnight UTC), "now", "today",
 * "yesterday", or -N followed by s, m, h, d or w before `now`. */
bool time_read_when(struct span text, int64_t now, int64_t *us);

/*
 * A date of HTTP (RFC 9110 section 5.6.7), in any of its three forms. A year of two digits is at
 * most 50 years after `now`; second 60 is the minute's end.
 */
bool time_read_http(struct span text, int64_t now, int64_t *us);

/* ---- writing ---- */

/*
 * YYYY-MM-DD, and HH:MM:SS with .ffffff when micros is not 0: at `to`, without a NUL. The new end.
 */
char *time_put_date(char *to, const struct time_parts *t);
char *time_put_clock(char *to, const struct time_parts *t);

/*
 * "2026-11-22T23:59:58Z", with .123456 (six digits)
 * when the second is not whole. Returns its length.
 */
size_t time_rfc3339(char text[TIME_TEXT], int64_t us);

#endif
