/*
 * Tokens for tokens: Google's Security Token Service (RFC 8693) and generateAccessToken of a
 * service account.
 */

#include "base/time.h"
#include "bigquery/sts.h"
#include "bigquery/bq.h"
#include "server/oauth.h"
#include "wire/crypt.h"

#include <stdlib.h>
#include <string.h>

#define EXCHANGE "urn:ietf:params:oauth:grant-type:token-exchange"

enum { LIFE_S = 3600 };

/* A new token of Google's, known to be good. */
static void give(struct sandbox *sb, struct buf *token)
{
	uint8_t bytes[24];

	crypt_random(bytes, sizeof bytes);
	buf_init(token, 256);
	buf_adds(token, "ya29.sandbox-");
	crypt_hex(token, bytes, sizeof bytes);
	store_run(sb->store, "INSERT INTO oauth_token VALUES (?1, 'google', ?2, 0)", "ti",
	    buf_str(token), clock_now() / CLOCK_SECOND);
}

static bool is_form(const struct request *rq, const char *name, const char *wanted)
{
	char *value = request_form(rq, name);
	bool same = value && (wanted ? strcmp(value, wanted) == 0 : *value != '\0');

	free(value);
	return same;
}

void sts_exchange(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct buf token;
	jdoc *doc;

	if (!is_form(rq, "grant_type", EXCHANGE) || !is_form(rq, "audience", NULL) ||
	    !is_form(rq, "subject_token_type", NULL) || !is_form(rq, "scope", NULL)) {
		reply_refuse(rp, "oauth", 400, "Invalid value for \"grant_type\" or its kin.");
		return;
	}
	if (!is_form(rq, "subject_token", SANDBOX_REFRESH_TOKEN)) {
		reply_refuse(rp, "oauth", 401, "The subject token is not known here.");
		return;
	}
	give(sb, &token);
	doc = jdoc_object();
	jdoc_set_text(doc, "access_token", buf_str(&token));
	jdoc_set_text(doc, "issued_token_type", "urn:ietf:params:oauth:token-type:access_token");
	jdoc_set_text(doc, "token_type", "Bearer");
	jdoc_set_int(doc, "expires_in", LIFE_S);
	reply_json(rp, 200, doc);
	buf_free(&token);
}

void sts_impersonate(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	static const char verb[] = ":generateAccessToken";
	struct span who = rq->part[0];
	char until[TIME_TEXT], why[JDOC_WHY];
	jdoc *ask = request_document(rq, why), *doc;
	size_t scopes = jdoc_count(jdoc_at(ask, "scope"));
	struct buf token;

	jdoc_free(ask);
	if (who.n < sizeof verb || strcmp(who.p + who.n - (sizeof verb - 1), verb) != 0) {
		reply_refuse(rp, "bq", 404, NULL);
		return;
	}
	if (!oauth_token_valid(sb, request_bearer(rq), "google")) {
		reply_refuse(rp, "bq", 401, NULL);
		return;
	}
	if (!scopes) {
		reply_refuse(rp, "bq", 400, "Request contains an invalid argument.");
		return;
	}
	give(sb, &token);
	time_rfc3339(until, (clock_now() / CLOCK_SECOND + LIFE_S) * CLOCK_SECOND);
	doc = jdoc_object();
	jdoc_set_text(doc, "accessToken", buf_str(&token));
	jdoc_set_text(doc, "expireTime", until);
	reply_json(rp, 200, doc);
	buf_free(&token);
}
