#include "cloud/salesforce_login.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "wire/crypt.h"
#include "wire/form.h"
#include "wire/jdoc.h"
#include "wire/jwt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_MAX = 65536, TOKEN_MAX = 1 << 20, ASSERTION_SECONDS = 180 };

#define LOGIN_URL "https://login.salesforce.com"

static bool fail(struct salesforce_login *l, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(struct salesforce_login *l, enum status status, const char *format, ...)
{
	va_list args;

	l->error.status = status;
	va_start(args, format);
	vsnprintf(l->error.text, sizeof l->error.text, format, args);
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

/* ---- what the environment says ---- */

static bool read_auth_file(struct salesforce_login *l, const char *path)
{
	struct buf b;
	file_error error;

	buf_init(&b, KEY_MAX);
	buf_reserve(&b, KEY_MAX);
	error = file_read_secret(path, &b);
	if (!error)
		l->auth = mem_dup(b.p, strcspn(buf_str(&b), "\r\n"));
	crypt_free_buf(&b);
	return !error || fail(l, STATUS_CONFIG, "%s: %s", path, error);
}

/* force://ID:SECRET:REFRESH@HOST; SECRET may be empty. Cut up where it lies. */
static bool take_auth(struct salesforce_login *l, const char *name)
{
	char *secret, *refresh, *host;
	bool ok = strncmp(l->auth, "force://", 8) == 0;

	secret = ok ? strchr(l->auth + 8, ':') : NULL;
	refresh = secret ? strchr(secret + 1, ':') : NULL;
	host = refresh ? strchr(refresh + 1, '@') : NULL;
	if (!host || !host[1] || strpbrk(host + 1, "/@?#") || host == refresh + 1)
		return fail(
		    l, STATUS_CONFIG, "%s: must be force://ID:SECRET:REFRESH-TOKEN@HOST", name);
	*secret++ = *refresh++ = *host++ = '\0';
	l->flow = SALESFORCE_REFRESH;
	l->client_id = l->auth + 8;
	l->secret = *secret ? secret : NULL;
	l->refresh = refresh;
	if (!l->url)
		l->url = mem_format("https://%s", host);
	return true;
}

static bool read_auth(struct salesforce_login *l)
{
	const char *path = setting("SF_AUTH_URL_FILE");

	if (setting("SF_AUTH_URL"))
		l->auth = mem_text(setting("SF_AUTH_URL"));
	else if (!read_auth_file(l, path))
		return false;
	return take_auth(l, setting("SF_AUTH_URL") ? "SF_AUTH_URL" : path);
}

static bool read_client(struct salesforce_login *l)
{
	l->refresh = setting("SF_REFRESH_TOKEN");
	l->secret = setting("SF_CLIENT_SECRET");
	l->flow = l->refresh ? SALESFORCE_REFRESH : SALESFORCE_CLIENT;
	if (!l->client_id || (!l->refresh && !l->secret))
		return fail(l, STATUS_CONFIG,
		    "no credentials: set SF_ACCESS_TOKEN and SF_ORG_INSTANCE_URL; or SF_CLIENT_ID "
		    "with SF_USERNAME and SF_JWT_KEY_FILE, with SF_REFRESH_TOKEN, or with "
		    "SF_CLIENT_SECRET; or SF_AUTH_URL_FILE");
	if (!l->refresh && !l->url)
		return fail(l, STATUS_CONFIG,
		    "SF_LOGIN_URL: not set; client credentials need the organization's own");
	return true;
}

static bool read_flow(struct salesforce_login *l)
{
	const char *token = setting("SF_ACCESS_TOKEN"), *instance = setting("SF_ORG_INSTANCE_URL");

	if (token && !instance)
		return fail(
		    l, STATUS_CONFIG, "SF_ORG_INSTANCE_URL: not set, and SF_ACCESS_TOKEN is");
	if (token) {
		l->token = mem_text(token);
		l->instance = without_slash(instance);
		return true;
	}
	l->client_id = setting("SF_CLIENT_ID");
	l->username = setting("SF_USERNAME");
	l->key_file = setting("SF_JWT_KEY_FILE");
	if (l->client_id && l->username && l->key_file) {
		l->flow = SALESFORCE_JWT;
		return true;
	}
	return setting("SF_AUTH_URL") || setting("SF_AUTH_URL_FILE") ? read_auth(l)
	                                                             : read_client(l);
}

bool salesforce_login_read(struct salesforce_login *l)
{
	const char *url = setting("SF_LOGIN_URL"), *audience = setting("SF_AUDIENCE_URL");

	*l = (struct salesforce_login){.url = url ? without_slash(url) : NULL};
	if (!read_flow(l))
		return false;
	if (!l->url)
		l->url = mem_text(LOGIN_URL);
	l->audience = without_slash(audience ? audience : l->url);
	return true;
}

/* ---- logging in ---- */

static bool sign_assertion(struct salesforce_login *l, struct buf *assertion)
{
	jdoc *claims = jdoc_object();
	struct buf pem;
	file_error error;
	bool ok = false;

	buf_init(&pem, KEY_MAX);
	buf_reserve(&pem, KEY_MAX);
	error = file_read_secret(l->key_file, &pem);
	jdoc_set_text(claims, "iss", l->client_id);
	jdoc_set_text(claims, "sub", l->username);
	jdoc_set_text(claims, "aud", l->audience);
	jdoc_set_int(claims, "exp", clock_now() / CLOCK_SECOND + ASSERTION_SECONDS);
	if (error)
		fail(l, STATUS_CONFIG, "%s: %s", l->key_file, error);
	else if (!jwt_sign(assertion, claims, NULL, buf_span(&pem)))
		fail(l, STATUS_CONFIG, "%s: no RSA private key in PEM form", l->key_file);
	else
		ok = true;
	crypt_free_buf(&pem);
	jdoc_free(claims);
	return ok;
}

/* `assertion` is filled where the flow has one. */
static bool make_form(struct salesforce_login *l, struct buf *b, struct buf *assertion)
{
	if (l->flow == SALESFORCE_JWT) {
		if (!sign_assertion(l, assertion))
			return false;
		form_add(b, "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
		form_add(b, "assertion", buf_str(assertion));
		return true;
	}
	form_add(
	    b, "grant_type", l->flow == SALESFORCE_CLIENT ? "client_credentials" : "refresh_token");
	form_add(b, "refresh_token", l->refresh);
	form_add(b, "client_id", l->client_id);
	form_add(b, "client_secret", l->secret);
	return true;
}

static const char *who(const struct salesforce_login *l)
{
	switch (l->flow) {
	case SALESFORCE_JWT: return "login as SF_USERNAME";
	case SALESFORCE_REFRESH: return "login by refresh token";
	default: return "login by client credentials";
	}
}

static bool read_token(struct salesforce_login *l, bool sent, const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse_reply(buf_span(&reply->body), why);
	const char *token = jdoc_text(doc, "access_token", NULL);
	const char *instance = jdoc_text(doc, "instance_url", NULL);
	bool ok = sent && token && instance;

	if (!sent && reply->status == 400)
		fail(l, STATUS_DENIED, "%s: %s: %s", who(l), jdoc_text(doc, "error", "HTTP 400"),
		    jdoc_text(doc, "error_description", "refused"));
	else if (!sent)
		fail(l, http_blame(reply), "%s at %s: %s", who(l), l->url, reply->error);
	else if (!ok)
		fail(l, STATUS_REFUSED, "%s: the reply holds no token or no instance URL", who(l));
	if (ok) {
		l->token = mem_text(token);
		free(l->instance);
		l->instance = without_slash(instance);
	}
	jdoc_free(doc);
	return ok;
}

static bool send(struct salesforce_login *l, struct http *http, struct buf *form,
    const char *assertion, struct http_reply *reply)
{
	char *url = mem_format("%s/services/oauth2/token", l->url);
	const char *const secrets[] = {
	    assertion, l->secret ? l->secret : "", l->refresh ? l->refresh : "", NULL};
	bool sent = http_send(http,
	    &(struct http_request){.method = "POST",
	        .url = url,
	        .type = "application/x-www-form-urlencoded",
	        .body = buf_span(form),
	        .secrets = secrets},
	    reply);

	free(url);
	return sent;
}

bool salesforce_login_run(struct salesforce_login *l, struct http *http)
{
	struct http_reply reply = {0};
	struct buf form, assertion;
	bool ok;

	buf_init(&form, TOKEN_MAX);
	buf_reserve(&form, KEY_MAX);
	buf_init(&assertion, KEY_MAX);
	ok = make_form(l, &form, &assertion) &&
	     read_token(l, send(l, http, &form, buf_str(&assertion), &reply), &reply);
	crypt_free_buf(&assertion);
	crypt_free_buf(&form);
	crypt_free_buf(&reply.body);
	http_reply_free(&reply);
	return ok;
}

void salesforce_login_forget(struct salesforce_login *l)
{
	crypt_free_text(l->token);
	l->token = NULL;
}

void salesforce_login_free(struct salesforce_login *l)
{
	salesforce_login_forget(l);
	free(l->instance);
	free(l->url);
	free(l->audience);
	crypt_free_text(l->auth);
	*l = (struct salesforce_login){0};
}
