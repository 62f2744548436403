#include "sql/ty.h"
#include "sql/cast.h"
#include "storage/interval.h"
#include "storage/range.h"

/* Bytes that hold any of the texts below. */
enum { LITERAL_TEXT = 128 };
_Static_assert((int)LITERAL_TEXT >= (int)DECIMAL_TEXT && (int)LITERAL_TEXT >= (int)RANGE_TEXT &&
                   (int)LITERAL_TEXT >= (int)INTERVAL_TEXT,
    "a literal's text fits");

struct ty ty_of(enum type kind)
{
	return (struct ty){.kind = kind};
}

struct ty ty_array(struct ty of)
{
	of.array = true;
	return of;
}

struct ty ty_element(struct ty array)
{
	array.array = false;
	return array;
}

struct ty ty_range(struct sql *q, struct ty of)
{
	struct catalog_column *element = tree_new(q, sizeof *element);

	*element = ty_as_column(q, of, SPAN(""));
	return (struct ty){.kind = TYPE_RANGE, .fields = element, .n = 1};
}

struct ty ty_range_of(struct ty range)
{
	return ty_column(range.fields);
}

static bool columns_same(
    const struct catalog_column *a, size_t n, const struct catalog_column *b, size_t m)
{
	if (n != m)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!ty_same(ty_column(&a[i]), ty_column(&b[i])))
			return false;
	return true;
}

bool ty_same(struct ty a, struct ty b)
{
	return a.kind == b.kind && a.array == b.array &&
	       ((a.kind != TYPE_RECORD && a.kind != TYPE_RANGE) ||
	           columns_same(a.fields, a.n, b.fields, b.n));
}

struct ty ty_column(const struct catalog_column *c)
{
	return (struct ty){
	    .kind = c->type, .array = c->mode == MODE_REPEATED, .fields = c->fields, .n = c->n};
}

struct catalog_column ty_as_column(struct sql *q, struct ty ty, struct span name)
{
	struct catalog_column c = {.name = tree_keep(q, name),
	    .type = ty.kind,
	    .mode = ty.array ? MODE_REPEATED : MODE_NULLABLE,
	    .n = ty.n};

	if (ty.n) {
		c.fields = tree_new(q, ty.n * sizeof(*c.fields));
		memcpy(c.fields, ty.fields, ty.n * sizeof(*c.fields));
	}
	return c;
}

const char *ty_name(struct sql *q, struct ty ty)
{
	const char *name = type_name(ty.kind);

	if (ty.kind == TYPE_RECORD) {
		name = "STRUCT<";
		for (size_t i = 0; i < ty.n; i++)
			name = tree_text(q, "%s%s%s%s%s", name, i ? ", " : "", ty.fields[i].name,
			    *ty.fields[i].name ? " " : "", ty_name(q, ty_column(&ty.fields[i])));
		name = tree_text(q, "%s>", name);
	}
	if (ty.kind == TYPE_RANGE)
		name = tree_text(q, "RANGE<%s>", ty_name(q, ty_range_of(ty)));
	return ty.array ? tree_text(q, "ARRAY<%s>", name) : name;
}

const char *ty_names(struct sql *q, const struct list *exprs)
{
	const char *names = "";

	for (size_t i = 0; i < exprs->n; i++) {
		const struct expr *e = tree_expr(exprs, i);
		const char *name = e->kind == E_PART ? "DATE_TIME_PART"
		                   : e->null         ? "NULL"
		                                     : ty_name(q, e->ty);

		names = tree_text(q, "%s%s%s", names, i ? ", " : "", name);
	}
	return names;
}

bool ty_is_number(struct ty ty)
{
	return !ty.array && (ty.kind == TYPE_INT64 || ty.kind == TYPE_FLOAT64 ||
	                        ty.kind == TYPE_NUMERIC || ty.kind == TYPE_BIGNUMERIC);
}

static bool is_time(enum type k)
{
	return k == TYPE_DATE || k == TYPE_TIME || k == TYPE_DATETIME || k == TYPE_TIMESTAMP;
}

static bool is_decimal(enum type k)
{
	return k == TYPE_NUMERIC || k == TYPE_BIGNUMERIC;
}

static bool widens(enum type from, enum type to)
{
	return (from == TYPE_INT64 && (is_decimal(to) || to == TYPE_FLOAT64)) ||
	       (from == TYPE_NUMERIC && (to == TYPE_BIGNUMERIC || to == TYPE_FLOAT64)) ||
	       (from == TYPE_BIGNUMERIC && to == TYPE_FLOAT64) ||
	       (from == TYPE_DATE && to == TYPE_DATETIME);
}

bool ty_takes(const struct expr *e, struct ty to)
{
	enum type from = e->ty.kind;

	if (e->null || ty_same(e->ty, to))
		return true;
	if (e->kind == E_ARRAY && to.array) {
		for (size_t i = 0; i < e->args.n; i++)
			if (!ty_takes(tree_expr(&e->args, i), ty_element(to)))
				return false;
		return true;
	}
	if (e->kind == E_STRUCT && to.kind == TYPE_RECORD && !to.array && to.n == e->args.n) {
		for (size_t i = 0; i < e->args.n; i++)
			if (!ty_takes(tree_expr(&e->args, i), ty_column(&to.fields[i])))
				return false;
		return true;
	}
	if (e->ty.array || to.array)
		return false;
	return widens(from, to.kind) ||
	       (e->literal && ((from == TYPE_STRING && is_time(to.kind)) ||
	                          (from == TYPE_FLOAT64 && is_decimal(to.kind))));
}

static const char *json_literal(struct sql *q, struct span text)
{
	struct buf b;
	const char *kept;

	buf_init(&b, SQL_TEXT_MAX * 16);
	kept = cast_json(&b, text) ? tree_keep(q, buf_span(&b)) : NULL;
	buf_free(&b);
	return kept;
}

const char *ty_literal(struct sql *q, struct ty to, struct span text)
{
	char out[LITERAL_TEXT];
	struct interval interval;
	int64_t value;
	double real;
	bool yes;

	switch (to.kind) {
	case TYPE_STRING:
	case TYPE_GEOGRAPHY: return tree_keep(q, text);
	case TYPE_JSON: return json_literal(q, text);
	case TYPE_INT64:
		return cast_int(text, &value) ? tree_text(q, "%lld", (long long)value) : NULL;
	case TYPE_FLOAT64: return cast_double(text, &real) ? tree_text(q, "%.17g", real) : NULL;
	case TYPE_BOOL: return cast_bool(text, &yes) ? (yes ? "1" : "0") : NULL;
	case TYPE_NUMERIC:
	case TYPE_BIGNUMERIC:
		return cast_decimal(text, to.kind, out) ? tree_keep(q, span_of(out)) : NULL;
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_DATETIME:
		return cast_civil(text, to.kind, out) ? tree_keep(q, span_of(out)) : NULL;
	case TYPE_TIMESTAMP:
		return cast_timestamp(text, &value) ? tree_text(q, "%lld", (long long)value) : NULL;
	case TYPE_INTERVAL:
		if (!interval_parse(&interval, text))
			return NULL;
		interval_format(&interval, out);
		return tree_keep(q, span_of(out));
	case TYPE_RANGE:
		return range_parse(text, to.fields->type, out) ? tree_keep(q, span_of(out)) : NULL;
	case TYPE_BYTES:
	case TYPE_RECORD: break;
	}
	return NULL;
}

static struct expr *literal_as(struct sql *q, struct expr *e, struct ty to)
{
	struct expr *as = tree_node(q, E_LITERAL, e->at);
	const char *text = ty_literal(q, to, e->text);

	if (!text)
		tree_fail(q, "invalidQuery", e->at, "Could not cast literal \"%.*s\" to type %s",
		    (int)(e->text.n > 40 ? 40 : e->text.n), e->text.p, ty_name(q, to));
	*as = *e;
	as->ty = to;
	as->text = span_of(text);
	return as;
}

static void coerce_parts(struct sql *q, struct expr *e, struct ty to)
{
	for (size_t i = 0; i < e->args.n; i++)
		e->args.item[i] = ty_coerce(q, tree_expr(&e->args, i),
		    e->kind == E_ARRAY ? ty_element(to) : ty_column(&to.fields[i]));
	e->ty = to;
}

struct expr *ty_coerce(struct sql *q, struct expr *e, struct ty to)
{
	struct expr *as;

	if (e->null) {
		as = tree_node(q, E_LITERAL, e->at);
		*as = *e;
		as->ty = to;
		return as;
	}
	if (ty_same(e->ty, to))
		return e;
	if (e->kind == E_ARRAY || e->kind == E_STRUCT) {
		coerce_parts(q, e, to);
		return e;
	}
	if (e->kind == E_LITERAL && !e->ty.array &&
	    (e->ty.kind == TYPE_STRING || is_decimal(to.kind)))
		return literal_as(q, e, to);
	as = tree_node(q, E_CAST, e->at);
	as->implicit = true;
	as->literal = e->literal;
	as->ty = to;
	tree_add(q, &as->args, e);
	return as;
}

bool ty_common(const struct list *exprs, size_t from, size_t step, struct ty *ty)
{
	const struct expr *candidate = NULL;

	*ty = ty_of(TYPE_INT64);
	/* the first that is not a literal and to which all the others coerce; then literals */
	for (int literals = 0; literals < 2; literals++)
		for (size_t i = from; i < exprs->n; i += step) {
			bool all = true;
			candidate = tree_expr(exprs, i);
			if (candidate->null || candidate->literal != (literals == 1))
				continue;
			for (size_t j = from; j < exprs->n && all; j += step)
				all = ty_takes(tree_expr(exprs, j), candidate->ty);
			if (all) {
				*ty = candidate->ty;
				return true;
			}
		}
	for (size_t i = from; i < exprs->n; i += step)
		if (!tree_expr(exprs, i)->null)
			return false;
	return true;
}

bool ty_casts(struct ty from, struct ty to)
{
	enum type f = from.kind, t = to.kind;

	if (ty_same(from, to))
		return true;
	if (from.array || to.array || f == TYPE_RECORD || t == TYPE_RECORD || f == TYPE_JSON ||
	    t == TYPE_JSON || f == TYPE_GEOGRAPHY || t == TYPE_GEOGRAPHY)
		return false;
	if (t == TYPE_RANGE || f == TYPE_RANGE)
		return f == TYPE_STRING || t == TYPE_STRING;
	if (t == TYPE_STRING || f == TYPE_STRING)
		return true;
	if (t == TYPE_INTERVAL || f == TYPE_INTERVAL)
		return false;
	if (f == TYPE_BYTES || t == TYPE_BYTES)
		return false;
	if (f == TYPE_BOOL || t == TYPE_BOOL)
		return f == TYPE_INT64 || t == TYPE_INT64;
	if (is_time(f) != is_time(t))
		return false;
	return !is_time(f) || (f != TYPE_TIME && !(f == TYPE_DATE && t == TYPE_TIME));
}

bool ty_groups(struct ty ty)
{
	return !ty.array && ty.kind != TYPE_JSON && ty.kind != TYPE_GEOGRAPHY &&
	       ty.kind != TYPE_RECORD && ty.kind != TYPE_INTERVAL;
}

bool ty_orders(struct ty ty)
{
	return ty_groups(ty) && ty.kind != TYPE_RANGE;
}
