#ifndef SANDBOX_BQ_ANONYMOUS_H
#define SANDBOX_BQ_ANONYMOUS_H

/* The rows of a query that names no table: they lie in an anonymous one. */

#include "sandbox.h"

/* Names their table in the job; is that what a request asks for? Then these answer it. */
struct bq_job;
void anonymous_name(struct bq_job *job);
bool anonymous_is(const struct request *rq);
void anonymous_get(struct sandbox *sb, const struct request *rq, struct reply *rp);
void anonymous_list(struct sandbox *sb, const struct request *rq, struct reply *rp);

#endif
