#include "sql/bind.h"

static const char *const op_words[] = {[OP_OR] = "OR",
    [OP_AND] = "AND",
    [OP_NOT] = "NOT",
    [OP_EQ] = "=",
    [OP_NE] = "!=",
    [OP_LT] = "<",
    [OP_LE] = "<=",
    [OP_GT] = ">",
    [OP_GE] = ">=",
    [OP_LIKE] = "LIKE",
    [OP_BETWEEN] = "BETWEEN",
    [OP_IS_NULL] = "IS NULL",
    [OP_IS_TRUE] = "IS TRUE",
    [OP_IS_FALSE] = "IS FALSE",
    [OP_DISTINCT] = "IS DISTINCT FROM",
    [OP_SAME] = "IS NOT DISTINCT FROM",
    [OP_ADD] = "+",
    [OP_SUB] = "-",
    [OP_MUL] = "*",
    [OP_DIV] = "/",
    [OP_CONCAT] = "||",
    [OP_NEG] = "-"};

static _Noreturn void no_signature(struct sql *q, const struct expr *e)
{
	tree_fail(q, "invalidQuery", e->at,
	    "No matching signature for operator %s for argument types: %s", op_words[e->op],
	    ty_names(q, &e->args));
}

static void coerce(struct sql *q, struct expr *e, struct ty ty)
{
	for (size_t i = 0; i < e->args.n; i++) {
		if (!ty_takes(tree_expr(&e->args, i), ty))
			no_signature(q, e);
		e->args.item[i] = ty_coerce(q, tree_expr(&e->args, i), ty);
	}
}

static bool is_null_of(const struct expr *e, const struct expr *what)
{
	return e->kind == E_OP && e->op == OP_IS_NULL && !e->negated &&
	       tree_same(tree_expr(&e->args, 0), what);
}

/* a = b OR (a IS NULL AND b IS NULL) says IS NOT DISTINCT FROM, which an index can serve. */
static void null_safe(struct expr *e)
{
	for (size_t i = 0; i < 2 && e->args.n == 2; i++) {
		struct expr *eq = tree_expr(&e->args, i), *both = tree_expr(&e->args, 1 - i);

		if (eq->kind != E_OP || eq->op != OP_EQ || both->kind != E_OP ||
		    both->op != OP_AND || both->args.n != 2)
			continue;
		for (size_t j = 0; j < 2; j++)
			if (is_null_of(tree_expr(&both->args, j), tree_expr(&eq->args, 0)) &&
			    is_null_of(tree_expr(&both->args, 1 - j), tree_expr(&eq->args, 1))) {
				e->op = OP_SAME;
				e->args = eq->args;
				return;
			}
	}
}

static void compare(struct sql *q, struct expr *e)
{
	bool equality = e->op == OP_EQ || e->op == OP_NE || e->op == OP_DISTINCT;
	struct ty ty;

	if (!ty_common(&e->args, 0, 1, &ty))
		no_signature(q, e);
	if (ty.kind == TYPE_INTERVAL || (equality && ty.kind == TYPE_RECORD && !ty.array))
		tree_unsupported(q, e->at, "%s of %s", op_words[e->op], ty_name(q, ty));
	if (equality ? !ty_groups(ty) : !ty_orders(ty))
		tree_fail(q, "invalidQuery", e->at, "%s is not defined for arguments of type %s",
		    equality ? "Equality" : op_words[e->op], ty_name(q, ty));
	coerce(q, e, ty);
	if (e->op == OP_DISTINCT && e->negated) {
		e->op = OP_SAME;
		e->negated = false;
	}
	e->ty = ty_of(TYPE_BOOL);
}

/* (a + b) + c becomes one node of three: SQLite's parser has a short stack. */
static void flatten(struct sql *q, struct expr *e)
{
	struct expr *left = tree_expr(&e->args, 0);
	struct list args = {0};

	if (left->kind != E_OP || left->op != e->op || !ty_same(left->ty, e->ty) ||
	    e->args.n != 2 || left->args.n > 60)
		return;
	for (size_t i = 0; i < left->args.n; i++)
		tree_add(q, &args, left->args.item[i]);
	tree_add(q, &args, e->args.item[1]);
	e->args = args;
}

static void arithmetic(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	struct ty ty;

	if (bind_time_op(q, scope, e))
		return;
	if (!ty_common(&e->args, 0, 1, &ty) || !ty_is_number(ty))
		no_signature(q, e);
	if (e->op == OP_DIV && ty.kind == TYPE_INT64)
		ty = ty_of(TYPE_FLOAT64);
	coerce(q, e, ty);
	e->ty = ty;
	flatten(q, e);
}

static void negate(struct sql *q, struct expr *e)
{
	struct expr *arg = tree_expr(&e->args, 0);

	if (!ty_is_number(arg->ty))
		no_signature(q, e);
	e->ty = arg->ty;
	if (arg->kind == E_LITERAL && !arg->null && *arg->text.p != '-') {
		const char *text = tree_text(q, "-%.*s", SPAN_ARG(arg->text));
		*e = *arg;
		e->text = span_of(text);
	}
}

static void concat(struct sql *q, struct expr *e)
{
	struct ty ty;

	if (!ty_common(&e->args, 0, 1, &ty))
		no_signature(q, e);
	if (tree_expr(&e->args, 0)->null && tree_expr(&e->args, 1)->null)
		ty = ty_of(TYPE_STRING);
	if (ty.array)
		tree_unsupported(q, e->at, "|| of arrays; ARRAY_CONCAT");
	if (ty.kind != TYPE_STRING && ty.kind != TYPE_BYTES)
		no_signature(q, e);
	coerce(q, e, ty);
	e->ty = ty;
	flatten(q, e);
}

/* The 9223372036854775808 of -9223372036854775808 is not an INT64 by itself. */
static bool lowest(const struct expr *e)
{
	const struct expr *arg = tree_expr(&e->args, 0);

	return e->op == OP_NEG && arg->kind == E_LITERAL && arg->ty.kind == TYPE_INT64 &&
	       !arg->null;
}

/* They bind their arguments themselves, since INTERVAL n DAY may be one. */
static bool is_arithmetic(enum op op)
{
	return op == OP_ADD || op == OP_SUB || op == OP_MUL || op == OP_DIV;
}

void bind_op(struct sql *q, struct sql_scope *scope, struct expr *e)
{
	if (!lowest(e) && !is_arithmetic(e->op))
		for (size_t i = 0; i < e->args.n; i++)
			bind_expr(q, scope, tree_expr(&e->args, i));
	switch (e->op) {
	case OP_OR:
	case OP_AND:
	case OP_NOT:
	case OP_IS_TRUE:
	case OP_IS_FALSE:
		coerce(q, e, ty_of(TYPE_BOOL));
		e->ty = ty_of(TYPE_BOOL);
		if (e->op == OP_OR)
			null_safe(e);
		break;
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_BETWEEN:
	case OP_SAME:
	case OP_DISTINCT: compare(q, e); break;
	case OP_LIKE:
		coerce(q, e, ty_of(TYPE_STRING));
		e->ty = ty_of(TYPE_BOOL);
		break;
	case OP_IS_NULL: e->ty = ty_of(TYPE_BOOL); break;
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV: arithmetic(q, scope, e); break;
	case OP_CONCAT: concat(q, e); break;
	case OP_NEG: negate(q, e); break;
	}
}
