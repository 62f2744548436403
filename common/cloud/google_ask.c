#include "cloud/google_ask.h"

#include "base/time.h"
#include "base/mem.h"
#include "wire/crypt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool google_ask_fail(struct google_ask *g, enum status status, const char *format, ...)
{
	va_list args;

	g->error.status = status;
	va_start(args, format);
	vsnprintf(g->error.text, sizeof g->error.text, format, args);
	va_end(args);
	return false;
}

const char *google_ask_env(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* ---- what a token endpoint answers -------------------------------------------------------- */

/* The errors that google-auth asks again for. */
static bool token_transient(const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse_reply(buf_span(&reply->body), why);
	const char *error = jdoc_text(doc, "error", "");
	bool yes = strcmp(error, "internal_failure") == 0 || strcmp(error, "server_error") == 0 ||
	           strcmp(error, "temporarily_unavailable") == 0;

	jdoc_free(doc);
	return yes;
}

/* A token goes into a header: nothing but visible ASCII may be in it. */
static bool is_token(const char *text)
{
	size_t n = text ? strlen(text) : 0;

	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return n > 0;
}

bool google_ask_keep(
    struct google_ask *g, struct google_token *token, const char *text, int64_t life)
{
	if (!is_token(text))
		return google_ask_fail(g, STATUS_REFUSED, "Google token: the reply has no token");
	token->text = mem_text(text);
	token->life_s = life < 0 || life > TIME_DAY / CLOCK_SECOND ? GOOGLE_ASK_LIFE_S : life;
	return true;
}

/* What an OAuth endpoint answers: {"access_token":...,"expires_in":...}. */
bool google_ask_keep_oauth(
    struct google_ask *g, struct google_token *token, const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse_reply(buf_span(&reply->body), why);
	bool ok = google_ask_keep(g, token, jdoc_text(doc, "access_token", NULL),
	    jdoc_int(doc, "expires_in", GOOGLE_ASK_LIFE_S));

	jdoc_free(doc);
	return ok;
}

/* Google's APIs answer {"error":{"message":...}}, its token endpoints {"error":"..."}. */
bool google_ask_blame(struct google_ask *g, const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse_reply(buf_span(&reply->body), why);
	const char *error = jdoc_text(doc, "error", jdoc_text(doc, "error.status", NULL));
	enum status status = http_blame(reply);

	if (error && (strcmp(error, "invalid_grant") == 0 || strcmp(error, "invalid_client") == 0))
		status = STATUS_DENIED;
	google_ask_fail(g, status, "Google token: %s%s%.60s%s%.200s", reply->error,
	    error ? ": " : "", error ? error : "", error ? ": " : "",
	    error ? jdoc_text(doc, "error_description", jdoc_text(doc, "error.message", "")) : "");
	jdoc_free(doc);
	return false;
}

bool google_ask_send(struct google_ask *g, struct http_request *q, struct http_reply *reply)
{
	return http_send(g->http, q, reply) || google_ask_blame(g, reply);
}

/* Posts a form to a token endpoint. */
bool google_ask_post(struct google_ask *g, const char *url, struct buf *form,
    const char *const *secrets, struct google_token *token)
{
	struct http_reply reply = {0};
	bool ok = google_ask_send(g,
	    &(struct http_request){.method = "POST",
	        .url = url,
	        .type = "application/x-www-form-urlencoded",
	        .body = buf_span(form),
	        .secrets = secrets,
	        .transient = token_transient},
	    &reply);

	if (ok)
		ok = google_ask_keep_oauth(g, token, &reply);
	crypt_free_buf(&reply.body);
	http_reply_free(&reply);
	return ok;
}

void google_ask_forget(struct google_token *token)
{
	crypt_free_text(token->text);
	token->text = NULL;
}
