#ifndef STREAM_SOURCE_H
#define STREAM_SOURCE_H

/*
 * The rows to send, in input order. Under --seal nothing may be sent before the
 * good end record has come, so the rows are spooled to an unlinked file first;
 * else they are handed out as they come.
 *
 *	source_init(&src, paths, max_line, seal);
 *	while (source_next(&src, &item))
 *		...
 *	if (src.status)
 *		...                                    src.why
 */

#include "stream/input.h"

#include <stdio.h>

struct source_row {
	struct span line; /* valid until the next call */
	const char *name; /* of its file */
	uint64_t number;  /* of its line */
};

struct source {
	struct input in;
	enum status status; /* STATUS_OK, or why there are no more rows */
	char why[1024];
	/* private */
	bool seal;
	FILE *spool;
	struct buf line;
};

void source_init(struct source *s, char *const *paths, size_t max_line, bool seal);

/*
 * The next row. Under --seal the first call reads the whole stream. False at the
 * end, or when the stream is broken (input.h says how; 73 or 74 for the spool).
 */
bool source_next(struct source *s, struct source_row *row);

/* Was the last row refused because the stream was cut in the middle of it? Sets status and why. */
bool source_was_cut(struct source *s);

void source_free(struct source *s);

#endif
