/*
 * What scan remembers of earlier rows never changes what it says of a row: made-up
 * streams of rows that are mostly alike, read by one struct row and, each row for
 * itself, by a fresh one. And what a layout says of a row's members is what is there.
 */

#include "json/row.h"

#include <stdio.h>
#include <stdlib.h>

enum { STREAMS = 400, ROWS = 60 };

static int passed, failed;
static unsigned twice, alike,
    missing; /* rows with a double key, with the layout, with a part of it */
static uint64_t state = 20261123;

/* splitmix64 */
static unsigned below(unsigned n)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ z >> 31) % n);
}

static void check(bool good, const char *what, struct span line)
{
	if (good) {
		passed++;
		return;
	}
	if (failed++ < 10)
		printf("failed: %s: %.*s\n", what, (int)(line.n < 300 ? line.n : 300), line.p);
}

/* Few names, so that doubles and names out of their place are frequent when something changes. */
static const char *const names[] = {"id", "name", "a", "b", "exactly", "eight_by", "nine_byte",
    "a_name_of_sixteen", "S\xc3\xa3o", "\\u0061", "k",
    "a_name_of_sixty_two_bytes_which_is_the_longest_that_is_remembe",
    "a_name_of_sixty_three_bytes_which_is_the_longest_that_is_rememb",
    "a_name_of_sixty_four_bytes_and_more_that_is_never_known_to_anyone", ""};

/* Right and wrong ones. */
static const char *const values[] = {"\"text\"", "\"\"", "\"S\xc3\xa3o \\\"Paulo\\\"\"", "true",
    "false", "null", "-0", "1e400", "12.50", "[]", "{}", "[1,\"a\",[{}]]", "{\"a\":{\"b\":1}}",
    " 1 ", "\"\\ud83d\\ude80\"", "\"\\ud83d\"", "\"\\u12\"", "\"\\x\"", "\"a\x01\"", "\"\xff\"",
    "\"\xed\xa0\x80\"", "\"\xc3\"", "01", "-", "1.", "1e", "tru", "nulll", "[1,]",
    "{\"a\":1,\"a\":2}", "{\"a\":1,}", "\"", "", "1 2", "]", "\xc3\xa3"};

static void put_value(struct buf *b)
{
	unsigned kind = below(60), deep = SCAN_DEPTH_MAX - 4 + below(6);

	if (kind > 1) {
		buf_addf(b, "%u", below(1000));
	} else if (kind == 1) {
		buf_adds(b, values[below(sizeof values / sizeof *values)]);
	} else if (below(20) == 0) {
		for (unsigned i = 0; i < deep; i++)
			buf_addc(b, '[');
		for (unsigned i = 0; i < deep; i++)
			buf_addc(b, ']');
	}
}

/* Takes a member out of a template, with what is in it. */
static void leave_out(char *shape)
{
	size_t n = strlen(shape), from = below((unsigned)n), to;
	int depth = 0;

	if (shape[from] < 'A' || shape[from] > 'O')
		return;
	for (to = from + 1; depth > 0 || !strchr(",}]", shape[to]); to++)
		depth += strchr("{[", shape[to]) ? 1 : strchr("}]", shape[to]) ? -1 : 0;
	if (shape[to] == ',')
		to++;
	else if (shape[from - 1] == ',')
		from--;
	memmove(shape + from, shape + to, n + 1 - to);
}

/* A template: letters stand for names, and the row may double or exchange them. */
static void put_row(struct buf *b, const char *shape, bool same)
{
	for (; *shape; shape++) {
		const char *c = shape;
		unsigned name;

		if (*c < 'A' || *c > 'O') {
			buf_addc(b, *c);
			continue;
		}
		name = (unsigned)(*c - 'A');
		if (!same && below(20) == 0)
			name = below(sizeof names / sizeof *names);
		if (!same && below(12) == 0 && strchr(",} ", c[1]))
			buf_addf(b, "\"%s\":0,", names[below(sizeof names / sizeof *names)]);
		buf_addf(b, "\"%s\":", names[name]);
		if (strchr(",} ", c[1]))
			put_value(b);
	}
	if (below(50) == 0)
		b->n = below((unsigned)b->n + 1);
}

static void make_shape(char *text, size_t size)
{
	static const char *const shapes[] = {"{A,B,C,D,E,F,G,H}", "{A{B,C,D},E,F[{B,C},{B,C}],G}",
	    "{A[{B},{B}],C{D{E{F,G},H},I},K}", "{A,L,M,B}", "{N,A,B,C}", "{A,O,B,I}", "{A,J,B,K}",
	    "{A{A{A{A,B},B},B},B}", "{A,B{C,D{E,F},G},H,I{K{L}},M}", "{A,B{C{D,E},F{G}},H}",
	    "{A,B{C,D },E,F}", "{A ,B{ C, D} , E{F},K}", "{A, B{C, D}, E}",
	    "{A[[{A,B},{B,A}],{C}],D}", "{}", "{A{},B[],C}"};

	snprintf(text, size, "%s", shapes[below(sizeof shapes / sizeof *shapes)]);
	for (char *c = text; *c; c++)
		if (*c >= 'A' && *c <= 'O' && below(30) == 0)
			*c = (char)('A' + below(15));
}

static bool is_there(const struct layout *l, const struct layout_member *m, struct span whole)
{
	struct span rest = whole, name, value;
	const struct layout_member *in = m + 1, *end = l->members + m->next;

	if (!m->object)
		return true;
	while (scan_member(&rest, &name, &value)) {
		struct span known;

		while (in < end && !layout_has(l, in))
			in = l->members + in->next;
		if (in == end)
			return false;
		known = layout_value(l, in);
		if (!span_eq(in->name, name) || name.p != known.p - in->from_name ||
		    known.p != value.p || known.n != value.n || !is_there(l, in, value))
			return false;
		in = l->members + in->next;
	}
	while (in < end && !layout_has(l, in))
		in = l->members + in->next;
	return in == end;
}

static void check_layout(const struct row *row, struct span line)
{
	const struct layout *l = row_layout(row);

	if (!l)
		return;
	check(span_eq(layout_value(l, l->members), line), "another row", line);
	check(is_there(l, l->members, line), "other members", line);
	alike++;
	for (size_t i = 0; i < l->n; i++)
		if (!l->places[i].p) {
			missing++;
			return;
		}
}

/* Keys of one row, each in its own memory so that reading too far is seen by ASan. */
static void one_row(struct row *row, struct span text)
{
	char *copy = malloc(text.n + 1);
	struct span line = {memcpy(copy, text.p, text.n), text.n};
	struct row fresh = {0};
	const char *why = row_parse(row, line), *fresh_why = row_parse(&fresh, line);
	bool same = row->n == fresh.n;

	check(!why == !fresh_why && (!why || strcmp(why, fresh_why) == 0), "another verdict", line);
	check(!why || row->scan.at == fresh.scan.at, "another place", line);
	check(span_eq(row->bad, fresh.bad), "another double key", line);
	for (size_t i = 0; !why && same && i < row->n; i++) {
		const struct field *f = &row->fields[i], *g = &fresh.fields[i];

		same = f->name.p == g->name.p && f->name.n == g->name.n &&
		       f->value.p == g->value.p && f->value.n == g->value.n && f->type == g->type &&
		       f->plain == g->plain;
	}
	check(why || same, "other fields", line);
	if (!why)
		check_layout(row, line);
	row_free(&fresh);
	free(copy);
}

static void one_stream(struct buf *b)
{
	struct row row = {0};
	char shape[100], some[100];

	for (int k = 0; k < ROWS; k++) {
		if (k % 30 == 0)
			make_shape(shape, sizeof shape);
		memcpy(some, shape, sizeof some);
		for (unsigned out = below(6); out < 3; out++)
			leave_out(some);
		buf_clear(b);
		put_row(b, some, below(3) > 0);
		one_row(&row, buf_span(b));
		twice += row.bad.p != NULL;
	}
	row_free(&row);
}

int main(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < STREAMS; i++)
		one_stream(&b);
	buf_free(&b);
	if (twice < STREAMS || alike < STREAMS * ROWS / 4 || missing < STREAMS) {
		printf("failed: %u rows had a double key, %u the layout, %u a part of it\n", twice,
		    alike, missing);
		failed++;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
