#include "bigquery/partition.h"
#include "base/clock.h"

#include <string.h>
#include <strings.h>

enum { CLUSTER_MAX = 4 };

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
