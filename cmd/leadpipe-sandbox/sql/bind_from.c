#include "sql/bind.h"
#include "sql/emit.h"

static struct with *find_cte(const struct sql *q, struct span name)
{
	for (size_t i = q->ctes.n; i > 0; i--) {
		struct with *w = q->ctes.item[i - 1];
		if (tree_eq(w->name, name))
			return w;
	}
	return NULL;
}

void bind_path(
    struct sql *q, const struct list *path, size_t parts, struct sql_place at, const char *out[3])
{
	const char *given[3] = {q->query->project, q->query->dataset, NULL};
	size_t skip = parts - path->n;

	if (path->n > parts)
		tree_fail(q, "invalidQuery", at, "Invalid path: more than %zu parts", parts);
	for (size_t i = 0; i < parts; i++)
		out[i] = i < skip ? given[i] : tree_keep(q, *(struct span *)path->item[i - skip]);
	if (parts == 3 && strchr(out[2], '*'))
		tree_unsupported(q, at, "wildcard table %s.%s", out[1] ? out[1] : "", out[2]);
	if (parts == 3 && strchr(out[2], '$'))
		tree_fail(q, "invalidQuery", at, "Table \"%s.%s\" cannot include decorator",
		    out[1] ? out[1] : "", out[2]);
	if (parts == 3 && !out[1])
		tree_fail(q, "invalid", (struct sql_place){0},
		    "Table \"%s\" must be qualified with a dataset (e.g. dataset.table).", out[2]);
}

struct use *bind_table(struct sql *q, const struct list *path, struct sql_place at)
{
	const char *name[3];
	struct use *use = tree_new(q, sizeof(*use));
	struct use **last = &q->uses;

	bind_path(q, path, 3, at, name);
	use->table = catalog_open(q->store, name[0], name[1], name[2]);
	if (!use->table && !catalog_has_dataset(q->store, name[0], name[1]))
		tree_fail(q, "notFound", (struct sql_place){0},
		    "Not found: Dataset %s:%s was not found in location US", name[0], name[1]);
	if (!use->table)
		tree_fail(q, "notFound", (struct sql_place){0},
		    "Not found: Table %s:%s.%s was not found in location US", name[0], name[1],
		    name[2]);
	tree_add(q, &q->tables, use->table);
	use->read = tree_new(q, use->table->n + 1);
	while (*last)
		last = &(*last)->next;
	*last = use;
	return use;
}

struct relation *bind_range(struct sql *q, struct use *use, struct span alias, const char *name)
{
	struct relation *r = tree_new(q, sizeof(*r));

	r->alias = alias;
	use->name = name;
	for (size_t i = 0; i < use->table->n; i++) {
		const struct catalog_column *c = &use->table->columns[i];
		struct scol *s = bind_scol(q, span_of(c->name), ty_column(c),
		    tree_text(q, "%s.%s", name, emit_name(q, c->name)));
		s->use = use;
		s->index = i;
		tree_add(q, &r->columns, s);
	}
	return r;
}

static void add_range(
    struct sql *q, struct sql_scope *scope, struct relation *r, struct sql_place at)
{
	for (size_t i = 0; r->alias.p && i < scope->ranges.n; i++) {
		const struct relation *other = scope->ranges.item[i];
		if (other->alias.p && tree_eq(other->alias, r->alias))
			tree_fail(q, "invalidQuery", at,
			    "Duplicate table alias %.*s in the same FROM clause",
			    SPAN_ARG(r->alias));
	}
	tree_add(q, &scope->ranges, r);
}

/* The columns of a query under a SQLite alias. */
static void add_query(struct sql *q, struct sql_scope *scope, const struct from *from,
    const struct query *query, struct span alias)
{
	struct relation *r = tree_new(q, sizeof(*r));

	r->alias = alias;
	for (size_t i = 0; i < query->output.n; i++) {
		const struct scol *c = query->output.item[i];
		tree_add(q, &r->columns,
		    bind_scol(q, c->name, c->ty, tree_text(q, "%s.c$%zu", from->name, i)));
	}
	add_range(q, scope, r, from->at);
}

static bool is_schema_view(const struct list *path)
{
	return path->n >= 2 &&
	       tree_is(*(struct span *)path->item[path->n - 2], "INFORMATION_SCHEMA");
}

/* FROM t, t.items: a path that begins with an alias is an array. */
static bool is_array_path(const struct sql_scope *scope, const struct list *path)
{
	for (size_t i = 0; path->n > 1 && i < scope->ranges.n; i++) {
		const struct relation *r = scope->ranges.item[i];
		if (r->alias.p && tree_eq(r->alias, *(struct span *)path->item[0]))
			return true;
	}
	return false;
}

static void array_path(struct sql *q, struct from *from)
{
	struct expr *e = tree_node(q, E_NAME, from->at);

	e->text = *(struct span *)from->path.item[0];
	for (size_t i = 1; i < from->path.n; i++) {
		struct expr *field = tree_node(q, E_FIELD, from->at);
		field->text = *(struct span *)from->path.item[i];
		tree_add(q, &field->args, e);
		e = field;
	}
	if (!from->alias.p)
		from->alias = e->text;
	from->kind = FROM_UNNEST;
	from->array = e;
}

static void bind_unnest(struct sql *q, struct sql_scope *scope, struct from *from)
{
	struct relation *r = tree_new(q, sizeof(*r));
	struct ty ty;

	scope->clause = "UNNEST";
	bind_expr(q, scope, from->array);
	ty = from->array->ty;
	if (!ty.array)
		tree_fail(q, "invalidQuery", from->array->at,
		    "Values referenced in UNNEST must be arrays. UNNEST contains expression of "
		    "type %s",
		    ty_name(q, ty));
	ty = ty_element(ty);
	r->alias = from->alias;
	r->whole = bind_scol(q, from->alias, ty,
	    tree_text(q,
	        ty.kind == TYPE_BYTES     ? "bq_from_base64(%s.value)"
	        : ty.kind == TYPE_FLOAT64 ? "bq_float(%s.value)"
	                                  : "%s.value",
	        from->name));
	for (size_t i = 0; ty.kind == TYPE_RECORD && i < ty.n; i++)
		tree_add(q, &r->columns,
		    bind_scol(q, span_of(ty.fields[i].name), ty_column(&ty.fields[i]),
		        tree_text(q, "%s%s.value%s", emit_field_head(ty_column(&ty.fields[i])),
		            from->name, emit_field_tail(q, i))));
	if (ty.kind != TYPE_RECORD)
		tree_add(q, &r->columns, r->whole);
	add_range(q, scope, r, from->at);
	if (from->with_offset) {
		r = tree_new(q, sizeof(*r));
		tree_add(q, &r->columns,
		    bind_scol(
		        q, from->offset, ty_of(TYPE_INT64), tree_text(q, "%s.key", from->name)));
		tree_add(q, &scope->ranges, r);
	}
}

static void bind_item(struct sql *q, struct sql_scope *scope, struct from *from)
{
	struct span last =
	    from->path.n ? *(struct span *)from->path.item[from->path.n - 1] : from->alias;
	struct span alias = from->alias.p ? from->alias : last;
	struct with *cte = from->path.n == 1 ? find_cte(q, last) : NULL;
	struct use *use;

	from->name = tree_text(q, "t$%d", ++q->names);
	if (from->kind == FROM_TABLE && is_array_path(scope, &from->path))
		array_path(q, from);
	else if (from->kind == FROM_TABLE && from->with_offset)
		tree_fail(
		    q, "invalidQuery", from->at, "WITH OFFSET can only be used with array scans");
	if (from->kind == FROM_UNNEST) {
		bind_unnest(q, scope, from);
	} else if (from->kind == FROM_QUERY) {
		bind_query(q, scope->outer, from->query);
		for (size_t i = 0; scope->query && i < from->query->outer.n; i++)
			tree_add(q, &scope->query->outer, from->query->outer.item[i]);
		add_query(q, scope, from, from->query, from->alias);
	} else if (cte) {
		from->sql = cte->sql;
		add_query(q, scope, from, cte->query, alias);
	} else if (is_schema_view(&from->path)) {
		from->sql = bind_schema_view(q, &from->path, from->at);
		add_range(q, scope, bind_schema_range(q, &from->path, alias, from->name), from->at);
	} else {
		use = bind_table(q, &from->path, from->at);
		use->scanned = true;
		from->sql = emit_name(q, use->table->storage);
		add_range(q, scope, bind_range(q, use, alias, from->name), from->at);
	}
}

static struct scol *using_column(struct sql *q, struct sql_scope *scope, struct span name,
    size_t first, size_t last, struct sql_place at, const char *side)
{
	struct scol *c = bind_column(q, scope, name, first, last, at);

	if (!c)
		tree_fail(q, "invalidQuery", at,
		    "Column %.*s in USING clause not found on %s side of join", SPAN_ARG(name),
		    side);
	c->owner = scope;
	return c;
}

/* JOIN ... USING (a): ON l.a = r.a, and one column a from then on. */
static void bind_using(struct sql *q, struct sql_scope *scope, struct from *from, size_t split)
{
	struct expr *all = NULL;

	for (size_t i = 0; i < from->using.n; i++) {
		struct span name = *(struct span *)from->using.item[i];
		struct scol *l = using_column(q, scope, name, 0, split, from->at, "left");
		struct scol *r =
		    using_column(q, scope, name, split, scope->ranges.n, from->at, "right");
		struct expr *eq = tree_op(q, OP_EQ, from->at, bind_column_expr(q, l, from->at),
		    bind_column_expr(q, r, from->at));
		const char *sql = from->join == JOIN_RIGHT ? r->sql
		                  : from->join == JOIN_FULL
		                      ? tree_text(q, "IFNULL(%s, %s)", l->sql, r->sql)
		                      : l->sql;
		struct scol *merged = bind_scol(q, name, l->ty, sql);

		if (!ty_same(l->ty, r->ty))
			tree_unsupported(q, from->at, "USING of columns of different types");
		tree_add(q, &scope->hidden, l);
		tree_add(q, &scope->hidden, r);
		tree_add(q, &scope->merged, merged);
		all = all ? tree_op(q, OP_AND, from->at, all, eq) : eq;
	}
	from->on = all;
}

void bind_from(struct sql *q, struct sql_scope *scope, struct from *from)
{
	size_t split, mark[2] = {prune_mark(q), 0};

	if (from->kind != FROM_JOIN) {
		bind_item(q, scope, from);
		return;
	}
	tree_depth(q, from->at, 1);
	bind_from(q, scope, from->left);
	split = scope->ranges.n;
	mark[1] = prune_mark(q);
	bind_from(q, scope, from->right);
	if (from->join == JOIN_RIGHT || from->join == JOIN_FULL)
		from->left->apart = from->right->apart = true;
	if (from->using.n)
		bind_using(q, scope, from, split);
	else if (from->join != JOIN_CROSS && !from->on && from->right->kind != FROM_UNNEST)
		tree_fail(q, "invalidQuery", from->at,
		    "%s must have an immediately following ON or USING clause",
		    from->join == JOIN_INNER ? "INNER JOIN" : "OUTER JOIN");
	scope->clause = "JOIN ON clause";
	scope->aggregates = scope->windows = false;
	bind_condition(q, scope, &from->on, "JOIN ON clause");
	/* the side of which all rows stay is read whole */
	if (from->join == JOIN_INNER || from->join == JOIN_RIGHT)
		prune_filter(q, mark[0], mark[1], from->on);
	if (from->join == JOIN_INNER || from->join == JOIN_LEFT)
		prune_filter(q, mark[1], prune_mark(q), from->on);
	tree_depth(q, from->at, -1);
}
