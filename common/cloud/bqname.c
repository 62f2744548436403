#include "cloud/bqname.h"

#include "base/text.h"
#include "wire/crypt.h"

#include <stdio.h>
#include <string.h>

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

void bqname_once(struct buf *b, const char *table, const char *run, const char *shard)
{
	struct span part = shard ? span_of(shard) : (struct span){0};

	bqname_job(b, (const struct span[]){SPAN("once"), span_of(table), span_of(run), part, {0}});
}

void bqname_attempt(struct buf *b, const char *id, int attempt)
{
	buf_adds(b, id);
	if (attempt > 1)
		buf_addf(b, "_%d", attempt);
}

bool bqname_shard(const char *text, uint64_t *i, uint64_t *n)
{
	const char *slash = strchr(text, '/');
	int64_t part, all;

	if (!slash || !text_is_digit(*text) || !text_is_digit(slash[1]) ||
	    !text_integer((struct span){text, (size_t)(slash - text)}, &part) ||
	    !text_integer(span_of(slash + 1), &all) || part >= all || all > BQNAME_SHARDS_MAX)
		return false;
	*i = (uint64_t)part;
	*n = (uint64_t)all;
	return true;
}
