#include "cloud/salesforce.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "wire/crypt.h"
#include "wire/jwt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_MAX = 65536, TOKEN_MAX = 1 << 20, ASSERTION_SECONDS = 180, TRANSFER_S = 7200 };

#define LOGIN_URL "https://login.salesforce.com"

static bool fail(struct salesforce *sf, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(struct salesforce *sf, enum status status, const char *format, ...)
{
	va_list args;

	sf->status = status;
	va_start(args, format);
	vsnprintf(sf->why, sizeof sf->why, format, args);
	va_end(args);
	return false;
}

static const char *setting(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static char *without_slash(const char *url)
{
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	return mem_dup(url, n);
}

static bool set_version(struct salesforce *sf, const char *version)
{
	size_t digits = strspn(version, "0123456789");

	if (digits < 1 || digits > 3 || (version[digits] && strcmp(version + digits, ".0") != 0))
		return fail(sf, STATUS_CONFIG, "API version: must be a number such as 66.0");
	snprintf(sf->version, sizeof sf->version, "%.*s.0", (int)digits, version);
	return true;
}

static bool read_credentials(struct salesforce *sf)
{
	const char *token = setting("SF_ACCESS_TOKEN"), *instance = setting("SF_ORG_INSTANCE_URL");

	if (token && !instance)
		return fail(
		    sf, STATUS_CONFIG, "SF_ORG_INSTANCE_URL: not set, and SF_ACCESS_TOKEN is");
	if (token) {
		sf->token = mem_text(token);
		sf->instance = without_slash(instance);
		return true;
	}
	sf->client_id = setting("SF_CLIENT_ID");
	sf->username = setting("SF_USERNAME");
	sf->key_file = setting("SF_JWT_KEY_FILE");
	sf->login = setting("SF_LOGIN_URL") ? setting("SF_LOGIN_URL") : LOGIN_URL;
	sf->audience = setting("SF_AUDIENCE_URL") ? setting("SF_AUDIENCE_URL") : sf->login;
	if (!sf->client_id || !sf->username || !sf->key_file)
		return fail(sf, STATUS_CONFIG,
		    "no credentials: set SF_ACCESS_TOKEN and SF_ORG_INSTANCE_URL, or "
		    "SF_CLIENT_ID, SF_USERNAME and SF_JWT_KEY_FILE");
	return true;
}

bool salesforce_open(struct salesforce *sf, const char *version, int tries)
{
	const char *wanted = version ? version : setting("SF_ORG_API_VERSION");

	*sf = (struct salesforce){0};
	if (!set_version(sf, wanted ? wanted : SALESFORCE_VERSION) || !read_credentials(sf))
		return false;
	sf->http = http_open(&(struct http_options){.retry = {.tries = tries}});
	return true;
}

static void forget_token(struct salesforce *sf)
{
	if (sf->token)
		crypt_wipe(sf->token, strlen(sf->token));
	free(sf->token);
	sf->token = NULL;
}

void salesforce_close(struct salesforce *sf)
{
	forget_token(sf);
	free(sf->instance);
	sf->instance = NULL;
	if (sf->http)
		http_close(sf->http);
	sf->http = NULL;
}

static void wipe(struct buf *b)
{
	if (b->p)
		crypt_wipe(b->p, b->cap);
	buf_free(b);
}

static bool sign_assertion(struct salesforce *sf, struct buf *assertion)
{
	jdoc *claims = jdoc_object();
	char *audience = without_slash(sf->audience);
	struct buf pem;
	file_error error;
	bool ok = false;

	buf_init(&pem, KEY_MAX);
	buf_reserve(&pem, KEY_MAX);
	error = file_read_secret(sf->key_file, &pem);
	jdoc_set_text(claims, "iss", sf->client_id);
	jdoc_set_text(claims, "sub", sf->username);
	jdoc_set_text(claims, "aud", audience);
	jdoc_set_int(claims, "exp", clock_now() / CLOCK_SECOND + ASSERTION_SECONDS);
	if (error)
		fail(sf, STATUS_CONFIG, "%s: %s", sf->key_file, error);
	else if (!jwt_sign(assertion, claims, NULL, buf_span(&pem)))
		fail(sf, STATUS_CONFIG, "%s: no RSA private key in PEM form", sf->key_file);
	else
		ok = true;
	wipe(&pem);
	free(audience);
	jdoc_free(claims);
	return ok;
}

static bool read_token(struct salesforce *sf, bool sent, const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse(buf_span(&reply->body), why);
	const char *token = jdoc_text(doc, "access_token", NULL);
	const char *instance = jdoc_text(doc, "instance_url", NULL);
	bool ok = sent && token && instance;

	if (!sent && reply->status == 400)
		fail(sf, STATUS_DENIED, "login as SF_USERNAME: %s: %s",
		    jdoc_text(doc, "error", "HTTP 400"),
		    jdoc_text(doc, "error_description", "refused"));
	else if (!sent)
		fail(sf, http_blame(reply), "login as SF_USERNAME: %s", reply->error);
	else if (!ok)
		fail(sf, STATUS_REFUSED,
		    "login as SF_USERNAME: the reply holds no token or no instance URL");
	if (ok) {
		sf->token = mem_text(token);
		free(sf->instance);
		sf->instance = without_slash(instance);
	}
	jdoc_free(doc);
	return ok;
}

static bool log_in(struct salesforce *sf)
{
	struct buf body;
	char *login = without_slash(sf->login);
	char *url = mem_format("%s/services/oauth2/token", login);
	struct http_reply reply = {0};
	bool ok;

	buf_init(&body, TOKEN_MAX);
	buf_adds(
	    &body, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
	ok = sign_assertion(sf, &body);
	if (ok) {
		struct http_request q = {.method = "POST",
		    .url = url,
		    .type = "application/x-www-form-urlencoded",
		    .body = buf_span(&body)};
		bool sent = http_send(sf->http, &q, &reply);

		ok = read_token(sf, sent, &reply);
	}
	if (!ok)
		snprintf(sf->code, sizeof sf->code, "LOGIN_FAILED");
	wipe(&body);
	wipe(&reply.body);
	http_reply_free(&reply);
	free(url);
	free(login);
	return ok;
}

uint64_t salesforce_retries(const struct salesforce *sf)
{
	return http_retries(sf->http);
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
	jdoc *doc = jdoc_parse(buf_span(&reply->body), why);
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

/* A parser's complaint quotes what it could not read, so only its code is told. */
static void explain(struct salesforce *sf, const char *path, const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse(buf_span(&reply->body), why);
	const char *code = jdoc_text(doc, "0.errorCode", NULL);
	const char *message = jdoc_text(doc, "0.message", "");

	if (code && strcmp(code, "JSON_PARSER_ERROR") == 0)
		message = "the request was not understood";
	if (code) {
		snprintf(sf->code, sizeof sf->code, "%s", code);
		fail(sf, blame(reply, code), "%s: %s: %s: %s", path, reply->error, code, message);
	} else {
		if (reply->status)
			snprintf(sf->code, sizeof sf->code, "HTTP_%d", reply->status);
		else
			snprintf(sf->code, sizeof sf->code, "NETWORK");
		fail(sf, http_blame(reply), "%s: %s", path, reply->error);
	}
	jdoc_free(doc);
}

static bool send_once(
    struct salesforce *sf, const struct salesforce_request *r, struct http_reply *reply)
{
	char *url = mem_format("%s/services/data/v%s%s", sf->instance, sf->version, r->path);
	const char *type = r->type ? r->type : "application/json; charset=UTF-8";
	struct http_request q = {.method = r->method,
	    .url = url,
	    .bearer = sf->token,
	    .type = r->body.p ? type : NULL,
	    .body = r->body,
	    .save_fd = r->save_fd,
	    .once = r->once,
	    .total_s = r->save_fd || r->type ? TRANSFER_S : 0,
	    .transient = busy_reply};
	bool ok = http_send(sf->http, &q, reply);

	free(url);
	note_limits(sf, reply);
	sf->calls += reply->status != 0;
	if (!ok)
		explain(sf, r->path, reply);
	return ok;
}

/* Some 401s say that no new session would help. */
static bool may_renew(const struct salesforce *sf, const struct http_reply *reply)
{
	return sf->key_file && reply->status == 401 &&
	       !strstr(sf->why, "not valid for use with the REST API") &&
	       !strstr(sf->why, "not attached to Agent");
}

bool salesforce_send(
    struct salesforce *sf, const struct salesforce_request *r, struct http_reply *reply)
{
	sf->status = STATUS_OK;
	sf->code[0] = '\0';
	if (!sf->token && !log_in(sf))
		return false;
	if (send_once(sf, r, reply))
		return true;
	if (!may_renew(sf, reply))
		return false;
	forget_token(sf);
	if (!log_in(sf))
		return false;
	inform(1, "session expired, logged in again");
	sf->status = STATUS_OK;
	sf->code[0] = '\0';
	return send_once(sf, r, reply);
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

	return n > 0 && n <= 80 && !name[n] && (*name < '0' || *name > '9') && *name != '_';
}
