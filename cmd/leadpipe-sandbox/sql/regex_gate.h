#ifndef SANDBOX_SQL_REGEX_GATE_H
#define SANDBOX_SQL_REGEX_GATE_H

/*
 * RE2's grammar, and nothing else: no lookaround, backreference, possessive quantifier, atomic
 * group, conditional, verb, recursion, \K, \G, \R or \C; octal numbers are refused too. What is
 * wrong in both grammars is left to PCRE2. Source: RE2's wiki page "Syntax" and re2/parse.cc.
 */

#include "base/buf.h"
#include "sql/regex.h"

/*
 * Appends the pattern as PCRE2 must be told it: \s is without \v, \v one character, \Q...\E is
 * spelled out, a brace that is not a repetition is escaped, \p{Greek} is the script. False: `why`
 * is the rule and the text that breaks it.
 */
bool regex_gate(struct span pattern, struct buf *out, char why[REGEX_WHY]);

#endif
