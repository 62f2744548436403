#ifndef SANDBOX_SQL_REGEX_ROOM_H
#define SANDBOX_SQL_REGEX_ROOM_H

/*
 * What regex_parse.c makes and regex.c runs: a program over code points. Not for
 * others.
 */

#include "sql/regex.h"

#include <stdint.h>

enum regex_op {
	RX_SET,   /* one code point of the set `x` */
	RX_SPLIT, /* goes on at x, and, second, at y */
	RX_JUMP,  /* to x */
	RX_SAVE,  /* notes the place in slot x */
	RX_BEGIN, /* at the start of the text, or (y) of a line */
	RX_END,   /* likewise the end */
	RX_WORD,  /* between a word letter and another (x: not) */
	RX_MATCH,
};

/* x and y of SPLIT and JUMP count from the instruction itself, so that code can be moved and copied. */
struct regex_code {
	enum regex_op op;
	int x, y;
};

/* Code points, from first to last in pairs. */
struct regex_set {
	uint32_t *range;
	size_t n; /* of pairs */
	bool negated;
};

struct regex {
	struct regex_code *code;
	size_t n;
	struct regex_set *sets;
	size_t n_sets;
	int groups;
};

enum { REGEX_CODE_MAX = 10000, REGEX_DEPTH_MAX = 200 };

/* The code point at byte *i of s, and *i behind it. A byte that is no UTF-8 stands for itself. */
uint32_t regex_point(struct span s, size_t *i);

#endif
