#include "audit.h"

#include "base/mem.h"
#include "confine.h"
#include "detect.h"
#include "plan.h"
#include "json/jstr.h"

#include <inttypes.h>
#include <stdlib.h>

enum { SPOTS_MOST = 1000, PATH_MOST = 1000, TEXT_MOST = 1 << 30 };

/* One path where something was found. */
struct spot {
	char *path;
	size_t path_n;
	const char *declared; /* the action, or NULL */
	uint64_t found[DETECTS];
};

struct auditor {
	struct spot spots[SPOTS_MOST + 1]; /* the last takes what is left over */
	size_t n;
	bool undeclared;
	struct buf path, text, name;
	const struct plan_level *top;
};

/* Where a walk stands: the contract's fields there, and what a field above declares for all. */
struct place {
	const struct plan_level *level;
	const char *declared;
	unsigned hints; /* what the names above speak of */
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

static void note(struct auditor *a, const char *declared, unsigned found)
{
	struct spot *s;

	if (!found)
		return;
	a->undeclared |= !declared;
	s = spot_of(a, declared);
	for (unsigned kind = 0; kind < DETECTS; kind++)
		s->found[kind] += found >> kind & 1;
}

static void walk(struct auditor *a, struct place here, struct span value);

static void walk_member(
    struct auditor *a, struct place here, struct span raw_name, struct span value)
{
	static const struct plan_level nothing;
	struct place below = {&nothing, here.declared, here.hints};
	const struct plan_field *p;
	size_t before = a->path.n;
	bool full = a->path.full;
	struct span name;
	unsigned found;

	buf_clear(&a->name);
	name = jstr_name(raw_name, &a->name);
	p = plan_find(here.level, name);
	found = p ? 0 : detect_all(name, 0);
	if (before > 0)
		buf_addc(&a->path, '.');
	buf_addspan(&a->path, found ? SPAN("*") : name);
	if (p) {
		below.level = &p->level;
		if (!below.declared)
			below.declared = p->rule.word;
	}
	below.hints |= detect_hints(name);
	note(a, below.declared, found);
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
	case JSON_NUMBER: note(a, here.declared, detect_all(text_of(a, value), here.hints)); break;
	default: break;
	}
}

static enum step audit_row(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	struct auditor *a = ctx;

	(void)row, (void)out, (void)bad;
	walk(a, (struct place){a->top, NULL, 0}, line);
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

static void auditor_free(struct auditor *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->spots[i].path);
	buf_free(&a->path);
	buf_free(&a->text);
	buf_free(&a->name);
	free(a);
}

static bool report_all(void *ctx, struct filter *f)
{
	const struct auditor *a = ctx;

	report(a, &f->out);
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
	buf_init(&a->path, PATH_MOST);
	buf_init(&a->text, TEXT_MOST);
	buf_init(&a->name, TEXT_MOST);
	buf_reserve(&a->text, CONFINE_ROOM);
	buf_reserve(&a->name, CONFINE_ROOM);
	o.last = report_all;
	status = filter_run(filter, &o, audit_row, a);
	auditor_free(a);
	plan_free(&plan);
	return status;
}
