/* base/time by tables: the calendar, and each form of text. */

#include "base/time.h"
#include "check.h"

#include <inttypes.h>
#include <stdio.h>

static void rfc3339(void)
{
	static const struct {
		const char *text;
		const char *canonical; /* NULL: refused */
	} cases[] = {
	    {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
	    {"2026-11-22T23:59:58-03:00", "2026-11-23T02:59:58Z"},
	    {"2026-11-22t23:59:58z", "2026-11-22T23:59:58Z"},
	    {"2026-11-22 23:59:58.5+05:45", "2026-11-22T18:14:58.500000Z"},
	    {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
	    {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
	    {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
	    {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
	    {"2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"},
	    {"2017-01-01T01:59:60+02:00", "2016-12-31T23:59:59.999999Z"},
	    {"2026-01-01T00:00:00.123456789Z", "2026-01-01T00:00:00.123456Z"},
	    {"2026-01-01T12:00:60Z", NULL},
	    {"2025-02-29T00:00:00Z", NULL},
	    {"1900-02-29T00:00:00Z", NULL},
	    {"2026-04-31T00:00:00Z", NULL},
	    {"2026-13-01T00:00:00Z", NULL},
	    {"0000-01-01T00:00:00Z", NULL},
	    {"9999-12-31T23:59:59-01:00", NULL},
	    {"0001-01-01T00:00:00+00:01", NULL},
	    {"2026-01-01T24:00:00Z", NULL},
	    {"2026-01-01T00:60:00Z", NULL},
	    {"2026-01-01T00:00:00", NULL},
	    {"2026-01-01T00:00:00.Z", NULL},
	    {"2026-01-01T00:00:00.1234567890Z", NULL},
	    {"2026-01-01T00:00:00+24:00", NULL},
	    {"2026-01-01T00:00:00Zz", NULL},
	    {"2026-1-01T00:00:00Z", NULL},
	    {"0001-01-01T23:59:59-00:00", "0001-01-01T23:59:59Z"},
	    {"9999-12-31T23:59:60Z", "9999-12-31T23:59:59.999999Z"},
	    {"2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59.999999Z"},
	    {"2016-12-31T23:59:61Z", NULL},
	    {"2016-12-31T23:60:00Z", NULL},
	    {"2026-01-01T00:00:00-0300", NULL},
	    {"2026-01-01T00:00:00-03", NULL},
	    {"2026-01-01T00:00:00UTC", NULL},
	    {"2026-01-01T00:00:00,5Z", NULL},
	    {"2026-01-01_00:00:00Z", NULL},
	    {"2026-01-01T00-00-00Z", NULL},
	    {"2026/01/01T00:00:00Z", NULL},
	    {"+026-01-01T00:00:00Z", NULL},
	    {"2026-01-0:T00:00:00Z", NULL},
	    {"2026-01-/1T00:00:00Z", NULL},
	    {" 2026-01-01T00:00:00Z", NULL},
	    {"2026-01-01T00:00:00Z ", NULL},
	    {"", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[TIME_TEXT] = "refused", utc[TIME_TEXT] = "refused";
		bool leap = strstr(cases[i].text, ":60") != NULL;
		struct time_parts t;
		int64_t us;

		if (time_read_rfc3339(span_of(cases[i].text), &us))
			time_rfc3339(text, us);
		check(strcmp(text, cases[i].canonical ? cases[i].canonical : "refused") == 0,
		    cases[i].text);
		if (time_read_utc(span_of(cases[i].text), &t) && !time_join(&t, 0, &us))
			time_rfc3339(utc, us);
		check(strcmp(utc, leap ? "refused" : text) == 0, cases[i].text);
	}
}

static void when(void)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
	    {"now", "2026-11-23T14:00:00Z"},
	    {"today", "2026-11-23T00:00:00Z"},
	    {"yesterday", "2026-11-22T00:00:00Z"},
	    {"-3d", "2026-11-20T14:00:00Z"},
	    {"-2h", "2026-11-23T12:00:00Z"},
	    {"-90s", "2026-11-23T13:58:30Z"},
	    {"-15m", "2026-11-23T13:45:00Z"},
	    {"-1w", "2026-11-16T14:00:00Z"},
	    {"2026-11-01", "2026-11-01T00:00:00Z"},
	    {"2026-11-01T10:00:00+01:00", "2026-11-01T09:00:00Z"},
	    {"-d", "refused"},
	    {"-3", "refused"},
	    {"-3y", "refused"},
	    {"3d", "refused"},
	    {"-99999999999d", "refused"},
	    {"-999999d", "refused"},
	    {"-1s", "2026-11-23T13:59:59Z"},
	    {"-0s", "2026-11-23T14:00:00Z"},
	    {"-999999s", "2026-11-12T00:13:21Z"},
	    {"-1000000s", "refused"},
	    {"-1dd", "refused"},
	    {"-1 d", "refused"},
	    {"--1d", "refused"},
	    {"0001-01-01", "0001-01-01T00:00:00Z"},
	    {"9999-12-31", "9999-12-31T00:00:00Z"},
	    {"2026-02-29", "refused"},
	    {"Now", "refused"},
	    {"tomorrow", "refused"},
	    {"", "refused"},
	};
	int64_t now, us;

	time_read_rfc3339(SPAN("2026-11-23T14:00:00Z"), &now);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[TIME_TEXT] = "refused";

		if (time_read_when(span_of(cases[i].text), now, &us))
			time_rfc3339(text, us);
		check(strcmp(text, cases[i].expected) == 0, cases[i].text);
	}
}

static void calendar(void)
{
	bool all = true;

	for (int64_t days = time_days(1, 1, 1); days <= time_days(9999, 12, 31); days++) {
		int y, m, d;

		time_civil(days, &y, &m, &d);
		all = all && time_valid_date(y, m, d) && time_days(y, m, d) == days;
	}
	check(all, "every day of years 1 to 9999 goes there and back");
	check(time_days(1, 1, 1) * TIME_DAY == TIME_MIN &&
	          time_days(10000, 1, 1) * TIME_DAY == TIME_MAX + 1,
	    "the first and the last instant");
	check(!time_valid_date(0, 12, 31) && !time_valid_date(10000, 1, 1) &&
	          !time_valid_date(2026, 0, 1) && !time_valid_date(2026, 13, 1) &&
	          !time_valid_date(2026, 1, 0) && !time_valid_date(2026, 4, 31) &&
	          !time_valid_date(1900, 2, 29) && time_valid_date(2000, 2, 29),
	    "dates that do not exist");
	check(time_days(1970, 1, 1) == 0, "day 0");
	check(time_days(2000, 3, 1) == 11017, "1 March 2000");
}

static void instants(void)
{
	static const int64_t odd[] = {TIME_MIN, TIME_MIN + 1, -TIME_DAY - 1, -TIME_DAY, -1, 0, 1,
	    TIME_DAY - 1, TIME_DAY, INT64_C(951782399999999), INT64_C(951782400000000), TIME_MAX};
	struct time_parts t;
	int64_t us = 0;
	bool all = true;

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		time_split(odd[i], &t);
		all = all && !time_join(&t, 0, &us) && us == odd[i];
	}
	check(all, "split and joined again");
	time_split(-1, &t);
	check(t.year == 1969 && t.month == 12 && t.day == 31 && t.hour == 23 && t.minute == 59 &&
	          t.second == 59 && t.micros == 999999,
	    "the microsecond before 1970");
	t = (struct time_parts){1, 1, 1, 0, 0, 0, 0};
	check(strcmp(time_join(&t, 1, &us), "out of range") == 0, "a second before year 1");
	t = (struct time_parts){2016, 12, 31, 20, 59, 60, 0};
	check(
	    !time_join(&t, -3 * 3600, &us) && (us + 1) % TIME_DAY == 0, "a leap second of -03:00");
	check(strcmp(time_join(&t, 0, &us), "not a time") == 0, "a leap second at 20:59:60");
}

static void http(void)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
	    {"Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"},
	    {"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"},
	    {"Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z"},
	    {"Sun Nov 16 08:49:37 1994", "1994-11-16T08:49:37Z"},
	    {"Monday, 23-Nov-76 00:00:00 GMT", "2076-11-23T00:00:00Z"},
	    {"Monday, 23-Nov-77 00:00:00 GMT", "1977-11-23T00:00:00Z"},
	    {"Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z"},
	    {"Mon, 01 Jan 0001 00:00:00 GMT", "0001-01-01T00:00:00Z"},
	    {"Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59Z"},
	    {"Mon, 01 Jan 0000 00:00:00 GMT", "refused"},
	    {"Sun, 29 Feb 1900 00:00:00 GMT", "refused"},
	    {"Sun, 06 Nov 1994 08:49:37 UTC", "refused"},
	    {"Sun, 06 Nov 1994 08:49:37 GMT ", "refused"},
	    {"Sun, 06 Nov 94 08:49:37 GMT", "refused"},
	    {"Sun, 6 Nov 1994 08:49:37 GMT", "refused"},
	    {"Sun, 06-Nov-1994 08:49:37 GMT", "refused"},
	    {"Sun Nov 6 08:49:37 1994", "refused"},
	    {"Sun Nov  6 08:49:37 1994 GMT", "refused"},
	    {"Xun, 06 Nov 1994 08:49:37 GMT", "refused"},
	    {"Sun, 06 Nov 1994", "refused"},
	    {"Sun,", "refused"},
	    {"", "refused"},
	};
	int64_t now, us;

	time_read_rfc3339(SPAN("2026-11-23T14:00:00Z"), &now);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[TIME_TEXT] = "refused";

		if (time_read_http(span_of(cases[i].text), now, &us))
			time_rfc3339(text, us);
		check(strcmp(text, cases[i].expected) == 0, cases[i].text);
	}
}

static void zones(void)
{
	static const struct {
		const char *text;
		int strict, loose; /* seconds; -1: refused */
		const char *rest;  /* of the loose form */
	} cases[] = {
	    {"Z", 0, 0, ""},
	    {"z", 0, 0, ""},
	    {"+05:45", 20700, 20700, ""},
	    {"-00:01x", -60, -60, "x"},
	    {"+23:59", 86340, 86340, ""},
	    {"+24:00", -1, -1, NULL},
	    {"+03:60", -1, -1, NULL},
	    {"+0530", -1, 19800, ""},
	    {"+05", -1, 18000, ""},
	    {"+05 ", -1, 18000, " "},
	    {"utc", -1, 0, ""},
	    {"GMT+1", -1, 0, "+1"},
	    {"+5", -1, -1, NULL},
	    {"05:00", -1, -1, NULL},
	    {"", -1, -1, NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span s = span_of(cases[i].text), rest = s;
		int offset, strict = time_take_offset(&s, &offset) ? offset : -1;
		int loose = time_take_zone(&rest, &offset) ? offset : -1;

		check(strict == cases[i].strict && loose == cases[i].loose &&
		          (loose == -1 || span_eq(rest, span_of(cases[i].rest))),
		    cases[i].text);
	}
}

static void names(void)
{
	struct span s = SPAN("sepTEMBERfebMayMarchju");
	int n;

	check(time_take_month(&s, &n) && n == 9 && time_take_month(&s, &n) && n == 2 &&
	          time_take_month(&s, &n) && n == 5 && time_take_month(&s, &n) && n == 3 &&
	          !time_take_month(&s, &n) && s.n == 2,
	    "months, long and short");
	s = SPAN("MONsundayThu");
	check(time_take_weekday(&s, &n) && n == 1 && time_take_weekday(&s, &n) && n == 7 &&
	          time_take_weekday(&s, &n) && n == 4 && !time_take_weekday(&s, &n),
	    "weekdays, long and short");
}

static void fractions(void)
{
	static const struct {
		const char *text;
		int micros; /* -1: refused */
		const char *rest;
	} cases[] = {
	    {".5", 500000, ""},
	    {".000001", 1, ""},
	    {".9999999", 999999, ""},
	    {".123456789", 123456, ""},
	    {".1234567891", 123456, "1"},
	    {"Z", 0, "Z"},
	    {"", 0, ""},
	    {".", -1, ""},
	    {".Z", -1, "Z"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span s = span_of(cases[i].text);
		int micros;

		if (!time_take_fraction(&s, &micros))
			micros = -1;
		check(
		    micros == cases[i].micros && span_eq(s, span_of(cases[i].rest)), cases[i].text);
	}
}

int main(void)
{
	rfc3339();
	when();
	calendar();
	instants();
	http();
	zones();
	names();
	fractions();
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
