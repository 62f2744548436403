#include "sql/emit.h"

void emit_order(struct sql *q, const struct list *order)
{
	for (size_t i = 0; i < order->n; i++) {
		const struct order *o = order->item[i];
		bool real = o->expr->ty.kind == TYPE_FLOAT64;

		emit(q, "%s%s", i ? ", " : "", real ? "bq_float_key(" : "");
		if (o->expr->kind == E_LITERAL)
			emit(q, "NULL");
		else
			emit_expr(q, o->expr);
		emit(q, "%s%s%s%s", real ? ")" : "", emit_collation(o->expr->ty),
		    o->down ? " DESC" : "",
		    o->nulls > 0   ? " NULLS FIRST"
		    : o->nulls < 0 ? " NULLS LAST"
		                   : "");
	}
}

static void emit_over(struct sql *q, const struct over *over)
{
	emit(q, " OVER (");
	for (size_t i = 0; i < over->partition.n; i++) {
		emit(q, i ? ", " : "PARTITION BY ");
		emit_expr(q, tree_expr(&over->partition, i));
	}
	if (over->order.n) {
		emit(q, " ORDER BY ");
		emit_order(q, &over->order);
	}
	emit(q, " %.*s)", SPAN_ARG(over->frame));
}

static void emit_args(struct sql *q, const struct expr *e, size_t from)
{
	for (size_t i = from; i < e->args.n; i++) {
		emit(q, i > from ? ", " : "");
		emit_expr(q, tree_expr(&e->args, i));
	}
}

/* %1 %2 ... an argument, %* all, %@ the statement's time. */
static void emit_template(struct sql *q, const struct expr *e)
{
	for (const char *p = e->func->sql; *p; p++) {
		if (*p != '%') {
			emit(q, "%c", *p);
			continue;
		}
		p++;
		if (*p == '*') {
			emit_args(q, e, 0);
		} else if (*p == '@') {
			emit(q, "%lld", (long long)q->now);
			for (size_t i = 0; p[1] == ')' && i < e->args.n; i++) {
				emit(q, ", ");
				emit_expr(q, tree_expr(&e->args, i));
			}
		} else {
			if (e->distinct)
				emit(q, "DISTINCT ");
			emit_expr(q, tree_expr(&e->args, (size_t)(*p - '1')));
		}
	}
}

/* A letter for a scalar type: d a day or a time of day, g GEOGRAPHY, \0 none. */
static char scalar_letter(enum type type)
{
	static const char letters[] = {[TYPE_STRING] = 's',
	    [TYPE_BYTES] = 'b',
	    [TYPE_INT64] = 'i',
	    [TYPE_FLOAT64] = 'f',
	    [TYPE_NUMERIC] = 'n',
	    [TYPE_BIGNUMERIC] = 'n',
	    [TYPE_BOOL] = 'o',
	    [TYPE_DATE] = 'd',
	    [TYPE_TIME] = 'd',
	    [TYPE_DATETIME] = 'd',
	    [TYPE_TIMESTAMP] = 't',
	    [TYPE_JSON] = 'j',
	    [TYPE_GEOGRAPHY] = 'g'};

	return type < sizeof letters ? letters[type] : '\0';
}

/* How TO_JSON_STRING reads a stored value: a letter, A before an element, {"name":...}. */
static const char *json_shape(struct sql *q, struct ty ty, const struct expr *call)
{
	char letter = scalar_letter(ty.kind);
	const char *shape = "{";

	if (ty.array)
		return tree_text(q, "A%s", json_shape(q, ty_element(ty), call));
	if (ty.kind == TYPE_INTERVAL || ty.kind == TYPE_RANGE)
		tree_unsupported(q, call->at, "%s as JSON", ty_name(q, ty));
	if (ty.kind != TYPE_RECORD)
		return tree_text(q, "%c",
		    letter == 'd' || letter == 'g'                           ? 's'
		    : strchr("in", letter) && tree_is(call->text, "TO_JSON") ? 'w'
		                                                             : letter);
	for (size_t i = 0; i < ty.n; i++)
		shape = tree_text(q, "%s%s\"%s\":%s", shape, i ? "," : "", ty.fields[i].name,
		    json_shape(q, ty_column(&ty.fields[i]), call));
	return tree_text(q, "%s}", shape);
}

/* ARRAY_AGG and STRING_AGG: 'kind[D][N];limit;directions', value, [separator,] keys. */
static void emit_list_agg(struct sql *q, const struct expr *e)
{
	bool strings = tree_is(span_of(e->func->sql), "bq_string_agg");
	struct ty ty = tree_expr(&e->args, 0)->ty;

	emit(q, "%s('%c%s%s;%.*s;", e->func->sql, emit_kind(ty), e->distinct ? "D" : "",
	    e->ignore_nulls ? "N" : "", e->limit ? (int)e->limit->text.n : 0,
	    e->limit ? e->limit->text.p : "");
	for (size_t i = 0; i < e->order.n; i++) {
		const struct order *o = e->order.item[i];
		bool nulls_first = o->nulls ? o->nulls > 0 : !o->down;
		emit(q, "%c%c", o->down ? '-' : '+', nulls_first ? 'f' : 'l');
	}
	emit(q, "', ");
	emit_expr(q, tree_expr(&e->args, 0));
	if (strings && e->args.n < 2)
		emit(q, ty.kind == TYPE_BYTES ? ", x'2c'" : ", ','");
	else if (strings)
		emit(q, ", "), emit_expr(q, tree_expr(&e->args, 1));
	for (size_t i = 0; i < e->order.n; i++) {
		const struct order *o = e->order.item[i];
		const char *key = o->expr->ty.kind == TYPE_FLOAT64 ? "bq_float_key"
		                  : *emit_collation(o->expr->ty)   ? "bq_num_key"
		                                                   : "";
		emit(q, ", %s(", key);
		emit_expr(q, o->expr);
		emit(q, ")");
	}
	emit(q, ")");
}

/* FIRST_VALUE, LAST_VALUE and NTH_VALUE with IGNORE NULLS: bq_nth(value, n or 'last'). */
static void emit_nth(struct sql *q, const struct expr *e)
{
	emit(q, "bq_nth(");
	emit_args(q, e, 0);
	emit(q, e->args.n > 1 ? ")" : tree_is(e->text, "FIRST_VALUE") ? ", 1)" : ", 'last')");
}

void emit_call(struct sql *q, const struct expr *e)
{
	const char *sql = e->func->sql;
	bool own = strncmp(sql, "bq_", 3) == 0;

	if (e->safe && (!own || e->func->kind != FUNC_SCALAR))
		tree_unsupported(q, e->at, "SAFE.%s", e->func->name);
	if (e->over && e->ignore_nulls && e->func->kind == FUNC_WINDOW) {
		emit_nth(q, e);
	} else if (tree_is(span_of(sql), "bq_array_agg") ||
	           tree_is(span_of(sql), "bq_string_agg")) {
		emit_list_agg(q, e);
	} else if (strpbrk(sql, "%('")) {
		emit(q, e->safe ? "safe_" : "");
		emit_template(q, e);
	} else if (e->star) {
		emit(q, "COUNT(*)");
	} else {
		emit(q, "%s%s(%s", e->safe ? "safe_" : "", sql, e->distinct ? "DISTINCT " : "");
		if (tree_is(span_of(sql), "bq_to_json")) {
			emit_text(q, span_of(json_shape(q, tree_expr(&e->args, 0)->ty, e)));
			emit(q, ", ");
		}
		emit_args(q, e, 0);
		emit(q, ")");
	}
	if (e->over)
		emit_over(q, e->over);
}
