#ifndef SANDBOX_GAIO_H
#define SANDBOX_GAIO_H

/*
 * The Gaio API: collections under /v1/NAME, with the bearer token SANDBOX_GAIO_TOKEN.
 *
 *	GET /v1/leads?page_size=500&updated_since=T&updated_until=T&cursor=C
 *	{"count":10200,"next":"http://127.0.0.1:PORT/v1/leads?cursor=...","results":[...]}
 *
 * updated_since <= updated_at < updated_until, RFC 3339; a row without a readable updated_at
 * passes any filter. `count` is of all rows that pass. The cursor carries position, count
 * and filter. Rows are sent byte for byte as they were generated or lie in the file.
 *
 * A collection lies in the table gaio_NAME (n, updated in microseconds, row); what it was made from
 * in gaio_resource, so that a restart with --data makes it again only when that has changed.
 */

#include "base/error.h"
#include "server/route.h"

extern const struct route gaio_routes[];

struct sandbox;

/*
 * Makes the table of resources and reads the files of --resource; false and *error when one
 * cannot be.
 */
bool gaio_init(struct sandbox *sb, struct error *error);

/* May a collection have this name? Letters, digits, '_' and '-', at most 64. */
bool gaio_is_name(const char *name);

/* Makes the collection when it is first asked for; false: there is none of that name. */
bool gaio_has(struct sandbox *sb, const char *name);

/* GET of /v1/NAME. */
struct request;
struct reply;
void gaio_serve(struct sandbox *sb, const struct request *rq, struct reply *rp);

#endif
