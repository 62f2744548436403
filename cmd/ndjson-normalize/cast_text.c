#include "cast_text.h"

#include "cast.h"

#include "json/jstr.h"
#include "base/text.h"

static bool lies_in(struct span part, struct span whole)
{
	return (uintptr_t)part.p >= (uintptr_t)whole.p &&
	       (uintptr_t)part.p < (uintptr_t)whole.p + whole.n;
}

enum got cast_text_string(
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

enum got cast_text_bytes(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	(void)c;
	if (cell->type != JSON_STRING || !is_base64(cell->text))
		return plan_bad(to, "not base64");
	cast_put_quoted(to->out, cell->text);
	return GOT_VALUE;
}

enum got cast_text_bool(
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

enum got cast_text_json(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	(void)c;
	plan_put_span(to->out, cell->raw);
	return GOT_VALUE;
}

enum got cast_text_geography(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	(void)c;
	if (cell->type == JSON_OBJECT || cell->type == JSON_STRING)
		jstr_quote(to->out, cell->text);
	else
		return plan_bad(to, "not WKT or GeoJSON");
	return GOT_VALUE;
}
