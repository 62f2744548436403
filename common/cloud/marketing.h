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
 *	if (!marketing_open(&mc, true, &(struct http_options){0}) ||
 *	    !marketing_call(&mc, "GET", "/data/v1/async/ID/status", (struct span){0}, &reply))
 *		die(mc.error.status, "%s", mc.error.text);
 *	...
 *	marketing_close(&mc);
 */

#include "cloud/marketing_token.h"
#include "wire/http.h"
#include "wire/jdoc.h"

enum { MARKETING_CODE = 64, MARKETING_MESSAGE = 400 };

/*
 * Limits of one asynchronous request; the service's hard limit is 32,000 rows. Bytes of the
 * body.
 */
enum { MARKETING_ROWS = 28000, MARKETING_BYTES = 5000000 };

struct marketing {
	struct error error;              /* why the last open or call failed: 69, 75, 77, 78 */
	char code[MARKETING_CODE];       /* errorcode or resultCode, "HTTP_503", "NETWORK" */
	char message[MARKETING_MESSAGE]; /* the service's own text: it may hold values */
	uint64_t calls;                  /* requests answered, those for tokens not counted */
	struct http *http;
	/* private */
	struct marketing_token token;
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

/* Sets the error, over an earlier one, and code where it is not NULL; returns false. */
bool marketing_fail(struct marketing *mc, enum status status, const char *code, const char *format,
    ...) __attribute__((format(printf, 4, 5)));

#endif
