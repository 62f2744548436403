#ifndef SANDBOX_MARKETING_EXTENSION_H
#define SANDBOX_MARKETING_EXTENSION_H

/*
 * Data extensions. The rows of one lie in a SQLite table of its own, mc_leads, so that the sqlite3
 * shell can be used to look. Names of extensions and columns compare without case.
 */

#include "base/buf.h"
#include "storage/store.h"

enum { MC_COLUMNS_MAX = 16, MC_MESSAGE = 300 };

enum mc_type { MC_TEXT, MC_EMAIL, MC_NUMBER, MC_DECIMAL, MC_BOOLEAN, MC_DATE };

struct mc_column {
	const char *name;
	enum mc_type type;
	int length; /* characters of a text */
	bool key, required;
};

struct mc_extension {
	const char *name; /* its external key */
	const struct mc_column *columns;
	size_t n;
};

/* Why a row is not saved. Code 0: it was. */
struct mc_error {
	int code;
	char message[MC_MESSAGE];
	const char *column; /* or "" */
};

/* NULL when there is none of that key. Makes its table. */
const struct mc_extension *extension_find(struct store *s, struct span key);

/*
 * Saves one row, whose columns come in up to two objects (keys and values).
 * `insert`: a row of that key must not be there. False and *e when it does not fit.
 */
bool extension_save(struct store *s, const struct mc_extension *x, const struct span *objects,
    size_t n, bool insert, struct mc_error *e);

/* Appends all rows, in order of their keys: {"items":[{"keys":{...},"values":{...}}],...} */
void extension_write_rows(struct store *s, const struct mc_extension *x, struct buf *b);

#endif
