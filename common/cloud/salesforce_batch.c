#include "cloud/salesforce_batch.h"

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
	jdoc_free(b->results);
	jdoc_free(b->refusal);
	b->results = b->refusal = NULL;
	b->n = 0;
}

void salesforce_batch_free(struct salesforce_batch *b)
{
	salesforce_batch_clear(b);
	buf_free(&b->body);
}

static bool read_results(
    struct salesforce *sf, struct salesforce_batch *b, const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *results = jdoc_parse_reply(buf_span(&reply->body), why);
	size_t n = jdoc_count(results);

	if (!results)
		return salesforce_fail(sf, STATUS_REFUSED, "BAD_REPLY",
		    "composite/sobjects: the reply is not JSON: %s", why);
	if (jdoc_is_array(results) && n == b->n) {
		b->results = results;
		return true;
	}
	jdoc_free(results);
	return salesforce_fail(sf, STATUS_REFUSED, "BAD_REPLY",
	    "composite/sobjects: %zu results for %zu records", n, b->n);
}

bool salesforce_batch_send(
    struct salesforce *sf, struct salesforce_batch *b, size_t n, const char *external_id_field)
{
	char *path = mem_format("/composite/sobjects/%s/%s", b->object, external_id_field);
	struct salesforce_request requests[SALESFORCE_AT_ONCE] = {0};
	struct http_reply replies[SALESFORCE_AT_ONCE] = {0};
	char why[JDOC_WHY], assign[64];
	const char *const headers[] = {assign, NULL};
	bool ok;

	snprintf(
	    assign, sizeof assign, "Sforce-Auto-Assign: %s", sf->assign ? sf->assign : "FALSE");
	for (size_t i = 0; i < n; i++) {
		buf_adds(&b[i].body, "]}");
		requests[i] = (struct salesforce_request){.method = "PATCH",
		    .path = path,
		    .headers = headers,
		    .body = buf_span(&b[i].body),
		    .divisible = true};
	}
	ok = salesforce_send_all(sf, requests, replies, n);
	for (size_t i = 0; i < n; i++) {
		if (http_succeeded(&replies[i]))
			ok = read_results(sf, &b[i], &replies[i]) && ok;
		else if (salesforce_unread(&replies[i]))
			b[i].refusal = jdoc_parse_reply(buf_span(&replies[i].body), why);
		http_reply_free(&replies[i]);
	}
	free(path);
	return ok;
}

struct salesforce_result salesforce_batch_result(const struct salesforce_batch *b, size_t index)
{
	const jdoc *item =
	    b->refusal ? jdoc_at(b->refusal, "0") : jdoc_item(b->results, index, NULL);
	const jdoc *error = b->refusal ? item : jdoc_at(item, "errors.0");
	const char *code = b->refusal ? "errorCode" : "statusCode";
	struct salesforce_result r = {.success = jdoc_bool(item, "success", false),
	    .created = jdoc_bool(item, "created", false),
	    .id = jdoc_text(item, "id", NULL)};

	if (!r.success) {
		r.code = jdoc_text(error, code, "UNKNOWN_ERROR");
		r.message = jdoc_span(error, "message");
		r.fields = jdoc_at(error, "fields");
	}
	return r;
}
