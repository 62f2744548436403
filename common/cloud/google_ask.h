#ifndef CLOUD_GOOGLE_ASK_H
#define CLOUD_GOOGLE_ASK_H

/*
 * How a token is asked for over HTTP, whatever the type of credentials (google_grant.h),
 * and what the answers mean. Only google*.h include it.
 *
 * Source: RFC 6749; google-auth (_client, _helpers) for what is asked again.
 */

#include "base/error.h"
#include "wire/http.h"
#include "wire/jdoc.h"

enum { GOOGLE_ASK_LIFE_S = 3600 }; /* of a token whose reply does not say */

/* What every request for a token needs. */
struct google_ask {
	struct error error; /* why the last call returned false: 69, 75, 77, 78 */
	struct http *http;  /* borrowed */
	const char *from;   /* where the credentials come from, for messages */
};

struct google_token {
	char *text;
	int64_t life_s;
};

/* A variable that is set and not empty, or NULL. */
const char *google_ask_env(const char *name);

/* Sets the error, in place of an earlier one. Returns false. */
bool google_ask_fail(struct google_ask *g, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets the error that a refused request means, an OAuth error in its own words. Returns false. */
bool google_ask_blame(struct google_ask *g, const struct http_reply *reply);

/* Sends a request without a token of ours. False with the error set. */
bool google_ask_send(struct google_ask *g, struct http_request *q, struct http_reply *reply);

/* Posts a form to a token endpoint, and keeps the token that it answers. `secrets`: see http.h. */
bool google_ask_post(struct google_ask *g, const char *url, struct buf *form,
    const char *const *secrets, struct google_token *token);

/* Keeps a token (it must be one), or that of an OAuth reply. */
bool google_ask_keep(
    struct google_ask *g, struct google_token *token, const char *text, int64_t life);
bool google_ask_keep_oauth(
    struct google_ask *g, struct google_token *token, const struct http_reply *reply);

/* Overwrites and frees. */
void google_ask_forget(struct google_token *token);

#endif
