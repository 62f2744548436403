#ifndef SANDBOX_SQL_REGEX_H
#define SANDBOX_SQL_REGEX_H

/*
 * Regular expressions as RE2 reads them (its wiki page "Syntax"), matched in time that
 * grows with text and pattern only (a set of threads, no backtracking). Known:
 * literals, ., [...] with ranges, negation, escapes and [:alpha:] classes, \d \w \s \b
 * and their opposites, \n \t \r \f \v \a \xHH \x{H..}, \Q..\E not; ^ $ \A \z, ( ),
 * (?: ), (?P<name> ), |, * + ? {n,m} and their lazy forms, flags (?i) (?s) (?m) at the
 * beginning of the pattern or of a (?flags: ). What else RE2 knows is refused by name.
 * Letters without case: ASCII only are folded by (?i).
 */

#include "base/span.h"

#include <stdbool.h>

enum { REGEX_GROUPS = 10 }; /* group 0 is the whole match */

struct regex;

/* NULL: *why (static) says what is wrong or not known. The caller frees with regex_free. */
struct regex *regex_new(struct span pattern, const char **why);
void regex_free(struct regex *re);

/* How many groups with numbers the pattern has. */
int regex_groups(const struct regex *re);

/*
 * The leftmost match that begins at byte `from` of the text or behind it; the group
 * spans point into it (absent for one that took no part).
 */
bool regex_find(
    const struct regex *re, struct span text, size_t from, struct span groups[REGEX_GROUPS]);

#endif
