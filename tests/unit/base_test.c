/* The ground floor by tables: time, spans, buffers with a ceiling. */

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int passed, failed;

static void check(bool ok, const char *what)
{
	if (ok) {
		passed++;
		return;
	}
	failed++;
	printf("failed: %s\n", what);
}

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
	    {"", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[CLOCK_TEXT] = "refused";
		int64_t us;

		if (clock_parse_rfc3339(span_of(cases[i].text), &us))
			clock_rfc3339(text, us);
		check(strcmp(text, cases[i].canonical ? cases[i].canonical : "refused") == 0,
		    cases[i].text);
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
	    {"tomorrow", "refused"},
	    {"", "refused"},
	};
	int64_t now, us;

	clock_parse_rfc3339(SPAN("2026-11-23T14:00:00Z"), &now);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[CLOCK_TEXT] = "refused";

		if (clock_parse_when(span_of(cases[i].text), now, &us))
			clock_rfc3339(text, us);
		check(strcmp(text, cases[i].expected) == 0, cases[i].text);
	}
}

static void calendar(void)
{
	bool all = true;

	for (int64_t days = clock_days(1, 1, 1); days <= clock_days(9999, 12, 31); days++) {
		int y, m, d;

		clock_civil(days, &y, &m, &d);
		all = all && clock_valid_date(y, m, d) && clock_days(y, m, d) == days;
	}
	check(all, "every day of years 1 to 9999 goes there and back");
	check(clock_days(1970, 1, 1) == 0, "day 0");
	check(clock_days(2000, 3, 1) == 11017, "1 March 2000");
}

static void buffers(void)
{
	struct buf b;

	buf_init(&b, 10);
	buf_adds(&b, "12345");
	buf_addf(&b, "%d", 678);
	check(!b.full && span_eq(buf_span(&b), SPAN("12345678")), "below the ceiling");
	buf_adds(&b, "9012");
	buf_adds(&b, "9");
	check(b.full && b.n == 8, "past the ceiling nothing is added");
	check(strcmp(buf_str(&b), "12345678") == 0, "as a C string");
	for (size_t size = 1; size < 2000; size++) {
		struct buf c;
		size_t n;

		buf_init(&c, size);
		for (n = 0; n < 2 * size && !c.full; n++)
			buf_addc(&c, 'x');
		buf_str(&c);
		buf_addc(&c, 'x');
		if (n != size + 1 || c.n != size || !c.full)
			check(false, "every ceiling holds to the byte");
		buf_free(&c);
	}
	buf_clear(&b);
	buf_add(&b, "a\0b", 3);
	check(!b.full && b.n == 3 && b.p[1] == '\0', "any byte");
	buf_free(&b);
	check(span_eq(span_trim(SPAN(" \t a b\r\n")), SPAN("a b")), "trim");
	check(span_trim(SPAN(" \n")).n == 0, "trim to nothing");
	check(!span_starts(SPAN("ab"), SPAN("abc")), "starts");
}

static void files(void)
{
	char path[] = "/tmp/leadpipe-test.XXXXXX";
	int fd = mkstemp(path);
	struct buf b;

	buf_init(&b, 4);
	check(fd >= 0 && file_write(fd, "four", 4), "write");
	check(file_read(path, &b) == NULL && b.n == 4, "a file as large as the ceiling");
	buf_clear(&b);
	check(file_read_secret(path, &b) == NULL, "a secret of mode 600");
	buf_clear(&b);
	check(file_write(fd, "5", 1) && file_read(path, &b) != NULL, "one byte too large");
	buf_clear(&b);
	fchmod(fd, 0640);
	check(file_read_secret(path, &b) != NULL, "a secret that the group can read");
	check(file_read_secret("/dev/zero", &b) != NULL, "a secret that is no file");
	check(file_read("/nonexistent", &b) != NULL, "no file");
	close(fd);
	unlink(path);
	fd = file_temp();
	check(fd >= 0 && file_write(fd, "x", 1) && lseek(fd, 0, SEEK_END) == 1, "temporary file");
	close(fd);
	buf_free(&b);
}

int main(void)
{
	rfc3339();
	when();
	calendar();
	buffers();
	files();
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
