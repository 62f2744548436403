#include "sql/parse.h"

static struct from *join_tail(struct sql *q, struct from *left);

static struct from *new_from(struct sql *q, enum from_kind kind, struct sql_place at)
{
	struct from *f = tree_new(q, sizeof(*f));

	f->kind = kind;
	f->at = at;
	return f;
}

static void refuse_after(struct sql *q)
{
	static const char *const words[] = {"TABLESAMPLE", "PIVOT", "UNPIVOT"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (parse_is_word(q, 0, words[i]) && (i == 0 || parse_is_symbol(q, 1, "(")))
			tree_unsupported(q, parse_peek(q, 0)->at, "%s", words[i]);
	if (parse_is_word(q, 0, "FOR") && parse_is_word(q, 1, "SYSTEM_TIME"))
		tree_unsupported(q, parse_peek(q, 0)->at, "FOR SYSTEM_TIME AS OF");
}

static void with_offset(struct sql *q, struct from *f)
{
	if (!parse_take_words(q, "WITH", "OFFSET"))
		return;
	f->with_offset = true;
	f->offset = parse_alias(q);
	if (!f->offset.p)
		f->offset = SPAN("offset");
}

static struct from *unnest(struct sql *q, struct sql_place at)
{
	struct from *f = new_from(q, FROM_UNNEST, at);

	parse_need_symbol(q, "(");
	f->array = parse_expr(q);
	parse_need_symbol(q, ")");
	refuse_after(q);
	f->alias = parse_alias(q);
	refuse_after(q);
	with_offset(q, f);
	return f;
}

static struct from *from_item(struct sql *q)
{
	struct sql_place at = parse_peek(q, 0)->at;
	struct from *f;

	if (parse_take_word(q, "UNNEST"))
		return unnest(q, at);
	if (parse_is_word(q, 0, "LATERAL"))
		tree_unsupported(q, at, "LATERAL");
	if (parse_take_symbol(q, "(")) {
		if (!parse_is_word(q, 0, "SELECT") && !parse_is_word(q, 0, "WITH") &&
		    !parse_is_symbol(q, 0, "(")) {
			f = join_tail(q, from_item(q));
			parse_need_symbol(q, ")");
			return f;
		}
		f = new_from(q, FROM_QUERY, at);
		f->query = parse_query(q);
		parse_need_symbol(q, ")");
		refuse_after(q);
	} else {
		f = new_from(q, FROM_TABLE, at);
		parse_path(q, &f->path);
		if (parse_is_symbol(q, 0, "("))
			tree_unsupported(q, parse_peek(q, 0)->at, "table functions");
		refuse_after(q);
	}
	f->alias = parse_alias(q);
	refuse_after(q);
	if (f->kind == FROM_TABLE)
		with_offset(q, f);
	return f;
}

static bool join_word(struct sql *q, enum join *join)
{
	if (parse_take_word(q, "CROSS")) {
		*join = JOIN_CROSS;
	} else if (parse_take_word(q, "INNER")) {
		*join = JOIN_INNER;
	} else if (parse_is_word(q, 0, "LEFT") || parse_is_word(q, 0, "RIGHT") ||
	           parse_is_word(q, 0, "FULL")) {
		*join = parse_is_word(q, 0, "LEFT")    ? JOIN_LEFT
		        : parse_is_word(q, 0, "RIGHT") ? JOIN_RIGHT
		                                       : JOIN_FULL;
		parse_next(q);
		parse_take_word(q, "OUTER");
	} else if (parse_is_word(q, 0, "JOIN")) {
		*join = JOIN_INNER;
	} else if (parse_take_symbol(q, ",")) {
		*join = JOIN_CROSS;
		return true;
	} else {
		return false;
	}
	parse_need_word(q, "JOIN");
	return true;
}

static struct from *join_tail(struct sql *q, struct from *left)
{
	enum join join;

	for (;;) {
		struct sql_place at = parse_peek(q, 0)->at;
		struct from *f;

		if (parse_is_word(q, 0, "NATURAL"))
			tree_unsupported(q, at, "NATURAL JOIN");
		if (!join_word(q, &join))
			return left;
		f = new_from(q, FROM_JOIN, at);
		f->join = join;
		f->left = left;
		f->right = from_item(q);
		if (join != JOIN_CROSS) {
			if (parse_take_word(q, "USING"))
				parse_names(q, &f->using);
			else if (parse_take_word(q, "ON"))
				f->on = parse_expr(q);
			else if (join != JOIN_INNER && f->right->kind != FROM_UNNEST &&
			         f->right->kind != FROM_TABLE)
				parse_expected(q, "keyword ON or keyword USING");
		}
		left = f;
	}
}

struct from *parse_from(struct sql *q)
{
	return join_tail(q, from_item(q));
}
