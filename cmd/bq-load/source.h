#ifndef BQ_LOAD_SOURCE_H
#define BQ_LOAD_SOURCE_H

/*
 * Where the bytes of a load come from. Rows are read to their end and checked before
 * one of them is sent: from a regular file, which is then sent itself, or by way of a
 * spool. Only a load that has a name before its rows are known can be a stream.
 */

#include "cloud/upload.h"
#include "original.h"
#include "spool.h"
#include "stream.h"

struct source_plan {
	char *const *paths; /* up to NULL; none: stdin. NULL itself: there are no rows here */
	struct new_columns *columns; /* or NULL */
	uint64_t rows;               /* that there must be, or ROWS_ANY */
	bool stream;                 /* the load's name is known */
	enum spool_how how;          /* SPOOL_PLAIN, _PACKED (sent as gzip) or _SMALL */
	size_t chunk;                /* bytes sent at a time; 0: choose automatically */
};

struct source {
	struct bqload_rows rows;
	struct upload up;             /* how it is sent */
	uint8_t digest[CRYPT_SHA256]; /* of all rows; not of a stream */
	/* private */
	struct original original;
	struct spool spool;
	struct stream stream;
};

/*
 * Reads the rows of `sink`; of a stream, as many as go into one chunk. False: the sink's
 * error (73, 74 for a temporary file).
 */
bool source_open(struct source *s, const struct source_plan *plan, struct sink *sink);

/* Reads and checks what is left of a stream that was not sent. False: the sink's error. */
bool source_drain(struct source *s);

/* Did the upload fail because the file changed meanwhile? Then the sink's error says so. */
bool source_changed(struct source *s);

/* The bytes that are sent; of a stream, so far. */
uint64_t source_size(const struct source *s);
void source_close(struct source *s);

#endif
