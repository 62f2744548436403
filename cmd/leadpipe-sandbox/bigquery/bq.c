#include "bigquery/bq.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Reasons and their HTTP codes: BigQuery docs, error-messages. */
static const struct {
	const char *reason, *status;
	int code;
} reasons[] = {
    {"notFound", "NOT_FOUND", 404},
    {"duplicate", "ALREADY_EXISTS", 409},
    {"conditionNotMet", "FAILED_PRECONDITION", 412},
    {"accessDenied", "PERMISSION_DENIED", 403},
    {"responseTooLarge", "PERMISSION_DENIED", 403},
    {"quotaExceeded", "PERMISSION_DENIED", 403},
    {"rateLimitExceeded", "PERMISSION_DENIED", 403},
    {"internalError", "INTERNAL", 500},
    {"notImplemented", "UNIMPLEMENTED", 501},
    {"backendError", "UNAVAILABLE", 503},
    {NULL, "INVALID_ARGUMENT", 400},
};

bool bq_fail(struct bq_error *e, const char *reason, const char *format, ...)
{
	va_list args;

	snprintf(e->reason, sizeof e->reason, "%s", reason);
	va_start(args, format);
	vsnprintf(e->message, sizeof e->message, format, args);
	va_end(args);
	return false;
}

void bq_refuse(struct reply *rp, const struct bq_error *e)
{
	jdoc *doc = jdoc_object(), *item = jdoc_object(), *list = jdoc_array();
	size_t i = 0;

	while (reasons[i].reason && strcmp(reasons[i].reason, e->reason) != 0)
		i++;
	jdoc_set_text(item, "message", e->message);
	jdoc_set_text(item, "domain", "global");
	jdoc_set_text(item, "reason", e->reason);
	jdoc_push(list, item);
	jdoc_set_int(doc, "error.code", reasons[i].code);
	jdoc_set_text(doc, "error.message", e->message);
	jdoc_set(doc, "error.errors", list);
	jdoc_set_text(doc, "error.status", reasons[i].status);
	reply_json(rp, reasons[i].code, doc);
}

void bq_reject(struct reply *rp, const char *reason, const char *format, ...)
{
	struct bq_error e;
	va_list args;

	snprintf(e.reason, sizeof e.reason, "%s", reason);
	va_start(args, format);
	vsnprintf(e.message, sizeof e.message, format, args);
	va_end(args);
	bq_refuse(rp, &e);
}

jdoc *bq_body(const struct request *rq, struct reply *rp)
{
	char why[JDOC_WHY];
	jdoc *doc = request_document(rq, why);

	if (doc && jdoc_is_object(doc))
		return doc;
	bq_reject(rp, "parseError", "Invalid JSON payload received. %s",
	    doc ? "The body is no object" : why);
	jdoc_free(doc);
	return NULL;
}

void bq_set_int64(jdoc *doc, const char *path, int64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)value);
	jdoc_set_text(doc, path, text);
}

bool bq_flag(const struct request *rq, const char *name)
{
	const char *value = request_query(rq, name);

	return value && (strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
}

void bq_copy(jdoc *to, const char *to_path, const jdoc *from, const char *from_path)
{
	const jdoc *value = jdoc_at(from, from_path);

	if (value)
		jdoc_set(to, to_path, jdoc_copy(value));
}
