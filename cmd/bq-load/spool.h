#ifndef BQ_LOAD_SPOOL_H
#define BQ_LOAD_SPOOL_H

/*
 * The rows, kept in an unlinked file in $TMPDIR while they are hashed: an upload
 * session that is lost can be sent again from its first byte, and the job's id
 * is made from what the rows are. One row per line, each ending in \n.
 * The hash is that of the rows, however they are kept.
 */

#include "base/buf.h"
#include "wire/crypt.h"
#include "wire/gunzip.h"
#include "wire/gzip.h"

#include <stdint.h>
#include <sys/types.h>

enum spool_how {
	SPOOL_HASH,   /* not kept, only hashed and counted */
	SPOOL_PLAIN,  /* kept and sent as they are */
	SPOOL_PACKED, /* kept and sent as gzip */
	SPOOL_SMALL   /* kept as gzip, and unpacked while they are sent */
};

struct spool {
	uint64_t size; /* bytes to be sent */
	/* private */
	enum spool_how how;
	int fd;
	uint64_t stored; /* bytes in the file */
	struct buf waiting, packed;
	struct gzip *gzip; /* or NULL */
	struct crypt_hash *hash;
	struct gunzip *gunzip; /* SPOOL_SMALL: the way back, which stands at `at` */
	uint64_t at, from;     /* and has taken the file's bytes up to `from` */
};

/* False and errno when there is no room for it. */
bool spool_open(struct spool *s, enum spool_how how);

/* Adds a line. False and errno when the disk is full. */
bool spool_line(struct spool *s, struct span line);

/* All is in the file; the hash of it. False and errno. */
bool spool_end(struct spool *s, uint8_t digest[CRYPT_SHA256]);

/* An upload's `read`: ctx is the spool. */
ssize_t spool_read(void *ctx, uint64_t at, char *to, size_t n);
void spool_close(struct spool *s);

#endif
