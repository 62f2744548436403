#include "mask.h"

#include "confine.h"
#include "json/jstr.h"

enum { TEXT_MAX = 1 << 30, SHOWN_MAX = 1000 };

/* One object under way: what is copied so far, and where to. */
struct walk {
	struct mask *m;
	struct buf *out;
	struct bad *bad;
	size_t depth;
};

static bool walk_object(
    struct walk *w, const struct plan_level *level, const struct row *row, struct span text);

static bool refuse(const struct walk *w, const struct plan_field *p, const char *reason)
{
	w->bad->field = p->path;
	w->bad->reason = reason;
	return false;
}

/* ---- one value ---- */

static bool change_scalar(struct walk *w, const struct plan_field *p, struct span value)
{
	struct action_context *act = &w->m->act;
	enum json type = scan_type(value);
	struct span text = value;
	const char *why;

	if (type != JSON_STRING && type != JSON_NUMBER)
		return refuse(w, p, "neither a string nor a number, so its action cannot be done");
	act->quoted = type == JSON_STRING;
	if (act->quoted) {
		buf_clear(&act->text);
		text = jstr_text(value, &act->text);
	}
	why = p->rule.change(act, &p->rule, text, w->out);
	return !why || refuse(w, p, why);
}

static bool change_record(struct walk *w, const struct plan_field *p, struct span value)
{
	struct row *row = &w->m->rows[w->depth];
	bool ok;

	if (scan_type(value) != JSON_OBJECT)
		return refuse(w, p, "not an object, where the contract has a RECORD");
	row_split(row, value);
	w->depth++;
	ok = walk_object(w, &p->level, row, value);
	w->depth--;
	return ok;
}

/* Only a strict plan has such fields: nothing may hide in a value that should be flat. */
static bool pass(struct walk *w, const struct plan_field *p, struct span value)
{
	enum json type = scan_type(value);

	if ((type == JSON_OBJECT || type == JSON_ARRAY) && p->type != TYPE_JSON &&
	    p->type != TYPE_RECORD && w->m->plan->strict)
		return refuse(w, p, "an object or an array, which the contract does not name");
	buf_addspan(w->out, value);
	return true;
}

static bool change_one(struct walk *w, const struct plan_field *p, struct span value)
{
	if (scan_type(value) == JSON_NULL) {
		buf_addspan(w->out, value);
		return true;
	}
	switch (p->rule.does) {
	case RULE_WALK: return change_record(w, p, value);
	case RULE_CHANGE: return change_scalar(w, p, value);
	case RULE_REDACT: buf_addspan(w->out, p->rule.with); return true;
	default: return pass(w, p, value);
	}
}

static bool change_value(struct walk *w, const struct plan_field *p, struct span value)
{
	struct span rest = value, item;
	const char *from = value.p;

	if (!p->repeated || scan_type(value) != JSON_ARRAY || p->rule.does == RULE_REDACT)
		return change_one(w, p, value);
	while (scan_item(&rest, &item)) {
		buf_add(w->out, from, (size_t)(item.p - from));
		if (!change_one(w, p, item))
			return false;
		from = item.p + item.n;
	}
	buf_add(w->out, from, (size_t)(value.p + value.n - from));
	return true;
}

/* ---- one object ---- */

static const struct plan_field *plan_of(
    struct mask *m, const struct plan_level *level, const struct field *f)
{
	if (f->plain)
		return plan_find(level, f->name);
	buf_clear(&m->name);
	return plan_find(level, jstr_name(f->name, &m->name));
}

static bool refuse_unknown(struct walk *w, const struct field *f)
{
	struct buf *name = &w->m->unknown;

	buf_clear(name);
	buf_add(name, f->name.p, f->name.n < SHOWN_MAX ? f->name.n : SHOWN_MAX);
	w->bad->field = buf_span(name);
	w->bad->reason = "the contract does not name this field (--strict)";
	return false;
}

/* `from` is the first byte not yet copied, `end` the last member's end (or the brace). */
static bool walk_object(
    struct walk *w, const struct plan_level *level, const struct row *row, struct span text)
{
	const char *from = text.p, *end = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < row->n; i++) {
		const struct field *f = &row->fields[i];
		const struct plan_field *p = plan_of(w->m, level, f);
		const char *start = f->name.p - 1;

		if (p)
			*p->seen = true;
		else if (w->m->plan->strict)
			return refuse_unknown(w, f);
		if (p && p->rule.does == RULE_DROP) {
			const char *upto = end ? end : start;

			buf_add(w->out, from, (size_t)(upto - from));
			from = end = f->value.p + f->value.n;
			continue;
		}
		if (kept++ == 0 && i > 0)
			from = start;
		end = f->value.p + f->value.n;
		if (!p)
			continue;
		buf_add(w->out, from, (size_t)(f->value.p - from));
		if (!change_value(w, p, f->value))
			return false;
		from = end;
	}
	buf_add(w->out, from, (size_t)(text.p + text.n - from));
	return true;
}

/* ---- one row ---- */

void mask_init(struct mask *m, const struct plan *plan, const struct keys *keys)
{
	struct buf *const all[] = {
	    &m->name, &m->unknown, &m->act.text, &m->act.scratch, &m->act.more};

	*m = (struct mask){.plan = plan, .act = {.keys = keys, .hashed = plan->hashed}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		buf_init(all[i], TEXT_MAX);
		buf_reserve(all[i], CONFINE_ROOM);
	}
}

bool mask_row(
    struct mask *m, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	struct walk w = {.m = m, .out = out, .bad = bad};

	m->act.row = row;
	return walk_object(&w, &m->plan->top, row, line);
}

void mask_free(struct mask *m)
{
	crypt_free_buf(&m->name);
	crypt_free_buf(&m->unknown);
	crypt_free_buf(&m->act.text);
	crypt_free_buf(&m->act.scratch);
	crypt_free_buf(&m->act.more);
	for (size_t i = 0; i <= CONTRACT_MAX_NESTING; i++)
		row_free(&m->rows[i]);
}
