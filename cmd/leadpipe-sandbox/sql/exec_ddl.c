#include "sql/exec.h"

/* {"field": ..., ...} of PARTITION BY. */
static jdoc *partition_by(const char *type, const char *field)
{
	jdoc *part = jdoc_object();

	jdoc_set_text(part, "type", type);
	jdoc_set_text(part, "field", field);
	return part;
}

static const char *column_name(struct sql *q, const struct expr *e,
    const struct catalog_column *columns, size_t n, enum type *type)
{
	const struct catalog_column *c =
	    e->kind == E_NAME ? columns_find(columns, n, e->text) : NULL;

	if (!c || c->mode == MODE_REPEATED)
		tree_fail(q, "invalidQuery", e->at,
		    "PARTITION BY expression must be DATE(<timestamp_column>), "
		    "DATE(<datetime_column>), "
		    "TIMESTAMP_TRUNC(<timestamp_column>, DAY/HOUR/MONTH/YEAR), "
		    "DATE_TRUNC(<date_column>, MONTH/YEAR), "
		    "RANGE_BUCKET(<int64_column>, GENERATE_ARRAY(<int64>, <int64>[, <int64>])) or "
		    "a DATE column");
	*type = c->type;
	return c->name;
}

static void range_partition(struct sql *q, const struct expr *e, jdoc *resource, const char *field)
{
	static const char *const names[] = {"start", "end", "interval"};
	const struct expr *array = e->args.n > 1 ? tree_expr(&e->args, 1) : NULL;
	jdoc *part = jdoc_object();

	jdoc_set_text(part, "field", field);
	jdoc_set(resource, "rangePartitioning", part);
	if (!array || array->kind != E_CALL || !tree_is(array->text, "GENERATE_ARRAY") ||
	    array->args.n < 2 || array->args.n > 3)
		tree_fail(q, "invalidQuery", e->at, "RANGE_BUCKET must use GENERATE_ARRAY");
	for (size_t i = 0; i < 3; i++) {
		const char *text =
		    i < array->args.n ? exec_text(q, tree_expr(&array->args, i)) : "1";
		jdoc_set_text(part, tree_text(q, "range.%s", names[i]), text);
	}
}

static void set_partition(
    struct sql *q, struct stmt *s, const struct catalog_column *columns, size_t n, jdoc *resource)
{
	const struct expr *e = s->partition;
	const struct expr *of = e && e->kind == E_CALL && e->args.n ? tree_expr(&e->args, 0) : e;
	const char *unit = "DAY", *field;
	enum type type;

	if (!e)
		return;
	field = column_name(q, of, columns, n, &type);
	if (e->kind == E_NAME && type != TYPE_DATE)
		column_name(q, e, NULL, 0, &type);
	if (e->kind == E_CALL && tree_is(e->text, "RANGE_BUCKET") && type == TYPE_INT64) {
		range_partition(q, e, resource, field);
		return;
	}
	if (e->kind == E_CALL && !(tree_is(e->text, "DATE") && e->args.n == 1)) {
		static const char *const units[] = {"HOUR", "DAY", "MONTH", "YEAR"};
		const struct expr *part = e->args.n == 2 ? tree_expr(&e->args, 1) : e;
		bool trunc = tree_is(e->text, "TIMESTAMP_TRUNC") ||
		             tree_is(e->text, "DATE_TRUNC") || tree_is(e->text, "DATETIME_TRUNC");

		unit = NULL;
		for (size_t i = 0; trunc && part->kind == E_NAME && i < 4; i++)
			if (tree_is(part->text, units[i]))
				unit = units[i];
		if (!unit)
			column_name(q, e, NULL, 0, &type);
	}
	jdoc_set(resource, "timePartitioning", partition_by(unit, field));
}

static void set_cluster(struct sql *q, const struct stmt *s, const struct catalog_column *columns,
    size_t n, jdoc *resource)
{
	jdoc *fields = jdoc_array();

	for (size_t i = 0; i < s->cluster.n; i++)
		jdoc_push(fields, jdoc_of_text(*(struct span *)s->cluster.item[i]));
	if (s->cluster.n)
		jdoc_set(resource, "clustering.fields", fields);
	else
		jdoc_free(fields);
	for (size_t i = 0; i < s->cluster.n; i++)
		if (!columns_find(columns, n, *(struct span *)s->cluster.item[i]))
			tree_fail(q, "invalidQuery", s->path_at,
			    "The field specified for clustering '%.*s' cannot be found in the "
			    "schema",
			    SPAN_ARG(*(struct span *)s->cluster.item[i]));
}

static struct catalog_column column_of(struct sql *q, const struct column_def *d)
{
	struct catalog_column c = ty_as_column(q, d->ty, d->name);

	if (d->required && c.mode == MODE_REPEATED)
		tree_fail(q, "invalidQuery", d->at,
		    "NOT NULL cannot be applied to ARRAY column %.*s", SPAN_ARG(d->name));
	if (d->required)
		c.mode = MODE_REQUIRED;
	for (size_t i = 0; i < d->options.n; i++) {
		const struct option *o = d->options.item[i];
		if (!tree_is(o->name, "description"))
			tree_unsupported(q, o->at, "column option %.*s", SPAN_ARG(o->name));
		c.description = tree_keep(q, span_of(exec_text(q, o->value)));
	}
	return c;
}

static struct catalog_column *columns_of(struct sql *q, struct stmt *s, size_t *n)
{
	struct catalog_column *columns = NULL;

	if (s->query)
		bind_query(q, NULL, s->query);
	*n = s->columns.n;
	if (*n)
		columns = tree_new(q, *n * sizeof(*columns));
	for (size_t i = 0; i < *n; i++) {
		columns[i] = column_of(q, s->columns.item[i]);
		if (columns_find(columns, i, span_of(columns[i].name)))
			tree_fail(q, "invalidQuery", s->path_at,
			    "Duplicate column name %s in CREATE TABLE", columns[i].name);
	}
	if (s->query && *n && *n != s->query->output.n)
		tree_fail(q, "invalidQuery", s->path_at,
		    "The number of columns in the column definition list does not match the number "
		    "of columns produced by the query");
	if (s->query && !*n) {
		*n = s->query->output.n;
		for (size_t i = 0; i < *n; i++)
			if (!((struct scol *)s->query->output.item[i])->name.n)
				tree_fail(q, "invalidQuery", s->query->at,
				    "CREATE TABLE columns must be named, but column %zu has no "
				    "name",
				    i + 1);
		columns = exec_columns(q, s->query);
	}
	if (!*n)
		tree_fail(q, "invalidQuery", s->path_at,
		    "CREATE TABLE must have a column list or AS SELECT");
	return columns;
}

static void fill(struct sql *q, struct stmt *s, const struct catalog_table *table)
{
	struct target t = {0};

	t.use = tree_new(q, sizeof(*t.use));
	t.use->table = (struct catalog_table *)(uintptr_t)table;
	emit(q, "INSERT INTO %s SELECT ", emit_name(q, table->storage));
	for (size_t i = 0; i < table->n; i++) {
		struct scol *c = s->query->output.item[i];
		struct expr *e = bind_column_expr(q, c, s->query->at);

		emit(q, i ? ", " : "");
		exec_emit(q, &t, i, exec_value(q, &t, i, e, s->query->at));
	}
	emit(q, " FROM temp.sql_rows");
	exec_run(q);
	emit(q, "DROP TABLE temp.sql_rows");
	exec_run(q);
}

static void create_table(struct sql *q, struct stmt *s, bool run)
{
	const char *name[3];
	struct catalog_table *old;
	size_t n;
	struct catalog_column *columns;
	jdoc *resource;

	q->result->statement = s->query ? "CREATE_TABLE_AS_SELECT" : "CREATE_TABLE";
	bind_path(q, &s->path, 3, s->path_at, name);
	if (!catalog_has_dataset(q->store, name[0], name[1]))
		tree_fail(q, "notFound", (struct sql_place){0},
		    "Not found: Dataset %s:%s was not found in location US", name[0], name[1]);
	old = catalog_open(q->store, name[0], name[1], name[2]);
	if (old)
		tree_add(q, &q->tables, old);
	columns = columns_of(q, s, &n);
	if (old && s->if_not_exists)
		return;
	if (old && !s->or_replace)
		tree_fail(q, "duplicate", (struct sql_place){0}, "Already Exists: Table %s:%s.%s",
		    name[0], name[1], name[2]);
	resource = jdoc_object();
	q->resource = resource;
	set_partition(q, s, columns, n, resource);
	set_cluster(q, s, columns, n, resource);
	exec_options(q, &s->options, resource);
	if (run && s->query) {
		emit(q, "CREATE TEMP TABLE sql_rows AS ");
		emit_query(q, s->query);
		exec_run(q);
	}
	if (run) {
		if (old)
			catalog_drop(q->store, old);
		catalog_create(q->store, name[0], name[1], name[2], columns, n, resource);
		old = tree_add(q, &q->tables, catalog_open(q->store, name[0], name[1], name[2]));
		if (s->query)
			fill(q, s, old);
	}
}

static void drop_table(struct sql *q, struct stmt *s, bool run)
{
	const char *name[3];
	struct catalog_table *t;

	q->result->statement = "DROP_TABLE";
	bind_path(q, &s->path, 3, s->path_at, name);
	t = catalog_open(q->store, name[0], name[1], name[2]);
	if (!t && !s->if_exists)
		tree_fail(q, "notFound", (struct sql_place){0},
		    "Not found: Table %s:%s.%s was not found in location US", name[0], name[1],
		    name[2]);
	if (t)
		tree_add(q, &q->tables, t);
	if (t && run)
		catalog_drop(q->store, t);
}

static void schema_path(struct sql *q, const struct stmt *s, const char *name[3])
{
	if (s->path.n > 2)
		tree_fail(q, "invalidQuery", s->path_at, "Invalid dataset name");
	name[0] =
	    s->path.n == 2 ? tree_keep(q, *(struct span *)s->path.item[0]) : q->query->project;
	name[1] = tree_keep(q, *(struct span *)s->path.item[s->path.n - 1]);
	if (!catalog_dataset_name(name[1]))
		tree_fail(q, "invalid", s->path_at,
		    "Invalid dataset ID \"%s\". Dataset IDs must be alphanumeric (plus "
		    "underscores) and must be at most 1024 characters long.",
		    name[1]);
}

static void create_schema(struct sql *q, struct stmt *s, bool run)
{
	const char *name[3];

	q->result->statement = "CREATE_SCHEMA";
	schema_path(q, s, name);
	q->resource = jdoc_object();
	exec_options(q, &s->options, q->resource);
	if (catalog_has_dataset(q->store, name[0], name[1])) {
		if (!s->if_not_exists)
			tree_fail(q, "duplicate", (struct sql_place){0},
			    "Already Exists: Dataset %s:%s", name[0], name[1]);
		return;
	}
	if (run)
		catalog_add_dataset(q->store, name[0], name[1], q->resource);
}

static void drop_schema(struct sql *q, struct stmt *s, bool run)
{
	const char *name[3];

	q->result->statement = "DROP_SCHEMA";
	schema_path(q, s, name);
	if (!catalog_has_dataset(q->store, name[0], name[1])) {
		if (!s->if_exists)
			tree_fail(q, "notFound", (struct sql_place){0},
			    "Not found: Dataset %s:%s was not found in location US", name[0],
			    name[1]);
		return;
	}
	if (!s->cascade &&
	    store_int(q->store, 0, "SELECT 1 FROM bq_table WHERE project = ?1 AND dataset = ?2",
	        "tt", name[0], name[1]))
		tree_fail(q, "resourceInUse", (struct sql_place){0},
		    "Dataset %s:%s is still in use", name[0], name[1]);
	if (run)
		catalog_drop_dataset(q->store, name[0], name[1]);
}

static void alter_table(struct sql *q, struct stmt *s, bool run)
{
	const char *name[3];
	struct catalog_table *t;

	q->result->statement = "ALTER_TABLE";
	bind_path(q, &s->path, 3, s->path_at, name);
	t = catalog_open(q->store, name[0], name[1], name[2]);
	if (t)
		tree_add(q, &q->tables, t);
	else if (s->if_exists)
		return;
	else
		bind_table(q, &s->path, s->path_at);
	if (s->options.n) {
		exec_options(q, &s->options, t->resource);
		if (run)
			catalog_save_resource(q->store, t);
	}
	for (size_t i = 0; i < s->relaxed.n; i++) {
		struct span column = *(struct span *)s->relaxed.item[i];

		if (!columns_find(t->columns, t->n, column))
			tree_fail(q, "invalidQuery", s->path_at, "Column not found: %.*s",
			    SPAN_ARG(column));
		if (run)
			catalog_relax_column(q->store, t, tree_keep(q, column));
	}
	for (size_t i = 0; i < s->columns.n; i++) {
		const struct column_def *d = s->columns.item[i];
		struct catalog_column c = column_of(q, d);

		if (columns_find(t->columns, t->n, d->name)) {
			if (!d->if_not_exists)
				tree_fail(q, "invalidQuery", d->at, "Column already exists: %.*s",
				    SPAN_ARG(d->name));
			continue;
		}
		if (d->required)
			tree_fail(q, "invalidQuery", d->at,
			    "Cannot add REQUIRED columns to an existing table's schema");
		if (run)
			catalog_add_column(q->store, t, &c);
	}
}

void exec_ddl(struct sql *q, struct stmt *s, bool run)
{
	switch (s->kind) {
	case STMT_CREATE_SCHEMA: create_schema(q, s, run); break;
	case STMT_CREATE_TABLE: create_table(q, s, run); break;
	case STMT_DROP_SCHEMA: drop_schema(q, s, run); break;
	case STMT_DROP_TABLE: drop_table(q, s, run); break;
	default: alter_table(q, s, run);
	}
	jdoc_free(q->resource);
	q->resource = NULL;
}
