#include "sql/bind.h"

static void bind_args(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	for (size_t i = 0; i < e->args.n; i++)
		bind_expr(q, scope, tree_expr(&e->args, i));
}

void bind_condition(struct sql *q, struct sql_scope *scope, struct expr **e, const char *what)
{
	if (!*e)
		return;
	bind_expr(q, scope, *e);
	if (!ty_takes(*e, ty_of(TYPE_BOOL)))
		tree_fail(q, "invalidQuery", (*e)->at, "%s should return type BOOL, but returns %s",
		    what, ty_name(q, (*e)->ty));
	*e = ty_coerce(q, *e, ty_of(TYPE_BOOL));
}

static void coerce_all(struct sql *q, struct expr *e, size_t from, size_t step, const char *what)
{
	struct ty ty;

	if (!ty_common(&e->args, from, step, &ty))
		tree_fail(q, "invalidQuery", e->at, "No matching signature for %s", what);
	for (size_t i = from; i < e->args.n; i += step)
		e->args.item[i] = ty_coerce(q, tree_expr(&e->args, i), ty);
	e->ty = ty;
}

static void bind_case(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	size_t first = e->operand ? 1 : 0, pairs = (e->args.n - first) / 2;
	struct list conditions = {0}, results = {0};
	struct ty when = ty_of(TYPE_BOOL), then;

	bind_args(q, scope, e);
	for (size_t i = 0; i < pairs; i++) {
		tree_add(q, &conditions, e->args.item[first + 2 * i]);
		tree_add(q, &results, e->args.item[first + 2 * i + 1]);
	}
	if (e->otherwise)
		tree_add(q, &results, e->args.item[e->args.n - 1]);
	if (e->operand)
		tree_add(q, &conditions, e->args.item[0]);
	if ((e->operand && (!ty_common(&conditions, 0, 1, &when) || !ty_groups(when))) ||
	    !ty_common(&results, 0, 1, &then))
		tree_fail(q, "invalidQuery", e->at,
		    "No matching signature for operator CASE; all THEN and ELSE results, and all "
		    "WHEN values, must be coercible to a common type");
	for (size_t i = 0; i < conditions.n; i++)
		if (!ty_takes(tree_expr(&conditions, i), when))
			tree_fail(q, "invalidQuery", tree_expr(&conditions, i)->at,
			    "No matching signature for operator CASE; a WHEN condition is %s, not "
			    "BOOL",
			    ty_name(q, tree_expr(&conditions, i)->ty));
	for (size_t i = 0; i < e->args.n; i++) {
		bool result = i == e->args.n - 1 ? e->otherwise || (i - first) % 2 == 1
		                                 : i >= first && (i - first) % 2 == 1;
		e->args.item[i] = ty_coerce(q, tree_expr(&e->args, i), result ? then : when);
	}
	e->ty = then;
}

static void bind_subquery(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	e->query->is_value = true;
	bind_query(q, scope, e->query);
	if (e->kind == E_EXISTS) {
		e->ty = ty_of(TYPE_BOOL);
		return;
	}
	if (e->query->output.n != 1)
		tree_fail(q, "invalidQuery", e->at,
		    e->kind == E_ARRAY_QUERY
		        ? "ARRAY subquery cannot have more than one column unless using SELECT AS "
		          "STRUCT to build STRUCT values"
		        : "Scalar subquery cannot have more than one column unless using SELECT AS "
		          "STRUCT to build STRUCT values");
	e->ty = ((struct scol *)e->query->output.item[0])->ty;
	if (e->kind == E_ARRAY_QUERY) {
		if (e->ty.array)
			tree_fail(q, "invalidQuery", e->at,
			    "Cannot use array subquery with column of type %s because nested "
			    "arrays "
			    "are not supported",
			    ty_name(q, e->ty));
		e->ty = ty_array(e->ty);
	}
}

static void bind_in(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	struct list sides = {0};
	struct expr *array;
	struct ty ty;

	bind_args(q, scope, e);
	if (tree_expr(&e->args, 0)->ty.kind == TYPE_RECORD)
		tree_unsupported(q, e->at, "IN of STRUCTs");
	tree_add(q, &sides, e->args.item[0]);
	if (e->query) {
		struct expr *column = tree_node(q, E_COLUMN, e->at);
		bind_subquery(q, scope, e);
		column->ty = e->ty;
		tree_add(q, &sides, column);
	} else if (e->unnest) {
		array = tree_node(q, E_COLUMN, e->at);
		if (!tree_expr(&e->args, 1)->ty.array)
			tree_fail(q, "invalidQuery", tree_expr(&e->args, 1)->at,
			    "Second argument of IN UNNEST must be an array but was %s",
			    ty_name(q, tree_expr(&e->args, 1)->ty));
		array->ty = ty_element(tree_expr(&e->args, 1)->ty);
		tree_add(q, &sides, array);
	} else {
		sides = e->args;
	}
	if (!ty_common(&sides, 0, 1, &ty) || !ty_groups(ty) ||
	    ((e->query || e->unnest) && !ty_same(ty, tree_expr(&sides, 1)->ty)))
		tree_fail(q, "invalidQuery", e->at,
		    "No matching signature for operator IN for argument types %s and %s",
		    ty_name(q, tree_expr(&sides, 0)->ty), ty_name(q, tree_expr(&sides, 1)->ty));
	for (size_t i = 0; i < e->args.n && !(i == 1 && e->unnest); i++)
		e->args.item[i] = ty_coerce(q, tree_expr(&e->args, i), ty);
	e->ty = ty_of(TYPE_BOOL);
}

static void bind_array(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	bind_args(q, scope, e);
	if (e->target) {
		for (size_t i = 0; i < e->args.n; i++) {
			struct expr *arg = tree_expr(&e->args, i);
			if (!ty_takes(arg, ty_element(*e->target)))
				tree_fail(q, "invalidQuery", arg->at,
				    "Array element type %s does not coerce to %s",
				    ty_name(q, arg->ty), ty_name(q, ty_element(*e->target)));
			e->args.item[i] = ty_coerce(q, arg, ty_element(*e->target));
		}
		e->ty = *e->target;
		return;
	}
	if (e->args.n)
		coerce_all(q, e, 0, 1, "array element types");
	if (e->ty.array)
		tree_fail(q, "invalidQuery", e->at,
		    "Cannot construct array with element type %s because nested arrays are not "
		    "supported",
		    ty_name(q, e->ty));
	e->ty = ty_array(e->args.n ? e->ty : ty_of(TYPE_INT64));
}

static void bind_struct(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	struct catalog_column *fields;

	bind_args(q, scope, e);
	if (e->target) {
		e->ty = *e->target;
		if (e->ty.n != e->args.n)
			tree_fail(q, "invalidQuery", e->at,
			    "STRUCT type has %zu fields but constructor call has %zu fields",
			    e->ty.n, e->args.n);
		for (size_t i = 0; i < e->args.n; i++) {
			struct ty want = ty_column(&e->ty.fields[i]);
			if (!ty_takes(tree_expr(&e->args, i), want))
				tree_fail(q, "invalidQuery", tree_expr(&e->args, i)->at,
				    "Struct field %zu has type %s which does not coerce to %s",
				    i + 1, ty_name(q, tree_expr(&e->args, i)->ty),
				    ty_name(q, want));
			e->args.item[i] = ty_coerce(q, tree_expr(&e->args, i), want);
		}
		return;
	}
	if (e->names.n < e->args.n) /* the binder made it: it has its type */
		return;
	fields = tree_new(q, e->args.n * sizeof(*fields) + 1);
	for (size_t i = 0; i < e->args.n; i++) {
		const struct expr *arg = tree_expr(&e->args, i);
		struct span name = *(struct span *)e->names.item[i];
		if (!name.p && arg->kind == E_COLUMN)
			name = arg->column->name;
		fields[i] = ty_as_column(q, arg->ty, name);
	}
	e->ty = (struct ty){.kind = TYPE_RECORD, .fields = fields, .n = e->args.n};
}

static void bind_json_index(struct sql *q, struct expr *e)
{
	struct expr *key = tree_expr(&e->args, 1);
	struct ty ty = ty_of(key->ty.kind == TYPE_STRING ? TYPE_STRING : TYPE_INT64);

	if (!ty_takes(key, ty) || !tree_is(e->text, "OFFSET"))
		tree_fail(q, "invalidQuery", key->at,
		    "Subscript access on JSON takes an INT64 or a STRING, not %s",
		    ty_name(q, key->ty));
	e->args.item[1] = ty_coerce(q, key, ty);
	e->ty = ty_of(TYPE_JSON);
}

static void bind_index(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	const struct expr *array;

	bind_args(q, scope, e);
	array = tree_expr(&e->args, 0);
	if (array->ty.kind == TYPE_JSON && !array->ty.array) {
		bind_json_index(q, e);
		return;
	}
	if (!array->ty.array)
		tree_fail(q, "invalidQuery", e->at,
		    "Subscript access using [INT64] is not supported on values of type %s",
		    ty_name(q, array->ty));
	if (!ty_takes(tree_expr(&e->args, 1), ty_of(TYPE_INT64)))
		tree_fail(q, "invalidQuery", tree_expr(&e->args, 1)->at,
		    "Array position in [] must be coercible to INT64 type, but has type %s",
		    ty_name(q, tree_expr(&e->args, 1)->ty));
	e->ty = ty_element(array->ty);
}

void bind_expr(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	tree_depth(q, e->at, 1);
	switch (e->kind) {
	case E_LITERAL:
		if (e->ty.kind == TYPE_INT64 && span_eq(e->text, SPAN("9223372036854775808")))
			tree_fail(q, "invalidQuery", e->at, "Invalid integer literal: %.*s",
			    SPAN_ARG(e->text));
		break;
	case E_NAME:
	case E_FIELD: bind_name(q, scope, e); break;
	case E_COLUMN: break;
	case E_PARAM: bind_param(q, e); break;
	case E_OP: bind_op(q, scope, e); break;
	case E_CALL: bind_call(q, scope, e); break;
	case E_CASE: bind_case(q, scope, e); break;
	case E_CAST:
		if (!e->implicit) {
			bind_args(q, scope, e);
			bind_cast(q, e);
		}
		break;
	case E_IN: bind_in(q, scope, e); break;
	case E_EXISTS:
	case E_SUBQUERY:
	case E_ARRAY_QUERY: bind_subquery(q, scope, e); break;
	case E_ARRAY: bind_array(q, scope, e); break;
	case E_STRUCT: bind_struct(q, scope, e); break;
	case E_INDEX: bind_index(q, scope, e); break;
	case E_EXTRACT: bind_extract(q, scope, e); break;
	case E_INTERVAL:
		tree_unsupported(q, e->at, "INTERVAL but after + and - and in functions of times");
	case E_PART: break;
	}
	tree_depth(q, e->at, -1);
}
