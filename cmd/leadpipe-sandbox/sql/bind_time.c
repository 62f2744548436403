/* Date parts, INTERVAL, EXTRACT and formats: what can be checked before a query runs. */

#include "sql/bind.h"
#include "sql/when.h"

#include <ctype.h>

static void to_upper(struct sql *q, struct expr *e)
{
	char *text = tree_keep(q, e->text);

	for (char *p = text; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	e->text = span_of(text);
}

void bind_part(struct sql *q, struct expr *e)
{
	const struct expr *day = e->args.n == 1 ? tree_expr(&e->args, 0) : NULL;

	if (e->kind == E_CALL && day && day->kind == E_NAME)
		e->text =
		    span_of(tree_text(q, "%.*s(%.*s)", SPAN_ARG(e->text), SPAN_ARG(day->text)));
	else if (e->kind != E_NAME)
		tree_fail(q, "invalidQuery", e->at, "A valid date part name is required");
	e->kind = E_PART;
	e->args.n = 0;
	to_upper(q, e);
}

void bind_interval(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	struct expr *n = tree_expr(&e->args, 0);

	bind_expr(q, scope, n);
	if (!ty_takes(n, ty_of(TYPE_INT64)))
		tree_fail(
		    q, "invalidQuery", n->at, "Interval value must be coercible to INT64 type");
	e->args.item[0] = ty_coerce(q, n, ty_of(TYPE_INT64));
	e->ty = ty_of(TYPE_INTERVAL);
	to_upper(q, e);
}

/* The types whose functions are called bq_date_add, bq_datetime_trunc ... */
static const struct {
	const char *name;
	enum when_kind kind;
} timed[] = {{"bq_date_", WHEN_DATE}, {"bq_datetime_", WHEN_DATETIME},
    {"bq_timestamp_", WHEN_TIMESTAMP}, {"bq_last_day", WHEN_DATE}};

/* Does the function take the part? DATE_ADD takes no HOUR, TIMESTAMP_ADD no MONTH. */
static void check_parts(struct sql *q, const struct expr *e)
{
	for (size_t i = 0; i < e->args.n; i++) {
		const struct expr *arg = tree_expr(&e->args, i);
		const char *sql = e->func->sql, *part = tree_keep(q, arg->text);
		enum when_use use = strstr(sql, "_diff")                           ? WHEN_COUNTS
		                    : strstr(sql, "_trunc") || strstr(sql, "_day") ? WHEN_CUTS
		                                                                   : WHEN_ADDS;

		if (arg->kind != E_PART && arg->kind != E_INTERVAL)
			continue;
		for (size_t j = 0; j < sizeof timed / sizeof *timed; j++)
			if (strncmp(sql, timed[j].name, strlen(timed[j].name)) == 0 &&
			    !when_takes(timed[j].kind, use, part))
				tree_fail(q, "invalidQuery", arg->at,
				    "%s does not support the %s date part when the argument is %s "
				    "type",
				    e->func->name + (*e->func->name == '$'), part,
				    ty_name(q, tree_expr(&e->args, 0)->ty));
	}
}

/* FORMAT_ and PARSE_: a literal format is checked here, where its place is known. */
static void check_format(struct sql *q, const struct expr *e)
{
	const struct expr *format = e->args.n ? tree_expr(&e->args, 0) : NULL;
	bool parse = strncmp(e->func->sql, "bq_parse_", 9) == 0;
	struct span strange;

	if ((!parse && strncmp(e->func->sql, "bq_format_time", 14) != 0) || format->null ||
	    format->kind != E_LITERAL)
		return;
	strange = when_strange(format->text, parse);
	if (strange.n)
		tree_unsupported(q, format->at, "element %.*s in the format of %s",
		    SPAN_ARG(strange), e->func->name);
}

static bool is_time(const struct expr *e)
{
	return !e->ty.array && (e->ty.kind == TYPE_DATE || e->ty.kind == TYPE_DATETIME ||
	                           e->ty.kind == TYPE_TIMESTAMP || e->ty.kind == TYPE_INTERVAL);
}

bool bind_time_op(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	struct expr *left = tree_expr(&e->args, 0), *right = tree_expr(&e->args, 1);
	const char *name = e->op == OP_ADD ? "$+" : "$-";

	bind_expr(q, scope, left);
	if (right->kind == E_INTERVAL)
		bind_interval(q, scope, right);
	else
		bind_expr(q, scope, right);
	if (right->kind != E_INTERVAL && !is_time(left) && !is_time(right))
		return false;
	if ((e->op != OP_ADD && e->op != OP_SUB) || !func_match(q, func_find(span_of(name)), e)) {
		if (left->ty.kind == TYPE_INTERVAL || right->ty.kind == TYPE_INTERVAL)
			tree_unsupported(q, e->at, "this operator with an INTERVAL");
		return false;
	}
	e->kind = E_CALL;
	e->text = span_of(name);
	bind_check_time(q, e);
	return true;
}

void bind_check_time(struct sql *q, const struct expr *e)
{
	check_parts(q, e);
	check_format(q, e);
}

void bind_extract(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	struct expr *of = tree_expr(&e->args, 0);
	enum when_kind kind;

	bind_expr(q, scope, of);
	for (size_t i = 1; i < e->args.n; i++)
		bind_expr(q, scope, tree_expr(&e->args, i));
	if (of->ty.kind == TYPE_INTERVAL)
		tree_unsupported(q, e->at, "EXTRACT from INTERVAL");
	if (of->ty.array || (of->ty.kind != TYPE_DATE && of->ty.kind != TYPE_DATETIME &&
	                        of->ty.kind != TYPE_TIMESTAMP && of->ty.kind != TYPE_TIME))
		tree_fail(q, "invalidQuery", e->at, "EXTRACT does not support arguments of type %s",
		    ty_name(q, of->ty));
	if (e->args.n > 1 && of->ty.kind != TYPE_TIMESTAMP)
		tree_fail(q, "invalidQuery", e->at,
		    "EXTRACT with AT TIME ZONE takes a TIMESTAMP, not %s", ty_name(q, of->ty));
	to_upper(q, e);
	kind = of->ty.kind == TYPE_DATE       ? WHEN_DATE
	       : of->ty.kind == TYPE_TIME     ? WHEN_TIME
	       : of->ty.kind == TYPE_DATETIME ? WHEN_DATETIME
	                                      : WHEN_TIMESTAMP;
	if (!when_extracts(kind, e->text.p))
		tree_fail(q, "invalidQuery", e->at,
		    "EXTRACT from %s does not support the %s date part", ty_name(q, of->ty),
		    e->text.p);
	e->ty = ty_of(tree_is(e->text, "DATE")       ? TYPE_DATE
	              : tree_is(e->text, "TIME")     ? TYPE_TIME
	              : tree_is(e->text, "DATETIME") ? TYPE_DATETIME
	                                             : TYPE_INT64);
}
