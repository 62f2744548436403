/*
 * What Salesforce's own clients ask beside their work: who is logged in, and to which
 * organization.
 */

#include "salesforce/sf_client.h"
#include "salesforce/sf.h"

#include "server/oauth.h"

#define USER "005000000000001AAA"
#define ORG  "00D000000000001EAA"

static void userinfo(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	if (!oauth_token_valid(sb, request_bearer(rq), "sf")) {
		rp->status = 403;
		rp->type = "text/plain";
		buf_adds(&rp->body, "Bad_OAuth_Token");
		return;
	}
	buf_addf(&rp->body,
	    "{\"sub\":\"%s/id/" ORG "/" USER "\",\"user_id\":\"" USER
	    "\",\"organization_id\":\"" ORG "\",\"preferred_username\":\"" SANDBOX_USER
	    "\",\"email\":\"" SANDBOX_USER "\",\"name\":\"Sandbox\"}",
	    sb->url);
}

static void user(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	if (!sf_admit(sb, rq, rp))
		return;
	if (span_eq(rq->part[1], SPAN(USER)))
		buf_addf(&rp->body,
		    "{\"attributes\":{\"type\":\"User\",\"url\":\"/services/data/%s/sobjects/"
		    "User/" USER "\"},\"Id\":\"" USER "\",\"Username\":\"" SANDBOX_USER
		    "\",\"Name\":\"Sandbox\"}",
		    rq->part[0].p);
	else
		sf_refuse_plain(rp, 404, "NOT_FOUND", "The requested resource does not exist");
}

static void limits(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	int64_t calls;

	if (!sf_admit(sb, rq, rp))
		return;
	calls = store_int(sb->store, 0, "SELECT calls FROM sf_usage", "");
	buf_addf(&rp->body,
	    "{\"DailyApiRequests\":{\"Max\":%d,\"Remaining\":%jd},"
	    "\"DailyBulkApiBatches\":{\"Max\":15000,\"Remaining\":15000}}",
	    SF_DAILY_LIMIT, (intmax_t)(SF_DAILY_LIMIT - calls));
}

bool sf_client_query(const char *soql, struct buf *b)
{
	if (!strstr(soql, " FROM Organization"))
		return false;
	buf_adds(b, "{\"totalSize\":1,\"done\":true,\"records\":[{\"attributes\":{\"type\":"
	            "\"Organization\"},\"Name\":\"Sandbox\",\"InstanceName\":\"SANDBOX\","
	            "\"IsSandbox\":true,"
	            "\"TrialExpirationDate\":null,\"NamespacePrefix\":null,"
	            "\"OrganizationType\":\"Developer Edition\"}]}");
	return true;
}

const struct route sf_client_routes[] = {
    {"GET", "/services/oauth2/userinfo", "sf", userinfo},
    {"GET", "/services/data/{}/sobjects/User/{}", "sf", user},
    {"GET", "/services/data/{}/limits", "sf", limits},
    {0},
};
