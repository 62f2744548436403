#include "cast.h"

#include "json/jstr.h"
#include "base/text.h"
#include "base/swar.h"

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

static bool lies_in(struct span part, struct span whole)
{
	return (uintptr_t)part.p >= (uintptr_t)whole.p &&
	       (uintptr_t)part.p < (uintptr_t)whole.p + whole.n;
}

enum got cast_string(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	bool quoted = cell->type == JSON_STRING;
	struct span text;
	enum got got;

	if (cell->type >= JSON_ARRAY)
		return plan_bad(to, "not a string");
	if (c->cleans.n == 0) {
		if (quoted)
			plan_put_span(to->out, cell->raw);
		else
			cast_put_quoted(to->out, cell->raw);
		return GOT_VALUE;
	}
	got = cast_clean(to, c, cell, c->cleans.first, c->cleans.n, &text);
	if (got != GOT_VALUE)
		return got;
	if (lies_in(text, cell->raw))
		cast_put_quoted(to->out, text);
	else
		jstr_quote(to->out, text);
	return GOT_VALUE;
}

static bool is_base64(struct span text)
{
	size_t n = text.n;

	if (n % 4)
		return false;
	for (int pad = 0; pad < 2 && n > 0 && text.p[n - 1] == '='; pad++)
		n--;
	for (size_t i = 0; i < n; i++) {
		char c = text.p[i];

		if (!text_is_letter(c) && !text_is_digit(c) && c != '+' && c != '/')
			return false;
	}
	return true;
}

enum got cast_bytes(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	(void)c;
	if (cell->type != JSON_STRING || !is_base64(cell->text))
		return plan_bad(to, "not base64");
	cast_put_quoted(to->out, cell->text);
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

enum got cast_bool(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	static const char no[][CAST_WORD] = {"false", "0", "no", "n", "f"};
	static const char yes[][CAST_WORD] = {"true", "1", "yes", "y", "t"};

	(void)c;
	if (cell->type < JSON_ARRAY && cast_is_any(cell->text, no, 5))
		plan_put(to->out, "false", 5);
	else if (cell->type < JSON_ARRAY && cast_is_any(cell->text, yes, 5))
		plan_put(to->out, "true", 4);
	else
		return plan_bad(to, "not true or false");
	return GOT_VALUE;
}

enum got cast_json(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	(void)c;
	plan_put_span(to->out, cell->raw);
	return GOT_VALUE;
}

enum got cast_geography(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	(void)c;
	if (cell->type == JSON_OBJECT || cell->type == JSON_STRING)
		jstr_quote(to->out, cell->text);
	else
		return plan_bad(to, "not WKT or GeoJSON");
	return GOT_VALUE;
}
