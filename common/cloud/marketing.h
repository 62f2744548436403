#ifndef CLOUD_MARKETING_H
#define CLOUD_MARKETING_H

/*
 * Marketing Cloud Engagement's REST API: a token that renews itself, and calls.
 * Nothing here exits.
 *
 *	SFMC_AUTH_URL        https://SUBDOMAIN.auth.marketingcloudapis.com
 *	SFMC_CLIENT_ID, SFMC_CLIENT_SECRET      a server-to-server package
 *	SFMC_ACCOUNT_ID      the business unit's MID; optional
 *
 * A token lives 20 minutes, and the service asks not to fetch more than one in
 * that time. So it is kept in $XDG_CACHE_HOME/leadpipe (or ~/.cache/leadpipe), in
 * a file of mode 0600 in a folder of mode 0700, until a minute before it expires.
 * A file that others can read is not used, nor is a folder that is not this user's alone to
 * write in.
 *
 *	if (!marketing_open(&mc, true, &(struct http_options){0}) ||
 *	    !marketing_call(&mc, "GET", "/data/v1/async/ID/status", (struct span){0}, &reply))
 *		die(mc.status, "%s", mc.why);
 *	...
 *	marketing_close(&mc);
 */

#include "wire/http.h"
#include "wire/jdoc.h"

enum { MARKETING_WHY = 1024, MARKETING_CODE = 64, MARKETING_MESSAGE = 400 };

/* Limits of one asynchronous request; the service's hard limit is 32,000 rows. Bytes of the body. */
enum { MARKETING_ROWS = 28000, MARKETING_BYTES = 5000000 };

struct marketing {
	enum status status;              /* why the last open or call failed: 69, 75, 77, 78 */
	char why[MARKETING_WHY];         /* its message, without values */
	char code[MARKETING_CODE];       /* errorcode or resultCode, "HTTP_503", "NETWORK" */
	char message[MARKETING_MESSAGE]; /* the service's own text: it may hold values */
	uint64_t calls;                  /* requests answered, those for tokens not counted */
	uint64_t logins;                 /* tokens fetched */
	struct http *http;
	/* private */
	const char *auth, *client_id, *client_secret, *account;
	char *cache; /* the token's file, or NULL: it is not kept */
	char *token, *rest;
	int64_t expires; /* seconds since 1970 */
};

/*
 * Reads the environment; nothing is sent. `cache`: keep the token. False: status 78.
 */
bool marketing_open(struct marketing *mc, bool cache, const struct http_options *options);
void marketing_close(struct marketing *mc);

/*
 * One request to `path` of the REST instance, with a JSON body or none. A token
 * that is refused (401) is renewed and the request sent again, once. Both kinds of
 * 429 are waited out: 50100 as its Retry-After says, 50200, which has none, as
 * retry.h does. A 400 that says "unable to save" without a reason is sent again too.
 */
bool marketing_call(struct marketing *mc, const char *method, const char *path, struct span body,
    struct http_reply *reply);

/* ---- the token (marketing_token.c) ---- */

/* Sees to mc->token and mc->rest: from memory, the file, or the service. False: status, code, why. */
bool marketing_log_in(struct marketing *mc);

/* The token was refused: it is forgotten, here and in the file. */
void marketing_log_out(struct marketing *mc);

/* Finds where the token is kept, and makes the folder. */
void marketing_find_cache(struct marketing *mc);

/* Sets status, why, and code where it is not NULL; gives false. */
bool marketing_fail(struct marketing *mc, enum status status, const char *code, const char *format,
    ...) __attribute__((format(printf, 4, 5)));

#endif
