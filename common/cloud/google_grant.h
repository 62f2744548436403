#ifndef CLOUD_GOOGLE_GRANT_H
#define CLOUD_GOOGLE_GRANT_H

/*
 * How each type of Google credentials is turned into a token. Only google.c includes it.
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

#include "cloud/google_ask.h"

enum { GOOGLE_GRANT_NEEDED = 3 };

/* A type of credentials: the members that its file must have, and how it gives a token. */
struct google_grant {
	const char *type;
	const char *needed[GOOGLE_GRANT_NEEDED];
	bool (*grant)(
	    struct google_ask *g, const jdoc *key, const char *scope, struct google_token *token);
};

/* What the file's "type" names, if all that it needs is there; else NULL and the error. */
const struct google_grant *google_grant_kind(struct google_ask *g, const jdoc *key);

/* The metadata server: where nothing else is found. */
extern const struct google_grant google_grant_machine;

/* GET of a path of the metadata server. */
bool google_grant_metadata(struct google_ask *g, const char *path, struct http_reply *reply);

#endif
