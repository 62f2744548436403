#include "cloud/google_grant.h"

#include "base/time.h"
#include "base/file.h"
#include "base/mem.h"
#include "wire/crypt.h"
#include "wire/form.h"
#include "wire/jwt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORM_MAX = 256 << 10, SUBJECT_MAX = 64 << 10, HEADERS_MAX = 16, PINGS = 3, PING_S = 3 };

#define GRANTS   "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3A"
#define EVERYWAY "https://www.googleapis.com/auth/cloud-platform" /* what impersonating asks for */
#define ENDPOINT "https://oauth2.googleapis.com/token"
#define AUDIENCE ENDPOINT /* whatever token_uri says */

/* ---- service account ---------------------------------------------------------------------- */

static bool sign(struct google_ask *g, const jdoc *key, const char *scope, struct buf *jwt)
{
	jdoc *claims = jdoc_object();
	int64_t now = clock_now() / CLOCK_SECOND;
	bool ok;

	jdoc_set_text(claims, "iss", jdoc_text(key, "client_email", ""));
	jdoc_set_text(claims, "scope", scope);
	jdoc_set_text(claims, "aud", AUDIENCE);
	jdoc_set_int(claims, "iat", now);
	jdoc_set_int(claims, "exp", now + GOOGLE_ASK_LIFE_S);
	ok = jwt_sign(jwt, claims, jdoc_text(key, "private_key_id", NULL),
	    span_of(jdoc_text(key, "private_key", "")));
	jdoc_free(claims);
	return ok ||
	       google_ask_fail(g, STATUS_CONFIG, "%s: private_key is no RSA key in PEM", g->from);
}

static bool service_account(
    struct google_ask *g, const jdoc *key, const char *scope, struct google_token *token)
{
	struct buf form, jwt;
	bool ok;

	buf_init(&form, FORM_MAX);
	buf_init(&jwt, FORM_MAX);
	buf_adds(&form, "grant_type=" GRANTS "jwt-bearer");
	ok = sign(g, key, scope, &jwt);
	form_add(&form, "assertion", buf_str(&jwt));
	ok = ok && google_ask_post(g, jdoc_text(key, "token_uri", ""), &form,
	               (const char *const[]){buf_str(&jwt), NULL}, token);
	crypt_free_buf(&jwt);
	crypt_free_buf(&form);
	return ok;
}

/* ---- a person's own ----------------------------------------------------------------------- */

static bool authorized_user(
    struct google_ask *g, const jdoc *key, const char *scope, struct google_token *token)
{
	struct buf form;
	bool ok;

	(void)scope; /* it is that of the refresh token */
	buf_init(&form, FORM_MAX);
	form_add(&form, "grant_type", "refresh_token");
	form_add(&form, "client_id", jdoc_text(key, "client_id", ""));
	form_add(&form, "client_secret", jdoc_text(key, "client_secret", ""));
	form_add(&form, "refresh_token", jdoc_text(key, "refresh_token", ""));
	ok = google_ask_post(g, jdoc_text(key, "token_uri", ENDPOINT), &form,
	    (const char *const[]){
	        jdoc_text(key, "client_secret", ""), jdoc_text(key, "refresh_token", ""), NULL},
	    token);
	crypt_free_buf(&form);
	return ok;
}

/* Says at which step of several a request was refused. Returns false. */
static bool blame_step(struct google_ask *g, const char *step)
{
	char why[ERROR_TEXT];

	snprintf(why, sizeof why, "%s", g->error.text);
	return google_ask_fail(g, g->error.status, "%s: %.480s", step, why);
}

/* ---- impersonation ------------------------------------------------------------------------ */

static bool keep_impersonated(
    struct google_ask *g, struct google_token *token, const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse_reply(buf_span(&reply->body), why);
	const char *until = jdoc_text(doc, "expireTime", "");
	int64_t us, life = GOOGLE_ASK_LIFE_S;
	bool ok;

	if (time_read_rfc3339(span_of(until), &us))
		life = (us - clock_now()) / CLOCK_SECOND;
	ok = google_ask_keep(g, token, jdoc_text(doc, "accessToken", NULL), life > 0 ? life : 0);
	jdoc_free(doc);
	return ok;
}

/* The token of `source` for one of the service account behind `url`. */
static bool impersonate(struct google_ask *g, const char *url, const jdoc *delegates,
    const char *scope, struct google_token *source, struct google_token *token)
{
	jdoc *ask = jdoc_object(), *scopes = jdoc_array();
	struct http_reply reply = {0};
	char *body;
	bool ok;

	jdoc_push(scopes, jdoc_of_text(span_of(scope)));
	jdoc_set(ask, "delegates", jdoc_is_array(delegates) ? jdoc_copy(delegates) : jdoc_array());
	jdoc_set(ask, "scope", scopes);
	jdoc_set_text(ask, "lifetime", "3600s");
	body = jdoc_dump(ask);
	ok = google_ask_send(g,
	         &(struct http_request){.method = "POST",
	             .url = url,
	             .bearer = source->text,
	             .type = "application/json; charset=UTF-8",
	             .body = span_of(body)},
	         &reply) ||
	     blame_step(g, "impersonation");
	if (ok)
		ok = keep_impersonated(g, token, &reply);
	google_ask_forget(source);
	crypt_free_buf(&reply.body);
	http_reply_free(&reply);
	free(body);
	jdoc_free(ask);
	return ok;
}

static bool impersonated(
    struct google_ask *g, const jdoc *key, const char *scope, struct google_token *token)
{
	const jdoc *inner = jdoc_at(key, "source_credentials");
	const struct google_grant *kind = google_grant_kind(g, inner);
	struct google_token source = {0};

	if (kind && kind->grant == impersonated)
		return google_ask_fail(g, STATUS_CONFIG,
		    "%s: source_credentials are themselves impersonated", g->from);
	return kind && kind->grant(g, inner, EVERYWAY, &source) &&
	       impersonate(g, jdoc_text(key, "service_account_impersonation_url", ""),
	           jdoc_at(key, "delegates"), scope, &source, token);
}

/* ---- another cloud's ---------------------------------------------------------------------- */

static bool subject_file(struct google_ask *g, const char *path, struct buf *subject)
{
	file_error error = file_read(path, subject);

	return !error ||
	       google_ask_fail(g, STATUS_CONFIG, "%s: credential_source: file: %s", g->from, error);
}

static bool subject_url(struct google_ask *g, const jdoc *source, struct buf *subject)
{
	const jdoc *list = jdoc_at(source, "headers");
	char *headers[HEADERS_MAX + 1] = {NULL};
	const char *lines[HEADERS_MAX + 1] = {NULL}, *name;
	struct http_reply reply = {0};
	bool ok;

	for (size_t i = 0; i < jdoc_count(list) && i < HEADERS_MAX; i++) {
		const jdoc *value = jdoc_item(list, i, &name);

		lines[i] = headers[i] = mem_format("%s: %s", name, jdoc_text(value, "", ""));
	}
	ok = google_ask_send(g,
	         &(struct http_request){.method = "GET",
	             .url = jdoc_text(source, "url", ""),
	             .headers = lines,
	             .plain = true},
	         &reply) ||
	     blame_step(g, "credential_source: url");
	if (ok)
		buf_addspan(subject, buf_span(&reply.body));
	for (size_t i = 0; headers[i]; i++)
		free(headers[i]);
	crypt_free_buf(&reply.body);
	http_reply_free(&reply);
	return ok;
}

/* Out of the text, or a member of the JSON document that it is. */
static bool take_subject(struct google_ask *g, const jdoc *format, struct buf *subject)
{
	char why[JDOC_WHY];
	struct span text = span_trim(buf_span(subject));
	jdoc *doc;
	const char *inner;
	char *copy;

	if (strcmp(jdoc_text(format, "type", "text"), "json") == 0) {
		doc = jdoc_parse(text, why);
		inner = jdoc_text(doc, jdoc_text(format, "subject_token_field_name", "-"), "");
		copy = mem_text(inner);
		jdoc_free(doc);
	} else {
		copy = mem_dup(text.p ? text.p : "", text.n);
	}
	crypt_free_buf(subject);
	buf_adds(subject, copy);
	crypt_free_text(copy);
	return subject->n || google_ask_fail(g, STATUS_CONFIG,
	                         "%s: credential_source: no subject token in it", g->from);
}

static bool read_subject(struct google_ask *g, const jdoc *source, struct buf *subject)
{
	const char *path = jdoc_text(source, "file", NULL);
	bool ok;

	if (!path && !jdoc_text(source, "url", NULL))
		return google_ask_fail(g, STATUS_CONFIG,
		    "%s: credential_source: only file and url are supported", g->from);
	ok = path ? subject_file(g, path, subject) : subject_url(g, source, subject);
	return ok && take_subject(g, jdoc_at(source, "format"), subject);
}

static bool exchange(struct google_ask *g, const jdoc *key, const char *scope, struct buf *subject,
    struct google_token *token)
{
	struct buf form;
	bool ok;

	buf_init(&form, FORM_MAX);
	buf_adds(&form, "grant_type=" GRANTS "token-exchange");
	form_add(&form, "audience", jdoc_text(key, "audience", ""));
	form_add(&form, "scope", scope);
	form_add(&form, "requested_token_type", "urn:ietf:params:oauth:token-type:access_token");
	form_add(&form, "subject_token", buf_str(subject));
	form_add(&form, "subject_token_type", jdoc_text(key, "subject_token_type", ""));
	ok = google_ask_post(g, jdoc_text(key, "token_url", ""), &form,
	    (const char *const[]){buf_str(subject), NULL}, token);
	crypt_free_buf(&form);
	return ok;
}

static bool external_account(
    struct google_ask *g, const jdoc *key, const char *scope, struct google_token *token)
{
	const char *url = jdoc_text(key, "service_account_impersonation_url", NULL);
	struct google_token source = {0};
	struct buf subject;
	bool ok;

	buf_init(&subject, SUBJECT_MAX);
	ok = read_subject(g, jdoc_at(key, "credential_source"), &subject) &&
	     exchange(g, key, url ? EVERYWAY : scope, &subject, url ? &source : token);
	crypt_free_buf(&subject);
	if (ok && url)
		ok = impersonate(g, url, NULL, scope, &source, token);
	return ok;
}

/* ---- metadata server ---------------------------------------------------------------------- */

static char *metadata_url(const char *path)
{
	const char *host = google_ask_env("GCE_METADATA_HOST");

	return mem_format(
	    "http://%s/computeMetadata/v1/%s", host ? host : "metadata.google.internal", path);
}

/* Off Google's machines there is nobody to answer: that is told fast, not after all retries. */
bool google_grant_metadata(struct google_ask *g, const char *path, struct http_reply *reply)
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
		google_ask_fail(g, STATUS_CONFIG,
		    "no Google credentials: GOOGLE_APPLICATION_CREDENTIALS is not set, gcloud has "
		    "left none, and no metadata server answers");
	free(url);
	return ok;
}

static bool metadata(
    struct google_ask *g, const jdoc *key, const char *scope, struct google_token *token)
{
	struct http_reply reply = {0};
	char *path = mem_format("instance/service-accounts/default/token?scopes=%s", scope);
	bool ok = google_grant_metadata(g, path, &reply);

	(void)key;
	free(path);
	if (ok)
		ok = google_ask_keep_oauth(g, token, &reply);
	else if (!g->error.status)
		google_ask_blame(g, &reply);
	crypt_free_buf(&reply.body);
	http_reply_free(&reply);
	return ok;
}

/* ---- choice ------------------------------------------------------------------------------- */

const struct google_grant google_grant_machine = {"metadata server", {NULL}, metadata};

static const struct google_grant kinds[] = {
    {"service_account", {"client_email", "private_key", "token_uri"}, service_account},
    {"authorized_user", {"client_id", "client_secret", "refresh_token"}, authorized_user},
    {"external_account", {"audience", "subject_token_type", "token_url"}, external_account},
    {"impersonated_service_account", {"service_account_impersonation_url"}, impersonated},
};

const struct google_grant *google_grant_kind(struct google_ask *g, const jdoc *key)
{
	const char *type = jdoc_text(key, "type", NULL);
	const struct google_grant *kind = NULL;

	for (size_t i = 0; type && i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i].type, type) == 0)
			kind = &kinds[i];
	if (!type)
		google_ask_fail(g, STATUS_CONFIG, "%s: no type in it", g->from);
	else if (!kind)
		google_ask_fail(g, STATUS_CONFIG,
		    "%s: %.60s: this type of credentials is not supported", g->from, type);
	for (size_t i = 0; kind && i < GOOGLE_GRANT_NEEDED && kind->needed[i]; i++)
		if (!jdoc_text(key, kind->needed[i], NULL)) {
			google_ask_fail(
			    g, STATUS_CONFIG, "%s: no %s in it", g->from, kind->needed[i]);
			return NULL;
		}
	return kind;
}
