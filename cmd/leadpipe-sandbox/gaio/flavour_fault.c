/* What each API answers in trouble. */

#include "gaio/flavour.h"

#include "sandbox.h"

struct trouble_of {
	const char *flavour, *kind;
	int status;
	const char *header, *value, *body;
};

/* "": any flavour that is not listed. The first that fits counts. */
static const struct trouble_of troubles[] = {
    {"hubspot", "limit", 429, NULL, NULL,
        "{\"status\":\"error\",\"message\":\"You have reached your secondly limit.\",\"errorType\":"
        "\"RATE_LIMIT\",\"policyName\":\"SECONDLY\"}"},
    {"hubspot", "day", 429, NULL, NULL,
        "{\"status\":\"error\",\"message\":\"You have reached your daily limit.\",\"errorType\":"
        "\"RATE_LIMIT\",\"policyName\":\"DAILY\"}"},
    {"meta", "limit", 400, "X-Business-Use-Case-Usage",
        "{\"1\":[{\"type\":\"ads_insights\",\"call_count\":100,\"estimated_time_to_regain_access\":"
        "0}]}",
        "{\"error\":{\"message\":\"(#17) User request limit reached\",\"type\":\"OAuthException\","
        "\"is_transient\":true,\"code\":17,\"error_subcode\":2446079}}"},
    {"meta", "shrink", 500, NULL, NULL,
        "{\"error\":{\"message\":\"Please reduce the amount of data you're asking for, then retry "
        "your "
        "request\",\"code\":1}}"},
    {"meta", "dead", 400, NULL, NULL,
        "{\"error\":{\"message\":\"Error validating access "
        "token\",\"type\":\"OAuthException\",\"code\":190}}"},
    {"meta", "error", 400, NULL, NULL,
        "{\"error\":{\"message\":\"(#100) Unknown field "
        "speed\",\"type\":\"OAuthException\",\"code\":100}}"},
    {"shopify-graphql", "limit", 200, NULL, NULL,
        "{\"errors\":[{\"message\":\"Throttled\",\"extensions\":{\"code\":\"THROTTLED\"}}],"
        "\"extensions\":"
        "{\"cost\":{\"requestedQueryCost\":752,\"throttleStatus\":{\"restoreRate\":50.0}}}}"},
    {"shopify-graphql", "error", 200, NULL, NULL,
        "{\"errors\":[{\"message\":\"Field 'speed' doesn't exist on type 'Customer'\"}]}"},
    {"shopify", "limit", 429, "Retry-After", "0.1", "{\"errors\":\"Exceeded 2 calls per second\"}"},
    {"google-ads", "limit", 429, NULL, NULL,
        "{\"error\":{\"code\":429,\"message\":\"Resource has been exhausted\",\"status\":"
        "\"RESOURCE_EXHAUSTED\",\"details\":[{\"errors\":[{\"errorCode\":{\"quotaError\":"
        "\"RESOURCE_TEMPORARILY_EXHAUSTED\"}}]}]}}"},
    {"google-ads", "error", 400, NULL, NULL,
        "{\"error\":{\"code\":400,\"message\":\"Request contains an invalid argument.\",\"status\":"
        "\"INVALID_ARGUMENT\",\"details\":[{\"errors\":[{\"errorCode\":{\"queryError\":"
        "\"UNRECOGNIZED_FIELD\"},\"message\":\"Unrecognized field in the query: 'speed'.\"}]}]}}"},
    {"stripe", "limit", 429, NULL, NULL,
        "{\"error\":{\"message\":\"Too many requests\",\"type\":\"rate_limit_error\"}}"},
    {"ga4", "limit", 429, NULL, NULL,
        "{\"error\":{\"code\":429,\"message\":\"Exhausted concurrent requests quota.\",\"status\":"
        "\"RESOURCE_EXHAUSTED\"}}"},
    {"ga4", "day", 429, NULL, NULL,
        "{\"error\":{\"code\":429,\"message\":\"Exhausted property tokens per day. These quota "
        "tokens will "
        "return in under 24 hours.\",\"status\":\"RESOURCE_EXHAUSTED\"}}"},
    {"linkedin", "day", 429, NULL, NULL,
        "{\"message\":\"Resource level throttle limit for calls to this resource is reached.\","
        "\"serviceErrorCode\":101,\"status\":429}"},
    {"tiktok", "limit", 200, NULL, NULL,
        "{\"code\":40100,\"message\":\"Too many requests\",\"request_id\":\"2026B\",\"data\":{}}"},
    {"tiktok", "dead", 200, NULL, NULL,
        "{\"code\":40105,\"message\":\"Access token is incorrect or has been "
        "revoked.\",\"data\":{}}"},
    {"tiktok", "error", 200, NULL, NULL,
        "{\"code\":40002,\"message\":\"page_size: must be between 1 and 1000\",\"data\":{}}"},
    {"rd-station", "limit", 429, NULL, NULL,
        "{\"error\":\"'lead_limiter' rate limit exceeded for 1 second(s) period for key x\"}"},
    {"rd-station", "day", 429, NULL, NULL,
        "{\"error\":\"'lead_limiter' rate limit exceeded for 86400 second(s) period for key x\"}"},
    {"rd-station", "expire", 401, "www-authenticate", "Bearer error=\"expired_token\"",
        "{\"errors\":{\"error_type\":\"UNAUTHORIZED\",\"error_message\":\"Invalid token.\"}}"},
    {"klaviyo", "limit", 429, "Retry-After", "0",
        "{\"errors\":[{\"id\":\"1\",\"code\":\"throttled\",\"title\":\"Request was "
        "throttled.\",\"detail\":"
        "\"Expected available in 1 second.\"}]}"},
    {"mailchimp", "limit", 403, NULL, NULL, "<html>Access Denied</html>"},
    {"mailchimp", "error", 403, NULL, NULL,
        "{\"title\":\"User action not permitted\",\"status\":403,\"detail\":\"You don't have "
        "permission.\"}"},
    {"salesforce", "expire", 401, NULL, NULL,
        "[{\"message\":\"Session expired or invalid\",\"errorCode\":\"INVALID_SESSION_ID\"}]"},
    {"salesforce", "day", 403, NULL, NULL,
        "[{\"message\":\"TotalRequests Limit "
        "exceeded.\",\"errorCode\":\"REQUEST_LIMIT_EXCEEDED\"}]"},
    {"salesforce", "shrink", 400, NULL, NULL,
        "[{\"message\":\"Your query request was running for too "
        "long.\",\"errorCode\":\"QUERY_TIMEOUT\"}]"},
    {"salesforce", "restart", 400, NULL, NULL,
        "[{\"message\":\"invalid query locator\",\"errorCode\":\"INVALID_QUERY_LOCATOR\"}]"},
    {"", "limit", 429, "Retry-After", "0", "{\"error\":\"too many requests\"}"},
    {"", "day", 429, "Retry-After", "86400", "{\"error\":\"too many requests today\"}"},
    {"", "error", 400, NULL, NULL, "{\"error\":{\"message\":\"a parameter is wrong\"}}"},
    {"", "dead", 401, NULL, NULL, "{\"error\":{\"message\":\"the token is not valid any more\"}}"},
    {"", "expire", 401, NULL, NULL, "{\"error\":{\"message\":\"the token has expired\"}}"},
};

/* hubspot-search answers as hubspot, meta-insights as meta. */
static bool is_of(const char *flavour, const char *family)
{
	size_t n = strlen(family);

	return strncmp(flavour, family, n) == 0 && (n == 0 || !flavour[n] || flavour[n] == '-');
}

bool flavour_refuse(const struct flavour *f, const char *kind, struct reply *rp)
{
	for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
		const struct trouble_of *t = &troubles[i];

		if (!is_of(f->name, t->flavour) || strcmp(t->kind, kind) != 0)
			continue;
		rp->status = t->status;
		if (t->header)
			reply_header(rp, t->header, "%s", t->value);
		buf_adds(&rp->body, t->body);
		return true;
	}
	return false;
}
