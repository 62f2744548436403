/* What a new schema may change, and what partitioning and clustering may name. */

#include "bigquery/bigquery.h"
#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { CLUSTER_MAX = 4 };

static bool evolve(const struct evolve *how, struct catalog_column **columns, size_t *n,
    const struct catalog_column *fresh, size_t n_fresh, struct bq_error *e);

static bool mismatch(struct bq_error *e, const struct evolve *how, const char *format,
    const struct catalog_column *c)
{
	char what[BQ_MESSAGE / 2];

	snprintf(what, sizeof what, format, c->name);
	return bq_fail(
	    e, "invalid", "Provided Schema does not match Table %s. %s", how->table, what);
}

static bool evolve_one(const struct evolve *how, struct catalog_column *old,
    const struct catalog_column *fresh, struct bq_error *e)
{
	if (old->type != fresh->type)
		return bq_fail(e, "invalid",
		    "Provided Schema does not match Table %s. Field %s has changed type from %s to "
		    "%s",
		    how->table, old->name, type_api_name(old->type), type_api_name(fresh->type));
	if (old->mode != fresh->mode &&
	    (old->mode != MODE_REQUIRED || fresh->mode != MODE_NULLABLE || !how->relax))
		return bq_fail(e, "invalid",
		    "Provided Schema does not match Table %s. Field %s has changed mode from %s to "
		    "%s",
		    how->table, old->name, mode_name(old->mode), mode_name(fresh->mode));
	old->mode = fresh->mode;
	if (fresh->description) {
		free(old->description);
		old->description = mem_text(fresh->description);
	}
	return evolve(how, &old->fields, &old->n, fresh->fields, fresh->n, e);
}

static bool evolve_add(const struct evolve *how, struct catalog_column **columns, size_t *n,
    const struct catalog_column *fresh, struct bq_error *e)
{
	struct catalog_column *copy;

	if (!how->add)
		return mismatch(e, how, "Cannot add fields (field: %s)", fresh);
	if (fresh->mode == MODE_REQUIRED)
		return mismatch(
		    e, how, "Cannot add required fields to an existing schema. (field: %s)", fresh);
	copy = columns_copy(fresh, 1);
	*columns = mem_resize(*columns, *n + 1, sizeof **columns);
	(*columns)[(*n)++] = *copy;
	free(copy);
	return true;
}

static bool evolve(const struct evolve *how, struct catalog_column **columns, size_t *n,
    const struct catalog_column *fresh, size_t n_fresh, struct bq_error *e)
{
	for (size_t i = 0; how->whole && i < *n; i++)
		if (!columns_find(fresh, n_fresh, span_of((*columns)[i].name)))
			return mismatch(
			    e, how, "Field %s is missing in new schema", &(*columns)[i]);
	for (size_t i = 0; i < n_fresh; i++) {
		const struct catalog_column *old =
		    columns_find(*columns, *n, span_of(fresh[i].name));

		if (old ? !evolve_one(how, &(*columns)[old - *columns], &fresh[i], e)
		        : !evolve_add(how, columns, n, &fresh[i], e))
			return false;
	}
	return true;
}

bool evolve_columns(const struct evolve *how, const struct catalog_column *old, size_t n_old,
    const struct catalog_column *fresh, size_t n_fresh, struct catalog_column **merged,
    size_t *n_merged, struct bq_error *e)
{
	*merged = columns_copy(old, n_old);
	*n_merged = n_old;
	if (evolve(how, merged, n_merged, fresh, n_fresh, e)) {
		if (*n_merged <= CATALOG_COLUMNS_MAX)
			return true;
		bq_fail(e, "invalid", "More than %d columns are not supported by the sandbox",
		    CATALOG_COLUMNS_MAX);
	}
	columns_free(*merged, *n_merged);
	*merged = NULL;
	*n_merged = 0;
	return false;
}

/* ---- partitioning and clustering ---- */

static bool check_time(
    const jdoc *time, const struct catalog_column *columns, size_t n, struct bq_error *e)
{
	static const char *const types[] = {"DAY", "HOUR", "MONTH", "YEAR"};
	const char *type = jdoc_text(time, "type", ""), *field = jdoc_text(time, "field", NULL);
	const struct catalog_column *c = field ? columns_find(columns, n, span_of(field)) : NULL;
	size_t i = 0;

	while (i < 4 && strcmp(types[i], type) != 0)
		i++;
	if (i == 4)
		return bq_fail(e, "invalid",
		    "Unsupported time partitioning type. Supported types are DAY, HOUR, MONTH, "
		    "YEAR.");
	if (!field)
		return bq_fail(e, "notImplemented",
		    "Ingestion-time partitioning (timePartitioning without field) is not supported "
		    "by the sandbox");
	if (!c)
		return bq_fail(e, "invalid",
		    "The field specified for partitioning cannot be found in the schema: %.300s",
		    field);
	if (c->mode == MODE_REPEATED || !type_can(c->type, TYPE_PARTITION) ||
	    (c->type == TYPE_DATE && strcmp(type, "HOUR") == 0))
		return bq_fail(e, "invalid",
		    "The field %s cannot be partitioned by %s: it is a %s %s", c->name, type,
		    mode_name(c->mode), type_api_name(c->type));
	return true;
}

static bool check_range(
    const jdoc *range, const struct catalog_column *columns, size_t n, struct bq_error *e)
{
	const char *field = jdoc_text(range, "field", "");
	const struct catalog_column *c = columns_find(columns, n, span_of(field));

	if (!c || c->type != TYPE_INT64 || c->mode == MODE_REPEATED)
		return bq_fail(e, "invalid",
		    "The field specified for range partitioning must be a top-level INTEGER: "
		    "%.300s",
		    field);
	if (jdoc_int(range, "range.interval", 0) <= 0 ||
	    jdoc_int(range, "range.start", 0) >= jdoc_int(range, "range.end", 0))
		return bq_fail(e, "invalid", "Invalid range partitioning: start, end, interval");
	return true;
}

static bool check_clusters(
    const jdoc *fields, const struct catalog_column *columns, size_t n, struct bq_error *e)
{
	if (jdoc_count(fields) > CLUSTER_MAX)
		return bq_fail(e, "invalid", "Clustering supports at most 4 fields");
	for (size_t i = 0; i < jdoc_count(fields); i++) {
		const char *name = jdoc_text(jdoc_item(fields, i, NULL), "", "");
		const struct catalog_column *c = columns_find(columns, n, span_of(name));

		if (!c)
			return bq_fail(e, "invalid",
			    "The field specified for clustering cannot be found in the schema: "
			    "%.300s",
			    name);
		if (c->mode == MODE_REPEATED || !type_can(c->type, TYPE_CLUSTER))
			return bq_fail(e, "invalid",
			    "The field %s cannot be clustered by: it is a %s %s", c->name,
			    mode_name(c->mode), type_api_name(c->type));
	}
	return true;
}

bool partition_check(
    const jdoc *resource, const struct catalog_column *columns, size_t n, struct bq_error *e)
{
	const jdoc *time = jdoc_at(resource, "timePartitioning");
	const jdoc *range = jdoc_at(resource, "rangePartitioning");
	const jdoc *clusters = jdoc_at(resource, "clustering.fields");

	if (jdoc_int(resource, "expirationTime", INT64_MAX) <= clock_now() / 1000)
		return bq_fail(e, "invalid", "Invalid value: expirationTime must be in the future");
	if (time && range)
		return bq_fail(
		    e, "invalid", "Only one of timePartitioning and rangePartitioning is allowed");
	return (!time || check_time(time, columns, n, e)) &&
	       (!range || check_range(range, columns, n, e)) &&
	       (!clusters || check_clusters(clusters, columns, n, e));
}

bool partition_same(const jdoc *resource, const jdoc *wanted)
{
	static const char *const kinds[] = {"timePartitioning", "rangePartitioning"};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const jdoc *a = jdoc_at(resource, kinds[i]), *b = jdoc_at(wanted, kinds[i]);

		if (b && (!a || strcasecmp(jdoc_text(a, "field", ""), jdoc_text(b, "field", "")) ||
		             strcmp(jdoc_text(a, "type", ""), jdoc_text(b, "type", ""))))
			return false;
	}
	return true;
}
