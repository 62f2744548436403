#ifndef BQ_LOAD_SOURCE_H
#define BQ_LOAD_SOURCE_H

/*
 * Where the bytes of a load come from. Rows are read to their end and checked before
 * one of them is sent: from a regular file, which is then sent itself, or by way of a spool. Only a
 * load that has a name before its rows are known can be a stream.
 */

#include "cloud/upload.h"
#include "original.h"
#include "spool.h"
#include "stream.h"

struct source_plan {
	char *const *paths; /* up to NULL; none: stdin. NULL itself: there are no rows here */
	size_t max_line;
	bool seal;
	struct columns *columns; /* or NULL */
	bool stream;             /* the load's name is known */
	enum spool_how how;      /* SPOOL_PLAIN, _PACKED (sent as gzip) or _SMALL */
	size_t chunk;            /* bytes sent at a time; 0: as is best */
};

struct source {
	struct rows rows;
	struct upload up;             /* how it is sent */
	uint8_t digest[CRYPT_SHA256]; /* of all rows; not of a stream */
	/* private */
	struct original original;
	struct spool spool;
	struct stream stream;
};

/* Reads the rows; of a stream as many as go into one chunk. Ends the program where they cannot be had. */
void source_open(struct source *s, const struct source_plan *plan);

/* Reads and checks what is left of a stream that was not sent. */
void source_drain(struct source *s);

/* The bytes that are sent; of a stream, so far. */
uint64_t source_size(const struct source *s);
void source_close(struct source *s);

#endif
