#ifndef BASE_SPAN_H
#define BASE_SPAN_H

/*
 * A span is a run of bytes that somebody else owns: a pointer and a length in
 * bytes. It has no NUL at its end, may hold any byte, and is valid as long as the
 * memory it points into. An absent span has p == NULL.
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *p;
	size_t n;
};

/* The span of a string literal. */
#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})

/* For printf: printf("%.*s", SPAN_ARG(s)). Only for text known to be short and harmless. */
#define SPAN_ARG(s) (int)(s).n, (s).p

/* The span of a C string; of NULL, the absent span. */
static inline struct span span_of(const char *text)
{
	return (struct span){text, text ? strlen(text) : 0};
}

/* Same bytes, same length. */
static inline bool span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Does `s` begin with `head`? */
static inline bool span_starts(struct span s, struct span head)
{
	return s.n >= head.n && memcmp(s.p, head.p, head.n) == 0;
}

/* The same span without its first n bytes; n is at most s.n. */
static inline struct span span_skip(struct span s, size_t n)
{
	return (struct span){s.p + n, s.n - n};
}

/* How many digits, 0 to 9, it begins with. */
static inline size_t span_digits(struct span s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

/* The same span without ASCII white space (space, \t, \r, \n, \v, \f) at either end. */
struct span span_trim(struct span s);

#endif
