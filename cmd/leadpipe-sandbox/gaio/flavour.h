#ifndef SANDBOX_FLAVOUR_H
#define SANDBOX_FLAVOUR_H

/*
 * Collections in the shapes of other APIs: every --resource and generated collection at
 *
 *	/api/FLAVOUR/...path of that API...
 *
 * The collection is the first one that the path, the query or the body names. Rows are
 * sent as they are; pagination, filters, credentials and errors are the API's own, as
 * far as a client that reads needs them.
 *
 * The faults limit, day, error, dead, shrink, loop and expire answer as that API does: too
 * many requests, the day's budget used up, a bad request, credentials that are not valid any
 * more, too much at a time; the first page again and again; and all tokens of /api/token end.
 */

#include "server/serve.h"

#include <stdint.h>

/* What a request asks for, and what it gets. */
struct listing {
	struct sandbox *sb;
	const struct request *rq;
	const struct flavour *flavour;
	const char *name;     /* of the collection */
	jdoc *body;           /* of a POST, or NULL; owned */
	int64_t size, offset; /* rows asked for, rows passed over */
	int64_t since, until; /* microseconds, half-open; TIME_MIN and TIME_MAX: no filter */
	int64_t total, n;     /* rows that pass the filter, rows on this page */
	bool more;
	struct buf rows; /* {...},{...} */
	char token[72];  /* of the next page */
};

/* How a request says where its page begins. */
enum flavour_by { BY_NOTHING, BY_OFFSET, BY_PAGE, BY_TOKEN, BY_LAST };

/* How it proves who it is. */
enum flavour_who { WHO_BEARER, WHO_HEADER, WHO_QUERY, WHO_BASIC };

struct flavour {
	const char *name;
	enum flavour_by by;
	const char *at;   /* the parameter, or in a POST the place in the body */
	const char *size; /* likewise */
	int64_t usual, most;
	enum flavour_who who;
	const char *who_name; /* of the header or parameter; and its prefix */
	const char *who_prefix;
	const char *since, *until;           /* parameters or places; NULL: no filter */
	const char *since_mark, *until_mark; /* what the time is after in them; NULL: it is all */
	char format;                         /* of times: r RFC 3339, s or m epoch, d date */
	void (*write)(struct listing *l, struct reply *rp);
};

extern const struct flavour flavours[];

/* The reply of a fault, in the flavour's own words; false: it has none. */
bool flavour_refuse(const struct flavour *f, const char *kind, struct reply *rp);

/* GET and POST of /api/{}/{*}, POST of /api/token. */
void flavour_serve(struct sandbox *sb, const struct request *rq, struct reply *rp);
void flavour_token(struct sandbox *sb, const struct request *rq, struct reply *rp);

#endif
