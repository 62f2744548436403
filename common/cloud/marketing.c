#include "cloud/marketing.h"

#include "base/die.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool marketing_fail(
    struct marketing *mc, enum status status, const char *code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(mc->error.text, sizeof mc->error.text, format, args);
	va_end(args);
	mc->error.status = status;
	if (code)
		snprintf(mc->code, sizeof mc->code, "%s", code);
	return false;
}

bool marketing_open(struct marketing *mc, bool cache, const struct http_options *options)
{
	*mc = (struct marketing){0};
	if (!marketing_token_open(&mc->token, cache))
		return marketing_fail(
		    mc, mc->token.error.status, "NO_CREDENTIALS", "%s", mc->token.error.text);
	mc->http = http_open(options);
	return true;
}

void marketing_close(struct marketing *mc)
{
	marketing_token_close(&mc->token);
	if (mc->http)
		http_close(mc->http);
	mc->http = NULL;
}

/* "Unable to save rows" with no word about a row is trouble of the service's own. */
static bool is_transient(const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = reply->status == 400 ? jdoc_parse_reply(buf_span(&reply->body), why) : NULL;
	bool transient = jdoc_int(doc, "errorcode", 0) == 10006 &&
	                 jdoc_count(jdoc_at(doc, "additionalErrors")) == 0;

	jdoc_free(doc);
	return transient;
}

/* Replies come in three shapes; messages about rows can hold values, so `why` has codes only. */
static void explain(struct marketing *mc, const char *path, const struct http_reply *reply)
{
	char why[JDOC_WHY], code[MARKETING_CODE];
	jdoc *doc = jdoc_parse_reply(buf_span(&reply->body), why);
	const char *first = jdoc_text(doc, "resultMessages.0.resultCode", NULL);
	const char *message = jdoc_text(doc, "resultMessages.0.message",
	    jdoc_text(doc, "additionalErrors.0.message", jdoc_text(doc, "message", reply->error)));

	if (first)
		snprintf(code, sizeof code, "%s", first);
	else if (jdoc_at(doc, "errorcode"))
		snprintf(code, sizeof code, "%jd", (intmax_t)jdoc_int(doc, "errorcode", 0));
	else if (reply->status)
		snprintf(code, sizeof code, "HTTP_%d", reply->status);
	else
		snprintf(code, sizeof code, "NETWORK");
	snprintf(mc->message, sizeof mc->message, "%s", message);
	if (reply->status)
		marketing_fail(mc, http_blame(reply), code, "%s: %s: %s", path, reply->error, code);
	else
		marketing_fail(
		    mc, http_blame(reply), code, "%s: %s: %s", mc->token.rest, path, reply->error);
	jdoc_free(doc);
}

static bool send_once(struct marketing *mc, const char *method, const char *path, struct span body,
    struct http_reply *reply)
{
	char *url = mem_format("%s%s", mc->token.rest, path);
	struct http_request q = {.method = method,
	    .url = url,
	    .bearer = mc->token.text,
	    .type = body.p ? "application/json; charset=UTF-8" : NULL,
	    .body = body,
	    .transient = is_transient};
	bool ok = http_send(mc->http, &q, reply);

	free(url);
	mc->calls += reply->status != 0;
	if (!ok)
		explain(mc, path, reply);
	return ok;
}

static bool log_in(struct marketing *mc)
{
	mc->error.status = STATUS_OK;
	mc->code[0] = mc->message[0] = '\0';
	return marketing_token_get(&mc->token, mc->http) ||
	       marketing_fail(
	           mc, mc->token.error.status, "LOGIN_FAILED", "%s", mc->token.error.text);
}

bool marketing_call(struct marketing *mc, const char *method, const char *path, struct span body,
    struct http_reply *reply)
{
	if (!log_in(mc))
		return false;
	if (send_once(mc, method, path, body, reply))
		return true;
	if (reply->status != 401)
		return false;
	marketing_token_drop(&mc->token);
	if (!log_in(mc))
		return false;
	inform(1, "the token was refused, fetched another");
	return send_once(mc, method, path, body, reply);
}
