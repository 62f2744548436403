#ifndef SANDBOX_CIVIL_H
#define SANDBOX_CIVIL_H

/*
 * Dates and times as BigQuery reads them from NDJSON and from strings in SQL, and
 * the canonical texts in which they are stored (value.h). Proleptic Gregorian,
 * years 0001 to 9999; fractions to microseconds (more digits are refused); UTC
 * where no zone is given.
 */

#include "base/time.h"

enum { CIVIL_TEXT = 32 }; /* bytes that hold any of the texts and its NUL */

/* A point of civil time: days since 1970-01-01 and microseconds since midnight. */
struct civil {
	int64_t days;
	int64_t us;
};

/* YYYY-[M]M-[D]D; with `slash`, / does in place of - as well. Nothing may follow. */
bool civil_parse_date(struct span text, bool slash, int64_t *days);

/* [H]H:[M]M:[S]S[.ffffff]; nothing may follow. */
bool civil_parse_time(struct span text, int64_t *us);

/* A date, or a date and a time with a space, T or t between them. */
bool civil_parse_datetime(struct span text, bool slash, struct civil *c);

/*
 * A datetime (with - or /), then nothing, Z, z, or after an optional space "UTC"
 * or an offset: +H, +HH, +HH:MM, +HHMM, also with -.
 */
bool civil_parse_timestamp(struct span text, int64_t *us);

/* Microseconds since 1970 of a civil time in UTC, and back. */
int64_t civil_to_us(const struct civil *c);
struct civil civil_of_us(int64_t us);

/*
 * The stored texts: "2026-11-22", "23:59:58.5", "2026-11-22T23:59:58.5". Each returns its
 * length.
 */
size_t civil_date(char text[CIVIL_TEXT], int64_t days);
size_t civil_time(char text[CIVIL_TEXT], int64_t us);
size_t civil_datetime(char text[CIVIL_TEXT], const struct civil *c);

#endif
