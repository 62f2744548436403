#include "marketing/marketing.h"
#include "marketing/extension.h"

#include "base/mem.h"
#include "server/oauth.h"
#include "json/jstr.h"
#include "json/scan.h"

#include <stdio.h>
#include <stdlib.h>

enum { BODY_MAX = 5 * 1000 * 1000, LIFETIME_S = 1079 };

#define ACCOUNT "510000001"

void marketing_refuse(struct reply *rp, int status, int code, const char *message)
{
	rp->status = status;
	buf_clear(&rp->body);
	buf_adds(&rp->body, "{\"message\":");
	jstr_quote_any(&rp->body, span_of(message));
	buf_addf(&rp->body, ",\"errorcode\":%d,\"documentation\":\"\"}", code);
}

bool marketing_admit(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	if (rq->fault && strcmp(rq->fault, "expire") == 0)
		oauth_expire(sb, "sfmc");
	if (!oauth_token_valid(sb, request_bearer(rq), "sfmc")) {
		marketing_refuse(rp, 401, 0, "Not Authorized");
		return false;
	}
	if (rq->fault && strcmp(rq->fault, "blocked") == 0) {
		marketing_refuse(rp, 429, 50200, "Your requests are temporarily blocked.");
		return false;
	}
	if (rq->body.n <= BODY_MAX)
		return true;
	marketing_refuse(rp, 413, 10000, "The request body is too large.");
	return false;
}

/* ---- the token ---- */

/* A parameter of the token request, which comes as JSON or as a form. The caller frees. */
static char *parameter(const struct request *rq, const jdoc *doc, const char *name)
{
	char number[24];

	if (!doc)
		return request_form(rq, name);
	if (jdoc_text(doc, name, NULL))
		return mem_text(jdoc_text(doc, name, NULL));
	snprintf(number, sizeof number, "%jd", (intmax_t)jdoc_int(doc, name, 0));
	return jdoc_at(doc, name) ? mem_text(number) : NULL;
}

static bool is(const char *text, const char *wanted)
{
	return text && strcmp(text, wanted) == 0;
}

static void send_token(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	char *token = oauth_issue(sb, rq, "sfmc", "sfmc.sandbox-");
	char *rest = mem_format("%s/", sb->url);
	jdoc *doc = jdoc_object();

	jdoc_set_text(doc, "access_token", token);
	jdoc_set_text(doc, "token_type", "Bearer");
	jdoc_set_int(doc, "expires_in", LIFETIME_S);
	jdoc_set_text(doc, "scope", "data_extensions_read data_extensions_write");
	jdoc_set_text(doc, "soap_instance_url", rest);
	jdoc_set_text(doc, "rest_instance_url", rest);
	reply_json(rp, 200, doc);
	free(token);
	free(rest);
}

static void post_token(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	char why[JDOC_WHY];
	jdoc *doc = request_document(rq, why);
	char *grant = parameter(rq, doc, "grant_type"), *id = parameter(rq, doc, "client_id");
	char *secret = parameter(rq, doc, "client_secret");
	char *account = parameter(rq, doc, "account_id");

	if (!is(grant, "client_credentials"))
		reply_refuse(rp, "oauth", 400, "grant_type must be client_credentials");
	else if (!is(id, SANDBOX_CLIENT_ID) || !is(secret, SANDBOX_CLIENT_SECRET))
		reply_refuse(rp, "oauth", 401, "Invalid client ID or client secret.");
	else if (account && !is(account, ACCOUNT))
		reply_refuse(rp, "oauth", 400, "The account is not one of the client's.");
	else
		send_token(sb, rq, rp);
	free(grant);
	free(id);
	free(secret);
	free(account);
	jdoc_free(doc);
}

/* ---- rows at once ---- */

static void refuse_rows(struct reply *rp, const struct mc_error *e)
{
	marketing_refuse(rp, 400, 10006, "Unable to save rows for data extension ID 1");
	rp->body.n--;
	buf_adds(&rp->body, ",\"additionalErrors\":[{\"message\":");
	jstr_quote_any(&rp->body, span_of(e->message));
	buf_adds(&rp->body, ",\"errorcode\":10000,\"documentation\":\"\"}]}");
}

/* {"keys":{...},"values":{...}}; false when it is none. */
static bool split_item(struct span item, struct span parts[2])
{
	struct span name, raw, rest = item;

	parts[0] = parts[1] = SPAN("{}");
	if (scan_type(item) != JSON_OBJECT)
		return false;
	while (scan_member(&rest, &name, &raw)) {
		if (scan_type(raw) != JSON_OBJECT)
			return false;
		if (span_eq(name, SPAN("keys")))
			parts[0] = raw;
		else if (span_eq(name, SPAN("values")))
			parts[1] = raw;
	}
	return true;
}

/* As the real service does it: the rows before the first bad one stay saved. */
static void post_rowset(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const struct mc_extension *x;
	struct scan scan = {0};
	struct span body, item, parts[2];
	struct mc_error e = {0};
	enum json type;

	if (!marketing_admit(sb, rq, rp))
		return;
	x = extension_find(sb->store, rq->part[0]);
	if (!x)
		marketing_refuse(rp, 400, 10001, "Parameter {key} is invalid.");
	else if (scan_document(&scan, rq->body, &body, &type) || type != JSON_ARRAY)
		marketing_refuse(rp, 400, 10003, "The body must be a JSON array.");
	if (rp->status != 200)
		goto out;
	buf_addspan(&rp->body, body);
	store_begin(sb->store);
	while (scan_item(&body, &item)) {
		if (!split_item(item, parts)) {
			marketing_refuse(rp, 400, 10003, "A row must have keys and values.");
			break;
		}
		if (!extension_save(sb->store, x, parts, 2, false, &e)) {
			refuse_rows(rp, &e);
			break;
		}
	}
	store_commit(sb->store);
out:
	scan_free(&scan);
}

static void get_rows(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const struct mc_extension *x;

	if (!marketing_admit(sb, rq, rp))
		return;
	x = extension_find(sb->store, rq->part[0]);
	if (x)
		extension_write_rows(sb->store, x, &rp->body);
	else
		marketing_refuse(rp, 404, 10001, "Parameter {key} is invalid.");
}

const struct route marketing_routes[] = {
    {"POST", "/v2/token", "oauth", post_token},
    {"POST", "/https:/{}/v2/token", "oauth", post_token},
    {"POST", "/hub/v1/dataevents/key:{}/rowset", "sfmc", post_rowset},
    {"GET", "/data/v1/customobjectdata/key/{}/rowset", "sfmc", get_rows},
    {0},
};
