#ifndef SANDBOX_MARKETING_H
#define SANDBOX_MARKETING_H

/*
 * Marketing Cloud Engagement, as far as a sink needs it: data extensions that rows are upserted
 * into, at once or by an asynchronous request. Requests are read as spans.
 */

#include "sandbox.h"

extern const struct route marketing_routes[];

/* {"message":...,"errorcode":N,"documentation":""} */
void marketing_refuse(struct reply *rp, int status, int code, const char *message);

/* What every call needs first: a token that is valid. Answers the service's own faults. */
bool marketing_admit(struct sandbox *sb, const struct request *rq, struct reply *rp);

#endif
