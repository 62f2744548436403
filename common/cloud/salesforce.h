#ifndef CLOUD_SALESFORCE_H
#define CLOUD_SALESFORCE_H

/*
 * Salesforce's REST API: a session that renews itself, and the calls that the
 * sinks make. Nothing here exits.
 *
 * Credentials come from the environment, as salesforce_login.h says.
 * SF_ORG_API_VERSION is the version when the caller names none.
 *
 *	struct salesforce sf;
 *	struct http_reply reply = {0};
 *	if (!salesforce_open(&sf, NULL, &(struct http_options){0}) ||
 *	    !salesforce_call(&sf, "GET", "/sobjects/Lead/describe", (struct span){0}, &reply))
 *		die(sf.error.status, "%s", sf.error.text);
 *	...
 *	salesforce_close(&sf);
 */

#include "cloud/salesforce_login.h"
#include "wire/http.h"
#include "wire/jdoc.h"

enum { SALESFORCE_CODE = 64, SALESFORCE_MESSAGE = 400, SALESFORCE_AT_ONCE = 4 };

#define SALESFORCE_VERSION "66.0" /* Spring '26: every org has it */

struct salesforce {
	struct error error;               /* why the last open or call failed: 69, 75, 77, 78 */
	char code[SALESFORCE_CODE];       /* errorCode, "LOGIN_FAILED", "HTTP_503", "NETWORK" */
	char message[SALESFORCE_MESSAGE]; /* Salesforce\'s own text: it may hold values */
	uint64_t calls;                   /* requests answered, logins not counted */
	const char
	    *assign; /* set after salesforce_open: the id of an assignment rule; NULL: none */
	int64_t used, allowed; /* the last Sforce-Limit-Info; 0 while there was none */
	/* private */
	struct http
	    *http[SALESFORCE_AT_ONCE]; /* the first always, the others where several are sent */
	struct salesforce_login login;
	char version[16];
};

/*
 * Reads the environment; the first call logs in. `version` ("66" or "66.0") may
 * be NULL. False: status 78.
 */
bool salesforce_open(
    struct salesforce *sf, const char *version, const struct http_options *options);
void salesforce_close(struct salesforce *sf);

/* The address of the organization's own host; NULL before the first call has logged in. */
const char *salesforce_org(const struct salesforce *sf);

/* How many requests were sent again so far; for the summary. */
uint64_t salesforce_retries(const struct salesforce *sf);

/*
 * One request to `path` below /services/data/vNN.0, with a JSON body or none.
 * An expired session (401) is renewed once and the request sent again. The
 * concurrent-request limit and SERVER_UNAVAILABLE are retried like a 503; the
 * daily limit is not (69). False: error and code.
 */
bool salesforce_call(struct salesforce *sf, const char *method, const char *path, struct span body,
    struct http_reply *reply);

/* The same with everything that can be said of a request. */
struct salesforce_request {
	const char *method, *path;
	const char *type;           /* of the body; NULL: JSON */
	const char *const *headers; /* more of them, as in http_request.h; or NULL */
	struct span body;           /* absent: none */
	int save_fd;                /* as in http.h, and the most that goes there */
	uint64_t save_max;
	bool once;      /* not sent again but for an expired session: the caller knows how */
	bool divisible; /* that it could not be read (salesforce_unread) is no failure */
};

/*
 * Was the body's JSON not what the fields take (400, JSON_PARSER_ERROR)? One value is enough
 * for that.
 */
bool salesforce_unread(const struct http_reply *reply);

bool salesforce_send(
    struct salesforce *sf, const struct salesforce_request *request, struct http_reply *reply);

/*
 * Up to SALESFORCE_AT_ONCE requests side by side, replies[i] (zeroed, or used before) for
 * requests[i]. False: error and code are those of the first that failed; http_succeeded
 * tells of each.
 */
bool salesforce_send_all(struct salesforce *sf, const struct salesforce_request *requests,
    struct http_reply *replies, size_t n);

/* Sets the error, over an earlier one, and code where it is not NULL; returns false. */
bool salesforce_fail(struct salesforce *sf, enum status status, const char *code,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Can this be a name of an object or a field: a letter, then letters, digits and _, at most 80? */
bool salesforce_is_name(const char *name);

#endif
