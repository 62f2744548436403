/* Changing resources: patch, update, and the etags they may be bound to. */

#include "bigquery/bq.h"

#include "wire/crypt.h"

#include <stdlib.h>
#include <string.h>

/* A member of that name, be it null. */
static bool names(const jdoc *doc, const char *name)
{
	const char *key;

	for (size_t i = 0; jdoc_item(doc, i, &key); i++)
		if (strcmp(key, name) == 0)
			return true;
	return false;
}

void bq_int64_texts(jdoc *doc)
{
	static const char *const paths[] = {"expirationTime", "defaultTableExpirationMs",
	    "defaultPartitionExpirationMs", "timePartitioning.expirationMs",
	    "rangePartitioning.range.start", "rangePartitioning.range.end",
	    "rangePartitioning.range.interval", "jobTimeoutMs", "query.maximumBytesBilled",
	    "query.timePartitioning.expirationMs", "load.timePartitioning.expirationMs",
	    "load.rangePartitioning.range.start", "load.rangePartitioning.range.end",
	    "load.rangePartitioning.range.interval"};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		const jdoc *value = jdoc_at(doc, paths[i]);

		if (value && !jdoc_is_text(value) && !jdoc_is_object(value))
			bq_set_int64(doc, paths[i], jdoc_int(doc, paths[i], 0));
	}
}

jdoc *bq_patched(const jdoc *old, const jdoc *patch)
{
	jdoc *doc;
	const jdoc *value;
	const char *key;

	if (!jdoc_is_object(patch))
		return jdoc_copy(patch);
	doc = jdoc_object();
	for (size_t i = 0; jdoc_is_object(old) && (value = jdoc_item(old, i, &key)); i++)
		if (!names(patch, key))
			jdoc_set(doc, key, jdoc_copy(value));
	for (size_t i = 0; (value = jdoc_item(patch, i, &key)); i++)
		if (jdoc_at(patch, key)) /* null: it is gone */
			jdoc_set(doc, key, bq_patched(jdoc_at(old, key), value));
	return doc;
}

jdoc *bq_chosen(const jdoc *doc, const char *const *keys)
{
	jdoc *chosen = jdoc_object();
	const jdoc *value;
	const char *key;

	for (size_t i = 0; doc && (value = jdoc_item(doc, i, &key)); i++)
		for (const char *const *k = keys; *k; k++)
			if (strcmp(*k, key) == 0)
				jdoc_set(chosen, key, jdoc_copy(value));
	bq_int64_texts(chosen);
	return chosen;
}

void bq_set_etag(jdoc *resource)
{
	char *text = jdoc_dump(resource);
	uint8_t digest[CRYPT_SHA256];
	struct buf tag;

	crypt_sha256(span_of(text), digest);
	buf_init(&tag, 64);
	crypt_base64(&tag, (struct span){(const char *)digest, 16});
	jdoc_set_text(resource, "etag", buf_str(&tag));
	buf_free(&tag);
	free(text);
}

bool bq_unchanged(const struct request *rq, const jdoc *resource, struct reply *rp)
{
	const char *wanted = request_header(rq, "If-Match");

	if (!wanted || !*wanted || strcmp(wanted, "*") == 0 ||
	    strcmp(wanted, jdoc_text(resource, "etag", "")) == 0)
		return true;
	bq_reject(rp, "conditionNotMet", "Precondition check failed.");
	return false;
}
