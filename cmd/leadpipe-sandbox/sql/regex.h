#ifndef SANDBOX_SQL_REGEX_H
#define SANDBOX_SQL_REGEX_H

/*
 * Regular expressions in RE2's syntax (its wiki page "Syntax"), run by PCRE2. regex_gate lets
 * only RE2's grammar through and rewrites what the two read differently, so a pattern means here
 * what it means in BigQuery or is refused. PCRE2 goes back and tries again where RE2 does not;
 * a search that takes too many steps is given up, never guessed.
 */

#include "base/buf.h"

#include <stdbool.h>

enum { REGEX_GROUPS = 10 }; /* group 0 is the whole match */
enum { REGEX_WHY = 128 };

struct regex;

enum regex_result { REGEX_NONE, REGEX_FOUND, REGEX_GAVE_UP };

/* NULL: `why` says what is wrong, in RE2's words where it has any. Free it with regex_free. */
struct regex *regex_new(struct span pattern, char why[REGEX_WHY]);
void regex_free(struct regex *re);

/* How many groups with numbers the pattern has. */
int regex_groups(const struct regex *re);

/*
 * The leftmost match that begins at byte `from` of the text or after it; the group spans point
 * into it (absent for a group that took no part). The text is valid UTF-8.
 */
enum regex_result regex_find(
    const struct regex *re, struct span text, size_t from, struct span groups[REGEX_GROUPS]);

/*
 * Private to regex.c. RE2's grammar, and nothing else: no lookaround, backreference, possessive
 * quantifier, atomic group, conditional, verb, recursion, \K, \G, \R or \C; octal numbers are
 * refused too. What is wrong in both grammars is left to PCRE2. Source: RE2's page "Syntax" and
 * re2/parse.cc. Appends the pattern as PCRE2 must be told it: \s is without \v, \v one character,
 * \Q...\E is spelled out, a brace that is not a repetition is escaped, \p{Greek} is the script.
 * False: `why` is the rule and the text that breaks it.
 */
bool regex_gate(struct span pattern, struct buf *out, char why[REGEX_WHY]);

#endif
