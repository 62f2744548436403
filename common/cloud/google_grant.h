#ifndef CLOUD_GOOGLE_GRANT_H
#define CLOUD_GOOGLE_GRANT_H

/*
 * How a token is had from each type of Google credentials. Only google*.c
 * include it; google.h is the room's face.
 *
 *	service_account                RFC 7523: a signed JWT for a token
 *	authorized_user                RFC 6749: gcloud's refresh token for a token
 *	external_account               RFC 8693: another cloud's token (from a file or a URL)
 *	                               for Google's, and that for a service account's if wished
 *	impersonated_service_account   one of the others' tokens for a service account's
 *	metadata server                of GCE, GKE and Cloud Run
 *
 * Source: google-auth (oauth2, external_account, impersonated_credentials), AIP-4110 to 4117.
 */

#include "cloud/google.h"

enum { GOOGLE_NEEDED = 3, GOOGLE_LIFE_S = 3600 };

struct google_token {
	char *text;
	int64_t life_s;
};

/* A type of credentials: the members that its file must have, and how a token is had from it. */
struct google_kind {
	const char *type;
	const char *needed[GOOGLE_NEEDED];
	bool (*grant)(
	    struct google *g, const jdoc *key, const char *scope, struct google_token *token);
};

/* The kind that the file's "type" names, all it needs being there; NULL and the error. */
const struct google_kind *google_kind(struct google *g, const jdoc *key);

/* The metadata server: where nothing else is found. */
extern const struct google_kind google_machine;

/* GET of a path of the metadata server. */
bool google_metadata(struct google *g, const char *path, struct http_reply *reply);

/* Overwrites and frees. */
void google_forget(struct google_token *token);

/* A variable that is set and not empty, or NULL. */
const char *google_env(const char *name);

/* Sets the error. Returns false. */
bool google_fail(struct google *g, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- what the grants share (google_ask.c) ---- */

/* Sends a request without a token of ours. False with the error set. */
bool google_send(struct google *g, struct http_request *q, struct http_reply *reply);

/* Sets the error that a refused request means; an OAuth error is told in its own words. Returns false. */
bool google_blame(struct google *g, const struct http_reply *reply);

/* Posts a form to a token endpoint, and keeps the token that it answers. `secrets`: see http.h. */
bool google_post(struct google *g, const char *url, struct buf *form, const char *const *secrets,
    struct google_token *token);

/* Keeps a token (it must be one), or that of an OAuth reply. */
bool google_keep(struct google *g, struct google_token *token, const char *text, int64_t life);
bool google_keep_oauth(
    struct google *g, struct google_token *token, const struct http_reply *reply);

#endif
