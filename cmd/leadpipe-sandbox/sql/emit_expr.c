#include "sql/emit.h"
#include "sql/cast.h"

#include <stdarg.h>
#include <stdio.h>

enum { ARRAY_CHUNK = 100 }; /* SQLite's functions take 127 arguments */

void emit(struct sql *q, const char *format, ...)
{
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	if (n > 0 && buf_reserve(&q->sql, (size_t)n + 1)) {
		vsnprintf(q->sql.p + q->sql.n, (size_t)n + 1, format, again);
		q->sql.n += (size_t)n;
	}
	va_end(again);
	va_end(args);
	if (q->sql.full)
		tree_fail(q, "invalidQuery", (struct sql_place){0}, "Query is too large");
}

static void emit_hex(struct sql *q, struct span bytes)
{
	emit(q, "x'");
	for (size_t i = 0; i < bytes.n; i++)
		emit(q, "%02x", (unsigned char)bytes.p[i]);
	emit(q, "'");
}

void emit_text(struct sql *q, struct span text)
{
	if (text.n && memchr(text.p, '\0', text.n)) {
		emit(q, "CAST(");
		emit_hex(q, text);
		emit(q, " AS TEXT)");
		return;
	}
	buf_addc(&q->sql, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\'')
			buf_addc(&q->sql, '\'');
		buf_addc(&q->sql, text.p[i]);
	}
	emit(q, "'");
}

const char *emit_quoted(struct sql *q, const char *text, char quote)
{
	char *out = tree_new(q, 2 * strlen(text) + 3), *p = out;

	*p++ = quote;
	for (; *text; text++) {
		if (*text == quote)
			*p++ = quote;
		*p++ = *text;
	}
	*p = quote;
	return out;
}

const char *emit_name(struct sql *q, const char *name)
{
	return emit_quoted(q, name, '"');
}

char emit_kind(struct ty ty)
{
	return ty.array || ty.kind == TYPE_RECORD ? 'r'
	       : ty.kind == TYPE_FLOAT64          ? 'f'
	       : ty.kind == TYPE_BYTES            ? 'b'
	                                          : 's';
}

const char *emit_field_head(struct ty ty)
{
	return ty.array || (ty.kind != TYPE_FLOAT64 && ty.kind != TYPE_BYTES) ? "(json_extract("
	       : ty.kind == TYPE_FLOAT64 ? "bq_float(json_extract("
	                                 : "bq_from_base64(json_extract(";
}

const char *emit_field_tail(struct sql *q, size_t index)
{
	return tree_text(q, ", '$[%zu]'))", index);
}

const char *emit_collation(struct ty ty)
{
	return !ty.array && (ty.kind == TYPE_NUMERIC || ty.kind == TYPE_BIGNUMERIC)
	           ? " COLLATE bq_num"
	           : "";
}

static void emit_literal(struct sql *q, const struct expr *e)
{
	if (e->null) {
		emit(q, "NULL");
		return;
	}
	if (e->ty.array) {
		emit_text(q, e->text);
		return;
	}
	switch (e->ty.kind) {
	case TYPE_INT64:
	case TYPE_BOOL:
	case TYPE_TIMESTAMP: emit(q, "(%.*s)", SPAN_ARG(e->text)); break;
	case TYPE_FLOAT64:
		if (strchr("0123456789.", e->text.p[*e->text.p == '-']))
			emit(q, "(%.*s)", SPAN_ARG(e->text));
		else
			emit(q, "%s",
			    memchr(e->text.p, 'N', e->text.n) ? "'NaN'"
			    : *e->text.p == '-'               ? "(-9e999)"
			                                      : "9e999");
		break;
	case TYPE_BYTES: emit_hex(q, e->text); break;
	default: emit_text(q, e->text);
	}
}

static void emit_field(struct sql *q, const struct expr *e)
{
	const struct expr *of = tree_expr(&e->args, 0);
	size_t i = 0;

	if (of->ty.kind == TYPE_JSON) {
		emit(q, "bq_json_field(");
		emit_expr(q, of);
		emit(q, ", ");
		emit_text(q, e->text);
		emit(q, ")");
		return;
	}
	while (i < of->ty.n && !tree_is(e->text, of->ty.fields[i].name))
		i++;
	emit(q, "%s", emit_field_head(e->ty));
	emit_expr(q, of);
	emit(q, "%s", emit_field_tail(q, i));
}

/* bq_array('kinds', a, b ...), in chunks that SQLite takes. */
static void emit_array(struct sql *q, const struct expr *e)
{
	bool chunks = e->args.n > ARRAY_CHUNK;

	if (chunks)
		emit(q, "bq_array_join(");
	for (size_t i = 0; i == 0 || i < e->args.n; i += ARRAY_CHUNK) {
		size_t end = i + ARRAY_CHUNK < e->args.n ? i + ARRAY_CHUNK : e->args.n;

		emit(q, "%sbq_array('", i ? ", " : "");
		for (size_t j = i; j < end; j++)
			emit(q, "%c", emit_kind(tree_expr(&e->args, j)->ty));
		emit(q, "'");
		for (size_t j = i; j < end; j++) {
			emit(q, ", ");
			emit_expr(q, tree_expr(&e->args, j));
		}
		emit(q, ")");
	}
	if (chunks)
		emit(q, ")");
}

static void emit_case(struct sql *q, const struct expr *e)
{
	size_t i = 0, end = e->args.n - (e->otherwise ? 1 : 0);

	emit(q, "(CASE");
	if (e->operand) {
		emit(q, " ");
		emit_expr(q, tree_expr(&e->args, i++));
	}
	for (; i < end; i += 2) {
		emit(q, " WHEN ");
		emit_expr(q, tree_expr(&e->args, i));
		emit(q, " THEN ");
		emit_expr(q, tree_expr(&e->args, i + 1));
	}
	if (e->otherwise) {
		emit(q, " ELSE ");
		emit_expr(q, tree_expr(&e->args, end));
	}
	emit(q, " END)");
}

static void emit_in(struct sql *q, const struct expr *e)
{
	bool bytes = tree_expr(&e->args, 0)->ty.kind == TYPE_BYTES;

	emit(q, "(");
	emit_expr(q, tree_expr(&e->args, 0));
	emit(q, e->negated ? " NOT IN (" : " IN (");
	if (e->query) {
		emit_query(q, e->query);
	} else if (e->unnest) {
		emit(q, "SELECT %s FROM json_each(", bytes ? "bq_from_base64(value)" : "value");
		emit_expr(q, tree_expr(&e->args, 1));
		emit(q, ")");
	} else {
		for (size_t i = 1; i < e->args.n; i++) {
			emit(q, i > 1 ? ", " : "");
			emit_expr(q, tree_expr(&e->args, i));
		}
	}
	emit(q, "))");
}

static void emit_subquery(struct sql *q, const struct expr *e)
{
	bool sure =
	    e->query->one_row || (e->query->limit && span_eq(e->query->limit->text, SPAN("1")));

	if (e->kind == E_EXISTS)
		emit(q, "EXISTS (");
	else if (e->kind == E_ARRAY_QUERY)
		emit(q, "IFNULL((SELECT bq_array_agg('%c;;', c$0) FROM (",
		    emit_kind(ty_element(e->ty)));
	else
		emit(q, sure ? "(" : "(SELECT bq_single(c$0) FROM (");
	emit_query(q, e->query);
	emit(q, e->kind == E_ARRAY_QUERY ? ")), '[]')" : e->kind == E_EXISTS || sure ? ")" : "))");
}

static void emit_index(struct sql *q, const struct expr *e)
{
	if (!tree_expr(&e->args, 0)->ty.array) {
		emit(q, "bq_json_field(");
		emit_expr(q, tree_expr(&e->args, 0));
		emit(q, ", ");
		emit_expr(q, tree_expr(&e->args, 1));
		emit(q, ")");
		return;
	}
	emit(q, "%s", emit_field_head(e->ty));
	emit_expr(q, tree_expr(&e->args, 0));
	emit(q, ", bq_index(json_array_length(");
	emit_expr(q, tree_expr(&e->args, 0));
	emit(q, "), ");
	emit_expr(q, tree_expr(&e->args, 1));
	emit(q, ", ");
	emit_text(q, e->text);
	emit(q, ")))");
}

static void emit_extract(struct sql *q, const struct expr *e)
{
	emit(q, "bq_extract(");
	emit_text(q, e->text);
	emit(q, ", ");
	emit_expr(q, tree_expr(&e->args, 0));
	if (e->args.n > 1) {
		emit(q, ", ");
		emit_expr(q, tree_expr(&e->args, 1));
	}
	emit(q, ")");
}

void emit_expr(struct sql *q, const struct expr *e)
{
	switch (e->kind) {
	case E_LITERAL: emit_literal(q, e); break;
	case E_COLUMN: emit(q, "%s", e->column->sql); break;
	case E_FIELD: emit_field(q, e); break;
	case E_OP: emit_op(q, e); break;
	case E_CALL: emit_call(q, e); break;
	case E_CASE: emit_case(q, e); break;
	case E_CAST:
		emit_cast(q, tree_expr(&e->args, 0)->ty, e->ty, e->safe, tree_expr(&e->args, 0));
		break;
	case E_IN: emit_in(q, e); break;
	case E_EXISTS:
	case E_SUBQUERY:
	case E_ARRAY_QUERY: emit_subquery(q, e); break;
	case E_ARRAY:
	case E_STRUCT: emit_array(q, e); break;
	case E_INDEX: emit_index(q, e); break;
	case E_EXTRACT: emit_extract(q, e); break;
	case E_INTERVAL:
		emit_expr(q, tree_expr(&e->args, 0));
		emit(q, ", ");
		emit_text(q, e->text);
		break;
	case E_PART: emit_text(q, e->text); break;
	case E_NAME:
	case E_PARAM: tree_fail(q, "internalError", e->at, "A name was left unresolved");
	}
}
