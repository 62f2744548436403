#include "when.h"

#include "base/mem.h"
#include "json/jstr.h"
#include "json/scan.h"
#include "schema/numeral.h"

#include <stdlib.h>

/* ---- how a field reads its times ---- */

static const struct texts *own_patterns(enum type type)
{
	static struct span dates[] = {{"%Y-%m-%d", 8}};
	static struct span clocks[] = {{"%H:%M:%S", 8}, {"%H:%M:%S.%f", 11}, {"%H:%M", 5}};
	static struct span civil[] = {{"%Y-%m-%dT%H:%M:%S", 17}, {"%Y-%m-%dT%H:%M:%S.%f", 20},
	    {"%Y-%m-%d %H:%M:%S", 17}, {"%Y-%m-%d %H:%M:%S.%f", 20}, {"%Y-%m-%d", 8}};
	static struct span instants[] = {{"%Y-%m-%dT%H:%M:%S.%f%z", 22},
	    {"%Y-%m-%dT%H:%M:%S%z", 19}, {"%Y-%m-%d %H:%M:%S.%f %z", 23},
	    {"%Y-%m-%d %H:%M:%S %z", 20}, {"%Y-%m-%d %H:%M:%S.%f%z", 22},
	    {"%Y-%m-%d %H:%M:%S%z", 19}, {"%Y-%m-%dT%H:%M:%S", 17}, {"%Y-%m-%dT%H:%M:%S.%f", 20},
	    {"%Y-%m-%d %H:%M:%S", 17}, {"%Y-%m-%d %H:%M:%S.%f", 20}, {"%Y-%m-%d", 8}};
	static const struct texts date = {dates, 1}, clock = {clocks, 3}, datetime = {civil, 5},
	                          instant = {instants, 11};

	return type == TYPE_DATE       ? &date
	       : type == TYPE_TIME     ? &clock
	       : type == TYPE_DATETIME ? &datetime
	                               : &instant;
}

static const char *check_pattern(struct span pattern, enum type type)
{
	char seen[128] = {0};

	for (size_t i = 0; i < pattern.n; i++) {
		if (pattern.p[i] != '%')
			continue;
		if (++i == pattern.n || !memchr("YymbBdejaAHIpMSfzFT%", pattern.p[i], 20))
			return "format: a directive that is not known (or no epoch_ word)";
		seen[(unsigned char)pattern.p[i]] = 1;
	}
	if (type == TYPE_TIME)
		return seen['H'] || seen['I'] || seen['T'] ? NULL : "format: gives no hour";
	if (seen['I'] && !seen['p'])
		return "format: %I needs %p";
	if (seen['F'] ||
	    ((seen['Y'] || seen['y']) &&
	        (seen['j'] || ((seen['m'] || seen['b'] || seen['B']) && (seen['d'] || seen['e'])))))
		return NULL;
	return "format: gives no date";
}

static bool find_epoch(struct times *t, struct span word)
{
	static const struct {
		struct span word;
		enum epoch epoch;
	} words[] = {{{"epoch_s", 7}, EPOCH_S}, {{"epoch_ms", 8}, EPOCH_MS},
	    {{"epoch_us", 8}, EPOCH_US}, {{"epoch_ns", 8}, EPOCH_NS}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_eq(words[i].word, word)) {
			t->epoch = words[i].epoch;
			return t->epochs = true;
		}
	return false;
}

static const char *add_pattern(struct times *t, struct span raw, enum type type)
{
	struct buf scratch;
	struct span text;
	const char *why;

	if (scan_type(raw) != JSON_STRING)
		return "format: not a text";
	buf_init(&scratch, CONTRACT_MAX_BYTES);
	text = jstr_text(raw, &scratch);
	why = check_pattern(text, type);
	if (!why) {
		t->owned.item = mem_resize(t->owned.item, t->owned.n + 1, sizeof *t->owned.item);
		t->owned.item[t->owned.n++] = (struct span){mem_dup(text.p, text.n), text.n};
		t->patterns = t->owned;
	}
	buf_free(&scratch);
	return why;
}

static const char *init_format(struct times *t, const struct contract_field *f)
{
	struct span rest = f->format_raw, item;
	const char *why = NULL;

	if (!rest.p)
		return NULL;
	t->declared = true;
	if (scan_type(rest) == JSON_ARRAY) {
		while (!why && scan_item(&rest, &item))
			why = add_pattern(t, item, f->type);
		return !why && t->owned.n == 0 ? "format: an empty list" : why;
	}
	if (rest.n > 2 && find_epoch(t, (struct span){rest.p + 1, rest.n - 2}))
		return f->type == TYPE_TIME || f->type == TYPE_DATETIME
		           ? "format: epoch_ is for TIMESTAMP and DATE"
		           : NULL;
	return add_pattern(t, rest, f->type);
}

static const char *find_zone(struct times *t, struct span name, struct zone **zones)
{
	struct zone *zone = *zones;
	const char *why;

	while (zone && !span_eq(zone->name, name))
		zone = zone->next;
	if (!zone) {
		zone = mem_alloc(sizeof *zone);
		why = zone_read(zone, name);
		if (why) {
			free(zone);
			return why;
		}
		zone->next = *zones;
		*zones = zone;
	}
	t->zone = zone;
	return NULL;
}

static const char *init_zone(struct times *t, const struct contract_field *f, struct zone **zones)
{
	struct span rest = f->tz;

	if (!rest.p)
		return NULL;
	if (f->type != TYPE_TIMESTAMP)
		return "tz: is for TIMESTAMP only";
	t->zoned = true;
	if (time_take_zone(&rest, &t->offset) && rest.n == 0)
		return NULL;
	return find_zone(t, f->tz, zones);
}

const char *when_init(struct times *t, const struct contract_field *f, struct zone **zones)
{
	const char *why;

	*t = (struct times){.patterns = *own_patterns(f->type)};
	t->plain = !f->format_raw.p && (f->type == TYPE_DATETIME || f->type == TYPE_TIMESTAMP);
	why = init_format(t, f);
	return why ? why : init_zone(t, f, zones);
}

void when_free(struct times *t)
{
	for (size_t i = 0; i < t->owned.n; i++)
		free((void *)(uintptr_t)t->owned.item[i].p);
	free(t->owned.item);
}

/* ---- patterns ---- */

static bool take_number(struct span *s, size_t least, size_t most, int low, int high, int *value)
{
	return text_take_digits(s, least, most, value) && *value >= low && *value <= high;
}

/* The two letters of `word`, which is in lower case, whatever the case in *s. */
static bool take_two(struct span *s, const char *word)
{
	if (s->n < 2 || (s->p[0] | 0x20) != word[0] || (s->p[1] | 0x20) != word[1])
		return false;
	*s = span_skip(*s, 2);
	return true;
}

static bool take_short_year(struct span *s, int *year)
{
	if (!take_number(s, 2, 2, 0, 99, year))
		return false;
	*year += *year < 69 ? 2000 : 1900;
	return true;
}

static bool take_half(struct span *s, int *half)
{
	*half = take_two(s, "am") ? 1 : take_two(s, "pm") ? 2 : 0;
	return *half > 0;
}

static bool take_day(struct span *s, int *day)
{
	text_take_byte(s, ' ');
	return take_number(s, 1, 2, 1, 31, day);
}

static bool take_pattern(struct when *w, const char *pattern, size_t n, struct span *s);

static bool take_directive(struct when *w, char letter, struct span *s)
{
	struct time_parts *t = &w->at;
	int weekday;

	switch (letter) {
	case 'Y': return take_number(s, 4, 4, 1, 9999, &t->year);
	case 'y': return take_short_year(s, &t->year);
	case 'm': return take_number(s, 1, 2, 1, 12, &t->month);
	case 'b':
	case 'B': return time_take_month(s, &t->month);
	case 'd': return take_number(s, 1, 2, 1, 31, &t->day);
	case 'e': return take_day(s, &t->day);
	case 'j': return take_number(s, 1, 3, 1, 366, &w->year_day);
	case 'a':
	case 'A': return time_take_weekday(s, &weekday);
	case 'H': return take_number(s, 1, 2, 0, 23, &t->hour);
	case 'I': return take_number(s, 1, 2, 1, 12, &w->hour12);
	case 'p': return take_half(s, &w->half);
	case 'M': return take_number(s, 1, 2, 0, 59, &t->minute);
	case 'S': return take_number(s, 1, 2, 0, 60, &t->second);
	case 'f': return time_take_micros(s, &t->micros);
	case 'z': return w->zoned = time_take_zone(s, &w->offset);
	case 'F': return take_pattern(w, "%Y-%m-%d", 8, s);
	case 'T': return take_pattern(w, "%H:%M:%S", 8, s);
	default: return text_take_byte(s, letter);
	}
}

static bool take_spaces(struct span *s)
{
	size_t n = 0;

	while (n < s->n && (s->p[n] == ' ' || s->p[n] == '\t'))
		n++;
	*s = span_skip(*s, n);
	return n > 0;
}

static bool take_pattern(struct when *w, const char *pattern, size_t n, struct span *s)
{
	for (size_t i = 0; i < n; i++) {
		bool ok = pattern[i] == '%'   ? take_directive(w, pattern[++i], s)
		          : pattern[i] == ' ' ? take_spaces(s)
		                              : text_take_byte(s, pattern[i]);

		if (!ok)
			return false;
	}
	return true;
}

/* Puts the day of the year and the twelve-hour clock into their plain places. */
static bool settle(struct when *w)
{
	struct time_parts *t = &w->at;

	if (w->year_day) {
		time_civil(
		    time_days(t->year, 1, 1) + w->year_day - 1, &t->year, &t->month, &t->day);
		if (w->year_day == 366 && t->month == 1)
			return false;
	}
	if (w->hour12)
		t->hour = w->hour12 % 12 + (w->half == 2 ? 12 : 0);
	return time_valid_date(t->year, t->month, t->day);
}

/* ---- the plain forms ---- */

static bool parse_plain(struct span text, struct when *w)
{
	w->zoned = false;
	return text.n > 10 && text.p[10] != 't' && time_take_datetime(&text, &w->at) &&
	       time_take_fraction(&text, &w->at.micros) && text.n == 0;
}

bool when_parse(const struct times *t, struct span text, struct when *when)
{
	if (t->plain && parse_plain(text, when))
		return true;
	for (size_t i = 0; i < t->patterns.n; i++) {
		struct span rest = text, pattern = t->patterns.item[i];

		*when = (struct when){.at = {.year = 1970, .month = 1, .day = 1}};
		if (take_pattern(when, pattern.p, pattern.n, &rest) && rest.n == 0 && settle(when))
			return true;
	}
	return false;
}

bool when_epoch(const struct times *t, struct span text, int64_t *us)
{
	struct numeral d;
	int64_t value = 0, point;

	if (!numeral_parse(text, &d))
		return false;
	point = d.point + (int)t->epoch;
	if (point > 18)
		return false;
	for (int64_t i = 0; i < point; i++)
		value = value * 10 + (numeral_digit(&d, (size_t)i) - '0');
	if (d.negative)
		value = -value - (d.n > 0 && (int64_t)d.n > point);
	*us = value;
	return value >= TIME_MIN && value <= TIME_MAX;
}

const char *when_instant(const struct times *t, const struct when *w, int64_t *us)
{
	int64_t offset = w->zoned ? w->offset : t->offset, local, at;

	if (!w->zoned && !t->zoned)
		return "no time zone";
	if (!w->zoned && t->zone) {
		local = time_days(w->at.year, w->at.month, w->at.day) * 86400 + w->at.hour * 3600 +
		        w->at.minute * 60 + (w->at.second == 60 ? 59 : w->at.second);
		if (!zone_instant(t->zone, local, &at))
			return "no such local time";
		offset = local - at;
	}
	return time_join(&w->at, offset, us);
}
