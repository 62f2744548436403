#include "sql/parse.h"

static void options(struct sql *q, struct list *list)
{
	if (!parse_take_word(q, "OPTIONS"))
		return;
	parse_need_symbol(q, "(");
	while (!parse_take_symbol(q, ")")) {
		struct option *o = tree_new(q, sizeof(*o));

		if (list->n)
			parse_need_symbol(q, ",");
		o->at = parse_peek(q, 0)->at;
		o->name = parse_any_name(q);
		parse_need_symbol(q, "=");
		o->value = parse_expr(q);
		tree_add(q, list, o);
	}
}

static void refuse_in_column(struct sql *q)
{
	static const char *const words[] = {"DEFAULT", "COLLATE", "PRIMARY", "REFERENCES"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (parse_is_word(q, 0, words[i]))
			tree_unsupported(
			    q, parse_peek(q, 0)->at, "%s in a column definition", words[i]);
}

static void column_def(struct sql *q, struct list *list)
{
	struct column_def *c = tree_new(q, sizeof(*c));

	c->at = parse_peek(q, 0)->at;
	c->name = parse_name(q);
	c->ty = *parse_type(q);
	refuse_in_column(q);
	c->required = parse_take_words(q, "NOT", "NULL");
	refuse_in_column(q);
	options(q, &c->options);
	tree_add(q, list, c);
}

static void column_defs(struct sql *q, struct stmt *s)
{
	if (!parse_take_symbol(q, "("))
		return;
	do {
		if (s->columns.n > 0 && parse_is_symbol(q, 0, ")"))
			break;
		if (parse_is_word(q, 0, "PRIMARY") || parse_is_word(q, 0, "FOREIGN") ||
		    parse_is_word(q, 0, "CONSTRAINT"))
			tree_unsupported(q, parse_peek(q, 0)->at, "constraints");
		column_def(q, &s->columns);
	} while (parse_take_symbol(q, ","));
	parse_need_symbol(q, ")");
}

static bool not_exists(struct sql *q)
{
	if (!parse_take_word(q, "IF"))
		return false;
	parse_need_word(q, "NOT");
	parse_need_word(q, "EXISTS");
	return true;
}

static void path(struct sql *q, struct stmt *s)
{
	s->path_at = parse_peek(q, 0)->at;
	parse_path(q, &s->path);
}

static void create_table(struct sql *q, struct stmt *s)
{
	s->kind = STMT_CREATE_TABLE;
	s->if_not_exists = not_exists(q);
	path(q, s);
	if (parse_is_word(q, 0, "LIKE") || parse_is_word(q, 0, "CLONE") ||
	    parse_is_word(q, 0, "COPY"))
		tree_unsupported(
		    q, parse_peek(q, 0)->at, "CREATE TABLE %.*s", SPAN_ARG(parse_peek(q, 0)->text));
	column_defs(q, s);
	if (parse_take_words(q, "PARTITION", "BY"))
		s->partition = parse_expr(q);
	if (parse_take_words(q, "CLUSTER", "BY"))
		do {
			struct span *name = tree_new(q, sizeof(*name));
			*name = parse_name(q);
			tree_add(q, &s->cluster, name);
		} while (parse_take_symbol(q, ","));
	options(q, &s->options);
	if (parse_take_word(q, "AS"))
		s->query = parse_query(q);
}

static void create(struct sql *q, struct stmt *s)
{
	if (parse_take_words(q, "OR", "REPLACE"))
		s->or_replace = true;
	if (parse_take_word(q, "TABLE")) {
		create_table(q, s);
	} else if (!s->or_replace && parse_take_word(q, "SCHEMA")) {
		s->kind = STMT_CREATE_SCHEMA;
		s->if_not_exists = not_exists(q);
		path(q, s);
		options(q, &s->options);
	} else if (parse_peek(q, 0)->kind == T_NAME) {
		tree_unsupported(q, s->at, "CREATE %.*s", SPAN_ARG(parse_peek(q, 0)->text));
	} else {
		parse_unexpected(q);
	}
}

static void drop(struct sql *q, struct stmt *s)
{
	if (parse_take_word(q, "TABLE"))
		s->kind = STMT_DROP_TABLE;
	else if (parse_take_word(q, "SCHEMA"))
		s->kind = STMT_DROP_SCHEMA;
	else if (parse_peek(q, 0)->kind == T_NAME)
		tree_unsupported(q, s->at, "DROP %.*s", SPAN_ARG(parse_peek(q, 0)->text));
	else
		parse_unexpected(q);
	if (parse_take_word(q, "IF")) {
		parse_need_word(q, "EXISTS");
		s->if_exists = true;
	}
	path(q, s);
	if (s->kind == STMT_DROP_SCHEMA && parse_take_word(q, "CASCADE"))
		s->cascade = true;
	else if (s->kind == STMT_DROP_SCHEMA)
		parse_take_word(q, "RESTRICT");
}

static void add_column(struct sql *q, struct stmt *s)
{
	bool skip;

	parse_next(q);
	parse_next(q);
	skip = not_exists(q);
	column_def(q, &s->columns);
	((struct column_def *)s->columns.item[s->columns.n - 1])->if_not_exists = skip;
}

/* ALTER COLUMN name DROP NOT NULL */
static void relax_column(struct sql *q, struct stmt *s)
{
	struct span *name = tree_add(q, &s->relaxed, tree_new(q, sizeof(*name)));

	parse_next(q);
	parse_next(q);
	*name = parse_name(q);
	if (!parse_is_word(q, 0, "DROP") || !parse_is_word(q, 1, "NOT"))
		tree_unsupported(q, parse_peek(q, 0)->at, "ALTER COLUMN other than DROP NOT NULL");
	parse_next(q);
	parse_next(q);
	parse_need_word(q, "NULL");
}

static void alter(struct sql *q, struct stmt *s)
{
	if (!parse_take_word(q, "TABLE"))
		tree_unsupported(q, s->at, "ALTER %.*s", SPAN_ARG(parse_peek(q, 0)->text));
	s->kind = STMT_ALTER_TABLE;
	if (parse_take_word(q, "IF")) {
		parse_need_word(q, "EXISTS");
		s->if_exists = true;
	}
	path(q, s);
	if (parse_take_word(q, "SET")) {
		options(q, &s->options);
		if (!s->options.n)
			parse_expected(q, "keyword OPTIONS");
		return;
	}
	do {
		if (parse_is_word(q, 0, "ADD") && parse_is_word(q, 1, "COLUMN"))
			add_column(q, s);
		else if (parse_is_word(q, 0, "ALTER") && parse_is_word(q, 1, "COLUMN"))
			relax_column(q, s);
		else
			tree_unsupported(q, parse_peek(q, 0)->at, "ALTER TABLE %.*s %.*s",
			    SPAN_ARG(parse_peek(q, 0)->text), SPAN_ARG(parse_peek(q, 1)->text));
	} while (parse_take_symbol(q, ","));
}

static void values(struct sql *q, struct list *row)
{
	parse_need_symbol(q, "(");
	do
		tree_add(q, row, parse_take_word(q, "DEFAULT") ? NULL : parse_expr(q));
	while (parse_take_symbol(q, ","));
	parse_need_symbol(q, ")");
}

static void insert(struct sql *q, struct stmt *s)
{
	s->kind = STMT_INSERT;
	parse_take_word(q, "INTO");
	path(q, s);
	if (parse_is_symbol(q, 0, "(") && !parse_is_word(q, 1, "SELECT") &&
	    !parse_is_word(q, 1, "WITH"))
		parse_names(q, &s->columns);
	if (parse_take_word(q, "VALUES"))
		do {
			struct list *row = tree_add(q, &s->rows, tree_new(q, sizeof(*row)));
			values(q, row);
		} while (parse_take_symbol(q, ","));
	else
		s->query = parse_query(q);
}

static void sets(struct sql *q, struct list *list)
{
	parse_need_word(q, "SET");
	do {
		struct set *set = tree_add(q, list, tree_new(q, sizeof(*set)));

		set->at = parse_peek(q, 0)->at;
		do {
			struct span *name = tree_add(q, &set->path, tree_new(q, sizeof(*name)));
			*name = set->path.n > 1 ? parse_any_name(q) : parse_name(q);
		} while (parse_take_symbol(q, "."));
		parse_need_symbol(q, "=");
		set->value = parse_take_word(q, "DEFAULT") ? NULL : parse_expr(q);
	} while (parse_take_symbol(q, ","));
}

static void update(struct sql *q, struct stmt *s)
{
	s->kind = STMT_UPDATE;
	path(q, s);
	s->alias = parse_alias(q);
	sets(q, &s->sets);
	if (parse_take_word(q, "FROM"))
		s->from = parse_from(q);
	if (!parse_take_word(q, "WHERE"))
		tree_fail(q, "invalidQuery", s->at, "UPDATE must have a WHERE clause");
	s->where = parse_expr(q);
}

static void delete (struct sql *q, struct stmt *s)
{
	s->kind = STMT_DELETE;
	parse_take_word(q, "FROM");
	path(q, s);
	s->alias = parse_alias(q);
	if (!parse_take_word(q, "WHERE"))
		tree_fail(q, "invalidQuery", s->at, "DELETE must have a WHERE clause");
	s->where = parse_expr(q);
}

static void when_action(struct sql *q, struct merge_when *w)
{
	if (w->of == WHEN_NOT_MATCHED) {
		parse_need_word(q, "INSERT");
		w->does = DOES_INSERT;
		if (parse_is_symbol(q, 0, "("))
			parse_names(q, &w->columns);
		if (parse_take_word(q, "ROW")) {
			w->row = true;
			return;
		}
		parse_need_word(q, "VALUES");
		values(q, &w->values);
	} else if (parse_take_word(q, "DELETE")) {
		w->does = DOES_DELETE;
	} else {
		parse_need_word(q, "UPDATE");
		w->does = DOES_UPDATE;
		sets(q, &w->sets);
	}
}

static void when(struct sql *q, struct list *list)
{
	struct merge_when *w = tree_add(q, list, tree_new(q, sizeof(*w)));

	w->at = parse_peek(q, 0)->at;
	parse_need_word(q, "WHEN");
	if (parse_take_word(q, "NOT")) {
		parse_need_word(q, "MATCHED");
		w->of = WHEN_NOT_MATCHED;
		if (parse_take_word(q, "BY")) {
			if (parse_take_word(q, "SOURCE"))
				w->of = WHEN_NOT_MATCHED_BY_SOURCE;
			else
				parse_need_word(q, "TARGET");
		}
	} else {
		parse_need_word(q, "MATCHED");
	}
	if (parse_take_word(q, "AND"))
		w->condition = parse_expr(q);
	parse_need_word(q, "THEN");
	when_action(q, w);
}

static void merge(struct sql *q, struct stmt *s)
{
	s->kind = STMT_MERGE;
	parse_take_word(q, "INTO");
	path(q, s);
	s->alias = parse_alias(q);
	parse_need_word(q, "USING");
	s->from = parse_from(q);
	parse_need_word(q, "ON");
	s->where = parse_expr(q);
	if (!parse_is_word(q, 0, "WHEN"))
		parse_expected(q, "keyword WHEN");
	while (parse_is_word(q, 0, "WHEN"))
		when(q, &s->whens);
}

static void statement(struct sql *q, struct stmt *s)
{
	static const struct {
		const char *word;
		void (*parse)(struct sql *q, struct stmt *s);
	} words[] = {{"CREATE", create}, {"DROP", drop}, {"ALTER", alter}, {"INSERT", insert},
	    {"UPDATE", update}, {"DELETE", delete}, {"MERGE", merge}};
	static const char *const others[] = {"DECLARE", "SET", "BEGIN", "COMMIT", "ROLLBACK",
	    "CALL", "EXECUTE", "EXPORT", "LOAD", "GRANT", "REVOKE", "ASSERT", "IF", "WHILE", "LOOP",
	    "FOR", "RAISE", "RETURN", "REPEAT", "CASE", "EXPLAIN"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (parse_take_word(q, words[i].word)) {
			words[i].parse(q, s);
			return;
		}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (parse_is_word(q, 0, others[i]))
			tree_unsupported(q, s->at, "statement %s", others[i]);
	if (parse_is_word(q, 0, "FROM"))
		tree_unsupported(q, s->at, "pipe syntax");
	if (parse_take_word(q, "TRUNCATE")) {
		s->kind = STMT_TRUNCATE;
		parse_need_word(q, "TABLE");
		path(q, s);
	} else {
		s->kind = STMT_SELECT;
		s->query = parse_query(q);
	}
}

struct stmt *parse_statement(struct sql *q)
{
	struct stmt *s;

	while (parse_take_symbol(q, ";"))
		;
	if (parse_peek(q, 0)->kind == T_END)
		return NULL;
	s = tree_new(q, sizeof(*s));
	s->at = parse_peek(q, 0)->at;
	statement(q, s);
	if (parse_peek(q, 0)->kind != T_END && !parse_is_symbol(q, 0, ";"))
		parse_expected(q, "end of input");
	return s;
}
