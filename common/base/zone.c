#include "base/zone.h"

#include "base/time.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/zone_rule.h"

#include <stdlib.h>
#include <unistd.h>

#ifndef ZONE_FOLDER
#define ZONE_FOLDER "/usr/share/zoneinfo"
#endif

enum {
	FILE_MAX_BYTES = 1 << 20,
	NAME_MAX_BYTES = 100,
	HEADER = 44,
	/* RFC 8536 section 3.2, utoff */
	OFFSET_MIN = -25 * 3600 + 1,
	OFFSET_MAX = 26 * 3600 - 1,
};

static const char malformed[] = "tz: the zone's file is malformed";

/* ---- the file ---- */

/* The six counts of a header, in the order of the file. */
struct counts {
	uint32_t isutc, isstd, leap, time, type, chars;
};

static uint32_t read_u32(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static int64_t read_i64(const char *p)
{
	return (int64_t)((uint64_t)read_u32(p) << 32 | read_u32(p + 4));
}

static bool take_header(struct span *s, struct counts *n, char *version)
{
	if (s->n < HEADER || !span_starts(*s, SPAN("TZif")))
		return false;
	*version = s->p[4];
	*n = (struct counts){read_u32(s->p + 20), read_u32(s->p + 24), read_u32(s->p + 28),
	    read_u32(s->p + 32), read_u32(s->p + 36), read_u32(s->p + 40)};
	*s = span_skip(*s, HEADER);
	return n->time <= FILE_MAX_BYTES && n->type <= 256 && n->chars <= FILE_MAX_BYTES &&
	       n->leap <= FILE_MAX_BYTES && n->isstd <= 256 && n->isutc <= 256;
}

/* Bytes of a data block whose times have `width` bytes. */
static size_t block(const struct counts *n, size_t width)
{
	return (size_t)n->time * (width + 1) + (size_t)n->type * 6 + n->chars +
	       (size_t)n->leap * (width + 4) + n->isstd + n->isutc;
}

static void add(struct zone *z, int64_t at, int32_t offset)
{
	if ((z->n & (z->n - 1)) == 0)
		z->shifts = mem_resize(z->shifts, z->n ? z->n * 2 : 1, sizeof *z->shifts);
	z->shifts[z->n++] = (struct zone_shift){at, offset};
}

static bool read_shifts(struct zone *z, const char *p, const struct counts *n)
{
	const char *kinds = p + (size_t)n->time * 8, *types = kinds + n->time;

	for (uint32_t i = 0; i < n->type; i++) {
		int32_t offset = (int32_t)read_u32(types + (size_t)i * 6);

		if (offset < OFFSET_MIN || offset > OFFSET_MAX)
			return false;
	}
	add(z, INT64_MIN, (int32_t)read_u32(types));
	for (uint32_t i = 0; i < n->time; i++) {
		unsigned char kind = (unsigned char)kinds[i];
		int64_t at = read_i64(p + (size_t)i * 8);

		/* 2^60 s is far beyond any year, and far from overflow. */
		if (kind >= n->type || at < -(INT64_C(1) << 60) || at > INT64_C(1) << 60 ||
		    (z->n > 1 && at <= z->shifts[z->n - 1].at))
			return false;
		add(z, at, (int32_t)read_u32(types + (size_t)kind * 6));
	}
	return true;
}

/* 0 for all years before 1, 10000 for all after 9999. */
static int year_of(int64_t at)
{
	struct time_parts t;

	if (at < TIME_MIN / CLOCK_SECOND || at > TIME_MAX / CLOCK_SECOND)
		return at < 0 ? 0 : 10000;
	time_split(at * CLOCK_SECOND, &t);
	return t.year;
}

/* Writes the footer's rule out for a whole cycle after the last shift. */
static bool add_rule(struct zone *z, struct span footer)
{
	int64_t last = z->shifts[z->n - 1].at;
	int year = year_of(last);
	struct zone_shift shifts[2];
	struct zone_rule r;

	if (footer.n == 0)
		return true;
	if (!zone_rule_read(footer, &r))
		return false;
	if (!r.shifts && z->n == 1)
		z->shifts[0].offset = r.standard;
	if (!r.shifts || year > 9999)
		return true;
	for (int y = year - 1; y <= year + 402; y++) {
		zone_rule_year(&r, y, shifts);
		for (int i = 0; i < 2; i++)
			if (shifts[i].at > last)
				add(z, shifts[i].at, shifts[i].offset);
	}
	z->cycle = time_days(year + 402, 1, 1) * 86400;
	return true;
}

static const char *read_zone(struct zone *z, struct span s)
{
	struct counts n;
	char version;

	if (!take_header(&s, &n, &version) || s.n < block(&n, 4))
		return malformed;
	if (version < '2')
		return "tz: the zone's file is of the first version, without a rule for later "
		       "years";
	s = span_skip(s, block(&n, 4));
	if (!take_header(&s, &n, &version) || n.type == 0 || s.n < block(&n, 8) + 2)
		return malformed;
	if (n.leap > 0)
		return "tz: the zone counts leap seconds, which UTC does not";
	if (!read_shifts(z, s.p, &n))
		return malformed;
	s = span_skip(s, block(&n, 8));
	if (s.p[0] != '\n' || s.p[s.n - 1] != '\n')
		return malformed;
	return add_rule(z, (struct span){s.p + 1, s.n - 2}) ? NULL : malformed;
}

/* Letters, digits, + - _ and /; no step that is empty or begins with a dot. */
static bool is_name(struct span name)
{
	char before = '/';

	if (name.n == 0 || name.n > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < name.n; before = name.p[i++]) {
		char c = name.p[i];

		if (before == '/' && (c == '/' || c == '.'))
			return false;
		if (!text_is_letter(c) && !text_is_digit(c) && (c == '\0' || !strchr("+-_/.", c)))
			return false;
	}
	return before != '/';
}

/* Names that Debian (from 13) and others keep in a package of their own. */
static bool is_legacy(struct span name)
{
	static const char *const areas[] = {"Brazil/", "Canada/", "Chile/", "Mexico/", "US/"};
	static const char *const names[] = {"Cuba", "Egypt", "Eire", "GB", "GB-Eire", "GMT+0",
	    "GMT-0", "GMT0", "Greenwich", "Hongkong", "Iceland", "Iran", "Israel", "Jamaica",
	    "Japan", "Kwajalein", "Libya", "NZ", "NZ-CHAT", "Navajo", "PRC", "Poland", "Portugal",
	    "ROC", "ROK", "Singapore", "Turkey", "UCT", "Universal", "W-SU", "Zulu"};

	for (size_t i = 0; i < sizeof areas / sizeof *areas; i++)
		if (span_starts(name, span_of(areas[i])))
			return true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (span_eq(name, span_of(names[i])))
			return true;
	return false;
}

static const char *missing(struct span name)
{
	return is_legacy(name) ? "tz: no such zone; this name may be in the package tzdata-legacy: "
	                         "install it, or use the zone's newer name"
	                       : "tz: no such zone";
}

const char *zone_read(struct zone *z, struct span name)
{
	const char *folder = getenv("TZDIR"), *why;
	char *path;
	struct buf b;

	*z = (struct zone){.name = name, .cycle = INT64_MAX};
	if (!is_name(name))
		return "tz: not UTC, not an offset such as -03:00, and not a zone's name";
	if (!folder || folder[0] != '/')
		folder = ZONE_FOLDER;
	if (access(folder, X_OK) < 0)
		return "tz: there are no zone files on this machine: install the package tzdata "
		       "(or set TZDIR)";
	path = mem_format("%s/%.*s", folder, SPAN_ARG(name));
	buf_init(&b, FILE_MAX_BYTES);
	why = file_read(path, &b) ? missing(name) : read_zone(z, buf_span(&b));
	buf_free(&b);
	free(path);
	if (why)
		zone_free(z);
	return why;
}

void zone_free(struct zone *z)
{
	free(z->shifts);
	*z = (struct zone){0};
}

/* ---- looking up ---- */

/* The last shift at or before `at`. */
static size_t find(const struct zone *z, int64_t at)
{
	size_t low = 0, high = z->n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (z->shifts[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* By how many times 400 years a time is looked up earlier. */
static int64_t back_of(const struct zone *z, int64_t at)
{
	const int64_t years = INT64_C(146097) * 86400;

	return at >= z->cycle ? ((at - z->cycle) / years + 1) * years : 0;
}

int32_t zone_offset(const struct zone *z, int64_t utc)
{
	return z->shifts[find(z, utc - back_of(z, utc))].offset;
}

bool zone_instant(const struct zone *z, int64_t local, int64_t *utc)
{
	int64_t back = back_of(z, local);

	local -= back;
	for (size_t i = find(z, local - OFFSET_MAX); i < z->n; i++) {
		int64_t at = local - z->shifts[i].offset;

		if (z->shifts[i].at > local - OFFSET_MIN)
			return false;
		if (at >= z->shifts[i].at && (i + 1 == z->n || at < z->shifts[i + 1].at)) {
			*utc = at + back;
			return true;
		}
	}
	return false;
}
