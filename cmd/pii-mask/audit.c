#include "audit.h"

#include "base/die.h"
#include "base/mem.h"
#include "confine.h"
#include "detect.h"
#include "hint.h"
#include "plan.h"
#include "json/jstr.h"

#include <inttypes.h>
#include <stdlib.h>

enum { MEMOS = 256, NAME_MOST = 40, SPOTS_MOST = 1000, PATH_MOST = 1000, TEXT_MOST = 1 << 30 };

/* One path where something was found. */
struct spot {
	char *path;
	size_t path_n;
	const char *declared; /* the action, or NULL */
	bool clear;           /* the contract names the field and gives it no pii */
	uint64_t found[DETECTS];
};

/* What was found out about a field's name; names come again in every row. */
struct name_memo {
	char name[NAME_MOST];
	size_t n;
	unsigned found, hints;
};

struct auditor {
	struct name_memo memos[MEMOS];
	struct spot spots[SPOTS_MOST + 1]; /* the last takes what is left over */
	size_t n;
	bool undeclared;
	struct buf path, text, name, plain;
	const struct plan_level *top;
};

/* Where a walk stands: the contract's fields there, and what a field above declares for all. */
struct place {
	const struct plan_level *level;
	const char *declared;
	unsigned hints; /* what the names above speak of */
	bool clear;     /* the contract has this field, without pii */
};

static struct spot *spot_of(struct auditor *a, const char *declared)
{
	struct span path = a->path.full ? SPAN("(a long path)") : buf_span(&a->path);
	struct spot *s = a->spots;

	for (; s < a->spots + a->n; s++)
		if (span_eq((struct span){s->path, s->path_n}, path) && s->declared == declared)
			return s;
	if (a->n == SPOTS_MOST)
		path = SPAN("(other fields)");
	if (a->n > SPOTS_MOST)
		return &a->spots[SPOTS_MOST];
	a->n++;
	s->path = mem_dup(path.p, path.n);
	s->path_n = path.n;
	s->declared = declared;
	return s;
}

static void note(struct auditor *a, struct place here, unsigned found)
{
	struct spot *s;

	if (!found)
		return;
	a->undeclared |= !here.declared;
	s = spot_of(a, here.declared);
	s->clear |= here.clear;
	for (unsigned kind = 0; kind < DETECTS; kind++)
		s->found[kind] += found >> kind & 1;
}

static void walk(struct auditor *a, struct place here, struct span value);

static struct name_memo judge_name(struct auditor *a, struct span name)
{
	size_t at = name.n == 0 ? 0
	                        : name.n * 7 + (unsigned char)name.p[0] * 31 +
	                              (unsigned char)name.p[name.n / 2] * 3 +
	                              (unsigned char)name.p[name.n - 1];
	struct name_memo *memo = &a->memos[at % MEMOS];

	if (memo->n > 0 && span_eq((struct span){memo->name, memo->n}, name))
		return *memo;
	memo->n = name.n <= NAME_MOST ? name.n : 0;
	memcpy(memo->name, name.p, memo->n);
	memo->found = detect_all(name, 0, &a->plain);
	memo->hints = hint_of(name);
	return *memo;
}

static void walk_member(
    struct auditor *a, struct place here, struct span raw_name, struct span value)
{
	static const struct plan_level nothing;
	struct place below = {&nothing, here.declared, here.hints, false};
	const struct plan_field *p;
	size_t before = a->path.n;
	bool full = a->path.full;
	struct name_memo memo;
	struct span name;
	unsigned found;

	buf_clear(&a->name);
	name = jstr_name(raw_name, &a->name);
	p = plan_find(here.level, name);
	memo = judge_name(a, name);
	found = p ? 0 : memo.found;
	if (before > 0)
		buf_addc(&a->path, '.');
	buf_addspan(&a->path, found ? SPAN("*") : name);
	if (p) {
		below.level = &p->level;
		if (!below.declared)
			below.declared = p->rule.word;
		below.clear = !below.declared;
	}
	below.hints |= memo.hints;
	note(a, below, found);
	walk(a, below, value);
	a->path.n = before;
	a->path.full = full;
}

static struct span text_of(struct auditor *a, struct span value)
{
	if (scan_type(value) != JSON_STRING)
		return value;
	buf_clear(&a->text);
	return jstr_text(value, &a->text);
}

static void walk(struct auditor *a, struct place here, struct span value)
{
	struct span rest = value, name, item;

	switch (scan_type(value)) {
	case JSON_OBJECT:
		while (scan_member(&rest, &name, &item))
			walk_member(a, here, name, item);
		break;
	case JSON_ARRAY:
		while (scan_item(&rest, &item))
			walk(a, here, item);
		break;
	case JSON_STRING:
	case JSON_NUMBER:
		note(a, here, detect_all(text_of(a, value), here.hints, &a->plain));
		break;
	default: break;
	}
}

static enum step audit_row(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	struct auditor *a = ctx;

	(void)row, (void)out, (void)bad;
	walk(a, (struct place){.level = a->top}, line);
	return STEP_SKIP;
}

static void report(const struct auditor *a, struct out *out)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct spot *s = &a->spots[i];

		buf_adds(&out->buf, "{\"field\":");
		jstr_quote_any(&out->buf, (struct span){s->path, s->path_n});
		if (s->declared)
			buf_addf(&out->buf, ",\"declared\":\"%s\"", s->declared);
		for (unsigned kind = 0; kind < DETECTS; kind++)
			if (s->found[kind])
				buf_addf(&out->buf, ",\"%s\":%" PRIu64, detect_name(kind),
				    s->found[kind]);
		buf_addc(&out->buf, '}');
		out_row(out);
	}
}

/* ---- columns that the contract declares clear ---- */

static const char *kind_of_name(struct span name)
{
	unsigned hints = hint_of(name);

	for (unsigned kind = 0; kind < DETECTS; kind++)
		if (hints >> kind & 1)
			return detect_name(kind);
	return NULL;
}

static void warn_of_names(const struct plan_level *level)
{
	for (size_t i = 0; i < level->n; i++) {
		const struct plan_field *p = &level->fields[i];
		const char *kind = p->rule.word ? NULL : kind_of_name(p->name);

		if (kind && p->rule.does == RULE_PASS)
			warn("field %.*s: its name speaks of %s, and the contract gives it no pii",
			    SPAN_ARG(p->path), kind);
		if (!p->rule.word)
			warn_of_names(&p->level);
	}
}

static void warn_of_values(const struct auditor *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->spots[i].clear)
			warn("field %.*s: its values look personal, and the contract gives it no "
			     "pii",
			    (int)a->spots[i].path_n, a->spots[i].path);
}

static void auditor_free(struct auditor *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->spots[i].path);
	buf_free(&a->path);
	buf_free(&a->text);
	buf_free(&a->name);
	buf_free(&a->plain);
	free(a);
}

static bool report_all(void *ctx, struct filter *f)
{
	const struct auditor *a = ctx;

	report(a, &f->out);
	warn_of_values(a);
	f->found = a->undeclared;
	f->detail = a->undeclared ? "undeclared personal data found" : "nothing undeclared found";
	return true;
}

enum status audit(struct filter *filter, const struct filter_options *options,
    struct contract *contract, struct error *error)
{
	struct auditor *a;
	struct filter_options o = *options;
	struct plan plan;
	enum status status;

	if (!plan_make(&plan, contract, &(struct plan_options){.strict = true}, error))
		return error->status;
	a = mem_alloc(sizeof *a);
	a->top = &plan.top;
	warn_of_names(&plan.top);
	buf_init(&a->path, PATH_MOST);
	buf_init(&a->text, TEXT_MOST);
	buf_init(&a->name, TEXT_MOST);
	buf_init(&a->plain, TEXT_MOST);
	buf_reserve(&a->text, CONFINE_ROOM);
	buf_reserve(&a->name, CONFINE_ROOM);
	buf_reserve(&a->plain, CONFINE_ROOM);
	o.last = report_all;
	status = filter_run(filter, &o, audit_row, a);
	auditor_free(a);
	plan_free(&plan);
	return status;
}
