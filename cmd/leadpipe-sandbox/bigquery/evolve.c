#include "bigquery/evolve.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

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
