#ifndef PII_MAKER_H
#define PII_MAKER_H

/* What actions need to read their options, and to say what is wrong with them. */

#include "action.h"

/*
 * Always false, with the message "leads.json:7: field cpf: pii: ..."; or with a word of the
 * file's.
 */
bool maker_wrong(const struct maker *m, const char *what);
bool maker_wrong_word(const struct maker *m, const char *what, struct span word);

/* A raw whole number from `least` to `most`. */
bool maker_whole(struct span raw, int64_t least, int64_t most, int64_t *number);

/* How many characters to keep. */
bool maker_keep(const struct maker *m, struct span raw, size_t *keep);

/* true or false; `what` is said of anything else. */
bool maker_bool(const struct maker *m, const char *what, struct span raw, bool *value);

#endif
