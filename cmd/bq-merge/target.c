#include "target.h"

#include "base/die.h"

#include "merge.h"

/* The staging table's columns, and those that the mode adds. The caller frees. */
static jdoc *wanted(const jdoc *staging, bool history)
{
	static const char *const own[] = {MERGE_FROM, MERGE_TO};
	jdoc *fields = bqtable_join(jdoc_at(staging, "schema.fields"), NULL, false, NULL);

	for (size_t i = 0; history && i < sizeof own / sizeof own[0]; i++) {
		jdoc *field = jdoc_object();

		jdoc_set_text(field, "name", own[i]);
		jdoc_set_text(field, "type", "TIMESTAMP");
		jdoc_set_text(field, "mode", "NULLABLE");
		jdoc_push(fields, field);
	}
	return fields;
}

static bool create(struct bigquery *bq, const struct bqtable *into, const jdoc *columns,
    const struct contract *contract)
{
	jdoc *resource = jdoc_object(), *own = contract ? bqtable_schema(contract) : NULL;
	bool ok;

	jdoc_set(resource, "schema.fields",
	    bqtable_join(jdoc_at(own, "fields"), columns, contract != NULL, NULL));
	if (contract)
		bqtable_layout(resource, contract);
	ok = bqtable_create(bq, into, resource);
	if (ok)
		inform(1, "%s: made", into->text);
	else if (bq->code == 404)
		bigquery_fail(bq, STATUS_REFUSED,
		    "no such dataset; make it with: bq-query 'CREATE SCHEMA `%s.%s`'",
		    into->project, into->dataset);
	jdoc_free(own);
	jdoc_free(resource);
	return ok;
}

/* New columns are NULL in the rows that are there: they come as NULLABLE. */
static bool extend(struct bigquery *bq, const struct bqtable *into, const jdoc *columns,
    jdoc *target, bool *changed)
{
	size_t added = 0;
	jdoc *fields = bqtable_join(jdoc_at(target, "schema.fields"), columns, true, &added);
	bool ok = true;

	*changed = added > 0;
	if (added) {
		inform(1, "%s: %zu columns added", into->text, added);
		ok = bqtable_patch_fields(bq, into, fields);
	}
	jdoc_free(fields);
	return ok;
}

bool target_open(struct bigquery *bq, const struct bqtable *into, const jdoc *staging,
    const struct target_plan *plan, jdoc **doc)
{
	bool changed = false, ok;
	jdoc *columns;

	if (!bqtable_get(bq, into, doc))
		return false;
	if (plan->look)
		return true;
	columns = wanted(staging, plan->history);
	if (*doc)
		ok = extend(bq, into, columns, *doc, &changed);
	else
		ok = changed = create(bq, into, columns, plan->contract);
	jdoc_free(columns);
	if (!ok || !changed)
		return ok;
	jdoc_free(*doc);
	if (!bqtable_get(bq, into, doc))
		return false;
	return *doc || bigquery_fail(bq, STATUS_AGAIN, "the table is gone again");
}
