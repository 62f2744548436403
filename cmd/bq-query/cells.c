#include "cells.h"

#include "base/time.h"
#include "base/mem.h"
#include "json/jstr.h"
#include "page.h"
#include "schema/type.h"

#include <stdlib.h>

static const int64_t EXACT_MAX = INT64_C(1) << 53;

static const char odd[] = "the value is not as BigQuery documents it";

struct result_cell {
	char *name;
	struct span label; /* "name": as it goes out */
	char *label_text;
	const char *(*write)(
	    struct cells *c, const struct result_cell *cell, struct span v, struct buf *b);
	bool repeated;
	struct result_cell *fields; /* of a RECORD */
	size_t n;
};

/* ---- scalars ------------------------------------------------------------------------------ */

static const char *write_text(
    struct cells *c, const struct result_cell *cell, struct span v, struct buf *b)
{
	(void)c;
	(void)cell;
	if (*v.p != '"')
		return odd;
	buf_addspan(b, v);
	return NULL;
}

static bool is_number(struct cells *c, struct span text)
{
	struct span value;
	enum json type;

	return !scan_document(&c->scan, text, &value, &type) && type == JSON_NUMBER;
}

static const char *write_number(
    struct cells *c, const struct result_cell *cell, struct span v, struct buf *b)
{
	struct span text = page_bare(v);

	if (!is_number(c, text))
		return write_text(c, cell, v, b); /* NaN and the infinities */
	buf_addspan(b, text);
	return NULL;
}

static const char *write_whole(
    struct cells *c, const struct result_cell *cell, struct span v, struct buf *b)
{
	int64_t value;

	if (!page_whole(v, &value) || !is_number(c, page_bare(v)))
		return odd;
	if (value > EXACT_MAX || value < -EXACT_MAX)
		return write_text(c, cell, v, b);
	buf_addspan(b, page_bare(v));
	return NULL;
}

static const char *write_bool(
    struct cells *c, const struct result_cell *cell, struct span v, struct buf *b)
{
	struct span word = page_bare(v);

	(void)c;
	(void)cell;
	if (!span_eq(word, SPAN("true")) && !span_eq(word, SPAN("false")))
		return odd;
	buf_addspan(b, word);
	return NULL;
}

static const char *write_instant(
    struct cells *c, const struct result_cell *cell, struct span v, struct buf *b)
{
	char text[TIME_TEXT];
	int64_t us;

	(void)c;
	(void)cell;
	if (!page_whole(v, &us) || us < TIME_MIN || us > TIME_MAX)
		return odd;
	buf_addc(b, '"');
	buf_add(b, text, time_rfc3339(text, us));
	buf_addc(b, '"');
	return NULL;
}

/* JSON text inside a string; a line end in it can only be white space. */
static const char *write_json(
    struct cells *c, const struct result_cell *cell, struct span v, struct buf *b)
{
	struct span text, value;
	enum json type;
	size_t at = b->n;

	(void)cell;
	if (*v.p != '"')
		return odd;
	buf_clear(&c->scratch);
	text = jstr_text(v, &c->scratch);
	if (scan_document(&c->scan, text, &value, &type))
		return odd;
	buf_addspan(b, value);
	for (; at < b->n; at++)
		if (b->p[at] == '\n' || b->p[at] == '\r')
			b->p[at] = ' ';
	return NULL;
}

/* ---- trees -------------------------------------------------------------------------------- */

static const char *write_row(struct cells *c, const struct result_cell *list, size_t n,
    struct span row, struct buf *b, const char **column);

static const char *write_record(
    struct cells *c, const struct result_cell *cell, struct span v, struct buf *b)
{
	const char *column;

	return write_row(c, cell->fields, cell->n, v, b, &column);
}

static const char *write_value(
    struct cells *c, const struct result_cell *cell, struct span v, struct buf *b)
{
	if (!v.p)
		return odd;
	if (span_eq(v, SPAN("null"))) {
		buf_addspan(b, v);
		return NULL;
	}
	return cell->write(c, cell, v, b);
}

static const char *write_list(
    struct cells *c, const struct result_cell *cell, struct span v, struct buf *b)
{
	struct span rest = v, item;
	const char *why = NULL;
	bool any = false;

	if (span_eq(v, SPAN("null"))) {
		buf_adds(b, "[]");
		return NULL;
	}
	if (!v.p || *v.p != '[')
		return odd;
	buf_addc(b, '[');
	while (!why && scan_item(&rest, &item)) {
		if (any)
			buf_addc(b, ',');
		any = true;
		why = write_value(c, cell, page_member(item, SPAN("v")), b);
	}
	buf_addc(b, ']');
	return why;
}

static const char *write_row(struct cells *c, const struct result_cell *list, size_t n,
    struct span row, struct buf *b, const char **column)
{
	struct span rest = page_member(row, SPAN("f")), item;
	size_t i = 0;

	if (!rest.p || *rest.p != '[')
		return odd;
	buf_addc(b, '{');
	while (scan_item(&rest, &item)) {
		struct span v = page_member(item, SPAN("v"));
		const char *why;

		if (i == n)
			return "more values than columns";
		*column = list[i].name;
		if (i)
			buf_addc(b, ',');
		buf_addspan(b, list[i].label);
		why = list[i].repeated ? write_list(c, &list[i], v, b)
		                       : write_value(c, &list[i], v, b);
		if (why)
			return why;
		i++;
	}
	buf_addc(b, '}');
	return i == n ? NULL : "fewer values than columns";
}

const char *cells_write(struct cells *c, struct span row, struct out *o, const char **column)
{
	const char *why;

	*column = "";
	why = write_row(c, c->list, c->n, row, &o->buf, column);
	if (why)
		out_undo(o);
	else
		out_row(o);
	return why;
}

/* ---- the plan ----------------------------------------------------------------------------- */

static void choose(struct result_cell *cell, const char *name)
{
	static const char *(*const writers[])(struct cells * c, const struct result_cell *cell,
	    struct span v, struct buf *b) = {[TYPE_AS_STRING] = write_text,
	    [TYPE_AS_WHOLE] = write_whole,
	    [TYPE_AS_NUMBER] = write_number,
	    [TYPE_AS_BOOL] = write_bool,
	    [TYPE_AS_INSTANT] = write_instant,
	    [TYPE_AS_VALUE] = write_json,
	    [TYPE_AS_OBJECT] = write_record};
	enum type type = TYPE_STRING;

	if (!type_find(&type, span_of(name)))
		type = TYPE_STRING;
	cell->write = writers[type_json(type)];
}

static void make_label(struct result_cell *cell)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	jstr_quote(&b, span_of(cell->name));
	buf_addc(&b, ':');
	cell->label_text = mem_dup(b.p, b.n);
	cell->label = (struct span){cell->label_text, b.n};
	buf_free(&b);
}

static bool make_cells(struct result_cell **list, size_t *n, const jdoc *fields, int depth)
{
	bool ok = jdoc_count(fields) > 0 && jdoc_is_array(fields) && depth < CELLS_DEPTH_MAX;

	*n = ok ? jdoc_count(fields) : 0;
	*list = mem_alloc((*n + 1) * sizeof **list);
	for (size_t i = 0; i < *n; i++) {
		const jdoc *field = jdoc_item(fields, i, NULL);
		struct result_cell *cell = &(*list)[i];

		cell->name = mem_text(jdoc_text(field, "name", ""));
		cell->repeated = strcmp(jdoc_text(field, "mode", ""), "REPEATED") == 0;
		make_label(cell);
		choose(cell, jdoc_text(field, "type", ""));
		if (cell->write == write_record &&
		    !make_cells(&cell->fields, &cell->n, jdoc_at(field, "fields"), depth + 1))
			ok = false;
	}
	return ok;
}

bool cells_init(struct cells *c, const jdoc *schema)
{
	*c = (struct cells){0};
	buf_init(&c->scratch, CELLS_JSON_MAX);
	return make_cells(&c->list, &c->n, jdoc_at(schema, "fields"), 0);
}

static void free_cells(struct result_cell *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free_cells(list[i].fields, list[i].n);
		free(list[i].name);
		free(list[i].label_text);
	}
	free(list);
}

void cells_free(struct cells *c)
{
	free_cells(c->list, c->n);
	scan_free(&c->scan);
	buf_free(&c->scratch);
	*c = (struct cells){0};
}
