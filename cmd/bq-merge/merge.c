#include "merge.h"

#include "base/mem.h"
#include "schema/column_name.h"
#include "shape.h"

#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

bool merge_is_key(const struct merge *m, const char *name)
{
	for (size_t i = 0; i < m->n_keys; i++)
		if (column_name_same(span_of(m->keys[i]), span_of(name)))
			return true;
	return false;
}

/* ---- pieces ------------------------------------------------------------------------------- */

/* The aliases of the row that is there and of the one that comes. */
struct alias {
	const char *old, *new;
};

static const struct alias target = {MERGE_TARGET, MERGE_STAGED};
static const struct alias active = {"leadpipe_a", MERGE_STAGED};

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
	buf_addf(sql, "%s.`%s` = %s.`%s`", a.old, shape_name(from), a.new, shape_name(from));
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

/* Staged values come in the target's type from here on: keys and order are compared as cast. */
static void add_cast(struct buf *sql, const jdoc *from, const jdoc *into, struct alias a)
{
	char *path = mem_format("%s.`%s`", a.new, shape_name(from));

	shape_value(sql, path, from, into);
	buf_addf(sql, " AS `%s`", shape_name(from));
	free(path);
}

static void add_null(struct buf *sql, const jdoc *from, const jdoc *into, struct alias a)
{
	(void)from;
	(void)a;
	shape_null(sql, into);
}

/* From when a version counts: what order_by says, if that is a time, else now. */
static void add_since(struct buf *sql, const struct merge *m)
{
	const jdoc *by = m->order_by ? bqtable_field(m->into_fields, m->order_by) : NULL;

	if (by && bqtable_field_is(by, TYPE_TIMESTAMP))
		buf_addf(sql,
		    ", COALESCE(" MERGE_STAGED ".`%s`, CURRENT_TIMESTAMP()) AS leadpipe_since",
		    m->order_by);
	else
		buf_adds(sql, ", CURRENT_TIMESTAMP() AS leadpipe_since");
}

static void add_key_list(struct buf *sql, const struct merge *m)
{
	for (size_t i = 0; i < m->n_keys; i++)
		buf_addf(sql, "%s" MERGE_STAGED ".`%s`", i ? ", " : "", m->keys[i]);
}

/* The column's rows that its cast would change, counted. False: none can be. */
static bool add_losses(struct buf *sql, const struct merge *m, size_t i)
{
	const jdoc *from = jdoc_item(m->from_fields, i, NULL);
	const jdoc *into = bqtable_field(m->into_fields, shape_name(from));
	size_t begin = sql->n;
	bool any = false;
	char *path;

	if (!into)
		return false;
	path = mem_format(MERGE_STAGED ".`%s`", shape_name(from));
	buf_adds(sql, ", COUNTIF(");
	any = shape_loss(sql, path, from, into, m->lossy);
	buf_addf(sql, ") AS leadpipe_loss_%zu", i);
	if (!any)
		sql->n = begin;
	free(path);
	return any;
}

/*
 * A branch of the source that has no row and ends the statement where the staged rows are not
 * those that were meant. An aggregate has a row even over an empty table, so it always looks.
 */
static void add_check(struct buf *sql, const struct merge *m)
{
	struct buf cases;

	buf_init(&cases, MERGE_SQL_MAX);
	buf_adds(sql, "\nUNION ALL SELECT ");
	each(sql, m, ", ", false, add_null, target);
	buf_adds(sql, m->delete_where ? ", FALSE, ''" : ", ''");
	buf_adds(sql, "\nFROM (SELECT COUNT(*) AS leadpipe_rows");
	if (m->rows >= 0)
		buf_addf(&cases,
		    " WHEN leadpipe_rows <> %" PRId64 " THEN ERROR(CONCAT('" MERGE_ROWS
		    "', CAST(leadpipe_rows AS STRING)))",
		    m->rows);
	if (m->only_staged) {
		buf_addf(sql, ", COUNTIF(COALESCE(%s, FALSE)) AS leadpipe_inside", m->only_staged);
		buf_adds(
		    &cases, " WHEN leadpipe_inside <> leadpipe_rows THEN ERROR('" MERGE_MOVED "')");
	}
	for (size_t i = 0; i < jdoc_count(m->from_fields); i++)
		if (add_losses(sql, m, i))
			buf_addf(&cases,
			    " WHEN leadpipe_loss_%zu > 0 THEN ERROR(CONCAT('" MERGE_LOSS
			    "%zu ', CAST(leadpipe_loss_%zu AS STRING)))",
			    i, i, i);
	buf_adds(sql, " FROM ");
	bqtable_sql(sql, m->from);
	buf_addf(sql, " " MERGE_STAGED ")\nWHERE CASE%s ELSE 0 END = 1",
	    cases.n ? buf_str(&cases) : " WHEN FALSE THEN 1");
	buf_free(&cases);
}

/* The staged rows as cast, and the check. */
static void add_rows(struct buf *sql, const struct merge *m)
{
	buf_adds(sql, "(SELECT ");
	each(sql, m, ", ", false, add_cast, target);
	if (m->delete_where) /* a line of its own: it may end in a comment */
		buf_addf(sql, ", COALESCE((%s\n), FALSE) AS leadpipe_gone", m->delete_where);
	buf_adds(sql, ", TO_JSON_STRING(" MERGE_STAGED ") AS leadpipe_text FROM ");
	bqtable_sql(sql, m->from);
	buf_adds(sql, " " MERGE_STAGED);
	add_check(sql, m);
	buf_adds(sql, ") " MERGE_STAGED);
}

bool merge_source(struct buf *sql, const struct merge *m, const char **column)
{
	bool twice = m->mode == MERGE_DELETE_INSERT;

	if (!types_meet(m, column))
		return false;
	buf_adds(sql, "SELECT ");
	each(sql, m, ", ", false, add_value, target);
	if (m->delete_where)
		buf_adds(sql, ", " MERGE_STAGED ".leadpipe_gone");
	if (m->mode == MERGE_SCD2)
		add_since(sql, m);
	buf_adds(sql, twice ? ", leadpipe_twin AS leadpipe_new\nFROM " : "\nFROM ");
	add_rows(sql, m);
	buf_adds(sql, twice ? "\nCROSS JOIN UNNEST([TRUE, FALSE]) leadpipe_twin WHERE TRUE\n"
	                      "QUALIFY leadpipe_twin OR "
	                    : "\nWHERE TRUE QUALIFY ");
	buf_adds(sql, "ROW_NUMBER() OVER (PARTITION BY ");
	if (twice)
		buf_adds(sql, "leadpipe_twin, ");
	add_key_list(sql, m);
	buf_adds(sql, " ORDER BY ");
	if (m->order_by)
		buf_addf(sql, MERGE_STAGED ".`%s` DESC, ", m->order_by);
	buf_adds(sql, MERGE_STAGED ".leadpipe_text DESC) = 1");
	return true;
}

/* Of the newest staged rows those that change the history, twice each. */
static bool history_source(struct buf *sql, const struct merge *m, const char **column)
{
	size_t begin;

	buf_adds(sql, "SELECT " MERGE_STAGED ".*, leadpipe_twin AS leadpipe_new FROM (");
	if (!merge_source(sql, m, column))
		return false;
	buf_adds(sql,
	    ") " MERGE_STAGED "\nLEFT JOIN (SELECT " MERGE_TARGET ".*, TRUE AS leadpipe_old FROM ");
	bqtable_sql(sql, m->into);
	buf_adds(sql, " " MERGE_TARGET " WHERE ");
	add_only(sql, m);
	buf_adds(sql, MERGE_TARGET "." MERGE_TO " IS NULL) leadpipe_a\nON ");
	add_join(sql, m, active);
	buf_adds(sql, "\nCROSS JOIN UNNEST([TRUE, FALSE]) leadpipe_twin\n"
	              "WHERE leadpipe_a.leadpipe_old IS NULL OR (");
	add_newer(sql, m, active);
	buf_adds(sql, m->delete_where ? "(" MERGE_STAGED ".leadpipe_gone OR " : "(");
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
		buf_adds(sql, "\nWHEN MATCHED THEN UPDATE SET " MERGE_TARGET "." MERGE_TO
		              " = " MERGE_STAGED ".leadpipe_since");
	if (m->mode == MERGE_DELETE_INSERT)
		buf_adds(sql, "\nWHEN MATCHED THEN DELETE");
	if (m->mode != MERGE_UPSERT)
		return;
	if (m->delete_where) {
		buf_adds(sql, "\nWHEN MATCHED AND ");
		add_newer(sql, m, target);
		buf_adds(sql, MERGE_STAGED ".leadpipe_gone THEN DELETE");
	}
	add_update(sql, m);
}

static void add_insert(struct buf *sql, const struct merge *m, bool twice)
{
	bool history = m->mode == MERGE_SCD2;

	buf_addf(sql, "\nWHEN NOT MATCHED%s%s THEN INSERT (",
	    twice ? " AND " MERGE_STAGED ".leadpipe_new" : "",
	    m->delete_where ? " AND NOT " MERGE_STAGED ".leadpipe_gone" : "");
	each(sql, m, ", ", false, add_name, target);
	buf_adds(sql, history ? ", " MERGE_FROM ", " MERGE_TO ") VALUES (" : ") VALUES (");
	each(sql, m, ", ", false, add_value, target);
	buf_adds(sql, history ? ", " MERGE_STAGED ".leadpipe_since, NULL)" : ")");
}

bool merge_sql(struct buf *sql, const struct merge *m, const char **column)
{
	bool history = m->mode == MERGE_SCD2, twice = history || m->mode == MERGE_DELETE_INSERT;

	buf_adds(sql, "MERGE ");
	bqtable_sql(sql, m->into);
	buf_adds(sql, " " MERGE_TARGET "\nUSING (");
	if (!(history ? history_source : merge_source)(sql, m, column))
		return false;
	buf_adds(sql, ") " MERGE_STAGED "\nON ");
	if (twice)
		buf_adds(sql, "NOT " MERGE_STAGED ".leadpipe_new AND ");
	if (history)
		buf_adds(sql, MERGE_TARGET "." MERGE_TO " IS NULL AND ");
	add_only(sql, m);
	add_join(sql, m, target);
	add_matched(sql, m);
	add_insert(sql, m, twice);
	return true;
}
