/* OPTIONS(...) of tables and schemas, as the REST resource has them. */

#include "sql/exec.h"

#include <stdlib.h>

const char *exec_text(struct sql *q, struct expr *e)
{
	struct sql_scope none = {0};

	bind_expr(q, &none, e);
	if (e->kind != E_LITERAL || e->ty.array)
		tree_unsupported(q, e->at, "an option value that is no literal");
	return e->null ? NULL : tree_keep(q, e->text);
}

/* What a constant expression of a type comes to, times `scale`. */
static int64_t constant(struct sql *q, struct expr *e, enum type type, const char *scale)
{
	struct sql_scope none = {0};

	bind_expr(q, &none, e);
	if (!ty_takes(e, ty_of(type)))
		tree_fail(q, "invalidQuery", e->at, "An option of type %s cannot be %s",
		    type_name(type), ty_name(q, e->ty));
	e = ty_coerce(q, e, ty_of(type));
	emit(q, "SELECT CAST((");
	emit_expr(q, e);
	emit(q, ") %s AS INTEGER)", scale);
	return exec_int(q, 0);
}

static void set_int(struct sql *q, jdoc *resource, const char *field, int64_t value)
{
	jdoc_set_text(resource, field, tree_text(q, "%lld", (long long)value));
}

/* labels = [('team', 'crm')] */
static void set_labels(struct sql *q, const struct option *o, jdoc *resource)
{
	const struct expr *list = o->value;
	jdoc *labels = jdoc_object();

	/* freed with the resource, should the statement fail */
	jdoc_set(resource, "labels", labels);
	for (size_t i = 0; i < list->args.n; i++) {
		const struct expr *pair = tree_expr(&list->args, i);

		if (list->kind != E_ARRAY || pair->kind != E_STRUCT || pair->args.n != 2)
			tree_fail(q, "invalidQuery", o->at,
			    "labels must be an array of pairs of strings");
		jdoc_set_text(labels, exec_text(q, tree_expr(&pair->args, 0)),
		    exec_text(q, tree_expr(&pair->args, 1)));
	}
}

static bool set_text(struct sql *q, const struct option *o, jdoc *resource)
{
	static const struct {
		const char *option, *field;
	} known[] = {{"description", "description"}, {"friendly_name", "friendlyName"},
	    {"location", "location"}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (tree_is(o->name, known[i].option)) {
			jdoc_set_text(resource, known[i].field, exec_text(q, o->value));
			return true;
		}
	return false;
}

static bool set_expiry(struct sql *q, const struct option *o, jdoc *resource)
{
	static const struct {
		const char *option, *field;
	} days[] = {{"partition_expiration_days", "timePartitioning.expirationMs"},
	    {"default_table_expiration_days", "defaultTableExpirationMs"},
	    {"default_partition_expiration_days", "defaultPartitionExpirationMs"}};

	if (tree_is(o->name, "expiration_timestamp")) {
		set_int(
		    q, resource, "expirationTime", constant(q, o->value, TYPE_TIMESTAMP, "/ 1000"));
		return true;
	}
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		if (!tree_is(o->name, days[i].option))
			continue;
		if (i == 0 && !jdoc_at(resource, "timePartitioning"))
			tree_fail(q, "invalidQuery", o->at,
			    "partition_expiration_days is of tables that are partitioned by time");
		set_int(
		    q, resource, days[i].field, constant(q, o->value, TYPE_FLOAT64, "* 86400000"));
		return true;
	}
	return false;
}

void exec_options(struct sql *q, const struct list *options, jdoc *resource)
{
	for (size_t i = 0; i < options->n; i++) {
		const struct option *o = options->item[i];

		if (set_text(q, o, resource) || set_expiry(q, o, resource))
			continue;
		if (tree_is(o->name, "require_partition_filter"))
			jdoc_set_bool(resource, "requirePartitionFilter",
			    strcmp(exec_text(q, o->value), "1") == 0);
		else if (tree_is(o->name, "labels"))
			set_labels(q, o, resource);
		else
			tree_unsupported(q, o->at, "option %.*s", SPAN_ARG(o->name));
	}
}
