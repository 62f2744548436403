#ifndef CLOUD_SALESFORCE_LOGIN_H
#define CLOUD_SALESFORCE_LOGIN_H

/*
 * How a Salesforce session is got. salesforce.c owns one and nobody else needs it.
 *
 * The environment says how, the first that is complete:
 *	SF_ACCESS_TOKEN and SF_ORG_INSTANCE_URL: a token that somebody else got; it
 *	    cannot be renewed.
 *	SF_CLIENT_ID, SF_USERNAME, SF_JWT_KEY_FILE (mode 0600, PEM, RSA): the JWT
 *	    bearer flow (RFC 7523). Its `aud` is SF_AUDIENCE_URL, or the login URL.
 *	SF_AUTH_URL, or SF_AUTH_URL_FILE (mode 0600) with that in its first line: an auth URL
 *	    as Salesforce's own command shows it, force://ID:SECRET:REFRESH-TOKEN@HOST.
 *	SF_CLIENT_ID, SF_REFRESH_TOKEN, and SF_CLIENT_SECRET where the app has one.
 *	SF_CLIENT_ID, SF_CLIENT_SECRET and SF_LOGIN_URL: client credentials; the login URL
 *	    must be the organization's own (My Domain).
 * SF_LOGIN_URL is https://login.salesforce.com by default, or the auth URL's host.
 */

#include "base/error.h"
#include "wire/http.h"

enum salesforce_flow { SALESFORCE_TOKEN, SALESFORCE_JWT, SALESFORCE_REFRESH, SALESFORCE_CLIENT };

struct salesforce_login {
	enum salesforce_flow flow;
	struct error error;     /* why the last step failed; without secrets */
	char *token, *instance; /* of the session; owned, NULL while there is none */
	/* private */
	char *url, *audience;
	const char *client_id, *username, *key_file, *secret, *refresh;
	char *auth; /* what client_id, secret and refresh may point into */
};

/* Reads the environment. False: status 78. */
bool salesforce_login_read(struct salesforce_login *login);

/* Gets a token, and the instance that belongs to it. False: login->error. */
bool salesforce_login_run(struct salesforce_login *login, struct http *http);

/* Wipes the token; the next run gets another. */
void salesforce_login_forget(struct salesforce_login *login);
void salesforce_login_free(struct salesforce_login *login);

#endif
