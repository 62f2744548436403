#include "clean.h"

#include "base/mem.h"
#include "level.h"
#include "base/phone.h"
#include "json/row.h"
#include "base/text.h"

#include <stdlib.h>

static const char unknown_word[] = "a word that is not known";

static void free_text(struct span text)
{
	free((void *)(uintptr_t)text.p);
}

/* ---- words ---- */

static const char *init_word(struct clean_list *l, struct clean *c, struct span word)
{
	static const struct {
		struct span word;
		clean_fn *run;
	} words[] = {{{"trim", 4}, clean_trim}, {{"squeeze", 7}, clean_squeeze},
	    {{"lower", 5}, clean_lower}, {{"upper", 5}, clean_upper}, {{"digits", 6}, clean_digits},
	    {{"alnum", 5}, clean_alnum}, {{"empty_null", 10}, clean_empty_null},
	    {{"email", 5}, clean_email}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_eq(words[i].word, word))
			c->run = words[i].run;
	if (span_eq(word, SPAN("wrap"))) {
		l->wrap = true;
	} else if (span_starts(word, SPAN("phone:"))) {
		c->run = clean_phone;
		c->country = phone_country(span_skip(word, 6));
		return c->country ? NULL : "phone: a country that is not known";
	} else if (!c->run) {
		return unknown_word;
	}
	return NULL;
}

/* ---- map, null_if ---- */

/* A string's text, or a number's or Boolean's own; null is the absent span. The caller frees it. */
static bool take_text(struct span raw, struct span *text)
{
	enum json type = scan_type(raw);
	struct buf b;

	*text = (struct span){0};
	if (type >= JSON_ARRAY || type == JSON_NULL)
		return type == JSON_NULL;
	buf_init(&b, CONTRACT_MAX_BYTES);
	*text = type == JSON_STRING ? jstr_text(raw, &b) : raw;
	text->p = mem_dup(text->p, text->n);
	buf_free(&b);
	return true;
}

/* `text` will be changed into `to`, which is handed over. */
static void add_pair(struct clean *c, struct span text, struct span to)
{
	struct level_key *key;

	if (!c->from)
		c->from = mem_alloc(sizeof *c->from);
	key = level_find(c->from, 0, text);
	if (!key)
		key = level_add(c->from, text);
	key->slot = (int)c->from->n - 1;
	c->to = mem_resize(c->to, c->from->n, sizeof *c->to);
	c->to[key->slot] = to;
}

static const char *init_null_if(struct clean *c, struct span raw)
{
	struct span rest = raw, item, text;
	bool good = scan_type(raw) == JSON_ARRAY;

	c->run = clean_map;
	c->scope = SCOPE_ALL;
	while (good && scan_item(&rest, &item)) {
		good =
		    take_text(item, &text) && text.p && !(c->from && level_find(c->from, 0, text));
		if (good)
			add_pair(c, text, (struct span){0});
		free_text(text);
	}
	return good && c->from ? NULL : "null_if: must be an array of different plain values";
}

static const char *init_map(struct clean *c, struct span raw)
{
	struct span rest = raw, name, value, to;
	struct buf b;
	bool good = scan_type(raw) == JSON_OBJECT;

	c->run = clean_map;
	c->scope = SCOPE_ALL;
	buf_init(&b, CONTRACT_MAX_BYTES);
	while (good && scan_member(&rest, &name, &value)) {
		buf_clear(&b);
		good = take_text(value, &to);
		if (good)
			add_pair(c, jstr_name(name, &b), to);
	}
	buf_free(&b);
	return good && c->from ? NULL : "map: must be an object of plain values";
}

/* ---- split, number ---- */

static const char *init_split(struct clean_list *l, struct span raw)
{
	if (l->split.p)
		return "split: stands there twice";
	if (scan_type(raw) != JSON_STRING || !take_text(raw, &l->split) || l->split.n == 0)
		return "split: must be a text";
	l->first = l->n;
	return NULL;
}

/* A mark is one character, no digit and no sign. */
static bool take_mark(struct span raw, struct span *mark)
{
	struct span rest;

	free_text(*mark);
	*mark = (struct span){0};
	if (scan_type(raw) != JSON_STRING || !take_text(raw, mark) || mark->n == 0)
		return false;
	rest = *mark;
	text_take(&rest);
	return rest.n == 0 && !strchr("0123456789+-()", *mark->p);
}

static bool take_currencies(struct clean *c, struct span raw)
{
	struct span rest = raw, item, text;

	if (scan_type(raw) != JSON_ARRAY || c->currencies)
		return false;
	while (scan_item(&rest, &item)) {
		if (scan_type(item) != JSON_STRING || !take_text(item, &text))
			return false;
		c->currencies =
		    mem_resize(c->currencies, c->n_currencies + 1, sizeof *c->currencies);
		c->currencies[c->n_currencies++] = text;
		if (text.n == 0)
			return false;
	}
	return c->n_currencies > 0;
}

static const char *init_number(struct clean *c, struct span raw)
{
	struct span rest = raw, name, value;
	bool good = scan_type(raw) == JSON_OBJECT;

	c->run = clean_number;
	c->scope = SCOPE_STRINGS;
	c->decimal = (struct span){mem_dup(".", 1), 1};
	while (good && scan_member(&rest, &name, &value)) {
		if (span_eq(name, SPAN("decimal")))
			good = take_mark(value, &c->decimal);
		else if (span_eq(name, SPAN("thousands")))
			good = take_mark(value, &c->thousands);
		else if (span_eq(name, SPAN("currency")))
			good = take_currencies(c, value);
		else
			good = false;
	}
	if (!good)
		return "number: must have \"decimal\" and \"thousands\", each one character, and "
		       "\"currency\", a list of signs";
	return span_eq(c->decimal, c->thousands) ? "number: two meanings for one mark" : NULL;
}

/* ---- the list ---- */

/* An object with one member: its name is the step's. */
static const char *init_object(struct clean_list *l, struct clean *c, struct span raw)
{
	struct span rest = raw, name, value, more;

	if (!scan_member(&rest, &name, &value) || scan_member(&rest, &more, &more))
		return unknown_word;
	if (span_eq(name, SPAN("null_if")))
		return init_null_if(c, value);
	if (span_eq(name, SPAN("map")))
		return init_map(c, value);
	if (span_eq(name, SPAN("number")))
		return init_number(c, value);
	return span_eq(name, SPAN("split")) ? init_split(l, value) : unknown_word;
}

static const char *init_step(struct clean_list *l, struct span raw)
{
	struct clean *c;
	const char *why;
	struct buf b;

	l->step = mem_resize(l->step, l->n + 1, sizeof *l->step);
	c = &l->step[l->n];
	*c = (struct clean){0};
	buf_init(&b, CONTRACT_MAX_BYTES);
	why = scan_type(raw) == JSON_STRING ? init_word(l, c, jstr_text(raw, &b))
	                                    : init_object(l, c, raw);
	buf_free(&b);
	l->all |= c->scope == SCOPE_ALL;
	l->n += c->run != NULL;
	return why;
}

const char *clean_list_init(struct clean_list *l, const struct contract_field *f)
{
	struct span rest = f->clean_raw, item;
	const char *why = NULL;

	*l = (struct clean_list){0};
	while (rest.p && !why && scan_item(&rest, &item))
		why = init_step(l, item);
	if (why)
		return why;
	if ((l->split.p || l->wrap) && f->mode != MODE_REPEATED)
		return "split and wrap are for mode REPEATED";
	if ((l->n > 0 || l->split.p) && (f->type == TYPE_JSON || f->type == TYPE_RECORD))
		return "not for this type";
	return NULL;
}

void clean_list_free(struct clean_list *l)
{
	for (size_t k = 0; k < l->n; k++) {
		struct clean *c = &l->step[k];

		free_text(c->decimal);
		free_text(c->thousands);
		for (size_t i = 0; i < c->n_currencies; i++)
			free_text(c->currencies[i]);
		free(c->currencies);
		for (size_t i = 0; c->from && i < c->from->n; i++)
			free_text(c->to[i]);
		free(c->to);
		if (c->from)
			level_clear(c->from);
		free(c->from);
	}
	free(l->step);
	free_text(l->split);
	*l = (struct clean_list){0};
}
