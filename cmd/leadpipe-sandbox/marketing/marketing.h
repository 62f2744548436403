#ifndef SANDBOX_MARKETING_H
#define SANDBOX_MARKETING_H

/*
 * Marketing Cloud Engagement, as far as a sink needs it: data extensions that rows
 * are upserted into, at once or by an asynchronous request. The rows of one lie in
 * a SQLite table of its own, mc_leads, so that the sqlite3 shell can be used to look.
 *
 * Names of extensions and columns compare without case. Requests are read as spans.
 */

#include "json/row.h"
#include "sandbox.h"

extern const struct route marketing_routes[];

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
const struct mc_extension *mc_find(struct store *s, struct span key);

/*
 * Saves one row, whose columns come in up to two objects (keys and values).
 * `insert`: a row of that key must not be there. False and *e when it does not fit.
 */
bool mc_save(struct store *s, const struct mc_extension *x, const struct span *objects, size_t n,
    bool insert, struct mc_error *e);

/* Appends all rows, in order of their keys: {"items":[{"keys":{...},"values":{...}}],...} */
void mc_write_rows(struct store *s, const struct mc_extension *x, struct buf *b);

/* {"message":...,"errorcode":N,"documentation":""} */
void mc_refuse(struct reply *rp, int status, int code, const char *message);

/* What every call needs first: a token that is valid. Answers the service's own faults. */
bool mc_admit(struct sandbox *sb, const struct request *rq, struct reply *rp);

/* ---- asynchronous requests (async.c) ---- */

#endif
