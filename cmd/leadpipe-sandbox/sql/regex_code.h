#ifndef SANDBOX_SQL_REGEX_CODE_H
#define SANDBOX_SQL_REGEX_CODE_H

/* A pattern while it is read, and the program that grows from it. For regex_parse.c. */

#include "sql/regex_room.h"

struct parse {
	struct regex *re;
	struct span s;
	size_t i;
	bool fold, dot_all, lines; /* (?i) (?s) (?m) */
	int depth;
	const char *why; /* the first failure (static), or NULL */
};

/* Notes the first failure; returns false. */
bool regex_fail(struct parse *p, const char *why);

/* Makes room for `count` instructions at `at`; false when the program is too long. */
bool regex_room(struct parse *p, size_t at, size_t count);

void regex_insert(struct parse *p, size_t at, enum regex_op op, int x, int y);
void regex_add(struct parse *p, enum regex_op op, int x, int y);

/* A SPLIT that prefers `first`, or (lazy) `second`. */
void regex_add_split(struct parse *p, size_t at, int first, int second, bool lazy);

#endif
