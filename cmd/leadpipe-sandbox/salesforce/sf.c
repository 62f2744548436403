#include "salesforce/sf.h"

#include "json/jstr.h"
#include "server/oauth.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void sf_error_set(
    struct sf_error *e, int status, const char *code, const char *field, const char *format, ...)
{
	va_list args;

	e->status = status;
	snprintf(e->code, sizeof e->code, "%s", code);
	snprintf(e->fields, sizeof e->fields, "%s", field ? field : "");
	va_start(args, format);
	vsnprintf(e->message, sizeof e->message, format, args);
	va_end(args);
}

void sf_error_write(struct buf *b, const struct sf_error *e, const char *code_key)
{
	const char *at = e->fields, *comma = "";

	buf_addf(b, "{\"%s\":\"%s\",\"message\":", code_key, e->code);
	jstr_quote_any(b, span_of(e->message));
	buf_adds(b, ",\"fields\":[");
	for (size_t n; *at; at += n + (at[n] == ',')) {
		n = strcspn(at, ",");
		buf_adds(b, comma);
		jstr_quote_any(b, (struct span){at, n});
		comma = ",";
	}
	buf_adds(b, "]}");
}

void sf_refuse(struct reply *rp, const struct sf_error *e)
{
	rp->status = e->status;
	buf_clear(&rp->body);
	buf_addc(&rp->body, '[');
	sf_error_write(&rp->body, e, "errorCode");
	buf_addc(&rp->body, ']');
}

void sf_refuse_plain(struct reply *rp, int status, const char *code, const char *message)
{
	struct sf_error e = {0};

	sf_error_set(&e, status, code, NULL, "%s", message);
	sf_refuse(rp, &e);
}

static int64_t count_call(struct sandbox *sb, struct reply *rp)
{
	int64_t calls;

	store_exec(sb->store,
	    "CREATE TABLE IF NOT EXISTS sf_usage (calls INTEGER NOT NULL);"
	    "INSERT INTO sf_usage SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM sf_usage);"
	    "UPDATE sf_usage SET calls = calls + 1");
	calls = store_int(sb->store, 0, "SELECT calls FROM sf_usage", "");
	reply_header(rp, "Sforce-Limit-Info", "api-usage=%jd/%d", (intmax_t)calls, SF_DAILY_LIMIT);
	return calls;
}

/* False: *rp says that too many requests were made in a day, or at a time. */
static bool check_limits(const struct request *rq, int64_t calls, struct reply *rp)
{
	if (calls > SF_DAILY_LIMIT) {
		sf_refuse_plain(rp, 403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
		return false;
	}
	if (!rq->fault || strcmp(rq->fault, "concurrent") != 0)
		return true;
	sf_refuse_plain(rp, 403, "REQUEST_LIMIT_EXCEEDED",
	    "ConcurrentRequests (Concurrent API Requests) Limit exceeded.");
	reply_header(rp, "Retry-After", "0");
	return false;
}

static bool known_version(struct span part)
{
	char *end;
	long version;

	if (part.n < 2 || part.p[0] != 'v' || part.p[1] < '0' || part.p[1] > '9')
		return false;
	version = strtol(part.p + 1, &end, 10);
	return strcmp(end, ".0") == 0 && version >= SF_VERSION_LEAST && version <= SF_VERSION_MOST;
}

bool sf_admit(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	if (!oauth_token_valid(sb, request_bearer(rq), "sf")) {
		sf_refuse_plain(rp, 401, "INVALID_SESSION_ID", "Session expired or invalid");
		return false;
	}
	if (!check_limits(rq, count_call(sb, rp), rp))
		return false;
	if (known_version(rq->part[0]))
		return true;
	sf_refuse_plain(rp, 404, "NOT_FOUND", "The requested resource does not exist");
	return false;
}
