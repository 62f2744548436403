#include "cloud/salesforce.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

#define BODY_HEAD "{\"allOrNone\":false,\"records\":["

enum { RECORD_HEAD_MAX = 128, BODY_MAX = 1 << 30 };

void salesforce_batch_init(struct salesforce_batch *b, const char *object)
{
	*b = (struct salesforce_batch){.object = object};
	buf_init(&b->body, BODY_MAX);
}

void salesforce_batch_add(struct salesforce_batch *b, struct span row)
{
	const char *brace = memchr(row.p, '{', row.n);
	struct span members = span_skip(row, (size_t)(brace + 1 - row.p));

	buf_adds(&b->body, b->n == 0 ? BODY_HEAD : ",");
	buf_addf(&b->body, "{\"attributes\":{\"type\":\"%s\"},", b->object);
	buf_addspan(&b->body, members);
	b->n++;
}

bool salesforce_batch_full(const struct salesforce_batch *b, struct span row)
{
	return b->n >= SALESFORCE_BATCH ||
	       (b->n > 0 && b->body.n + row.n + RECORD_HEAD_MAX > SALESFORCE_BATCH_BYTES);
}

void salesforce_batch_clear(struct salesforce_batch *b)
{
	buf_clear(&b->body);
	b->n = 0;
}

void salesforce_batch_free(struct salesforce_batch *b)
{
	buf_free(&b->body);
}

static jdoc *read_results(struct salesforce *sf, const struct http_reply *reply, size_t n)
{
	char why[JDOC_WHY];
	jdoc *results = jdoc_parse(buf_span(&reply->body), why);

	if (jdoc_is_array(results) && jdoc_count(results) == n)
		return results;
	if (!results)
		snprintf(
		    sf->why, sizeof sf->why, "composite/sobjects: the reply is not JSON: %s", why);
	else
		snprintf(sf->why, sizeof sf->why, "composite/sobjects: %zu results for %zu records",
		    jdoc_count(results), n);
	sf->status = STATUS_REFUSED;
	snprintf(sf->code, sizeof sf->code, "BAD_REPLY");
	jdoc_free(results);
	return NULL;
}

jdoc *salesforce_upsert(
    struct salesforce *sf, struct salesforce_batch *b, const char *external_id_field)
{
	char *path = mem_format("/composite/sobjects/%s/%s", b->object, external_id_field);
	size_t n = b->body.n;
	struct http_reply reply = {0};
	jdoc *results = NULL;

	buf_adds(&b->body, "]}");
	if (salesforce_call(sf, "PATCH", path, buf_span(&b->body), &reply))
		results = read_results(sf, &reply, b->n);
	b->body.n = n;
	http_reply_free(&reply);
	free(path);
	return results;
}

struct salesforce_result salesforce_result_at(const jdoc *results, size_t index)
{
	const jdoc *item = jdoc_item(results, index, NULL);
	struct salesforce_result r = {.success = jdoc_bool(item, "success", false),
	    .created = jdoc_bool(item, "created", false),
	    .id = jdoc_text(item, "id", NULL)};

	if (!r.success) {
		r.code = jdoc_text(item, "errors.0.statusCode", "UNKNOWN_ERROR");
		r.message = jdoc_text(item, "errors.0.message", "");
		r.fields = jdoc_at(item, "errors.0.fields");
	}
	return r;
}
