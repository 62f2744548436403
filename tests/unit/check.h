#ifndef UNIT_CHECK_H
#define UNIT_CHECK_H

/*
 * What every driver in this directory counts with: check() for each expectation, and
 * check_end() as the last statement of main, which prints the counts.
 */

#include <stdbool.h>
#include <stdio.h>

static int passed, failed;

static inline void check(bool good, const char *what)
{
	if (good) {
		passed++;
		return;
	}
	failed++;
	printf("failed: %.400s\n", what);
}

/* The same, where `of` names the line of a table. */
static inline void check_of(bool good, const char *what, const char *of)
{
	if (good) {
		passed++;
		return;
	}
	failed++;
	printf("failed: %.200s: %.200s\n", of, what);
}

static inline int check_end(void)
{
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}

#endif
