#ifndef GAIO_FETCH_AUTH_H
#define GAIO_FETCH_AUTH_H

/*
 * How a request says who it comes from: the source file's `auth`. Secrets come from a
 * variable, a file or a descriptor, are wiped at the end, and are shown nowhere.
 */

#include "api.h"
#include "cloud/google.h"
#include "wire/http.h"

enum { AUTH_SECRETS = 6 };

struct auth {
	const struct api_auth *how;
	unsigned generation; /* grows with each token */
	char *base;          /* the API's own URL, where the token's reply names one; or NULL */
	/* private */
	struct http *http; /* for tokens */
	char *secret, *user, *refresh, *token, *line, *scope;
	char *client_id, *client_secret;
	int64_t expires; /* on clock_mono; 0: never */
	struct google google;
	bool has_google, nothing;
};

/*
 * Reads the secrets; `how` must outlive *a. `token`: a text that replaces the file's
 * secret (--token-file), or NULL. False and *error: 78.
 */
bool auth_open(struct auth *a, const struct api_auth *how, const char *token,
    const struct http_options *options, struct error *error);

/* The same for a replay: no secrets, and nothing is asked for. */
void auth_open_nothing(struct auth *a, const struct api_auth *how);

/* What stands for {base} in a replay. */
#define AUTH_NO_BASE "https://base.invalid"

/* A token that is good for the next request; may ask for one. False and *error: 69, 75, 77, 78. */
bool auth_ready(struct auth *a, struct error *error);

/* What the request carries. Valid until the next auth_ready or auth_renew. */
const char *auth_bearer(const struct auth *a); /* NULL: none */
const char *auth_header(const struct auth *a); /* "Name: value", NULL: none */
/* The query parameter; false: none. */
bool auth_query(const struct auth *a, struct span *name, struct span *value);

/*
 * The API refused the token of that generation (401): the next auth_ready asks for a new
 * one. False: there is no way to get one.
 */
bool auth_renew(struct auth *a, unsigned generation);

/* Replaces each secret in the text by ***. */
void auth_hide(const struct auth *a, struct buf *text);

void auth_close(struct auth *a);

/* ---- private to auth*.c ---- */

/* The secret's text, to be wiped and freed; NULL and *error (78). */
char *auth_secret(const struct api_secret *secret, struct error *error);

/* Asks the token URL (auth_oauth2.c). */
bool auth_oauth2(struct auth *a, struct error *error);
bool auth_oauth2_open(struct auth *a, struct error *error);

#endif
