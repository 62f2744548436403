#include "cast.h"

#include "base/swar.h"
#include "json/jstr.h"

/* Is a step for values that are no strings? */
static bool is_meant(const struct plan_column *c, const struct clean *step)
{
	return step->scope == SCOPE_ALL ||
	       (step->scope == SCOPE_TEXTS && c->field->type == TYPE_STRING);
}

enum got cast_clean(struct plan_target *to, const struct plan_column *c,
    const struct plan_cell *cell, size_t first, size_t end, struct span *text)
{
	bool quoted = cell->type == JSON_STRING;
	const char *why = NULL;

	*text = quoted ? jstr_text(cell->raw, plan_scratch(to)) : cell->raw;
	for (; first < end; first++) {
		const struct clean *step = &c->cleans.step[first];
		struct buf *into;

		if (!quoted && !is_meant(c, step))
			continue;
		into = plan_scratch(to);
		*text = step->run(step, *text, into, &why);
		if (!text->p)
			return why ? plan_bad(to, why) : GOT_NULL;
		if (into->n == 0)
			plan_scratch_unused(to);
	}
	return GOT_VALUE;
}

bool cast_is_any(struct span text, const char (*words)[CAST_WORD], size_t n)
{
	uint64_t first, second = 0;
	bool found = false;

	if (text.n == 0 || text.n >= CAST_WORD)
		return false;
	first = text.n < 8 ? swar_load_some(text.p, text.n) : swar_load(text.p);
	if (text.n > 8)
		second = swar_load_some(text.p + 8, text.n - 8);
	if (!swar_is_ascii(first | second))
		return false;
	first = swar_flip_case(first, 'A');
	second = swar_flip_case(second, 'A');
	for (size_t i = 0; i < n; i++)
		found |= first == swar_load(words[i]) && second == swar_load(words[i] + 8) &&
		         words[i][text.n - 1];
	return found;
}
