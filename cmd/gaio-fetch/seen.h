#ifndef GAIO_FETCH_SEEN_H
#define GAIO_FETCH_SEEN_H

/* Texts that came before, as digests: 48 bytes for each, whatever its length. */

#include "base/map.h"
#include "wire/crypt.h"

/* Zero it first. */
struct seen {
	/* private */
	struct map map;
	uint8_t (*digests)[CRYPT_SHA256];
	size_t n, cap;
};

/* Adds a text; false when it came before. */
bool seen_new(struct seen *s, struct span text);
void seen_free(struct seen *s);

#endif
