#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/*
 * Time, always UTC. An instant is int64_t microseconds since 1970-01-01T00:00:00Z,
 * in years 0001 to 9999 (BigQuery's range). Neither TZ nor the locale is read.
 */

#include "base/span.h"

#include <stdint.h>

#define CLOCK_SECOND INT64_C(1000000)
#define CLOCK_DAY    (86400 * CLOCK_SECOND)
#define CLOCK_MIN    INT64_C(-62135596800000000) /* 0001-01-01T00:00:00Z */
#define CLOCK_MAX    INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999Z */

enum { CLOCK_TEXT = 32 }; /* bytes that hold any formatted instant and its NUL */

int64_t clock_now(void);      /* the wall clock */
int64_t clock_mono(void);     /* microseconds that never run backwards */
void clock_sleep(int64_t us); /* at least that long, signals or not */

/* A date of the proleptic Gregorian calendar, as days since 1970-01-01, and back. */
int64_t clock_days(int year, int month, int day);
void clock_civil(int64_t days, int *year, int *month, int *day);
bool clock_valid_date(int year, int month, int day); /* year 1 to 9999 */

/* "2026-11-22T23:59:58Z", with .123456 (six digits) when the second is not whole. Returns its length. */
size_t clock_rfc3339(char text[CLOCK_TEXT], int64_t us);

/*
 * RFC 3339 section 5.6: date, 'T', 't' or a space, time, up to nine digits of
 * fraction (cut to microseconds), then Z, z or an offset such as -03:00. A leap
 * second (:60) is accepted where UTC allows one (23:59:60) and is the last
 * microsecond of that minute's day. False when `text` is none or out of range.
 */
bool clock_parse_rfc3339(struct span text, int64_t *us);

/*
 * What a person writes for --since: RFC 3339, YYYY-MM-DD (midnight UTC), "now",
 * "today", "yesterday", or -N followed by s, m, h, d or w before `now`.
 */
bool clock_parse_when(struct span text, int64_t now, int64_t *us);

#endif
