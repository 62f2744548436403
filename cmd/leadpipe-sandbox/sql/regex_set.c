#include "sql/regex_set.h"

#include "base/mem.h"

#include <string.h>

enum { LAST = 0x10ffff };

static const struct named {
	const char *name;
	const char *pairs;
} classes[] = {{"alnum", "09AZaz"}, {"alpha", "AZaz"}, {"blank", "\t\t  "}, {"digit", "09"},
    {"graph", "!~"}, {"lower", "az"}, {"print", " ~"}, {"punct", "!/:@[`{~"}, {"space", "\t\r  "},
    {"upper", "AZ"}, {"word", "09AZaz__"}, {"xdigit", "09AFaf"}, {"d", "09"}, {"w", "09AZaz__"},
    {"s", "\t\n\f\r  "}};

void set_add(struct regex_set *set, uint32_t first, uint32_t last)
{
	set->range = mem_resize(set->range, set->n + 1, 2 * sizeof *set->range);
	set->range[2 * set->n] = first;
	set->range[2 * set->n++ + 1] = last;
}

bool set_add_named(struct regex_set *set, struct span name, bool negated)
{
	const char *pairs = NULL;
	uint32_t next = 0;

	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (span_eq(span_of(classes[i].name), name))
			pairs = classes[i].pairs;
	for (; pairs && *pairs; pairs += 2) {
		if (!negated)
			set_add(set, (uint32_t)pairs[0], (uint32_t)pairs[1]);
		else if ((uint32_t)pairs[0] > next)
			set_add(set, next, (uint32_t)pairs[0] - 1);
		next = (uint32_t)pairs[1] + 1;
	}
	if (pairs && negated)
		set_add(set, next, LAST);
	return pairs != NULL;
}

/* What of a range lies in [from, to], moved by `by`. */
static void fold_part(
    struct regex_set *set, uint32_t first, uint32_t last, uint32_t from, uint32_t to, int by)
{
	first = first > from ? first : from;
	last = last < to ? last : to;
	if (first <= last)
		set_add(set, (uint32_t)((int)first + by), (uint32_t)((int)last + by));
}

bool set_fold(struct regex_set *set)
{
	size_t n = set->n;

	for (size_t i = 0; i < n; i++) {
		uint32_t first = set->range[2 * i], last = set->range[2 * i + 1];

		if (last > 0x7f && last != LAST)
			return false;
		fold_part(set, first, last, 'a', 'z', 'A' - 'a');
		fold_part(set, first, last, 'A', 'Z', 'a' - 'A');
	}
	/* the two letters beyond ASCII that fold into it: KELVIN SIGN and LONG S */
	if (set_has(set, 'k') != set->negated)
		set_add(set, 0x212a, 0x212a);
	if (set_has(set, 's') != set->negated)
		set_add(set, 0x17f, 0x17f);
	return true;
}

bool set_has(const struct regex_set *set, uint32_t point)
{
	for (size_t i = 0; i < set->n; i++)
		if (point >= set->range[2 * i] && point <= set->range[2 * i + 1])
			return !set->negated;
	return set->negated;
}
