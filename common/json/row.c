#include "json/row.h"

#include "json/jstr.h"

#include "base/mem.h"

#include <stdlib.h>

const char *row_parse(struct row *r, struct span line)
{
	const char *why;

	r->scan.twice = r->bad = (struct span){0};
	why = scan_row(&r->scan, line, r);
	r->bad = r->scan.twice;
	return why;
}

void row_grow(struct row *r)
{
	r->cap = r->cap ? r->cap * 2 : 32;
	r->fields = mem_resize(r->fields, r->cap, sizeof *r->fields);
}

static void add(struct row *r, struct span name, struct span value)
{
	struct field f = {.name = name, .value = value, .type = scan_type(value)};

	f.plain = !memchr(name.p, '\\', name.n);
	r->fields[r->n++] = f;
}

void row_split(struct row *r, struct span object)
{
	struct span rest = object, name, value;

	r->n = 0;
	while (scan_member(&rest, &name, &value)) {
		if (r->n == r->cap)
			row_grow(r);
		add(r, name, value);
	}
}

static bool means(struct span raw, struct span name)
{
	const char *p = raw.p, *end = raw.p + raw.n;

	while (p < end) {
		char bytes[4];
		size_t n = jstr_char(&p, bytes);

		if (!span_starts(name, (struct span){bytes, n}))
			return false;
		name = span_skip(name, n);
	}
	return name.n == 0;
}

const struct field *row_find(const struct row *r, struct span name)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct field *f = &r->fields[i];

		if (f->plain ? span_eq(f->name, name) : means(f->name, name))
			return f;
	}
	return NULL;
}

void row_free(struct row *r)
{
	free(r->fields);
	scan_free(&r->scan);
	*r = (struct row){0};
}
