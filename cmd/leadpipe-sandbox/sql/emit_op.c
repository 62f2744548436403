#include "sql/emit.h"

static const char *suffix(struct ty ty)
{
	return ty.kind == TYPE_INT64     ? "int"
	       : ty.kind == TYPE_FLOAT64 ? "float"
	       : ty.kind == TYPE_NUMERIC ? "num"
	                                 : "big";
}

static void arguments(struct sql *q, const struct expr *e, const char *between)
{
	for (size_t i = 0; i < e->args.n; i++) {
		emit(q, "%s", i ? between : "");
		emit_expr(q, tree_expr(&e->args, i));
	}
}

static void arithmetic(struct sql *q, const struct expr *e)
{
	static const char *const names[] = {[OP_ADD] = "add",
	    [OP_SUB] = "sub",
	    [OP_MUL] = "mul",
	    [OP_DIV] = "div",
	    [OP_NEG] = "neg"};

	emit(q, "bq_%s_%s(", names[e->op], suffix(e->ty));
	arguments(q, e, ", ");
	emit(q, ")");
}

/*
 * FLOAT64 has NaN, decimals are texts: both compare in functions. (A COLLATE inside an
 * expression would be inherited by whatever groups or sorts by that expression.)
 */
static void compare_two(struct sql *q, enum op op, const struct expr *a, const struct expr *b)
{
	static const char *const signs[] = {[OP_EQ] = "=",
	    [OP_NE] = "<>",
	    [OP_LT] = "<",
	    [OP_LE] = "<=",
	    [OP_GT] = ">",
	    [OP_GE] = ">="};
	static const char *const floats[] = {[OP_EQ] = "eq",
	    [OP_NE] = "ne",
	    [OP_LT] = "lt",
	    [OP_LE] = "le",
	    [OP_GT] = "gt",
	    [OP_GE] = "ge"};
	bool real = a->ty.kind == TYPE_FLOAT64;
	bool decimal = op != OP_EQ && op != OP_NE && *emit_collation(a->ty);

	if (real)
		emit(q, "bq_float_%s(", floats[op]);
	else
		emit(q, decimal ? "(bq_num_cmp(" : "(");
	emit_expr(q, a);
	if (real || decimal)
		emit(q, ", ");
	else
		emit(q, " %s ", signs[op]);
	emit_expr(q, b);
	if (decimal)
		emit(q, ") %s 0)", signs[op]);
	else
		emit(q, ")");
}

static void compare(struct sql *q, const struct expr *e)
{
	compare_two(q, e->op, tree_expr(&e->args, 0), tree_expr(&e->args, 1));
}

/* As two comparisons, so that NULL bounds count as they do in AND. */
static void between(struct sql *q, const struct expr *e)
{
	emit(q, e->negated ? "(NOT (" : "((");
	compare_two(q, OP_GE, tree_expr(&e->args, 0), tree_expr(&e->args, 1));
	emit(q, " AND ");
	compare_two(q, OP_LE, tree_expr(&e->args, 0), tree_expr(&e->args, 2));
	emit(q, "))");
}

static void call(struct sql *q, const struct expr *e, const char *name)
{
	emit(q, "%s%s(", e->negated ? "NOT " : "", name);
	arguments(q, e, ", ");
	emit(q, ")");
}

static void infix(struct sql *q, const struct expr *e, const char *word)
{
	emit(q, "(");
	arguments(q, e, word);
	emit(q, ")");
}

static void postfix(struct sql *q, const struct expr *e, const char *word)
{
	emit(q, "(");
	emit_expr(q, tree_expr(&e->args, 0));
	emit(q, " IS%s %s)", e->negated ? " NOT" : "", word);
}

void emit_op(struct sql *q, const struct expr *e)
{
	switch (e->op) {
	case OP_OR: infix(q, e, " OR "); break;
	case OP_AND: infix(q, e, " AND "); break;
	case OP_NOT:
		emit(q, "(NOT ");
		emit_expr(q, tree_expr(&e->args, 0));
		emit(q, ")");
		break;
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE: compare(q, e); break;
	case OP_LIKE:
		emit(q, "(");
		call(q, e, "bq_like");
		emit(q, ")");
		break;
	case OP_BETWEEN: between(q, e); break;
	case OP_IS_NULL: postfix(q, e, "NULL"); break;
	case OP_IS_TRUE: postfix(q, e, "TRUE"); break;
	case OP_IS_FALSE: postfix(q, e, "FALSE"); break;
	case OP_DISTINCT: infix(q, e, " IS NOT "); break;
	case OP_SAME: infix(q, e, " IS "); break;
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
	case OP_NEG: arithmetic(q, e); break;
	case OP_CONCAT:
		if (e->ty.kind == TYPE_BYTES)
			call(q, e, "bq_concat_bytes");
		else
			infix(q, e, " || ");
		break;
	}
}

/* {from, to}: a SQLite function, or a text with %s for the value. */
static const struct {
	enum type from, to;
	const char *sql;
} casts[] = {
    {TYPE_STRING, TYPE_INT64, "bq_str_int"},
    {TYPE_STRING, TYPE_FLOAT64, "bq_str_float"},
    {TYPE_STRING, TYPE_NUMERIC, "bq_str_num"},
    {TYPE_STRING, TYPE_BIGNUMERIC, "bq_str_big"},
    {TYPE_STRING, TYPE_BOOL, "bq_str_bool"},
    {TYPE_STRING, TYPE_BYTES, "bq_str_bytes"},
    {TYPE_STRING, TYPE_DATE, "bq_str_date"},
    {TYPE_STRING, TYPE_TIME, "bq_str_time"},
    {TYPE_STRING, TYPE_DATETIME, "bq_str_datetime"},
    {TYPE_STRING, TYPE_TIMESTAMP, "bq_str_timestamp"},
    {TYPE_INT64, TYPE_FLOAT64, "bq_int_float"},
    {TYPE_INT64, TYPE_NUMERIC, "bq_int_str"},
    {TYPE_INT64, TYPE_BIGNUMERIC, "bq_int_str"},
    {TYPE_INT64, TYPE_STRING, "bq_int_str"},
    {TYPE_INT64, TYPE_BOOL, "bq_int_bool"},
    {TYPE_FLOAT64, TYPE_INT64, "bq_float_int"},
    {TYPE_FLOAT64, TYPE_NUMERIC, "bq_float_num"},
    {TYPE_FLOAT64, TYPE_BIGNUMERIC, "bq_float_big"},
    {TYPE_FLOAT64, TYPE_STRING, "bq_float_str"},
    {TYPE_NUMERIC, TYPE_INT64, "bq_num_int"},
    {TYPE_NUMERIC, TYPE_FLOAT64, "bq_num_float"},
    {TYPE_NUMERIC, TYPE_BIGNUMERIC, ""},
    {TYPE_NUMERIC, TYPE_STRING, ""},
    {TYPE_BIGNUMERIC, TYPE_INT64, "bq_num_int"},
    {TYPE_BIGNUMERIC, TYPE_FLOAT64, "bq_num_float"},
    {TYPE_BIGNUMERIC, TYPE_NUMERIC, "bq_str_num"},
    {TYPE_BIGNUMERIC, TYPE_STRING, ""},
    {TYPE_BOOL, TYPE_STRING, "bq_bool_str"},
    {TYPE_BOOL, TYPE_INT64, ""},
    {TYPE_BYTES, TYPE_STRING, "bq_bytes_str"},
    {TYPE_DATE, TYPE_STRING, ""},
    {TYPE_DATE, TYPE_DATETIME, "bq_date_datetime"},
    {TYPE_DATE, TYPE_TIMESTAMP, "bq_timestamp"},
    {TYPE_DATETIME, TYPE_STRING, "bq_datetime_str"},
    {TYPE_DATETIME, TYPE_DATE, "bq_str_date"},
    {TYPE_DATETIME, TYPE_TIME, "bq_datetime_time"},
    {TYPE_DATETIME, TYPE_TIMESTAMP, "bq_timestamp"},
    {TYPE_TIME, TYPE_STRING, ""},
    {TYPE_TIMESTAMP, TYPE_STRING, "bq_timestamp_str"},
    {TYPE_TIMESTAMP, TYPE_DATE, "bq_date"},
    {TYPE_TIMESTAMP, TYPE_DATETIME, "bq_datetime"},
    {TYPE_TIMESTAMP, TYPE_TIME, "bq_time"},
};

void emit_cast(struct sql *q, struct ty from, struct ty to, bool safe, const struct expr *e)
{
	const char *sql = "";

	if (!ty_same(from, to))
		for (size_t i = 0; i < sizeof(casts) / sizeof(*casts); i++)
			if (casts[i].from == from.kind && casts[i].to == to.kind)
				sql = casts[i].sql;
	emit(q, "%s%s(", safe && *sql ? "safe_" : "", sql);
	emit_expr(q, e);
	emit(q, ")");
}
