#include "check.h"

#include "shape.h"

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

const char *check_merge(const struct merge *m, const char **column)
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
