#ifndef GAIO_FETCH_ARCHIVE_H
#define GAIO_FETCH_ARCHIVE_H

/*
 * The pages as they came, for another day: --archive keeps each good reply in a file of its
 * own (gzip, mode 0600), named by its request; --replay gives them back in place of the
 * network, whatever the order in which they are asked for. Credentials are in neither: not
 * in the request that names the file, and in the reply they are overwritten with *.
 *
 *	DIR/run.json            the time of the run, which stands for now in a replay
 *	DIR/HASH-N.json.gz      {"request":...,"status":200,"headers":120,"body":4000}, then those
 */

#include "auth.h"
#include "base/map.h"
#include "wire/crypt.h"

/* Zero it first. */
struct archive {
	bool replay;
	/* private */
	const char *folder;
	struct map map; /* the requests that were made */
	uint8_t (*digests)[CRYPT_SHA256];
	uint32_t *times;
	size_t n, cap;
};

/*
 * Opens the folder; --archive makes it and refuses one that holds an archive. *now: read
 * or kept.
 */
bool archive_open(
    struct archive *a, const char *folder, bool replay, int64_t *now, struct error *error);

/* Keeps a reply. `key` names the request (ask.h). False and *error: 73, 74. */
bool archive_keep(struct archive *a, struct span key, const struct auth *auth,
    const struct http_reply *reply, struct error *error);

/* Fills *reply from the archive. False and *error: 65, where that request was not kept. */
bool archive_fetch(
    struct archive *a, struct span key, struct http_reply *reply, struct error *error);

void archive_close(struct archive *a);

#endif
