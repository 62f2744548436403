#ifndef STREAM_REJECT_H
#define STREAM_REJECT_H

/*
 * Rows that do not fit, given back with their reason:
 *
 *	{"line":17,"field":"score","reason":"not a number","tool":"ndjson-normalize","row":{...}}
 *
 * `row` is the raw input, so that `jq -c .row bad.ndjson` is the retry; a line
 * that is no JSON comes as "raw": its text, with bytes that are not UTF-8 as
 * U+FFFD. The file is made with mode 0600 and cut to nothing first: rows are
 * personal data.
 */

#include "base/die.h"
#include "stream/out.h"

/* Why a row is refused. Both texts live until the next row; neither ever holds a value. */
struct bad {
	struct span field; /* the name or dotted path, or absent */
	const char *reason;
};

struct reject {
	uint64_t count;
	enum status status; /* set when the run must end: 65, 73, 74 */
	char why[1024];
	/* private */
	const char *path, *limit;
	struct out out;
	bool open;
	uint64_t max;
	double max_percent; /* below 0: no such limit */
};

/*
 * `path`: the rejects file, or NULL: then the first bad row ends the run.
 * `limit`: NULL, "N" or "P%". Opens the file; look at `status` (73, or 64 for a
 * limit that is no number, or one without a file). Both texts must outlive the struct.
 */
void reject_init(struct reject *r, const char *path, const char *limit);

/*
 * Takes one bad row. `name` and `line` say where it stands; `raw` is its line.
 * `is_json`: the line is a JSON value. False when the run must end (no rejects
 * file, too many rejects, or the file cannot be written): status and why say so,
 * with line, field and reason.
 */
bool reject_row(struct reject *r, const char *name, uint64_t line, const struct bad *bad,
    struct span raw, bool is_json);

/* The message for one bad row: "stdin:17: field score: not a number". A long field name is cut. */
void reject_where(char *text, size_t size, const char *name, uint64_t line, const struct bad *bad);

/* Flushes and closes; checks the percentage against all `rows` read. False: status and why. */
bool reject_close(struct reject *r, uint64_t rows);

#endif
