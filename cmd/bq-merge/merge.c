#include "merge.h"

#include "base/mem.h"
#include "schema/column_name.h"
#include "shape.h"

#include <stdlib.h>
#include <strings.h>

bool merge_is_key(const struct merge *m, const char *name)
{
	for (size_t i = 0; i < m->n_keys; i++)
		if (column_name_same(span_of(m->keys[i]), span_of(name)))
			return true;
	return false;
}

/* ---- checks ------------------------------------------------------------------------------- */

static const char *check_key(const struct merge *m, const char *key)
{
	const jdoc *from = bqtable_field(m->from_fields, key);
	const jdoc *into = bqtable_field(m->into_fields, key);

	if (!from)
		return "the key is no column of the staging table";
	if (!into)
		return "the key is no column of the target table";
	if (shape_is_tree(from) || shape_is_tree(into))
		return "a key cannot be REPEATED, RECORD, JSON or GEOGRAPHY";
	if (!bqtable_field_can(from, TYPE_KEY) || !bqtable_field_can(into, TYPE_KEY))
		return "a key cannot be FLOAT64";
	return NULL;
}

static const char *check_order(const struct merge *m)
{
	const jdoc *from = bqtable_field(m->from_fields, m->order_by);
	const jdoc *into = bqtable_field(m->into_fields, m->order_by);

	if (!from || !into)
		return "order_by is no column of both tables";
	if (shape_is_tree(from) || shape_is_tree(into))
		return "order_by cannot be REPEATED, RECORD, JSON or GEOGRAPHY";
	return NULL;
}

static const char *check_history(const struct merge *m, const char **column)
{
	static const char *const own[] = {MERGE_FROM, MERGE_TO};

	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
		const jdoc *into = bqtable_field(m->into_fields, own[i]);

		*column = own[i];
		if (bqtable_field(m->from_fields, own[i]))
			return "scd2 writes it itself; the staging table must not have it";
		if (into && !bqtable_field_is(into, TYPE_TIMESTAMP))
			return "scd2 writes it, and needs a TIMESTAMP";
	}
	return NULL;
}

const char *merge_check(const struct merge *m, const char **column)
{
	const char *why = NULL;

	for (size_t i = 0; i < m->n_keys && !why; i++) {
		*column = m->keys[i];
		why = check_key(m, m->keys[i]);
	}
	if (!why && m->order_by) {
		*column = m->order_by;
		why = check_order(m);
	}
	if (!why && m->mode == MERGE_SCD2)
		why = check_history(m, column);
	return why;
}

/* ---- pieces ------------------------------------------------------------------------------- */

/* The aliases of the row that is there and of the one that comes. */
struct alias {
	const char *old, *new;
};

static const struct alias target = {"T", "S"}, active = {"A", "R"};

/*
 * Calls `add` for every column that both tables have (but keys where `values`), with `between`
 * between.
 */
static bool each(struct buf *sql, const struct merge *m, const char *between, bool values,
    void (*add)(struct buf *, const jdoc *, const jdoc *, struct alias), struct alias a)
{
	bool any = false;

	for (size_t i = 0; i < jdoc_count(m->from_fields); i++) {
		const jdoc *from = jdoc_item(m->from_fields, i, NULL);
		const jdoc *into = bqtable_field(m->into_fields, shape_name(from));

		if (!into || (values && merge_is_key(m, shape_name(from))))
			continue;
		if (any)
			buf_adds(sql, between);
		add(sql, from, into, a);
		any = true;
	}
	return any;
}

/* Staged values come in the target's type already. */
static void add_selected(struct buf *sql, const jdoc *from, const jdoc *into, struct alias a)
{
	char *path = mem_format("R.`%s`", shape_name(from));

	(void)a;
	shape_value(sql, path, from, into);
	if (!shape_same(from, into))
		buf_addf(sql, " AS `%s`", shape_name(from));
	free(path);
}

static void add_different(struct buf *sql, const jdoc *from, const jdoc *into, struct alias a)
{
	const char *name = shape_name(from);

	if (shape_is_tree(into))
		buf_addf(sql, "TO_JSON_STRING(%s.`%s`) IS DISTINCT FROM TO_JSON_STRING(%s.`%s`)",
		    a.old, name, a.new, name);
	else
		buf_addf(sql, "%s.`%s` IS DISTINCT FROM %s.`%s`", a.old, name, a.new, name);
}

static void add_set(struct buf *sql, const jdoc *from, const jdoc *into, struct alias a)
{
	(void)into;
	buf_addf(sql, "`%s` = %s.`%s`", shape_name(from), a.new, shape_name(from));
}

static void add_name(struct buf *sql, const jdoc *from, const jdoc *into, struct alias a)
{
	(void)into;
	(void)a;
	buf_addf(sql, "`%s`", shape_name(from));
}

static void add_value(struct buf *sql, const jdoc *from, const jdoc *into, struct alias a)
{
	(void)into;
	buf_addf(sql, "%s.`%s`", a.new, shape_name(from));
}

static bool types_meet(const struct merge *m, const char **column)
{
	for (size_t i = 0; i < jdoc_count(m->from_fields); i++) {
		const jdoc *from = jdoc_item(m->from_fields, i, NULL);
		const jdoc *into = bqtable_field(m->into_fields, shape_name(from));

		*column = shape_name(from);
		if (into && !shape_meets(from, into))
			return false;
	}
	return true;
}

static void add_join(struct buf *sql, const struct merge *m, struct alias a)
{
	for (size_t i = 0; i < m->n_keys; i++) {
		const char *k = m->keys[i];

		if (i)
			buf_adds(sql, " AND ");
		if (shape_is(bqtable_field(m->from_fields, k), "REQUIRED") &&
		    shape_is(bqtable_field(m->into_fields, k), "REQUIRED"))
			buf_addf(sql, "%s.`%s` = %s.`%s`", a.old, k, a.new, k);
		else
			buf_addf(sql,
			    "(%s.`%s` = %s.`%s` OR (%s.`%s` IS NULL AND %s.`%s` IS NULL))", a.old,
			    k, a.new, k, a.old, k, a.new, k);
	}
}

/* "NAME AND " where there is an order: the row that comes is not older. */
static void add_newer(struct buf *sql, const struct merge *m, struct alias a)
{
	const char *by = m->order_by;

	if (by)
		buf_addf(sql, "(%s.`%s` >= %s.`%s` OR %s.`%s` IS NULL) AND ", a.new, by, a.old, by,
		    a.old, by);
}

static void add_only(struct buf *sql, const struct merge *m)
{
	if (m->only)
		buf_addf(sql, "%s AND ", m->only);
}

/* ---- the source --------------------------------------------------------------------------- */

/* From when a version counts: what order_by says, if that is a time, else now. */
static void add_since(struct buf *sql, const struct merge *m)
{
	const jdoc *by = m->order_by ? bqtable_field(m->into_fields, m->order_by) : NULL;

	if (by && bqtable_field_is(by, TYPE_TIMESTAMP))
		buf_addf(sql,
		    ", COALESCE(CAST(R.`%s` AS TIMESTAMP), CURRENT_TIMESTAMP()) AS leadpipe_since",
		    m->order_by);
	else
		buf_adds(sql, ", CURRENT_TIMESTAMP() AS leadpipe_since");
}

static void add_key_list(struct buf *sql, const struct merge *m)
{
	for (size_t i = 0; i < m->n_keys; i++)
		buf_addf(sql, "%sR.`%s`", i ? ", " : "", m->keys[i]);
}

bool merge_source(struct buf *sql, const struct merge *m, const char **column)
{
	bool twice = m->mode == MERGE_DELETE_INSERT;

	if (!types_meet(m, column))
		return false;
	buf_adds(sql, "SELECT ");
	each(sql, m, ", ", false, add_selected, target);
	if (m->delete_where) /* a line of its own: it may end in a comment */
		buf_addf(sql, ", COALESCE((%s\n), FALSE) AS leadpipe_gone", m->delete_where);
	if (m->mode == MERGE_SCD2)
		add_since(sql, m);
	buf_adds(sql, twice ? ", N AS leadpipe_new FROM " : " FROM ");
	bqtable_sql(sql, m->from);
	buf_adds(sql, twice ? " R CROSS JOIN UNNEST([TRUE, FALSE]) N WHERE TRUE QUALIFY N OR "
	                    : " R WHERE TRUE QUALIFY ");
	buf_adds(sql, "ROW_NUMBER() OVER (PARTITION BY ");
	if (twice)
		buf_adds(sql, "N, ");
	add_key_list(sql, m);
	buf_adds(sql, " ORDER BY ");
	if (m->order_by)
		buf_addf(sql, "R.`%s` DESC, ", m->order_by);
	buf_adds(sql, "TO_JSON_STRING(R) DESC) = 1");
	return true;
}

/* Of the newest staged rows those that change the history, twice each. */
static bool history_source(struct buf *sql, const struct merge *m, const char **column)
{
	size_t begin;

	buf_adds(sql, "SELECT R.*, N AS leadpipe_new FROM (");
	if (!merge_source(sql, m, column))
		return false;
	buf_adds(sql, ") R\nLEFT JOIN (SELECT T.*, TRUE AS leadpipe_old FROM ");
	bqtable_sql(sql, m->into);
	buf_adds(sql, " T WHERE ");
	add_only(sql, m);
	buf_adds(sql, "T." MERGE_TO " IS NULL) A\nON ");
	add_join(sql, m, active);
	buf_adds(sql, "\nCROSS JOIN UNNEST([TRUE, FALSE]) N\nWHERE A.leadpipe_old IS NULL OR (");
	add_newer(sql, m, active);
	buf_adds(sql, m->delete_where ? "(R.leadpipe_gone OR " : "(");
	begin = sql->n;
	if (!each(sql, m, " OR ", true, add_different, active)) {
		sql->n = begin;
		buf_adds(sql, "FALSE");
	}
	buf_adds(sql, "))");
	return true;
}

/* ---- statements --------------------------------------------------------------------------- */

static void add_update(struct buf *sql, const struct merge *m)
{
	size_t begin = sql->n;

	buf_adds(sql, "\nWHEN MATCHED AND ");
	add_newer(sql, m, target);
	buf_adds(sql, "(");
	if (!each(sql, m, " OR ", true, add_different, target)) {
		sql->n = begin; /* nothing but keys: nothing to update */
		return;
	}
	buf_adds(sql, ") THEN UPDATE SET ");
	each(sql, m, ", ", true, add_set, target);
}

static void add_matched(struct buf *sql, const struct merge *m)
{
	if (m->mode == MERGE_SCD2)
		buf_adds(sql, "\nWHEN MATCHED THEN UPDATE SET " MERGE_TO " = S.leadpipe_since");
	if (m->mode == MERGE_DELETE_INSERT)
		buf_adds(sql, "\nWHEN MATCHED THEN DELETE");
	if (m->mode != MERGE_UPSERT)
		return;
	if (m->delete_where) {
		buf_adds(sql, "\nWHEN MATCHED AND ");
		add_newer(sql, m, target);
		buf_adds(sql, "S.leadpipe_gone THEN DELETE");
	}
	add_update(sql, m);
}

static void add_insert(struct buf *sql, const struct merge *m, bool twice)
{
	bool history = m->mode == MERGE_SCD2;

	buf_addf(sql, "\nWHEN NOT MATCHED%s%s THEN INSERT (", twice ? " AND S.leadpipe_new" : "",
	    m->delete_where ? " AND NOT S.leadpipe_gone" : "");
	each(sql, m, ", ", false, add_name, target);
	buf_adds(sql, history ? ", " MERGE_FROM ", " MERGE_TO ") VALUES (" : ") VALUES (");
	each(sql, m, ", ", false, add_value, target);
	buf_adds(sql, history ? ", S.leadpipe_since, NULL)" : ")");
}

bool merge_sql(struct buf *sql, const struct merge *m, const char **column)
{
	bool history = m->mode == MERGE_SCD2, twice = history || m->mode == MERGE_DELETE_INSERT;

	buf_adds(sql, "MERGE ");
	bqtable_sql(sql, m->into);
	buf_adds(sql, " T\nUSING (");
	if (!(history ? history_source : merge_source)(sql, m, column))
		return false;
	buf_adds(sql, ") S\nON ");
	if (twice)
		buf_adds(sql, "NOT S.leadpipe_new AND ");
	if (history)
		buf_adds(sql, "T." MERGE_TO " IS NULL AND ");
	add_only(sql, m);
	add_join(sql, m, target);
	add_matched(sql, m);
	add_insert(sql, m, twice);
	return true;
}
