#include "cloud/bqname.h"

#include "wire/crypt.h"

#include <stdio.h>

enum { FINGERPRINT_BYTES = 20 };

void bqname_fingerprint(struct buf *b, const struct span *parts)
{
	struct crypt_hash *hash = crypt_hash_new();
	uint8_t digest[CRYPT_SHA256];

	for (; parts->p; parts++) {
		char length[24];
		int n = snprintf(length, sizeof length, "%zu:", parts->n);

		crypt_hash_add(hash, (struct span){length, (size_t)n});
		crypt_hash_add(hash, *parts);
	}
	crypt_hash_end(hash, digest);
	crypt_hex(b, digest, FINGERPRINT_BYTES);
}

void bqname_job(struct buf *b, const struct span *parts)
{
	buf_adds(b, "leadpipe_");
	bqname_fingerprint(b, parts);
}
