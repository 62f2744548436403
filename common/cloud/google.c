#include "cloud/google.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "wire/crypt.h"
#include "wire/jwt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_FILE_MAX = 1 << 20, TOKEN_MAX = 64 << 10, LIFE_S = 3600, PINGS = 3, PING_S = 3 };

static const int64_t EARLY_US = 225 * CLOCK_SECOND;

/* A type of credentials: what the file must hold, and how a token is had from it. */
struct google_kind {
	const char *type;
	bool (*check)(struct google *g);
	bool (*grant)(struct google *g, struct http_reply *reply);
};

static bool fail(struct google *g, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(struct google *g, enum status status, const char *format, ...)
{
	va_list args;

	g->status = status;
	va_start(args, format);
	vsnprintf(g->why, sizeof g->why, format, args);
	va_end(args);
	return false;
}

static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* ---- service account ---------------------------------------------------------------------- */

static bool service_account_check(struct google *g)
{
	static const char *const needed[] = {"client_email", "private_key", "token_uri"};

	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (!jdoc_text(g->key, needed[i], NULL))
			return fail(g, STATUS_CONFIG, "GOOGLE_APPLICATION_CREDENTIALS: no %s in it",
			    needed[i]);
	return true;
}

static bool sign(struct google *g, struct buf *form)
{
	jdoc *claims = jdoc_object();
	int64_t now = clock_now() / CLOCK_SECOND;
	bool ok;

	jdoc_set_text(claims, "iss", jdoc_text(g->key, "client_email", ""));
	jdoc_set_text(claims, "scope", GOOGLE_SCOPE);
	jdoc_set_text(claims, "aud", GOOGLE_AUDIENCE);
	jdoc_set_int(claims, "iat", now);
	jdoc_set_int(claims, "exp", now + LIFE_S);
	buf_adds(
	    form, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
	ok = jwt_sign(form, claims, jdoc_text(g->key, "private_key_id", NULL),
	    span_of(jdoc_text(g->key, "private_key", "")));
	jdoc_free(claims);
	return ok || fail(g, STATUS_CONFIG,
	                 "GOOGLE_APPLICATION_CREDENTIALS: private_key is no RSA key in PEM");
}

/* The errors that google-auth asks again for. */
static bool token_transient(const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse(buf_span(&reply->body), why);
	const char *error = jdoc_text(doc, "error", "");
	bool yes = strcmp(error, "internal_failure") == 0 || strcmp(error, "server_error") == 0 ||
	           strcmp(error, "temporarily_unavailable") == 0;

	jdoc_free(doc);
	return yes;
}

static bool service_account_grant(struct google *g, struct http_reply *reply)
{
	struct buf form;
	bool ok;

	buf_init(&form, TOKEN_MAX);
	ok = sign(g, &form);
	if (ok)
		ok = http_send(g->http,
		    &(struct http_request){.method = "POST",
		        .url = jdoc_text(g->key, "token_uri", ""),
		        .type = "application/x-www-form-urlencoded",
		        .body = buf_span(&form),
		        .transient = token_transient},
		    reply);
	if (form.p)
		crypt_wipe(form.p, form.n);
	buf_free(&form);
	return ok;
}

/* ---- metadata server ---------------------------------------------------------------------- */

static char *metadata_url(const char *path)
{
	const char *host = env("GCE_METADATA_HOST");

	return mem_format(
	    "http://%s/computeMetadata/v1/%s", host ? host : "metadata.google.internal", path);
}

/* Off Google's machines there is nobody to answer: that is told fast, not after all retries. */
static bool metadata_get(struct google *g, const char *path, struct http_reply *reply)
{
	static const char *const headers[] = {"Metadata-Flavor: Google", NULL};
	char *url = metadata_url(path);
	struct http_request q = {
	    .method = "GET", .url = url, .headers = headers, .plain = true, .once = true};
	bool ok = false;

	q.total_s = PING_S;
	for (int i = 0; i < PINGS && !ok; i++) {
		ok = http_send(g->http, &q, reply);
		if (reply->status)
			break;
	}
	if (!ok && reply->status) {
		q.once = false;
		q.total_s = 0;
		ok = http_send(g->http, &q, reply);
	}
	if (!ok && !reply->status)
		fail(g, STATUS_CONFIG,
		    "no Google credentials: GOOGLE_APPLICATION_CREDENTIALS is not set, and no "
		    "metadata server answers");
	free(url);
	return ok;
}

static bool metadata_grant(struct google *g, struct http_reply *reply)
{
	return metadata_get(
	    g, "instance/service-accounts/default/token?scopes=" GOOGLE_SCOPE, reply);
}

/* ---- choice ------------------------------------------------------------------------------- */

static const struct google_kind kinds[] = {
    {"service_account", service_account_check, service_account_grant},
};

static const struct google_kind metadata = {"metadata server", NULL, metadata_grant};

static bool choose(struct google *g)
{
	const char *type = jdoc_text(g->key, "type", NULL);

	if (!type)
		return fail(g, STATUS_CONFIG, "GOOGLE_APPLICATION_CREDENTIALS: no type in it");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i].type, type) == 0)
			g->kind = &kinds[i];
	if (!g->kind)
		return fail(g, STATUS_CONFIG,
		    "GOOGLE_APPLICATION_CREDENTIALS: %.60s: not supported in this version", type);
	return g->kind->check(g);
}

static bool read_key(struct google *g, const char *path)
{
	char why[JDOC_WHY];
	struct buf text;
	file_error error;
	bool ok = false;

	buf_init(&text, KEY_FILE_MAX);
	error = file_read_secret(path, &text);
	if (error)
		fail(g, STATUS_CONFIG, "GOOGLE_APPLICATION_CREDENTIALS: %s", error);
	else if (!(g->key = jdoc_parse(buf_span(&text), why)))
		fail(g, STATUS_CONFIG, "GOOGLE_APPLICATION_CREDENTIALS: %s", why);
	else
		ok = choose(g);
	if (text.p)
		crypt_wipe(text.p, text.n);
	buf_free(&text);
	return ok;
}

bool google_open(struct google *g, struct http *http, bool none)
{
	const char *path = env("GOOGLE_APPLICATION_CREDENTIALS");

	*g = (struct google){.http = http};
	if (none)
		return true;
	if (path)
		return read_key(g, path);
	g->kind = &metadata;
	return true;
}

static void forget(struct google *g)
{
	if (g->token)
		crypt_wipe(g->token, strlen(g->token));
	free(g->token);
	g->token = NULL;
}

void google_close(struct google *g)
{
	forget(g);
	jdoc_free(g->key);
	free(g->project);
	*g = (struct google){0};
}

/* ---- tokens ------------------------------------------------------------------------------- */

/* A token goes into a header: nothing but visible ASCII may be in it. */
static bool is_token(const char *text)
{
	size_t n = text ? strlen(text) : 0;

	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return n > 0;
}

static bool keep(struct google *g, const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse(buf_span(&reply->body), why);
	const char *token = jdoc_text(doc, "access_token", NULL);
	int64_t life = jdoc_int(doc, "expires_in", LIFE_S);
	bool ok = is_token(token);

	if (life < 0 || life > CLOCK_DAY / CLOCK_SECOND)
		life = LIFE_S;
	if (ok) {
		g->token = mem_text(token);
		g->expires = clock_mono() + life * CLOCK_SECOND - EARLY_US;
	} else
		fail(g, STATUS_REFUSED, "Google token: the reply has no access_token");
	jdoc_free(doc);
	return ok;
}

static bool blame(struct google *g, const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse(buf_span(&reply->body), why);
	const char *error = jdoc_text(doc, "error", NULL);
	enum status status = http_blame(reply);

	if (error && (strcmp(error, "invalid_grant") == 0 || strcmp(error, "invalid_client") == 0))
		status = STATUS_DENIED;
	fail(g, status, "Google token: %s%s%.60s%s%.200s", reply->error, error ? ": " : "",
	    error ? error : "", error ? ": " : "",
	    error ? jdoc_text(doc, "error_description", "") : "");
	jdoc_free(doc);
	return false;
}

static bool renew(struct google *g)
{
	struct http_reply reply = {0};
	bool ok;

	forget(g);
	g->status = STATUS_OK;
	ok = g->kind->grant(g, &reply);
	if (ok)
		ok = keep(g, &reply);
	else if (!g->status)
		blame(g, &reply);
	if (reply.body.p)
		crypt_wipe(reply.body.p, reply.body.n);
	http_reply_free(&reply);
	return ok;
}

bool google_token(struct google *g, const char **bearer)
{
	*bearer = NULL;
	if (!g->kind)
		return true;
	if ((!g->token || clock_mono() >= g->expires) && !renew(g))
		return false;
	*bearer = g->token;
	return true;
}

bool google_expire(struct google *g)
{
	if (!g->kind)
		return false;
	forget(g);
	return true;
}

static void ask_project(struct google *g)
{
	struct http_reply reply = {0};

	if (metadata_get(g, "project/project-id", &reply)) {
		struct span id = span_trim(buf_span(&reply.body));

		g->project = mem_dup(id.p, id.n);
	}
	http_reply_free(&reply);
}

const char *google_project(struct google *g)
{
	const char *project = env("GOOGLE_CLOUD_PROJECT");

	if (!project)
		project = env("GCLOUD_PROJECT");
	if (!project)
		project = jdoc_text(g->key, "project_id", NULL);
	if (!project && g->kind == &metadata && !g->project)
		ask_project(g);
	return project ? project : g->project;
}
