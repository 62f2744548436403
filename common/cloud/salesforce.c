#include "cloud/salesforce.h"

#include "base/die.h"
#include "base/text.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { TRANSFER_S = 7200 };

bool salesforce_fail(
    struct salesforce *sf, enum status status, const char *code, const char *format, ...)
{
	va_list args;

	sf->error.status = status;
	if (code)
		snprintf(sf->code, sizeof sf->code, "%s", code);
	va_start(args, format);
	vsnprintf(sf->error.text, sizeof sf->error.text, format, args);
	va_end(args);
	return false;
}

static bool set_version(struct salesforce *sf, const char *version)
{
	size_t digits = strspn(version, "0123456789");

	if (digits < 1 || digits > 3 || (version[digits] && strcmp(version + digits, ".0") != 0))
		return salesforce_fail(
		    sf, STATUS_CONFIG, NULL, "API version: must be a number such as 66.0");
	snprintf(sf->version, sizeof sf->version, "%.*s.0", (int)digits, version);
	return true;
}

bool salesforce_open(struct salesforce *sf, const char *version, const struct http_options *options)
{
	const char *wanted = version ? version : getenv("SF_ORG_API_VERSION");

	*sf = (struct salesforce){0};
	if (!set_version(sf, wanted && *wanted ? wanted : SALESFORCE_VERSION))
		return false;
	if (!salesforce_login_read(&sf->login))
		return salesforce_fail(
		    sf, sf->login.error.status, NULL, "%s", sf->login.error.text);
	sf->http[0] = http_open(options);
	return true;
}

void salesforce_close(struct salesforce *sf)
{
	salesforce_login_free(&sf->login);
	for (size_t i = SALESFORCE_AT_ONCE; i-- > 0; sf->http[i] = NULL)
		http_close(sf->http[i]);
}

static bool log_in(struct salesforce *sf)
{
	if (salesforce_login_run(&sf->login, sf->http[0]))
		return true;
	sf->message[0] = '\0';
	return salesforce_fail(
	    sf, sf->login.error.status, "LOGIN_FAILED", "%s", sf->login.error.text);
}

const char *salesforce_org(const struct salesforce *sf)
{
	return sf->login.instance;
}

uint64_t salesforce_retries(const struct salesforce *sf)
{
	uint64_t n = 0;

	for (size_t i = 0; i < SALESFORCE_AT_ONCE && sf->http[i]; i++)
		n += http_retries(sf->http[i]);
	return n;
}

static void note_limits(struct salesforce *sf, const struct http_reply *reply)
{
	struct span info = http_header(reply, "Sforce-Limit-Info");
	char text[256];
	const char *usage;
	long long used, allowed;

	if (!info.p || info.n >= sizeof text)
		return;
	snprintf(text, sizeof text, "%.*s", SPAN_ARG(info));
	usage = strstr(text, "api-usage=");
	if (usage && sscanf(usage, "api-usage=%18lld/%18lld", &used, &allowed) == 2) {
		sf->used = used;
		sf->allowed = allowed;
	}
}

static bool is_busy(const char *code, const char *message)
{
	return strcmp(code, "SERVER_UNAVAILABLE") == 0 ||
	       (strcmp(code, "REQUEST_LIMIT_EXCEEDED") == 0 &&
	           strncmp(message, "ConcurrentRequests", 18) == 0);
}

static bool busy_reply(const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse_reply(buf_span(&reply->body), why);
	bool busy = is_busy(jdoc_text(doc, "0.errorCode", ""), jdoc_text(doc, "0.message", ""));

	jdoc_free(doc);
	return busy;
}

static enum status blame(const struct http_reply *reply, const char *code)
{
	if (strcmp(code, "REQUEST_LIMIT_EXCEEDED") == 0 && !reply->again)
		return STATUS_REFUSED;
	return http_blame(reply);
}

/*
 * May this code's message be shown? Those of others quote what they complain about: a field's
 * value, an external id, the text that a parser could not read.
 */
static bool is_harmless(const char *code)
{
	static const char *const codes[] = {"API_CURRENTLY_DISABLED", "API_DISABLED_FOR_ORG",
	    "FUNCTIONALITY_NOT_ENABLED", "INSUFFICIENT_ACCESS", "INVALIDJOB", "INVALIDJOBSTATE",
	    "INVALID_SESSION_ID", "METHOD_NOT_ALLOWED", "NOT_FOUND", "REQUEST_LIMIT_EXCEEDED",
	    "SERVER_UNAVAILABLE", "UNSUPPORTED_API_VERSION"};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return false;
}

static void explain(struct salesforce *sf, const char *path, const struct http_reply *reply)
{
	char why[JDOC_WHY], http[24];
	jdoc *doc = jdoc_parse_reply(buf_span(&reply->body), why);
	const char *code = jdoc_text(doc, "0.errorCode", NULL);
	const char *message = jdoc_text(doc, "0.message", "");

	snprintf(sf->message, sizeof sf->message, "%s", message);
	snprintf(http, sizeof http, "HTTP_%d", reply->status);
	if (code)
		salesforce_fail(sf, blame(reply, code), code, "%s: %s: %s%s%s", path, reply->error,
		    code, is_harmless(code) ? ": " : "", is_harmless(code) ? message : "");
	else if (reply->status)
		salesforce_fail(sf, http_blame(reply), http, "%s: %s", path, reply->error);
	else
		salesforce_fail(sf, http_blame(reply), "NETWORK", "%s: %s: %s", sf->login.instance,
		    path, reply->error);
	jdoc_free(doc);
}

static struct http *http_of(struct salesforce *sf, size_t i)
{
	if (!sf->http[i])
		sf->http[i] = http_open_beside(sf->http[0]);
	return sf->http[i];
}

static void post(
    struct salesforce *sf, const struct salesforce_request *r, struct http_reply *replies, size_t n)
{
	struct http_request q[SALESFORCE_AT_ONCE];
	char *url[SALESFORCE_AT_ONCE];

	for (size_t i = 0; i < n; i++) {
		const char *type = r[i].type ? r[i].type : "application/json; charset=UTF-8";

		url[i] = mem_format(
		    "%s/services/data/v%s%s", sf->login.instance, sf->version, r[i].path);
		q[i] = (struct http_request){.method = r[i].method,
		    .url = url[i],
		    .bearer = sf->login.token,
		    .headers = r[i].headers,
		    .type = r[i].body.p ? type : NULL,
		    .body = r[i].body,
		    .save_fd = r[i].save_fd,
		    .save_max = r[i].save_max,
		    .once = r[i].once,
		    .total_s = r[i].save_fd || r[i].type ? TRANSFER_S : 0,
		    .transient = busy_reply};
	}
	for (size_t i = 0; i < n; i++)
		http_begin(http_of(sf, i), &q[i], &replies[i]);
	for (size_t i = 0; i < n; i++) {
		http_finish(sf->http[i]);
		free(url[i]);
		note_limits(sf, &replies[i]);
		sf->calls += replies[i].status != 0;
	}
}

/* Some 401s say that no new session would help. */
static bool may_renew(
    struct salesforce *sf, const struct salesforce_request *r, const struct http_reply *reply)
{
	if (reply->status != 401 || sf->login.flow == SALESFORCE_TOKEN)
		return false;
	explain(sf, r->path, reply);
	return !strstr(sf->message, "not valid for use with the REST API") &&
	       !strstr(sf->message, "not attached to Agent");
}

static bool renew(struct salesforce *sf)
{
	salesforce_login_forget(&sf->login);
	if (!log_in(sf))
		return false;
	inform(1, "session expired, logged in again");
	return true;
}

bool salesforce_unread(const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = reply->status == 400 ? jdoc_parse_reply(buf_span(&reply->body), why) : NULL;
	bool unread = strcmp(jdoc_text(doc, "0.errorCode", ""), "JSON_PARSER_ERROR") == 0;

	jdoc_free(doc);
	return unread;
}

/* Of the first one that failed. */
static bool judge(struct salesforce *sf, const struct salesforce_request *r,
    const struct http_reply *replies, size_t n)
{
	sf->error.status = STATUS_OK;
	sf->code[0] = sf->message[0] = '\0';
	for (size_t i = 0; i < n; i++)
		if (!http_succeeded(&replies[i]) &&
		    !(r[i].divisible && salesforce_unread(&replies[i]))) {
			explain(sf, r[i].path, &replies[i]);
			return false;
		}
	return true;
}

bool salesforce_send_all(
    struct salesforce *sf, const struct salesforce_request *r, struct http_reply *replies, size_t n)
{
	bool fresh = false;

	if (!sf->login.token && !log_in(sf))
		return false;
	post(sf, r, replies, n);
	for (size_t i = 0; i < n; i++) {
		if (!may_renew(sf, &r[i], &replies[i]))
			continue;
		if (!fresh && !renew(sf))
			return false;
		fresh = true;
		post(sf, &r[i], &replies[i], 1);
	}
	return judge(sf, r, replies, n);
}

bool salesforce_send(
    struct salesforce *sf, const struct salesforce_request *r, struct http_reply *reply)
{
	return salesforce_send_all(sf, r, reply, 1);
}

bool salesforce_call(struct salesforce *sf, const char *method, const char *path, struct span body,
    struct http_reply *reply)
{
	return salesforce_send(
	    sf, &(struct salesforce_request){.method = method, .path = path, .body = body}, reply);
}

bool salesforce_is_name(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 0 && n <= 80 && !name[n] && !text_is_digit(*name) && *name != '_';
}
