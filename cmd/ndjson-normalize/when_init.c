#include "when.h"

#include "base/mem.h"
#include "json/jstr.h"
#include "json/scan.h"

#include <stdlib.h>

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

const char *times_init(struct times *t, const struct contract_field *f, struct zone **zones)
{
	const char *why;

	*t = (struct times){.patterns = *own_patterns(f->type)};
	t->plain = !f->format_raw.p && (f->type == TYPE_DATETIME || f->type == TYPE_TIMESTAMP);
	why = init_format(t, f);
	return why ? why : init_zone(t, f, zones);
}

void times_free(struct times *t)
{
	for (size_t i = 0; i < t->owned.n; i++)
		free((void *)(uintptr_t)t->owned.item[i].p);
	free(t->owned.item);
}
