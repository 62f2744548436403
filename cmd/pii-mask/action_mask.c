/* mask: the characters in the middle become '*'. */

#include "maker.h"

#include "base/text.h"
#include "json/jstr.h"

enum { KEEP = 4 };

struct shown_digits {
	size_t first, last; /* how many characters stay */
	bool kept;          /* a keep_ option was given */
	struct span skip;   /* characters that stay and do not count */
	struct span with;   /* the character that hides others */
};

static bool read_first(struct maker *m, struct span raw)
{
	struct shown_digits *mask = m->rule->own;

	mask->kept = true;
	return maker_keep(m, raw, &mask->first);
}

static bool read_last(struct maker *m, struct span raw)
{
	struct shown_digits *mask = m->rule->own;

	mask->kept = true;
	return maker_keep(m, raw, &mask->last);
}

static bool read_skip(struct maker *m, struct span raw)
{
	struct shown_digits *mask = m->rule->own;

	return doc_text(&m->contract->doc, "skip", raw, &mask->skip);
}

static bool read_with(struct maker *m, struct span raw)
{
	struct shown_digits *mask = m->rule->own;
	struct span text;

	if (!doc_text(&m->contract->doc, "with", raw, &mask->with))
		return false;
	text = mask->with;
	text_take(&text);
	return text.n == 0 || maker_wrong(m, "with must be one character");
}

static bool finish(struct maker *m)
{
	struct shown_digits *mask = m->rule->own;

	if (!mask->kept)
		mask->last = KEEP;
	if (!mask->with.p)
		mask->with = SPAN("*");
	return true;
}

static bool is_skipped(struct span skip, uint32_t point)
{
	while (skip.n > 0)
		if (text_take(&skip) == point)
			return true;
	return false;
}

static size_t count_shown(struct span text, struct span skip)
{
	size_t n = 0;

	while (text.n > 0)
		n += !is_skipped(skip, text_take(&text));
	return n;
}

static const char *change(
    struct action_context *c, const struct rule *rule, struct span text, struct buf *out)
{
	const struct shown_digits *mask = rule->own;
	size_t all = count_shown(text, mask->skip), at = 0;
	size_t first = mask->first, from = all - mask->last;

	if (all <= mask->first + mask->last) {
		first = 0;
		from = all;
	}
	buf_clear(&c->scratch);
	while (text.n > 0) {
		struct span rest = text;
		bool skipped = is_skipped(mask->skip, text_take(&rest));

		if (skipped || at < first || at >= from)
			buf_add(&c->scratch, text.p, text.n - rest.n);
		else
			buf_addspan(&c->scratch, mask->with);
		at += !skipped;
		text = rest;
	}
	jstr_quote(out, buf_span(&c->scratch));
	return NULL;
}

extern const struct action action_mask;

const struct action action_mask = {.word = "mask",
    .does = RULE_CHANGE,
    .types = ACTION_TEXT,
    .change = change,
    .own = sizeof(struct shown_digits),
    .options = {{"with", read_with}, {"keep_first", read_first}, {"keep_last", read_last},
        {"skip", read_skip}},
    .finish = finish};
