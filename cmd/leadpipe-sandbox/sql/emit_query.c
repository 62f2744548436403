#include "sql/emit.h"

static const char *const joins[] = {[JOIN_CROSS] = " JOIN ",
    [JOIN_INNER] = " JOIN ",
    [JOIN_LEFT] = " LEFT JOIN ",
    [JOIN_RIGHT] = " RIGHT JOIN ",
    [JOIN_FULL] = " FULL JOIN "};

void emit_from(struct sql *q, const struct from *from)
{
	switch (from->kind) {
	case FROM_TABLE: emit(q, "%s AS %s", from->sql, from->name); break;
	case FROM_QUERY:
		emit(q, "(");
		emit_query(q, from->query);
		emit(q, ") AS %s", from->name);
		break;
	case FROM_UNNEST:
		emit(q, from->apart ? "(SELECT key, value FROM json_each(" : "json_each(");
		emit_expr(q, from->array);
		emit(q, from->apart ? ")) AS %s" : ") AS %s", from->name);
		break;
	case FROM_JOIN:
		emit_from(q, from->left);
		emit(q, "%s%s", joins[from->join], from->right->kind == FROM_JOIN ? "(" : "");
		emit_from(q, from->right);
		emit(q, "%s", from->right->kind == FROM_JOIN ? ")" : "");
		if (from->on) {
			emit(q, " ON ");
			emit_expr(q, from->on);
		} else if (from->join != JOIN_CROSS) {
			emit(q, " ON 1");
		}
		break;
	}
}

static void clause(struct sql *q, const char *word, const struct expr *e)
{
	if (!e)
		return;
	emit(q, "%s", word);
	emit_expr(q, e);
}

/* FROM ... HAVING of a SELECT. */
static void emit_body(struct sql *q, const struct select *s)
{
	if (s->from) {
		emit(q, " FROM ");
		emit_from(q, s->from);
	}
	clause(q, " WHERE ", s->where);
	for (size_t i = 0; i < s->group.n; i++) {
		const struct expr *e = tree_expr(&s->group, i);
		emit(q, i ? ", " : " GROUP BY ");
		/* a bare number would be taken for an ordinal */
		if (e->kind == E_LITERAL)
			emit(q, "NULL");
		else
			emit_expr(q, e);
	}
	clause(q, " HAVING ", s->having);
}

static void emit_items(struct sql *q, const struct select *s)
{
	for (size_t i = 0; i < s->items.n; i++) {
		emit(q, i ? ", " : "");
		emit_expr(q, ((struct item *)s->items.item[i])->expr);
		emit(q, " AS c$%zu", i);
	}
}

static void emit_limit(struct sql *q, const struct query *query)
{
	if (query->limit)
		emit(q, " LIMIT %.*s", SPAN_ARG(query->limit->text));
	if (query->offset)
		emit(q, " OFFSET %.*s", SPAN_ARG(query->offset->text));
}

/* The sort keys of a wrapped SELECT: its columns c$N, or the hidden k$N. */
static void emit_outer_order(struct sql *q, const struct query *query)
{
	for (size_t i = 0; i < query->order.n; i++) {
		const struct order *o = query->order.item[i];
		bool real = o->expr->ty.kind == TYPE_FLOAT64;

		emit(q, "%s%s%c$%zu%s%s%s%s", i ? ", " : " ORDER BY ", real ? "bq_float_key(" : "",
		    o->output >= 0 ? 'c' : 'k', o->output >= 0 ? (size_t)o->output : i,
		    real ? ")" : "", emit_collation(o->expr->ty), o->down ? " DESC" : "",
		    o->nulls > 0   ? " NULLS FIRST"
		    : o->nulls < 0 ? " NULLS LAST"
		                   : "");
	}
}

/* QUALIFY, and DISTINCT with an order: SELECT c$0 ... FROM (SELECT ..., qualify, keys) WHERE ... */
static void emit_wrapped(struct sql *q, const struct query *query)
{
	const struct select *s = query->select;

	emit(q, "SELECT %s", s->distinct ? "DISTINCT " : "");
	for (size_t i = 0; i < s->items.n; i++)
		emit(q, "%sc$%zu", i ? ", " : "", i);
	emit(q, " FROM (SELECT ");
	emit_items(q, s);
	clause(q, ", ", s->qualify);
	if (s->qualify)
		emit(q, " AS q$");
	for (size_t i = 0; i < query->order.n; i++) {
		const struct order *o = query->order.item[i];
		if (o->output >= 0)
			continue;
		emit(q, ", ");
		emit_expr(q, o->expr);
		emit(q, " AS k$%zu", i);
	}
	emit_body(q, s);
	emit(q, s->qualify ? ") WHERE q$" : ")");
	emit_outer_order(q, query);
}

static void emit_select(struct sql *q, const struct query *query)
{
	const struct select *s = query->select;

	if (s->qualify || (s->distinct && query->order.n)) {
		emit_wrapped(q, query);
	} else {
		emit(q, "SELECT %s", s->distinct ? "DISTINCT " : "");
		emit_items(q, s);
		emit_body(q, s);
		if (query->order.n) {
			emit(q, " ORDER BY ");
			emit_order(q, &query->order);
		}
	}
	emit_limit(q, query);
}

static void emit_input(struct sql *q, const struct query *query, const struct query *input)
{
	emit(q, "SELECT ");
	for (size_t i = 0; i < query->output.n; i++) {
		const struct scol *to = query->output.item[i];
		struct scol *from = input->output.item[i];
		struct expr e = {.kind = E_COLUMN, .ty = from->ty, .column = from};

		emit(q, i ? ", " : "");
		emit_cast(q, from->ty, to->ty, false, &e);
		emit(q, " AS c$%zu", i);
	}
	emit(q, " FROM (");
	emit_query(q, input);
	emit(q, ")");
}

static void emit_set(struct sql *q, const struct query *query)
{
	static const char *const words[] = {[SET_UNION_ALL] = " UNION ALL ",
	    [SET_UNION] = " UNION ",
	    [SET_INTERSECT] = " INTERSECT ",
	    [SET_EXCEPT] = " EXCEPT "};

	if (query->order.n)
		emit(q, "SELECT * FROM (");
	for (size_t i = 0; i < query->inputs.n; i++) {
		emit(q, "%s", i ? words[query->set] : "");
		emit_input(q, query, query->inputs.item[i]);
	}
	if (query->order.n) {
		emit(q, ") ORDER BY ");
		emit_order(q, &query->order);
	}
	emit_limit(q, query);
}

void emit_query(struct sql *q, const struct query *query)
{
	for (size_t i = 0; i < query->with.n; i++) {
		const struct with *w = query->with.item[i];
		emit(q, "%s%s AS (", i ? ", " : "WITH ", w->sql);
		emit_query(q, w->query);
		emit(q, ")%s", i + 1 == query->with.n ? " " : "");
	}
	if (query->select)
		emit_select(q, query);
	else
		emit_set(q, query);
}
