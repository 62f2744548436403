#ifndef STREAM_REJECT_H
#define STREAM_REJECT_H

/*
 * Rows that do not fit, given back with their reason:
 *
 *	{"line":17,"field":"score","reason":"not a number","tool":"ndjson-normalize","row":{...}}
 *
 * `row` is the raw input, so that `jq -c .row bad.ndjson` is the retry; a line
 * that is no JSON comes as "raw": its text, with bytes that are not UTF-8 as
 * U+FFFD. The file is made with mode 0600 and emptied first: rows are personal
 * data.
 */

#include "base/error.h"
#include "stream/out.h"

/* Why a row is refused. Both texts live until the next row; neither ever holds a value. */
struct bad {
	struct span field; /* the name or dotted path, or absent */
	const char *reason;
	const struct error *error; /* or NULL; what ends the run is not the row */
};

enum { REJECT_WHERE = 700 }; /* bytes that hold what reject_where writes */

struct reject {
	uint64_t count;
	struct error error; /* why the run must end: 64, 65, 73, 74 */
	/* private */
	const char *path, *limit;
	struct out out;
	bool open;
	uint64_t max;
	double max_percent; /* below 0: no such limit */
};

/*
 * `path`: the rejects file, or NULL: then the first bad row ends the run.
 * `limit`: NULL, "N" or "P%". Opens the file, once all that the program reads is entered
 * in guard.h. False: 73, or 64 for a file that the program uses otherwise, a limit that is
 * not a number, or one without a file. Both texts must outlive the struct.
 */
bool reject_init(struct reject *r, const char *path, const char *limit);

/*
 * Takes one bad row. `name` and `line` say where it stands; `raw` is its line.
 * `is_json`: the line is a JSON value. False when the run must end (no rejects
 * file, too many rejects, or the file cannot be written): `error` says so, with line,
 * field and reason.
 */
bool reject_row(struct reject *r, const char *name, uint64_t line, const struct bad *bad,
    struct span raw, bool is_json);

static inline bool reject_is_open(const struct reject *r)
{
	return r->open;
}

static inline bool reject_failed(const struct reject *r)
{
	return r->error.status != STATUS_OK;
}

/* The message for one bad row: "stdin:17: field score: not a number". A long field name is cut. */
void reject_where(char *text, size_t size, const char *name, uint64_t line, const struct bad *bad);

/* Flushes and closes; checks the percentage against all `rows` read. False: `error`. */
bool reject_close(struct reject *r, uint64_t rows);

#endif
