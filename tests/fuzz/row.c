/*
 * json/row and json/jstr on any lines: fields lie inside, are found by name, and
 * come back from their text; a line means the same whatever lines came before it.
 */

#include "json/jstr.h"
#include "json/row.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "%s\n", what);
		abort();
	}
}

static bool inside(struct span part, struct span whole)
{
	return part.p >= whole.p && part.p + part.n <= whole.p + whole.n;
}

/* A string's text, quoted again, is a string of the same text. */
static void requote(struct span raw)
{
	struct buf text, more, quoted;
	struct scan scan = {0};
	struct span first, value;
	enum json type;

	buf_init(&text, SIZE_MAX);
	buf_init(&more, SIZE_MAX);
	buf_init(&quoted, SIZE_MAX);
	first = jstr_text(raw, &text);
	jstr_quote(&quoted, first);
	must(!scan_document(&scan, buf_span(&quoted), &value, &type), "jstr_quote: no JSON");
	must(span_eq(first, jstr_text(value, &more)), "jstr_quote: another text");
	scan_free(&scan);
	buf_free(&text);
	buf_free(&more);
	buf_free(&quoted);
}

static void look(const struct row *row, struct span line)
{
	struct row again = {0};
	struct buf name;

	buf_init(&name, SIZE_MAX);
	row_split(&again, line);
	must(again.n == row->n, "row_split: another count");
	for (size_t i = 0; i < row->n; i++) {
		const struct field *f = &row->fields[i], *g = &again.fields[i];

		must(inside(f->name, line) && inside(f->value, line), "a span outside the line");
		must(f->name.p == g->name.p && f->name.n == g->name.n && f->value.p == g->value.p &&
		         f->value.n == g->value.n && f->type == g->type && f->plain == g->plain,
		    "row_split: another field");
		buf_clear(&name);
		must(row_find(row, jstr_name(f->name, &name)) == f, "row_find: another field");
		if (f->type == JSON_STRING)
			requote(f->value);
	}
	buf_free(&name);
	row_free(&again);
}

/* `row` has read the lines before; another one, which has not, finds the same. */
static void one_line(struct row *row, struct span line)
{
	struct row fresh = {0};
	const char *why = row_parse(row, line), *fresh_why = row_parse(&fresh, line);

	must(why == fresh_why || (why && fresh_why && strcmp(why, fresh_why) == 0),
	    "another verdict");
	must(!why || row->scan.at == fresh.scan.at, "another place");
	if (!why) {
		must(row->n == fresh.n, "another count");
		look(row, line);
	}
	row_free(&fresh);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = {(const char *)data, size}, rest = all, value;
	struct scan scan = {0};
	struct row row = {0};
	struct buf any;
	enum json type;

	while (rest.n > 0) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;

		one_line(&row, (struct span){rest.p, n});
		rest = span_skip(rest, end ? n + 1 : n);
	}
	buf_init(&any, SIZE_MAX);
	jstr_quote_any(&any, all);
	must(!scan_document(&scan, buf_span(&any), &value, &type), "jstr_quote_any: no JSON");
	buf_free(&any);
	scan_free(&scan);
	row_free(&row);
	return 0;
}
