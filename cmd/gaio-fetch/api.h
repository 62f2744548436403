#ifndef GAIO_FETCH_API_H
#define GAIO_FETCH_API_H

/*
 * The source file: how to ask an API for its collections. leadpipe-source(7) describes
 * every key; api_keys.c holds the same list as tables.
 *
 *	{"url":"https://api.stripe.com/v1/", "auth":{"bearer":{"env":"STRIPE_KEY"}},
 *	 "resources":{"charges":{"path":"charges","rows":"data",
 *	              "next":{"last":"id","query":"starting_after","more":"has_more"}}}}
 *
 * What stands beside "resources" is the default for each of them; headers, query and
 * replies add up.
 *
 * api_read.h reads one.
 */

#include "base/error.h"
#include "json/doc.h"
#include "where.h"

/* Where a secret is. */
enum api_from { API_NOWHERE, API_ENV, API_FILE, API_FD, API_GIVEN };

struct api_secret {
	enum api_from from;
	struct span name; /* of the variable or file; API_GIVEN: the text itself (a user name) */
	uint64_t fd;
};

struct api_pair {
	struct span name, value; /* the value's text: of a string, a number, true or false */
};

struct api_pairs {
	struct api_pair *item;
	size_t n;
};

struct api_places {
	struct where *item;
	size_t n;
};

enum api_auth_kind {
	API_AUTH_NONE,
	API_AUTH_BEARER,
	API_AUTH_BASIC,
	API_AUTH_HEADER,
	API_AUTH_QUERY,
	API_AUTH_OAUTH2,
	API_AUTH_GOOGLE,
};

struct api_oauth2 {
	bool given;
	struct span token_url, scope, store;
	size_t grant; /* enum api_grant */
	size_t client, send;
	struct api_secret client_id, client_secret, refresh_token;
	struct api_pairs fields;
	struct where token,
	    base;      /* default: access_token; where the reply names the API's own URL */
	uint64_t life; /* seconds, where the reply says nothing; 0: it does not expire */
};

enum api_grant { API_CLIENT_CREDENTIALS, API_REFRESH_TOKEN, API_NO_GRANT_TYPE };
enum api_client { API_CLIENT_BODY, API_CLIENT_BASIC };
enum api_send { API_FORM, API_JSON };

struct api_auth {
	bool given;
	enum api_auth_kind kind;
	struct api_secret secret; /* bearer, header, query; basic: the password */
	struct api_secret user;
	struct span name, prefix; /* of the header or parameter */
	struct api_oauth2 oauth2;
	struct span scope; /* google */
};

/* How times are written. */
enum api_format {
	API_RFC3339,  /* 2026-01-02T03:04:05Z; read: any offset, also +0000, or a space for T */
	API_OFFSET,   /* 2026-01-02T03:04:05+00:00 */
	API_DATETIME, /* 2026-01-02 03:04:05, UTC */
	API_DATE,     /* 2026-01-02 */
	API_COMPACT,  /* 20260102 */
	API_EPOCH_S,
	API_EPOCH_MS,
};

/* since, until. */
struct api_when {
	bool given;
	struct span query;
	struct where body;
	size_t format;
	struct span first; /* since: where to begin when no --since was given */
	bool exclusive;    /* since: the API gives rows after it, not at it */
	bool inclusive;    /* until: the API gives rows at it too */
};

struct api_watermark {
	bool given;
	struct where field;
	size_t format;
};

struct style;

struct api_next {
	bool given;
	const struct style *style; /* NULL: one page */
	struct span
	    from; /* url, token: "" where `place` is used; link: the rel; page, offset: the name */
	struct where place; /* url, token, last: where it is */
	struct span header; /* token: in a header instead */
	struct span query;  /* token, last: the parameter */
	struct where body;  /* or the place in the body */
	bool encoded;
	struct where more; /* "!done": the flag means the opposite */
	bool more_not;
	uint64_t first; /* page, offset: of the first page; last: what the first request carries */
	bool has_first;
	uint64_t size;     /* rows asked for; 0: not given */
	struct span limit; /* the parameter that carries it; absent: it is among `query` */
	struct where total, total_pages;
	struct span total_header, total_pages_header;
	bool estimate;
	unsigned options; /* which of them were given: a bit for each */
	const char *at;   /* where it stands, for messages */
};

struct api_wait {
	bool given;
	struct span header;
	struct where path;
	size_t unit; /* enum api_unit */
	uint64_t seconds;
};

enum api_unit {
	API_SECONDS,
	API_MILLISECONDS,
	API_MINUTES,
	API_UNIT_EPOCH_S,
	API_UNIT_EPOCH_MS,
	API_TEXT
};

enum api_means {
	API_OK,
	API_WAIT,
	API_STOP,
	API_RENEW,
	API_DEAD,
	API_SHRINK,
	API_RESTART,
	API_INCOMPLETE,
	API_BAD,
};

/* A test of a reply. All that is given must hold. */
struct api_test {
	struct texts status; /* numbers as texts */
	struct span header;
	struct where where;
	bool has_is;
	struct texts is;       /* the values; none: any that is not null, false, 0 or empty */
	struct texts contains; /* parts of the text, whatever their case */
	bool has_json, json;   /* is the body JSON? */
	size_t means;
	struct where message;
	struct api_wait wait;
};

struct api_window {
	bool given;
	int64_t step; /* microseconds; 0: the whole time */
	uint64_t cap; /* rows that one window can give; 0: any */
};

struct api_each {
	bool given;
	struct where key; /* in the row that is read */
	struct span as;   /* the name that it gets in the rows; absent: it is not copied */
};

struct api_call {
	bool given;
	struct span method, path, body; /* body: raw JSON */
	struct api_pairs query;
};

struct api_job {
	bool given;
	struct api_call create, poll;
	struct where id, state, result;
	struct texts done, failed;
	int64_t every, within; /* microseconds */
};

enum { API_REPLIES = 64 };

struct api_resource {
	struct span url, path, method;
	struct api_pairs headers, query;
	struct span body; /* raw JSON */
	struct where rows;
	bool optional; /* a page without `rows` has none */
	struct api_next next;
	struct api_when since, until;
	struct api_watermark watermark;
	const struct api_test *replies; /* the resource's own come first */
	size_t n_replies;
	struct api_places ignore; /* members that announce nothing */
	struct api_auth auth;
	int64_t rate_us; /* microseconds between two requests; 0: no limit */
	struct api_window window;
	struct api_each each;
	struct api_job job;
};

struct api {
	const char *name; /* of the resource */
	struct api_resource resource;
	bool own; /* the Gaio API's own shape, no file */
	/* private */
	struct doc doc;
	struct error wrong;
	struct api_resource defaults;
	struct span all; /* "resources" */
	struct scan scan;
};

#endif
