#include "server/reply.h"

#include "base/mem.h"
#include "json/jstr.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct wording {
	int status;
	const char *google, *reason, *sf, *oauth, *message;
};

/* Google: docs, error-messages; Salesforce: api_rest, errorcodes; OAuth: RFC 6749 5.2. */
static const struct wording wordings[] = {
    {400, "INVALID_ARGUMENT", "invalid", "JSON_PARSER_ERROR", "invalid_request", "Bad request"},
    {401, "UNAUTHENTICATED", "authError", "INVALID_SESSION_ID", "invalid_client",
        "Session expired or invalid"},
    {403, "PERMISSION_DENIED", "accessDenied", "REQUEST_LIMIT_EXCEEDED", "access_denied",
        "TotalRequests Limit exceeded."},
    {404, "NOT_FOUND", "notFound", "NOT_FOUND", "invalid_request",
        "The requested resource does not exist"},
    {409, "ALREADY_EXISTS", "duplicate", "DUPLICATE_VALUE", "invalid_request", "It exists already"},
    {410, "NOT_FOUND", "gone", "GONE", "invalid_request", "It is gone"},
    {415, "INVALID_ARGUMENT", "invalid", "UNSUPPORTED_MEDIA_TYPE", "invalid_request",
        "Content-Encoding is not supported"},
    {429, "RESOURCE_EXHAUSTED", "rateLimitExceeded", "REQUEST_LIMIT_EXCEEDED",
        "temporarily_unavailable", "Too many requests"},
    {500, "INTERNAL", "internalError", "UNKNOWN_EXCEPTION", "server_error",
        "An internal error occurred"},
    {503, "UNAVAILABLE", "backendError", "SERVER_UNAVAILABLE", "temporarily_unavailable",
        "Try again later"},
};
static const struct wording other_4xx = {
    0, "INVALID_ARGUMENT", "invalid", "INVALID_REQUEST", "invalid_request", "Refused"};
static const struct wording other_5xx = {
    0, "INTERNAL", "backendError", "UNKNOWN_EXCEPTION", "server_error", "Out of order"};

static const struct wording *wording_of(int status)
{
	for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
		if (wordings[i].status == status)
			return &wordings[i];
	return status < 500 ? &other_4xx : &other_5xx;
}

void reply_header(struct reply *rp, const char *name, const char *format, ...)
{
	char value[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof value, format, args);
	va_end(args);
	buf_addf(&rp->headers, "%s: ", name);
	buf_adds(&rp->headers, value);
	buf_addc(&rp->headers, '\n');
}

void reply_json(struct reply *rp, int status, jdoc *doc)
{
	char *text = jdoc_dump(doc);

	rp->status = status;
	buf_adds(&rp->body, text);
	free(text);
	jdoc_free(doc);
}

static void google_error(struct buf *b, int status, const struct wording *w, struct span message)
{
	buf_addf(b, "{\"error\":{\"code\":%d,\"message\":", status);
	jstr_quote(b, message);
	buf_adds(b, ",\"errors\":[{\"message\":");
	jstr_quote(b, message);
	buf_addf(b, ",\"domain\":\"global\",\"reason\":\"%s\"}],\"status\":\"%s\"}}", w->reason,
	    w->google);
}

void reply_refuse(struct reply *rp, const char *service, int status, const char *message)
{
	const struct wording *w = wording_of(status);
	struct span text = span_of(message ? message : w->message);

	rp->status = status;
	buf_clear(&rp->body);
	if (status == 429 || status == 503)
		reply_header(rp, "Retry-After", "0");
	if (service && (strncmp(service, "bq", 2) == 0 || strcmp(service, "metadata") == 0)) {
		google_error(&rp->body, status, w, text);
		return;
	}
	if (service && strcmp(service, "sf") == 0) {
		buf_adds(&rp->body, "[{\"message\":");
		jstr_quote(&rp->body, text);
		buf_addf(&rp->body, ",\"errorCode\":\"%s\"}]", w->sf);
		return;
	}
	if (service && strcmp(service, "sfmc") == 0) {
		buf_adds(&rp->body, "{\"message\":");
		jstr_quote(&rp->body, text);
		buf_addf(&rp->body, ",\"errorcode\":%d,\"documentation\":\"\"}",
		    status == 429 ? 50100 : 0);
		return;
	}
	if (service && strcmp(service, "oauth") == 0) {
		buf_addf(&rp->body, "{\"error\":\"%s\",\"error_description\":", w->oauth);
	} else {
		buf_adds(&rp->body, "{\"error\":");
	}
	jstr_quote(&rp->body, text);
	buf_addc(&rp->body, '}');
}
