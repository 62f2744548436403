#include "server/oauth.h"

#include "sandbox.h"

#include "base/clock.h"
#include "base/mem.h"
#include "wire/crypt.h"
#include "wire/jwt.h"

#include <stdio.h>
#include <stdlib.h>

#define JWT_BEARER "urn:ietf:params:oauth:grant-type:jwt-bearer"

enum { LIFETIME_S = 3600, SKEW_S = 300 };

/* ---- tokens ------------------------------------------------------------------------------ */

static void keep(struct sandbox *sb, const char *token, const char *service, bool expired)
{
	store_run(sb->store, "INSERT OR REPLACE INTO oauth_token VALUES (?1, ?2, ?3, ?4)", "ttii",
	    token, service, clock_now() / CLOCK_SECOND, (int64_t)expired);
}

void oauth_init(struct sandbox *sb)
{
	store_exec(sb->store, "CREATE TABLE IF NOT EXISTS oauth_token (token TEXT PRIMARY KEY, "
	                      "service TEXT NOT NULL, issued INTEGER NOT NULL, "
	                      "expired INTEGER NOT NULL)");
	keep(sb, SANDBOX_SF_TOKEN, "sf", false);
}

/* 1 when it has expired, 0 when not, -1 when it is not known. */
static int64_t state_of(struct sandbox *sb, const char *token, const char *service)
{
	return store_int(sb->store, -1,
	    "SELECT expired FROM oauth_token WHERE token = ?1 AND service = ?2", "tt", token,
	    service);
}

bool oauth_token_valid(struct sandbox *sb, const char *token, const char *service)
{
	return token && state_of(sb, token, service) == 0;
}

void oauth_expire(struct sandbox *sb, const char *service)
{
	store_run(sb->store, "UPDATE oauth_token SET expired = 1 WHERE service = ?1", "t", service);
}

static bool is_expire(const struct request *rq)
{
	return rq->fault && strcmp(rq->fault, "expire") == 0;
}

bool oauth_admit(
    struct sandbox *sb, const struct request *rq, const char *service, struct reply *rp)
{
	bool sf = strcmp(service, "sf") == 0, bq = strncmp(service, "bq", 2) == 0;
	const char *token = request_bearer(rq);

	if (is_expire(rq) && (sf || bq))
		oauth_expire(sb, sf ? "sf" : "google");
	if (!bq || !token || state_of(sb, token, "google") != 1)
		return true;
	reply_refuse(rp, service, 401, "Request had invalid authentication credentials.");
	return false;
}

char *oauth_issue(
    struct sandbox *sb, const struct request *rq, const char *service, const char *head)
{
	uint8_t bytes[24];
	struct buf b;
	char *token;

	crypt_random(bytes, sizeof bytes);
	buf_init(&b, 256);
	buf_adds(&b, head);
	crypt_hex(&b, bytes, sizeof bytes);
	token = mem_text(buf_str(&b));
	buf_free(&b);
	keep(sb, token, service, is_expire(rq));
	return token;
}

static void refuse(struct reply *rp, const char *error, const char *description)
{
	jdoc *doc = jdoc_object();

	jdoc_set_text(doc, "error", error);
	jdoc_set_text(doc, "error_description", description);
	reply_header(rp, "Cache-Control", "no-store");
	reply_json(rp, 400, doc);
}

/* The claims of the form's assertion, or NULL after refusing it. The caller frees. */
static jdoc *read_assertion(const struct request *rq, struct reply *rp)
{
	char *assertion = request_form(rq, "assertion");
	char why[JDOC_WHY];
	jdoc *claims = jwt_claims(span_of(assertion ? assertion : ""), (struct span){0}, why);

	free(assertion);
	if (!claims)
		refuse(rp, "invalid_grant", "Invalid JWT: it cannot be read");
	return claims;
}

/* ---- Google ------------------------------------------------------------------------------ */

static void send_google_token(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	char *token = oauth_issue(sb, rq, "google", "ya29.sandbox-");
	jdoc *doc = jdoc_object();

	jdoc_set_text(doc, "access_token", token);
	jdoc_set_int(doc, "expires_in", LIFETIME_S - 1);
	jdoc_set_text(doc, "token_type", "Bearer");
	reply_json(rp, 200, doc);
	free(token);
}

/* NULL, or the rule that the claims break, in Google's words. */
static const char *check_google(const struct sandbox *sb, const jdoc *claims)
{
	const char *aud = jdoc_text(claims, "aud", "");
	int64_t now = clock_now() / CLOCK_SECOND;
	int64_t iat = jdoc_int(claims, "iat", 0), exp = jdoc_int(claims, "exp", 0);
	size_t n = strlen(sb->url);
	bool ours = strncmp(aud, sb->url, n) == 0 && strcmp(aud + n, "/token") == 0;

	if (!*jdoc_text(claims, "iss", ""))
		return "Invalid JWT: iss is missing";
	if (!ours && strcmp(aud, "https://oauth2.googleapis.com/token") != 0)
		return "Invalid JWT Audience: must be the token endpoint";
	if (iat > now + SKEW_S || exp <= now - SKEW_S || exp - iat > LIFETIME_S)
		return "Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
		       "reasonable timeframe. Check your iat and exp values in the JWT claim.";
	return NULL;
}

static void google_jwt(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	jdoc *claims = read_assertion(rq, rp);
	const char *why;

	if (!claims)
		return;
	why = check_google(sb, claims);
	if (why)
		refuse(rp, "invalid_grant", why);
	else if (!*jdoc_text(claims, "scope", ""))
		refuse(rp, "invalid_scope", "Empty or missing scope not allowed.");
	else
		send_google_token(sb, rq, rp);
	jdoc_free(claims);
}

static void google_refresh(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	char *token = request_form(rq, "refresh_token"), *id = request_form(rq, "client_id");

	if (!id || !*id)
		refuse(rp, "invalid_client", "The OAuth client was not found.");
	else if (!token || strcmp(token, SANDBOX_REFRESH_TOKEN) != 0)
		refuse(rp, "invalid_grant", "Token has been expired or revoked.");
	else
		send_google_token(sb, rq, rp);
	free(token);
	free(id);
}

static void post_google_token(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	char *grant = request_form(rq, "grant_type");

	if (grant && strcmp(grant, JWT_BEARER) == 0)
		google_jwt(sb, rq, rp);
	else if (grant && strcmp(grant, "refresh_token") == 0)
		google_refresh(sb, rq, rp);
	else
		refuse(rp, "unsupported_grant_type", "Invalid grant_type");
	free(grant);
}

/* The metadata server answers only to the header that a browser cannot be tricked into sending. */
static bool metadata_asked(const struct request *rq, struct reply *rp)
{
	const char *flavor = request_header(rq, "Metadata-Flavor");

	reply_header(rp, "Metadata-Flavor", "Google");
	if (flavor && strcmp(flavor, "Google") == 0)
		return true;
	reply_refuse(rp, "metadata", 403, "Missing Metadata-Flavor:Google header.");
	return false;
}

static void metadata_token(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	if (metadata_asked(rq, rp))
		send_google_token(sb, rq, rp);
}

static void metadata_project(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	(void)sb;
	if (!metadata_asked(rq, rp))
		return;
	rp->type = "application/text";
	buf_adds(&rp->body, SANDBOX_PROJECT);
}

/* What clients ask first, to see whether there is a metadata server. */
static void metadata_ping(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	(void)sb;
	(void)rq;
	reply_header(rp, "Metadata-Flavor", "Google");
	rp->type = "application/text";
	buf_adds(&rp->body, "computeMetadata/\n");
}

/* ---- Salesforce -------------------------------------------------------------------------- */

static void send_sf_token(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	char *token = oauth_issue(sb, rq, "sf", "00D000000000001EAA!");
	jdoc *doc = jdoc_object();
	char *id = mem_format("%s/id/00D000000000001EAA/005000000000001AAA", sb->url);
	char issued[24];

	snprintf(issued, sizeof issued, "%jd", (intmax_t)(clock_now() / 1000));
	jdoc_set_text(doc, "access_token", token);
	jdoc_set_text(doc, "signature", "c2FuZGJveA==");
	jdoc_set_text(doc, "scope", "api");
	jdoc_set_text(doc, "instance_url", sb->url);
	jdoc_set_text(doc, "id", id);
	jdoc_set_text(doc, "token_type", "Bearer");
	jdoc_set_text(doc, "issued_at", issued);
	reply_header(rp, "Cache-Control", "no-store");
	reply_json(rp, 200, doc);
	free(token);
	free(id);
}

static bool sf_audience(const struct sandbox *sb, struct span aud)
{
	if (aud.n > 0 && aud.p[aud.n - 1] == '/')
		aud.n--;
	return span_eq(aud, SPAN("https://login.salesforce.com")) ||
	       span_eq(aud, SPAN("https://test.salesforce.com")) || span_eq(aud, span_of(sb->url));
}

/*
 * The real clients send seconds or milliseconds, as a number or as text; the one with
 * milliseconds (Salesforce's own) lets 300 of them pass, which is too short to hold it to.
 */
static bool sf_in_time(const jdoc *claims)
{
	int64_t exp = jdoc_int(claims, "exp", 0), now = clock_now() / CLOCK_SECOND;

	return (exp > INT64_C(100000000000) ? exp / 1000 + SKEW_S : exp) > now;
}

static void sf_jwt(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	jdoc *claims = read_assertion(rq, rp);

	if (!claims)
		return;
	if (strcmp(jdoc_text(claims, "iss", ""), SANDBOX_CLIENT_ID) != 0)
		refuse(rp, "invalid_client_id", "client identifier invalid");
	else if (!sf_audience(sb, span_of(jdoc_text(claims, "aud", ""))))
		refuse(rp, "invalid_grant", "audience is invalid");
	else if (!sf_in_time(claims))
		refuse(rp, "invalid_grant", "expired authorization code");
	else if (strcmp(jdoc_text(claims, "prn", jdoc_text(claims, "sub", "")), SANDBOX_USER) != 0)
		refuse(rp, "invalid_grant", "user hasn't approved this consumer");
	else
		send_sf_token(sb, rq, rp);
	jdoc_free(claims);
}

/* Does the request prove to be the sandbox's client: by its body, or by Basic? */
static bool sf_client(const struct request *rq)
{
	char *id = request_form(rq, "client_id"), *secret = request_form(rq, "client_secret");
	const char *basic = request_header(rq, "Authorization");
	struct buf b;
	bool ok;

	buf_init(&b, 1024);
	ok = id && secret && strcmp(id, SANDBOX_CLIENT_ID) == 0 &&
	     strcmp(secret, SANDBOX_CLIENT_SECRET) == 0;
	if (!ok && basic && strncmp(basic, "Basic ", 6) == 0)
		ok = crypt_unbase64(&b, span_of(basic + 6)) &&
		     span_eq(buf_span(&b), SPAN(SANDBOX_CLIENT_ID ":" SANDBOX_CLIENT_SECRET));
	buf_free(&b);
	free(id);
	free(secret);
	return ok;
}

static void sf_refresh(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	char *token = request_form(rq, "refresh_token"), *id = request_form(rq, "client_id");

	if (!id || (strcmp(id, SANDBOX_CLIENT_ID) != 0 && strcmp(id, "PlatformCLI") != 0))
		refuse(rp, "invalid_client_id", "client identifier invalid");
	else if (!token || strcmp(token, SANDBOX_REFRESH_TOKEN) != 0)
		refuse(rp, "invalid_grant", "expired access/refresh token");
	else
		send_sf_token(sb, rq, rp);
	free(token);
	free(id);
}

static void post_sf_token(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	char *grant = request_form(rq, "grant_type");

	if (grant && strcmp(grant, JWT_BEARER) == 0)
		sf_jwt(sb, rq, rp);
	else if (grant && strcmp(grant, "refresh_token") == 0)
		sf_refresh(sb, rq, rp);
	else if (grant && strcmp(grant, "client_credentials") == 0 && sf_client(rq))
		send_sf_token(sb, rq, rp);
	else if (grant && strcmp(grant, "client_credentials") == 0)
		refuse(rp, "invalid_client", "invalid client credentials");
	else
		refuse(rp, "unsupported_grant_type", "grant type not supported");
	free(grant);
}

const struct route oauth_routes[] = {
    {"POST", "/token", "oauth", post_google_token},
    {"POST", "/services/oauth2/token", "oauth", post_sf_token},
    {"GET", "/", "metadata", metadata_ping},
    {"GET", "/computeMetadata/v1/project/project-id", "metadata", metadata_project},
    {"GET", "/computeMetadata/v1/instance/service-accounts/{}/token", "metadata", metadata_token},
    {0},
};
