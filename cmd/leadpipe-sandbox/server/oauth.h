#ifndef SANDBOX_OAUTH_H
#define SANDBOX_OAUTH_H

/*
 * Access tokens of all clouds: Google's token endpoint (POST /token), Salesforce's
 * (POST /services/oauth2/token) and the metadata server (/computeMetadata/v1/...).
 * Tokens lie in the table oauth_token, so they outlive a restart with --data.
 *
 * A `service` here is a cloud: "google", "sf" or "sfmc" (Marketing Cloud, whose token
 * endpoint is in marketing/).
 */

#include "server/route.h"

extern const struct route oauth_routes[];

/* Makes the table and SANDBOX_SF_TOKEN in it, valid. Call it once, before serve_start. */
void oauth_init(struct sandbox *sb);

/* Was that token given out for that service, and has it not expired? NULL is not valid. */
bool oauth_token_valid(struct sandbox *sb, const char *token, const char *service);

/*
 * Asked before a request to `service` (as --fault calls it) is handled. The fault "expire" on
 * bq, bq-upload and sf ends all tokens of that cloud here. BigQuery then refuses (401, false) a
 * token that was given out and has expired, and no other: an emulator takes requests without
 * a token and with one it does not know. Salesforce's handlers ask oauth_token_valid.
 */
bool oauth_admit(
    struct sandbox *sb, const struct request *rq, const char *service, struct reply *rp);

/*
 * A new token that begins with `head`; the caller frees. Under the fault "expire" it
 * is worth nothing from the start.
 */
char *oauth_issue(
    struct sandbox *sb, const struct request *rq, const char *service, const char *head);

/* All tokens of that cloud expire now. */
void oauth_expire(struct sandbox *sb, const char *service);

#endif
