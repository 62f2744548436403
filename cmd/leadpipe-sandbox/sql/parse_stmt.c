#include "sql/parse.h"

static void options(struct sql *q, struct list *list)
{
	if (!take_word(q, "OPTIONS"))
		return;
	need_symbol(q, "(");
	while (!take_symbol(q, ")")) {
		struct option *o = sql_new(q, sizeof(*o));

		if (list->n)
			need_symbol(q, ",");
		o->at = peek(q, 0)->at;
		o->name = parse_any_name(q);
		need_symbol(q, "=");
		o->value = parse_expr(q);
		sql_add(q, list, o);
	}
}

static void refuse_in_column(struct sql *q)
{
	static const char *const words[] = {"DEFAULT", "COLLATE", "PRIMARY", "REFERENCES"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (is_word(q, 0, words[i]))
			sql_unsupported(q, peek(q, 0)->at, "%s in a column definition", words[i]);
}

static void column_def(struct sql *q, struct list *list)
{
	struct column_def *c = sql_new(q, sizeof(*c));

	c->at = peek(q, 0)->at;
	c->name = parse_name(q);
	c->ty = *parse_type(q);
	refuse_in_column(q);
	c->required = take_words(q, "NOT", "NULL");
	refuse_in_column(q);
	options(q, &c->options);
	sql_add(q, list, c);
}

static void column_defs(struct sql *q, struct stmt *s)
{
	if (!take_symbol(q, "("))
		return;
	do {
		if (s->columns.n > 0 && is_symbol(q, 0, ")"))
			break;
		if (is_word(q, 0, "PRIMARY") || is_word(q, 0, "FOREIGN") ||
		    is_word(q, 0, "CONSTRAINT"))
			sql_unsupported(q, peek(q, 0)->at, "constraints");
		column_def(q, &s->columns);
	} while (take_symbol(q, ","));
	need_symbol(q, ")");
}

static bool not_exists(struct sql *q)
{
	if (!take_word(q, "IF"))
		return false;
	need_word(q, "NOT");
	need_word(q, "EXISTS");
	return true;
}

static void path(struct sql *q, struct stmt *s)
{
	s->path_at = peek(q, 0)->at;
	parse_path(q, &s->path);
}

static void create_table(struct sql *q, struct stmt *s)
{
	s->kind = STMT_CREATE_TABLE;
	s->if_not_exists = not_exists(q);
	path(q, s);
	if (is_word(q, 0, "LIKE") || is_word(q, 0, "CLONE") || is_word(q, 0, "COPY"))
		sql_unsupported(q, peek(q, 0)->at, "CREATE TABLE %.*s", SPAN_ARG(peek(q, 0)->text));
	column_defs(q, s);
	if (take_words(q, "PARTITION", "BY"))
		s->partition = parse_expr(q);
	if (take_words(q, "CLUSTER", "BY"))
		do {
			struct span *name = sql_new(q, sizeof(*name));
			*name = parse_name(q);
			sql_add(q, &s->cluster, name);
		} while (take_symbol(q, ","));
	options(q, &s->options);
	if (take_word(q, "AS"))
		s->query = parse_query(q);
}

static void create(struct sql *q, struct stmt *s)
{
	if (take_words(q, "OR", "REPLACE"))
		s->or_replace = true;
	if (take_word(q, "TABLE")) {
		create_table(q, s);
	} else if (!s->or_replace && take_word(q, "SCHEMA")) {
		s->kind = STMT_CREATE_SCHEMA;
		s->if_not_exists = not_exists(q);
		path(q, s);
		options(q, &s->options);
	} else if (peek(q, 0)->kind == T_NAME) {
		sql_unsupported(q, s->at, "CREATE %.*s", SPAN_ARG(peek(q, 0)->text));
	} else {
		parse_unexpected(q);
	}
}

static void drop(struct sql *q, struct stmt *s)
{
	if (take_word(q, "TABLE"))
		s->kind = STMT_DROP_TABLE;
	else if (take_word(q, "SCHEMA"))
		s->kind = STMT_DROP_SCHEMA;
	else if (peek(q, 0)->kind == T_NAME)
		sql_unsupported(q, s->at, "DROP %.*s", SPAN_ARG(peek(q, 0)->text));
	else
		parse_unexpected(q);
	if (take_word(q, "IF")) {
		need_word(q, "EXISTS");
		s->if_exists = true;
	}
	path(q, s);
	if (s->kind == STMT_DROP_SCHEMA && take_word(q, "CASCADE"))
		s->cascade = true;
	else if (s->kind == STMT_DROP_SCHEMA)
		take_word(q, "RESTRICT");
}

static void add_column(struct sql *q, struct stmt *s)
{
	bool skip;

	next(q);
	next(q);
	skip = not_exists(q);
	column_def(q, &s->columns);
	((struct column_def *)s->columns.item[s->columns.n - 1])->if_not_exists = skip;
}

/* ALTER COLUMN name DROP NOT NULL */
static void relax_column(struct sql *q, struct stmt *s)
{
	struct span *name = sql_add(q, &s->relaxed, sql_new(q, sizeof(*name)));

	next(q);
	next(q);
	*name = parse_name(q);
	if (!is_word(q, 0, "DROP") || !is_word(q, 1, "NOT"))
		sql_unsupported(q, peek(q, 0)->at, "ALTER COLUMN other than DROP NOT NULL");
	next(q);
	next(q);
	need_word(q, "NULL");
}

static void alter(struct sql *q, struct stmt *s)
{
	if (!take_word(q, "TABLE"))
		sql_unsupported(q, s->at, "ALTER %.*s", SPAN_ARG(peek(q, 0)->text));
	s->kind = STMT_ALTER_TABLE;
	if (take_word(q, "IF")) {
		need_word(q, "EXISTS");
		s->if_exists = true;
	}
	path(q, s);
	if (take_word(q, "SET")) {
		options(q, &s->options);
		if (!s->options.n)
			parse_expected(q, "keyword OPTIONS");
		return;
	}
	do {
		if (is_word(q, 0, "ADD") && is_word(q, 1, "COLUMN"))
			add_column(q, s);
		else if (is_word(q, 0, "ALTER") && is_word(q, 1, "COLUMN"))
			relax_column(q, s);
		else
			sql_unsupported(q, peek(q, 0)->at, "ALTER TABLE %.*s %.*s",
			    SPAN_ARG(peek(q, 0)->text), SPAN_ARG(peek(q, 1)->text));
	} while (take_symbol(q, ","));
}

static void values(struct sql *q, struct list *row)
{
	need_symbol(q, "(");
	do
		sql_add(q, row, take_word(q, "DEFAULT") ? NULL : parse_expr(q));
	while (take_symbol(q, ","));
	need_symbol(q, ")");
}

static void insert(struct sql *q, struct stmt *s)
{
	s->kind = STMT_INSERT;
	take_word(q, "INTO");
	path(q, s);
	if (is_symbol(q, 0, "(") && !is_word(q, 1, "SELECT") && !is_word(q, 1, "WITH"))
		parse_names(q, &s->columns);
	if (take_word(q, "VALUES"))
		do {
			struct list *row = sql_add(q, &s->rows, sql_new(q, sizeof(*row)));
			values(q, row);
		} while (take_symbol(q, ","));
	else
		s->query = parse_query(q);
}

static void sets(struct sql *q, struct list *list)
{
	need_word(q, "SET");
	do {
		struct set *set = sql_add(q, list, sql_new(q, sizeof(*set)));

		set->at = peek(q, 0)->at;
		do {
			struct span *name = sql_add(q, &set->path, sql_new(q, sizeof(*name)));
			*name = set->path.n > 1 ? parse_any_name(q) : parse_name(q);
		} while (take_symbol(q, "."));
		need_symbol(q, "=");
		set->value = take_word(q, "DEFAULT") ? NULL : parse_expr(q);
	} while (take_symbol(q, ","));
}

static void update(struct sql *q, struct stmt *s)
{
	s->kind = STMT_UPDATE;
	path(q, s);
	s->alias = parse_alias(q);
	sets(q, &s->sets);
	if (take_word(q, "FROM"))
		s->from = parse_from(q);
	if (!take_word(q, "WHERE"))
		sql_fail(q, "invalidQuery", s->at, "UPDATE must have a WHERE clause");
	s->where = parse_expr(q);
}

static void delete (struct sql *q, struct stmt *s)
{
	s->kind = STMT_DELETE;
	take_word(q, "FROM");
	path(q, s);
	s->alias = parse_alias(q);
	if (!take_word(q, "WHERE"))
		sql_fail(q, "invalidQuery", s->at, "DELETE must have a WHERE clause");
	s->where = parse_expr(q);
}

static void when_action(struct sql *q, struct merge_when *w)
{
	if (w->of == WHEN_NOT_MATCHED) {
		need_word(q, "INSERT");
		w->does = DOES_INSERT;
		if (is_symbol(q, 0, "("))
			parse_names(q, &w->columns);
		if (take_word(q, "ROW")) {
			w->row = true;
			return;
		}
		need_word(q, "VALUES");
		values(q, &w->values);
	} else if (take_word(q, "DELETE")) {
		w->does = DOES_DELETE;
	} else {
		need_word(q, "UPDATE");
		w->does = DOES_UPDATE;
		sets(q, &w->sets);
	}
}

static void when(struct sql *q, struct list *list)
{
	struct merge_when *w = sql_add(q, list, sql_new(q, sizeof(*w)));

	w->at = peek(q, 0)->at;
	need_word(q, "WHEN");
	if (take_word(q, "NOT")) {
		need_word(q, "MATCHED");
		w->of = WHEN_NOT_MATCHED;
		if (take_word(q, "BY")) {
			if (take_word(q, "SOURCE"))
				w->of = WHEN_NOT_MATCHED_BY_SOURCE;
			else
				need_word(q, "TARGET");
		}
	} else {
		need_word(q, "MATCHED");
	}
	if (take_word(q, "AND"))
		w->condition = parse_expr(q);
	need_word(q, "THEN");
	when_action(q, w);
}

static void merge(struct sql *q, struct stmt *s)
{
	s->kind = STMT_MERGE;
	take_word(q, "INTO");
	path(q, s);
	s->alias = parse_alias(q);
	need_word(q, "USING");
	s->from = parse_from(q);
	need_word(q, "ON");
	s->where = parse_expr(q);
	if (!is_word(q, 0, "WHEN"))
		parse_expected(q, "keyword WHEN");
	while (is_word(q, 0, "WHEN"))
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
		if (take_word(q, words[i].word)) {
			words[i].parse(q, s);
			return;
		}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (is_word(q, 0, others[i]))
			sql_unsupported(q, s->at, "statement %s", others[i]);
	if (is_word(q, 0, "FROM"))
		sql_unsupported(q, s->at, "pipe syntax");
	if (take_word(q, "TRUNCATE")) {
		s->kind = STMT_TRUNCATE;
		need_word(q, "TABLE");
		path(q, s);
	} else {
		s->kind = STMT_SELECT;
		s->query = parse_query(q);
	}
}

struct stmt *parse_statement(struct sql *q)
{
	struct stmt *s;

	while (take_symbol(q, ";"))
		;
	if (peek(q, 0)->kind == T_END)
		return NULL;
	s = sql_new(q, sizeof(*s));
	s->at = peek(q, 0)->at;
	statement(q, s);
	if (peek(q, 0)->kind != T_END && !is_symbol(q, 0, ";"))
		parse_expected(q, "end of input");
	return s;
}
