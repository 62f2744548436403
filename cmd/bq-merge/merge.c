#include "merge.h"

#include <strings.h>

static const char *field_name(const jdoc *field)
{
	return jdoc_text(field, "name", "");
}

static const char *field_type(const jdoc *field)
{
	return table_type(jdoc_text(field, "type", "STRING"));
}

static bool field_is(const jdoc *field, const char *mode)
{
	return strcasecmp(jdoc_text(field, "mode", "NULLABLE"), mode) == 0;
}

/* Has no order and no equality of its own. */
static bool is_tree(const jdoc *field)
{
	const char *type = field_type(field);

	return field_is(field, "REPEATED") || strcmp(type, "RECORD") == 0 ||
	       strcmp(type, "JSON") == 0 || strcmp(type, "GEOGRAPHY") == 0;
}

static bool is_key(const struct merge *m, const char *name)
{
	for (size_t i = 0; i < m->n_keys; i++)
		if (strcasecmp(m->keys[i], name) == 0)
			return true;
	return false;
}

/* ---- checks ------------------------------------------------------------------------------- */

static const char *check_key(const struct merge *m, const char *key)
{
	const jdoc *from = table_field(m->from_fields, key);
	const jdoc *into = table_field(m->into_fields, key);

	if (!from)
		return "the key is no column of the staging table";
	if (!into)
		return "the key is no column of the target table";
	if (is_tree(from) || is_tree(into))
		return "a key cannot be REPEATED, RECORD, JSON or GEOGRAPHY";
	if (strcmp(field_type(from), "FLOAT64") == 0 || strcmp(field_type(into), "FLOAT64") == 0)
		return "a key cannot be FLOAT64";
	return NULL;
}

const char *merge_check(const struct merge *m, const char **column)
{
	const jdoc *from, *into;

	for (size_t i = 0; i < m->n_keys; i++) {
		const char *why = check_key(m, m->keys[i]);

		*column = m->keys[i];
		if (why)
			return why;
	}
	*column = m->order_by;
	if (!m->order_by)
		return NULL;
	from = table_field(m->from_fields, m->order_by);
	into = table_field(m->into_fields, m->order_by);
	if (!from || !into)
		return "order_by is no column of both tables";
	if (is_tree(from) || is_tree(into))
		return "order_by cannot be REPEATED, RECORD, JSON or GEOGRAPHY";
	return NULL;
}

/* ---- pieces ------------------------------------------------------------------------------- */

/* Calls `add` for every column that both tables have (but keys where `values`), with `between` between. */
static bool each(struct buf *sql, const struct merge *m, const char *between, bool values,
    void (*add)(struct buf *, const jdoc *, const jdoc *))
{
	bool any = false;

	for (size_t i = 0; i < jdoc_count(m->from_fields); i++) {
		const jdoc *from = jdoc_item(m->from_fields, i, NULL);
		const jdoc *into = table_field(m->into_fields, field_name(from));

		if (!into || (values && is_key(m, field_name(from))))
			continue;
		if (any)
			buf_adds(sql, between);
		add(sql, from, into);
		any = true;
	}
	return any;
}

/* Staged values come in the target's type already. */
static void add_selected(struct buf *sql, const jdoc *from, const jdoc *into)
{
	const char *name = field_name(from);

	if (strcmp(field_type(from), field_type(into)) == 0)
		buf_addf(sql, "R.`%s`", name);
	else
		buf_addf(sql, "CAST(R.`%s` AS %s) AS `%s`", name, field_type(into), name);
}

static void add_different(struct buf *sql, const jdoc *from, const jdoc *into)
{
	const char *name = field_name(from);

	if (is_tree(into))
		buf_addf(sql, "TO_JSON_STRING(T.`%s`) IS DISTINCT FROM TO_JSON_STRING(S.`%s`)",
		    name, name);
	else
		buf_addf(sql, "T.`%s` IS DISTINCT FROM S.`%s`", name, name);
}

static void add_set(struct buf *sql, const jdoc *from, const jdoc *into)
{
	(void)into;
	buf_addf(sql, "`%s` = S.`%s`", field_name(from), field_name(from));
}

static void add_name(struct buf *sql, const jdoc *from, const jdoc *into)
{
	(void)into;
	buf_addf(sql, "`%s`", field_name(from));
}

static void add_value(struct buf *sql, const jdoc *from, const jdoc *into)
{
	(void)into;
	buf_addf(sql, "S.`%s`", field_name(from));
}

static bool types_meet(const struct merge *m, const char **column)
{
	for (size_t i = 0; i < jdoc_count(m->from_fields); i++) {
		const jdoc *from = jdoc_item(m->from_fields, i, NULL);
		const jdoc *into = table_field(m->into_fields, field_name(from));
		bool same = into && strcmp(field_type(from), field_type(into)) == 0 &&
		            field_is(from, "REPEATED") == field_is(into, "REPEATED");

		*column = field_name(from);
		if (into && !same && (is_tree(from) || is_tree(into)))
			return false;
	}
	return true;
}

static void add_join(struct buf *sql, const struct merge *m)
{
	for (size_t i = 0; i < m->n_keys; i++) {
		const char *k = m->keys[i];

		if (i)
			buf_adds(sql, " AND ");
		if (field_is(table_field(m->from_fields, k), "REQUIRED") &&
		    field_is(table_field(m->into_fields, k), "REQUIRED"))
			buf_addf(sql, "T.`%s` = S.`%s`", k, k);
		else
			buf_addf(sql, "(T.`%s` = S.`%s` OR (T.`%s` IS NULL AND S.`%s` IS NULL))", k,
			    k, k, k);
	}
}

/* ---- statements --------------------------------------------------------------------------- */

bool merge_source(struct buf *sql, const struct merge *m, const char **column)
{
	if (!types_meet(m, column))
		return false;
	buf_adds(sql, "SELECT ");
	each(sql, m, ", ", false, add_selected);
	buf_adds(sql, " FROM ");
	table_sql(sql, m->from);
	buf_adds(sql, " R WHERE TRUE QUALIFY ROW_NUMBER() OVER (PARTITION BY ");
	for (size_t i = 0; i < m->n_keys; i++)
		buf_addf(sql, "%sR.`%s`", i ? ", " : "", m->keys[i]);
	buf_adds(sql, " ORDER BY ");
	if (m->order_by)
		buf_addf(sql, "R.`%s` DESC, ", m->order_by);
	buf_adds(sql, "TO_JSON_STRING(R) DESC) = 1");
	return true;
}

static void add_update(struct buf *sql, const struct merge *m)
{
	size_t begin = sql->n;

	buf_adds(sql, "\nWHEN MATCHED AND ");
	if (m->order_by)
		buf_addf(sql, "(S.`%s` >= T.`%s` OR T.`%s` IS NULL) AND ", m->order_by, m->order_by,
		    m->order_by);
	buf_adds(sql, "(");
	if (!each(sql, m, " OR ", true, add_different)) {
		sql->n = begin; /* nothing but keys: nothing to update */
		return;
	}
	buf_adds(sql, ") THEN UPDATE SET ");
	each(sql, m, ", ", true, add_set);
}

bool merge_sql(struct buf *sql, const struct merge *m, const char **column)
{
	buf_adds(sql, "MERGE ");
	table_sql(sql, m->into);
	buf_adds(sql, " T\nUSING (");
	if (!merge_source(sql, m, column))
		return false;
	buf_adds(sql, ") S\nON ");
	add_join(sql, m);
	add_update(sql, m);
	buf_adds(sql, "\nWHEN NOT MATCHED THEN INSERT (");
	each(sql, m, ", ", false, add_name);
	buf_adds(sql, ") VALUES (");
	each(sql, m, ", ", false, add_value);
	buf_adds(sql, ")");
	return true;
}
