#ifndef BQ_LOAD_STREAM_H
#define BQ_LOAD_STREAM_H

/*
 * Rows that are sent while they come in, without a copy on disk. What was sent is
 * held until it is stored, so a short or broken chunk is sent again; what is stored
 * is dropped, so a session that is lost after that cannot begin anew. The last bytes go
 * out only when the stream has ended well. A row that ends the run sets the sink's error,
 * and `ready` returns false.
 *
 * Two chunks are held: one on its way, one that fills meanwhile.
 */

#include "rows.h"
#include "wire/gzip.h"

#include <sys/types.h>

enum { STREAM_CHUNK = 8 << 20 };

#define STREAM_TOO_LONG "more than the 4 GiB of gzip that BigQuery takes: leave out --compress"

struct stream {
	struct bqload_rows *rows;
	uint64_t size; /* bytes so far: all of them at the end */
	bool ended;
	/* private */
	struct gzip *gzip; /* or NULL */
	struct buf packed;
	char *bytes; /* the window: `n` bytes from `from` on */
	size_t n, cap, chunk;
	uint64_t most;
	uint64_t from;
	struct span rest; /* of a line or of packed bytes that did not fit yet */
	bool line_end;    /* one is due after it */
};

/*
 * `chunk`: bytes, a multiple of UPLOAD_UNIT. `pack`: as gzip. More bytes than `most` end the
 * run.
 */
void stream_open(
    struct stream *s, struct bqload_rows *rows, size_t chunk, bool pack, uint64_t most);

/* An upload's `ready`, `read` and `meanwhile`: ctx is the stream. */
bool stream_ready(void *ctx, uint64_t at, uint64_t *n, bool *last);
ssize_t stream_read(void *ctx, uint64_t at, char *to, size_t n);
bool stream_more(void *ctx);

/* Reads and checks what is left, for a load that is done already. False: the sink's error. */
bool stream_drain(struct stream *s);
void stream_close(struct stream *s);

#endif
