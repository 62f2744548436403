#ifndef CLOUD_GOOGLE_H
#define CLOUD_GOOGLE_H

/*
 * Who we are for Google: an access token and a project, from where Google's own
 * clients take them.
 *
 *	GOOGLE_APPLICATION_CREDENTIALS   a file of credentials: service_account,
 *	                                 authorized_user, external_account,
 *	                                 impersonated_service_account
 *	else $CLOUDSDK_CONFIG or ~/.config/gcloud, application_default_credentials.json:
 *	                                 such a file, left by gcloud
 *	else GCE_METADATA_HOST           the metadata server of GCE, GKE and Cloud Run
 *	(metadata.google.internal)
 *
 * The file must be readable by its owner only (Google's own clients do not
 * ask for that; leadpipe does for every secret). With `none` no token is made:
 * that is for an emulator, which gets no credentials even where a key is at hand.
 *
 * A token is kept until 3 min 45 s before it expires (as google-auth does).
 * Nothing here ends the program: false, with `ask.error`.
 *
 *	struct google g;
 *	if (!google_open(&g, http, false) || !google_token(&g, &bearer))
 *		return error_copy(error, &g.ask.error);
 */

#include "cloud/google_ask.h"

#define GOOGLE_SCOPE "https://www.googleapis.com/auth/bigquery"

struct google {
	struct google_ask ask; /* its error: why the last call returned false */
	/* private */
	const struct google_grant *kind;
	const char *scope; /* NULL: GOOGLE_SCOPE */
	jdoc *key;         /* the credentials file, or NULL */
	char *token, *project;
	int64_t expires; /* on clock_mono */
};

/*
 * Reads the environment and the key file; nothing is sent yet. `none`: no credentials are
 * wanted.
 */
bool google_open(struct google *g, struct http *http, bool none);
void google_close(struct google *g);

/* What the next tokens are for, instead of GOOGLE_SCOPE; borrowed. */
void google_scope(struct google *g, const char *scope);

/*
 * A token that is good for some minutes, or NULL in *bearer when none is wanted. Valid until
 * the next call.
 */
bool google_token(struct google *g, const char **bearer);

/*
 * The server refused the token (401): the next google_token asks for a new one. False when
 * there was none.
 */
bool google_expire(struct google *g);

/*
 * GOOGLE_CLOUD_PROJECT, GCLOUD_PROJECT, the key file's, the metadata server's; NULL when none
 * of them has one.
 */
const char *google_project(struct google *g);

/*
 * What is billed and counted for the quota instead of the credentials' own project; NULL:
 * nothing is said.
 */
const char *google_quota_project(const struct google *g);

#endif
