#include "cloud/marketing.h"

#include "base/die.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool marketing_fail(
    struct marketing *mc, enum status status, const char *code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(mc->why, sizeof mc->why, format, args);
	va_end(args);
	mc->status = status;
	if (code)
		snprintf(mc->code, sizeof mc->code, "%s", code);
	return false;
}

static const char *setting(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static bool need(struct marketing *mc, const char *name, const char **value)
{
	*value = setting(name);
	return *value || marketing_fail(mc, STATUS_CONFIG, "NO_CREDENTIALS", "%s: not set", name);
}

bool marketing_open(struct marketing *mc, bool cache, const struct http_options *options)
{
	int64_t account;

	*mc = (struct marketing){.account = setting("SFMC_ACCOUNT_ID")};
	if (!need(mc, "SFMC_AUTH_URL", &mc->auth) || !need(mc, "SFMC_CLIENT_ID", &mc->client_id) ||
	    !need(mc, "SFMC_CLIENT_SECRET", &mc->client_secret))
		return false;
	if (mc->account && (*mc->account == '-' || !text_integer(span_of(mc->account), &account)))
		return marketing_fail(mc, STATUS_CONFIG, "NO_CREDENTIALS",
		    "SFMC_ACCOUNT_ID: must be the number of a business unit");
	if (cache)
		marketing_find_cache(mc);
	mc->http = http_open(options);
	return true;
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
		    mc, http_blame(reply), code, "%s: %s: %s", mc->rest, path, reply->error);
	jdoc_free(doc);
}

static bool send_once(struct marketing *mc, const char *method, const char *path, struct span body,
    struct http_reply *reply)
{
	char *url = mem_format("%s%s", mc->rest, path);
	struct http_request q = {.method = method,
	    .url = url,
	    .bearer = mc->token,
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

bool marketing_call(struct marketing *mc, const char *method, const char *path, struct span body,
    struct http_reply *reply)
{
	mc->status = STATUS_OK;
	mc->code[0] = '\0';
	if (!marketing_log_in(mc))
		return false;
	if (send_once(mc, method, path, body, reply))
		return true;
	if (reply->status != 401)
		return false;
	marketing_log_out(mc);
	if (!marketing_log_in(mc))
		return false;
	inform(1, "the token was refused, fetched another");
	mc->status = STATUS_OK;
	mc->code[0] = '\0';
	return send_once(mc, method, path, body, reply);
}
