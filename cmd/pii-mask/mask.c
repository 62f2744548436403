#include "mask.h"

#include "row/jstr.h"

enum { TEXT_MAX = 1 << 30 };

/* One object under way: what is copied so far, and where to. */
struct walk {
	struct masker *m;
	struct buf *out;
	struct bad *bad;
	size_t depth;
};

static bool walk_object(
    struct walk *w, const struct plan_level *level, const struct row *row, struct span text);

static bool refuse(const struct walk *w, const struct plan_field *p, const char *reason)
{
	w->bad->field = p->domain;
	w->bad->reason = reason;
	return false;
}

static size_t mask_from(struct span text)
{
	size_t at = text.n;

	for (int kept = 0; at > 0 && kept < MASK_KEEP; kept++)
		do
			at--;
		while (at > 0 && ((unsigned char)text.p[at] & 0xc0) == 0x80);
	return at;
}

static void add_stars(struct buf *b, struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (((unsigned char)text.p[i] & 0xc0) != 0x80)
			buf_addc(b, '*');
}

static void add_masked(struct walk *w, struct span text)
{
	struct buf *b = &w->m->masked;
	size_t from = mask_from(text);

	buf_clear(b);
	add_stars(b, (struct span){text.p, from ? from : text.n});
	if (from > 0)
		buf_addspan(b, span_skip(text, from));
	jstr_quote(w->out, buf_span(b));
}

static void add_hmac(struct walk *w, const struct plan_field *p, struct span text)
{
	const struct span parts[] = {p->domain, {"", 1}, text};
	uint8_t digest[CRYPT_SHA256];

	crypt_hmac(w->m->hmac, parts, sizeof parts / sizeof *parts, digest);
	buf_addc(w->out, '"');
	crypt_hex(w->out, digest, sizeof digest);
	buf_addc(w->out, '"');
}

static bool change_scalar(struct walk *w, const struct plan_field *p, struct span value)
{
	enum json type = scan_type(value);
	struct span text = value;

	if (type == JSON_NULL) {
		buf_addspan(w->out, value);
		return true;
	}
	if (type != JSON_STRING && type != JSON_NUMBER)
		return refuse(w, p, "neither a string nor a number, so it cannot be masked");
	buf_clear(&w->m->text);
	if (type == JSON_STRING)
		text = jstr_text(value, &w->m->text);
	if (p->action == ACTION_MASK)
		add_masked(w, text);
	else
		add_hmac(w, p, text);
	return true;
}

static bool change_record(struct walk *w, const struct plan_field *p, struct span value)
{
	struct row *row = &w->m->rows[w->depth];
	bool ok;

	if (scan_type(value) == JSON_NULL) {
		buf_addspan(w->out, value);
		return true;
	}
	if (scan_type(value) != JSON_OBJECT)
		return refuse(w, p, "not an object, where the contract has a RECORD");
	row_split(row, value);
	w->depth++;
	ok = walk_object(w, &p->level, row, value);
	w->depth--;
	return ok;
}

static bool change_one(struct walk *w, const struct plan_field *p, struct span value)
{
	return p->action == ACTION_WALK ? change_record(w, p, value) : change_scalar(w, p, value);
}

static bool change_value(struct walk *w, const struct plan_field *p, struct span value)
{
	struct span rest = value, item;
	const char *from = value.p;

	if (!p->repeated || scan_type(value) != JSON_ARRAY)
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

static const struct plan_field *plan_of(
    struct masker *m, const struct plan_level *level, const struct field *f)
{
	if (f->plain)
		return plan_find(level, f->name);
	buf_clear(&m->name);
	return plan_find(level, jstr_name(f->name, &m->name));
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

		if (p && p->action == ACTION_DROP) {
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

void masker_init(struct masker *m, const struct plan *plan, struct span key)
{
	*m = (struct masker){.plan = plan, .hmac = key.p ? crypt_hmac_new(key) : NULL};
	buf_init(&m->name, TEXT_MAX);
	buf_init(&m->text, TEXT_MAX);
	buf_init(&m->masked, TEXT_MAX);
}

bool masker_row(
    struct masker *m, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	struct walk w = {.m = m, .out = out, .bad = bad};

	return walk_object(&w, &m->plan->top, row, line);
}

static void wipe(struct buf *b)
{
	if (b->p)
		crypt_wipe(b->p, b->cap);
	buf_free(b);
}

void masker_free(struct masker *m)
{
	if (m->hmac)
		crypt_hmac_free(m->hmac);
	wipe(&m->name);
	wipe(&m->text);
	wipe(&m->masked);
	for (size_t i = 0; i <= CONTRACT_MAX_NESTING; i++)
		row_free(&m->rows[i]);
}
