#ifndef BQ_LOAD_SPOOL_H
#define BQ_LOAD_SPOOL_H

/*
 * The rows, kept in an unlinked file in $TMPDIR while they are hashed: an upload
 * session that is lost can be sent again from its first byte, and the job's id
 * is made from what the rows are. One row per line, each ending in \n.
 * Packed (gzip), it is sent as it is; the hash is that of the rows all the same.
 */

#include "base/buf.h"
#include "wire/crypt.h"
#include "wire/gzip.h"

#include <stdint.h>

struct spool {
	int fd;
	uint64_t size; /* bytes in the file */
	/* private */
	struct buf waiting, packed;
	struct gzip *gzip; /* or NULL */
	struct crypt_hash *hash;
};

/* False and errno when there is no room for it. */
bool spool_open(struct spool *s, bool pack);

/* Adds a line. False and errno when the disk is full. */
bool spool_line(struct spool *s, struct span line);

/* All is in the file; the hash of it. False and errno. */
bool spool_end(struct spool *s, uint8_t digest[CRYPT_SHA256]);
void spool_close(struct spool *s);

#endif
