/*
 * OAuth 2 (RFC 6749): a token for client credentials (4.4) or a refresh token (6). Some
 * servers replace the refresh token each time and revoke all of them when an old one comes
 * again: the new one is on the disk before its access token is used, and processes that
 * share a store take turns.
 */

#include "auth.h"

#include "base/clock.h"
#include "base/die.h"
#include "base/time.h"
#include "base/file.h"
#include "base/mem.h"
#include "wire/form.h"
#include "base/atomic_file.h"
#include "json/jstr.h"
#include "judge.h"
#include "variable.h"
#include "wire/crypt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum { BODY_MAX = 256 << 10, EARLY_S = 60, LIFE_MAX_S = 10 * 365 * 86400 };

bool auth_oauth2_open(struct auth *a, struct error *error)
{
	const struct api_oauth2 *o = &a->how->oauth2;

	a->client_id = auth_secret(&o->client_id, error);
	a->client_secret = a->client_id ? auth_secret(&o->client_secret, error) : NULL;
	if (a->client_secret && o->grant != API_CLIENT_CREDENTIALS)
		a->refresh = auth_secret(&o->refresh_token, error);
	return error->status == STATUS_OK;
}

/* ---- the store ---- */

/* Held while a refresh token is in use; -1: there is no store. */
static bool lock_store(const char *store, int *fd, struct error *error)
{
	char *path = mem_format("%s.lock", store);

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0 || flock(*fd, LOCK_EX) < 0)
		error_set(error, STATUS_CREATE, "%s: %s", path, strerror(errno));
	free(path);
	return error->status == STATUS_OK;
}

/* What is in the store is newer than what the source file names. */
static bool read_store(struct auth *a, const char *store, struct error *error)
{
	struct api_secret kept = {.from = API_FILE, .name = span_of(store)};
	char *text;

	if (access(store, F_OK) < 0 && errno == ENOENT)
		return true;
	text = auth_secret(&kept, error);
	if (!text)
		return false;
	crypt_free_text(a->refresh);
	a->refresh = text;
	return true;
}

static bool write_store(const char *store, const char *token, struct error *error)
{
	struct atomic_file w;

	if (!atomic_file_open(&w, store, ATOMIC_FILE_PRIVATE))
		return error_set(error, STATUS_CREATE, "%s: %s", store, strerror(errno));
	if (!file_write(w.fd, token, strlen(token)) || !file_write(w.fd, "\n", 1)) {
		atomic_file_drop(&w);
		return error_set(error, STATUS_CREATE, "%s: cannot be written", store);
	}
	return atomic_file_commit(&w) ||
	       error_set(error, STATUS_CREATE, "%s: %s", store, strerror(errno));
}

/* ---- the request ---- */

static void add(struct buf *b, bool json, struct span name, struct span value)
{
	if (b->n > (json ? 1 : 0))
		buf_addc(b, json ? ',' : '&');
	if (json) {
		jstr_quote_any(b, name);
		buf_addc(b, ':');
		jstr_quote_any(b, value);
	} else {
		form_escape(b, name);
		buf_addc(b, '=');
		form_escape(b, value);
	}
}

static void make_body(const struct auth *a, struct buf *b)
{
	const struct api_oauth2 *o = &a->how->oauth2;
	bool json = o->send == API_JSON;

	if (json)
		buf_addc(b, '{');
	if (o->grant != API_NO_GRANT_TYPE)
		add(b, json, SPAN("grant_type"),
		    o->grant == API_REFRESH_TOKEN ? SPAN("refresh_token")
		                                  : SPAN("client_credentials"));
	if (*a->client_id && o->client == API_CLIENT_BODY)
		add(b, json, SPAN("client_id"), span_of(a->client_id));
	if (*a->client_secret && o->client == API_CLIENT_BODY)
		add(b, json, SPAN("client_secret"), span_of(a->client_secret));
	if (a->refresh)
		add(b, json, SPAN("refresh_token"), span_of(a->refresh));
	if (o->scope.p)
		add(b, json, SPAN("scope"), o->scope);
	for (size_t i = 0; i < o->fields.n; i++)
		add(b, json, o->fields.item[i].name, o->fields.item[i].value);
	if (json)
		buf_addc(b, '}');
}

/* RFC 6749 2.3.1: both parts are form-encoded before they are joined. */
static char *basic_line(const struct auth *a)
{
	struct buf both, line;
	char *text;

	buf_init(&both, BODY_MAX);
	buf_init(&line, BODY_MAX);
	form_escape(&both, span_of(a->client_id));
	buf_addc(&both, ':');
	form_escape(&both, span_of(a->client_secret));
	buf_adds(&line, "Authorization: Basic ");
	crypt_base64(&line, buf_span(&both));
	text = mem_text(buf_str(&line));
	crypt_free_buf(&both);
	crypt_free_buf(&line);
	return text;
}

/* A refresh token that may have been used up is not sent again. */
static bool send(struct auth *a, const char *url, struct http_reply *reply)
{
	const struct api_oauth2 *o = &a->how->oauth2;
	char *basic = o->client == API_CLIENT_BASIC ? basic_line(a) : NULL;
	const char *headers[] = {"Accept: application/json", basic, NULL};
	struct http_request q = {.method = "POST",
	    .url = url,
	    .headers = headers,
	    .type = o->send == API_JSON ? "application/json" : "application/x-www-form-urlencoded",
	    .once = a->refresh != NULL};
	struct buf body;
	bool good;

	buf_init(&body, BODY_MAX);
	make_body(a, &body);
	q.body = buf_span(&body);
	good = http_send(a->http, &q, reply);
	crypt_free_buf(&body);
	crypt_free_text(basic);
	return good;
}

/* ---- the reply ---- */

/* The text of a member, to be freed; NULL: there is none. */
static char *text_at(const struct where *w, struct span json)
{
	struct span raw = where_find(w, json), text;
	struct buf scratch;
	char *copy;

	if (!raw.p || scan_type(raw) != JSON_STRING || raw.n <= 2)
		return NULL;
	buf_init(&scratch, raw.n);
	text = jstr_text(raw, &scratch);
	copy = mem_dup(text.p, text.n);
	crypt_free_buf(&scratch);
	return copy;
}

static char *named(const char *name, struct span json)
{
	struct where w;

	where_parse(&w, span_of(name));
	return text_at(&w, json);
}

/* expires_in: a number, or one in a string, with or without a fraction. */
static void set_life(struct auth *a, struct span json)
{
	double life = (double)a->how->oauth2.life;
	struct where w;
	struct span raw;

	where_parse(&w, SPAN("expires_in"));
	raw = where_find(&w, json);
	if (raw.n > 1 && *raw.p == '"')
		raw = (struct span){raw.p + 1, raw.n - 2};
	if (raw.p && span_digits(raw) > 0)
		life = strtod(raw.p, NULL);
	if (!(life > 0 && life < LIFE_MAX_S)) {
		a->expires = 0;
		return;
	}
	life -= life > 10 * EARLY_S ? EARLY_S : life / 10;
	a->expires = clock_mono() + (int64_t)(life * 1e6);
}

/* The new refresh token is kept before the access token is used. */
static bool rotate(struct auth *a, const char *store, struct span json, struct error *error)
{
	char *fresh = a->refresh ? named("refresh_token", json) : NULL;
	bool same = !fresh || strcmp(fresh, a->refresh) == 0, good = true;

	if (!same && store)
		good = write_store(store, fresh, error);
	else if (!same)
		warn("oauth2: the server replaced the refresh token; name a \"store\" that keeps "
		     "it");
	if (same) {
		crypt_free_text(fresh);
		return true;
	}
	crypt_free_text(a->refresh);
	a->refresh = fresh;
	return good;
}

static bool refused(struct auth *a, struct http_reply *reply, struct span json, struct error *error)
{
	char *code = json.p ? named("error", json) : NULL;
	bool dead = code && strcmp(code, "invalid_grant") == 0;
	struct buf text;

	buf_init(&text, JUDGE_TEXT);
	if (code)
		judge_show(&text, span_of(code));
	error_set(error, dead || reply->status == 400 ? STATUS_DENIED : http_blame(reply),
	    "oauth2: %s%s%s%s", reply->error, code ? ": " : "", code ? buf_str(&text) : "",
	    dead && a->refresh ? "; the refresh token is not valid any more: sign in again" : "");
	buf_free(&text);
	free(code);
	return false;
}

static bool take(struct auth *a, const char *store, struct span json, struct error *error)
{
	const struct api_oauth2 *o = &a->how->oauth2;
	char *token = o->token.n > 0 ? text_at(&o->token, json) : named("access_token", json);
	char *base = o->base.n > 0 ? text_at(&o->base, json) : NULL;

	if (!token) {
		free(base);
		return error_set(error, STATUS_DENIED, "oauth2: the reply holds no access token");
	}
	crypt_free_text(a->token);
	a->token = token;
	a->generation++;
	if (base) {
		free(a->base);
		a->base = base;
	}
	set_life(a, json);
	return rotate(a, store, json, error);
}

static bool ask(struct auth *a, const char *store, struct error *error)
{
	struct http_reply reply = {0};
	struct scan scan = {0};
	struct span json = {0};
	enum json type;
	char *url = variable_fill(a->how->oauth2.token_url, error);
	bool good = !error->status && send(a, url, &reply);

	free(url);
	if (error->status)
		return false;
	if (scan_document(&scan, buf_span(&reply.body), &json, &type))
		json = (struct span){0};
	good = good && json.p ? take(a, store, json, error) : refused(a, &reply, json, error);
	scan_free(&scan);
	crypt_free_buf(&reply.body);
	http_reply_free(&reply);
	return good;
}

bool auth_oauth2(struct auth *a, struct error *error)
{
	const struct api_oauth2 *o = &a->how->oauth2;
	char *store = a->refresh && o->store.p ? mem_dup(o->store.p, o->store.n) : NULL;
	int lock = -1;
	bool good = (!store || (lock_store(store, &lock, error) && read_store(a, store, error))) &&
	            ask(a, store, error);

	if (lock >= 0)
		close(lock);
	free(store);
	return good;
}
