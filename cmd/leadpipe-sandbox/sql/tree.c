#include "sql/tree.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { BLOCK_BYTES = 64 << 10 };

struct block {
	struct block *next;
	size_t used, size;
	max_align_t bytes[];
};

static void fail(struct sql *q, const char *reason, struct sql_place at, const char *prefix,
    const char *format, va_list args)
{
	struct sql_result *r = q->result;
	size_t n;

	snprintf(r->reason, sizeof(r->reason), "%s", reason);
	n = (size_t)snprintf(r->message, sizeof(r->message), "%s", prefix);
	vsnprintf(r->message + n, sizeof(r->message) - n, format, args);
	n = strlen(r->message);
	if (at.line > 0)
		snprintf(r->message + n, sizeof(r->message) - n, " at [%d:%d]", at.line, at.column);
}

void tree_fail(struct sql *q, const char *reason, struct sql_place at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail(q, reason, at, "", format, args);
	va_end(args);
	longjmp(q->out, 1);
}

void tree_unsupported(struct sql *q, struct sql_place at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail(q, "invalidQuery", at, "Not supported by leadpipe-sandbox: ", format, args);
	va_end(args);
	longjmp(q->out, 1);
}

void tree_depth(struct sql *q, struct sql_place at, int by)
{
	q->depth += by;
	if (q->depth > SQL_DEPTH_MAX)
		tree_fail(q, "invalidQuery", at, "Query is nested too deep");
}

void *tree_new(struct sql *q, size_t size)
{
	size_t need = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	struct block *b = q->arena;
	void *p;

	if (!b || need > b->size - b->used) {
		size_t bytes = need > BLOCK_BYTES ? need : BLOCK_BYTES;
		b = mem_alloc(sizeof(*b) + bytes);
		b->size = bytes;
		b->next = q->arena;
		q->arena = b;
	}
	p = (char *)b->bytes + b->used;
	b->used += need;
	return p;
}

void tree_free(struct sql *q)
{
	while (q->arena) {
		struct block *next = q->arena->next;
		free(q->arena);
		q->arena = next;
	}
}

char *tree_keep(struct sql *q, struct span text)
{
	char *copy = tree_new(q, text.n + 1);

	if (text.n)
		memcpy(copy, text.p, text.n);
	return copy;
}

char *tree_text(struct sql *q, const char *format, ...)
{
	va_list args, again;
	char *text;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	text = tree_new(q, (size_t)(n > 0 ? n : 0) + 1);
	vsnprintf(text, (size_t)(n > 0 ? n : 0) + 1, format, again);
	va_end(again);
	va_end(args);
	return text;
}

void *tree_add(struct sql *q, struct list *l, void *item)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 4;
		void **grown = tree_new(q, cap * sizeof(*grown));
		if (l->n)
			memcpy(grown, l->item, l->n * sizeof(*grown));
		l->item = grown;
		l->cap = cap;
	}
	l->item[l->n++] = item;
	return item;
}

struct expr *tree_expr(const struct list *l, size_t i)
{
	return l->item[i];
}

struct expr *tree_node(struct sql *q, enum expr_kind kind, struct sql_place at)
{
	struct expr *e = tree_new(q, sizeof(*e));

	e->kind = kind;
	e->at = at;
	return e;
}

struct expr *tree_op(struct sql *q, enum op op, struct sql_place at, struct expr *a, struct expr *b)
{
	struct expr *e = tree_node(q, E_OP, at);

	e->op = op;
	tree_add(q, &e->args, a);
	if (b)
		tree_add(q, &e->args, b);
	return e;
}

bool tree_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

bool tree_is(struct span a, const char *b)
{
	return tree_eq(a, span_of(b));
}

static bool same_flags(const struct expr *a, const struct expr *b)
{
	return a->kind == b->kind && a->op == b->op && a->null == b->null &&
	       a->column == b->column && a->func == b->func && a->distinct == b->distinct &&
	       a->star == b->star && a->safe == b->safe && a->negated == b->negated &&
	       a->unnest == b->unnest && a->operand == b->operand && a->otherwise == b->otherwise &&
	       a->ty.kind == b->ty.kind && a->ty.array == b->ty.array && a->args.n == b->args.n;
}

bool tree_same(const struct expr *a, const struct expr *b)
{
	if (a == b)
		return true;
	if (!same_flags(a, b) || a->query || b->query || a->over || b->over || a->order.n ||
	    b->order.n || a->limit || b->limit)
		return false;
	if (a->kind == E_LITERAL ? !span_eq(a->text, b->text)
	                         : a->kind != E_COLUMN && !tree_eq(a->text, b->text))
		return false;
	for (size_t i = 0; i < a->args.n; i++)
		if (!tree_same(tree_expr(&a->args, i), tree_expr(&b->args, i)))
			return false;
	return true;
}
