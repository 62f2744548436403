/* The envelopes: facts from the vendors' documentation and their clients. */

#include "gaio/flavour.h"

#include "sandbox.h"

#include <stdio.h>

static void add_rows(struct listing *l, struct reply *rp, const char *before)
{
	buf_addf(&rp->body, "%s[", before);
	buf_addspan(&rp->body, buf_span(&l->rows));
	buf_addc(&rp->body, ']');
}

/* The URL of this request with `param` set for the next page. */
static void add_next(struct listing *l, struct buf *to, const char *param)
{
	buf_addf(to, "%s%s?", l->sb->url, l->rq->path);
	if (l->flavour->size && !strchr(l->flavour->size, '['))
		buf_addf(to, "%s=%jd&", l->flavour->size, (intmax_t)l->size);
	if (l->flavour->who == WHO_QUERY)
		buf_addf(to, "%s=%s&", l->flavour->who_name, SANDBOX_GAIO_TOKEN);
	buf_addf(to, "%s=%s", param, l->token);
}

static void hubspot(struct listing *l, struct reply *rp)
{
	if (strcmp(l->flavour->name, "hubspot-search") == 0)
		buf_addf(&rp->body, "{\"total\":%jd,", (intmax_t)l->total);
	else
		buf_addc(&rp->body, '{');
	add_rows(l, rp, "\"results\":");
	if (l->more)
		buf_addf(&rp->body,
		    ",\"paging\":{\"next\":{\"after\":\"%s\",\"link\":\"?after=%s\"}}", l->token,
		    l->token);
	buf_addc(&rp->body, '}');
}

/* The cursors are there on the last page too, and an empty page may come first. */
static void meta(struct listing *l, struct reply *rp)
{
	add_rows(l, rp, "{\"data\":");
	buf_addf(
	    &rp->body, ",\"paging\":{\"cursors\":{\"before\":\"QQ\",\"after\":\"%s\"}", l->token);
	if (l->more) {
		buf_adds(&rp->body, ",\"next\":\"");
		add_next(l, &rp->body, "after");
		buf_addc(&rp->body, '"');
	}
	buf_adds(&rp->body, "}}");
}

/* Made, then running when it is first looked at, then done: {id} is the collection. */
static void meta_job(struct listing *l, struct reply *rp)
{
	bool rows = strstr(l->rq->path, "/insights") && strcmp(l->rq->method, "GET") == 0;

	if (rows) {
		meta(l, rp);
	} else if (strcmp(l->rq->method, "POST") == 0) {
		store_exec(l->sb->store,
		    "CREATE TABLE IF NOT EXISTS gaio_job (n INTEGER); DELETE FROM gaio_job");
		buf_addf(&rp->body, "{\"report_run_id\":\"report-%s\"}", l->name);
	} else {
		int64_t asked = store_int(l->sb->store, 0, "SELECT count(*) FROM gaio_job", "");

		store_run(l->sb->store, "INSERT INTO gaio_job VALUES (1)", "");
		buf_addf(&rp->body,
		    "{\"id\":\"report-%s\",\"async_status\":\"%s\",\"async_percent_completion\":%"
		    "d}",
		    l->name, asked == 0 ? "Job Running" : "Job Completed", asked == 0 ? 50 : 100);
	}
}

static void shopify(struct listing *l, struct reply *rp)
{
	struct buf link;

	buf_addf(&rp->body, "{\"%s\":", l->name);
	add_rows(l, rp, "");
	buf_addc(&rp->body, '}');
	if (!l->more)
		return;
	buf_init(&link, 4096);
	buf_adds(&link, "<");
	add_next(l, &link, "page_info");
	buf_adds(&link, ">; rel=\"next\"");
	reply_header(rp, "Link", "<%s/x>; rel=\"previous\", %s", l->sb->url, buf_str(&link));
	buf_free(&link);
}

static void graphql(struct listing *l, struct reply *rp)
{
	buf_addf(&rp->body, "{\"data\":{\"%s\":", l->name);
	add_rows(l, rp, "{\"nodes\":");
	buf_addf(&rp->body,
	    ",\"pageInfo\":{\"hasNextPage\":%s,\"endCursor\":\"%s\"}}},\"extensions\":{\"cost\":{"
	    "\"requestedQueryCost\":12,\"actualQueryCost\":10,\"throttleStatus\":{"
	    "\"maximumAvailable\":1000.0,\"currentlyAvailable\":990,\"restoreRate\":50.0}}}}",
	    l->more ? "true" : "false", l->token);
}

static void google_ads(struct listing *l, struct reply *rp)
{
	add_rows(l, rp, "{\"results\":");
	if (l->more)
		buf_addf(&rp->body, ",\"nextPageToken\":\"%s\"", l->token);
	buf_adds(&rp->body, ",\"fieldMask\":\"campaign.id\"}");
}

/* One array of chunks; the last one has no results. */
static void google_stream(struct listing *l, struct reply *rp)
{
	add_rows(l, rp, "[{\"results\":");
	buf_adds(&rp->body, ",\"fieldMask\":\"campaign.id\",\"requestId\":\"r1\"},{"
	                    "\"queryResourceConsumption\":\"120\"}]");
}

static void stripe(struct listing *l, struct reply *rp)
{
	add_rows(l, rp, "{\"object\":\"list\",\"data\":");
	buf_addf(
	    &rp->body, ",\"has_more\":%s,\"url\":\"/v1/%s\"}", l->more ? "true" : "false", l->name);
}

static void ga4(struct listing *l, struct reply *rp)
{
	buf_adds(&rp->body, "{\"dimensionHeaders\":[{\"name\":\"date\"}],");
	if (l->n > 0) {
		add_rows(l, rp, "\"rows\":");
		buf_addc(&rp->body, ',');
	}
	buf_addf(&rp->body, "\"rowCount\":%jd,\"kind\":\"analyticsData#runReport\"}",
	    (intmax_t)l->total);
}

static void linkedin(struct listing *l, struct reply *rp)
{
	add_rows(l, rp, "{\"elements\":");
	buf_addf(&rp->body, ",\"paging\":{\"start\":0,\"count\":%jd,\"links\":[]},\"metadata\":{",
	    (intmax_t)l->size);
	if (l->more)
		buf_addf(&rp->body, "\"nextPageToken\":\"%s\"", l->token);
	buf_adds(&rp->body, "}}");
}

static void tiktok(struct listing *l, struct reply *rp)
{
	buf_adds(&rp->body, "{\"code\":0,\"message\":\"OK\",\"request_id\":\"2026A\",\"data\":{");
	add_rows(l, rp, "\"list\":");
	buf_addf(&rp->body,
	    ",\"page_info\":{\"page\":%jd,\"page_size\":%jd,\"total_number\":%jd,\"total_page\":%"
	    "jd}}}",
	    (intmax_t)(l->offset / l->size + 1), (intmax_t)l->size, (intmax_t)l->total,
	    (intmax_t)((l->total + l->size - 1) / l->size));
}

static void rd_station(struct listing *l, struct reply *rp)
{
	reply_header(rp, "pagination-total-rows", "%jd", (intmax_t)l->total);
	reply_header(rp, "pagination-page-size", "%jd", (intmax_t)l->size);
	buf_addf(&rp->body, "{\"%s\":", l->name);
	add_rows(l, rp, "");
	buf_addc(&rp->body, '}');
}

static void klaviyo(struct listing *l, struct reply *rp)
{
	add_rows(l, rp, "{\"data\":");
	buf_adds(&rp->body, ",\"links\":{\"self\":\"x\",\"prev\":null,\"next\":");
	if (l->more) {
		buf_addc(&rp->body, '"');
		add_next(l, &rp->body, "page%5Bcursor%5D");
		buf_adds(&rp->body, "\"}}");
	} else {
		buf_adds(&rp->body, "null}}");
	}
}

static void mailchimp(struct listing *l, struct reply *rp)
{
	buf_addf(&rp->body, "{\"%s\":", l->name);
	add_rows(l, rp, "");
	buf_addf(&rp->body, ",\"list_id\":\"L1\",\"total_items\":%jd,\"_links\":[]}",
	    (intmax_t)l->total);
}

/* The locator is the path's last step: GET .../query/t-500. */
static void salesforce(struct listing *l, struct reply *rp)
{
	buf_addf(&rp->body, "{\"totalSize\":%jd,\"done\":%s", (intmax_t)l->total,
	    l->more ? "false" : "true");
	if (l->more)
		buf_addf(&rp->body,
		    ",\"nextRecordsUrl\":\"/api/salesforce/services/data/v63.0/query/%s?at=%s\"",
		    l->name, l->token);
	add_rows(l, rp, ",\"records\":");
	buf_addc(&rp->body, '}');
}

/* The link is there on the last page too. */
static void zendesk(struct listing *l, struct reply *rp)
{
	buf_addf(&rp->body, "{\"%s\":", l->name);
	add_rows(l, rp, "");
	buf_addf(&rp->body,
	    ",\"meta\":{\"has_more\":%s,\"after_cursor\":\"%s\"},\"links\":{\"next\":\"",
	    l->more ? "true" : "false", l->token);
	add_next(l, &rp->body, "page%5Bafter%5D");
	buf_adds(&rp->body, "\",\"prev\":null}}");
}

static void graph(struct listing *l, struct reply *rp)
{
	buf_adds(&rp->body, "{\"@odata.context\":\"x\",");
	add_rows(l, rp, "\"value\":");
	if (l->more) {
		buf_adds(&rp->body, ",\"@odata.nextLink\":\"");
		add_next(l, &rp->body, "$skiptoken");
		buf_addc(&rp->body, '"');
	}
	buf_addc(&rp->body, '}');
}

/* No total, no flag: an empty page is the end. */
static void bare(struct listing *l, struct reply *rp)
{
	add_rows(l, rp, "");
}

static void bare_header(struct listing *l, struct reply *rp)
{
	if (l->more)
		reply_header(rp, "X-Next-Token", "%s", l->token);
	add_rows(l, rp, "");
}

#define NO_FILTER NULL, NULL, NULL, NULL, 'r'
#define BEARER    WHO_BEARER, NULL, NULL

const struct flavour flavours[] = {
    {"hubspot", BY_TOKEN, "after", "limit", 10, 100, BEARER, NO_FILTER, hubspot},
    {"hubspot-search", BY_TOKEN, "after", "limit", 10, 200, BEARER,
        "filterGroups.0.filters.0.value", "filterGroups.0.filters.1.value", NULL, NULL, 'm',
        hubspot},
    {"meta", BY_TOKEN, "after", "limit", 25, 500, WHO_QUERY, "access_token", NULL, NO_FILTER, meta},
    {"meta-insights", BY_TOKEN, "after", "limit", 25, 500, WHO_QUERY, "access_token", NULL,
        NO_FILTER, meta_job},
    {"shopify", BY_TOKEN, "page_info", "limit", 50, 250, WHO_HEADER, "X-Shopify-Access-Token", NULL,
        "updated_at_min", "updated_at_max", NULL, NULL, 'r', shopify},
    {"shopify-graphql", BY_TOKEN, "variables.cursor", "variables.first", 50, 250, WHO_HEADER,
        "X-Shopify-Access-Token", NULL, "variables.filter", "variables.filter", "updated_at:>='",
        "updated_at:<'", 'r', graphql},
    {"google-ads", BY_TOKEN, "pageToken", NULL, 100, 10000, BEARER, NO_FILTER, google_ads},
    {"google-ads-stream", BY_NOTHING, NULL, NULL, 1, 1, BEARER, NO_FILTER, google_stream},
    {"stripe", BY_LAST, "starting_after", "limit", 10, 100, BEARER, "created[gte]", "created[lt]",
        NULL, NULL, 's', stripe},
    {"ga4", BY_OFFSET, "offset", "limit", 10000, 250, BEARER, NO_FILTER, ga4},
    {"linkedin", BY_TOKEN, "pageToken", "pageSize", 100, 1000, BEARER, NO_FILTER, linkedin},
    {"tiktok", BY_PAGE, "page", "page_size", 10, 1000, WHO_HEADER, "Access-Token", NULL,
        "start_date", "end_date", NULL, NULL, 'd', tiktok},
    {"rd-station", BY_PAGE, "page", "page_size", 10, 125, BEARER, NO_FILTER, rd_station},
    {"klaviyo", BY_TOKEN, "page[cursor]", "page[size]", 20, 100, WHO_HEADER, "Authorization",
        "Klaviyo-API-Key ", "filter", "filter", "greater-or-equal(updated,", "less-than(updated,",
        'r', klaviyo},
    {"mailchimp", BY_OFFSET, "offset", "count", 10, 1000, WHO_BASIC, NULL, NULL,
        "since_last_changed", "before_last_changed", NULL, NULL, 'r', mailchimp},
    {"salesforce", BY_TOKEN, "at", NULL, 50, 2000, BEARER, "q", "q",
        "SystemModstamp >= ", "SystemModstamp < ", 'r', salesforce},
    {"zendesk", BY_TOKEN, "page[after]", "page[size]", 100, 100, WHO_BASIC, NULL, NULL, NO_FILTER,
        zendesk},
    {"graph", BY_TOKEN, "$skiptoken", "$top", 100, 999, BEARER, NO_FILTER, graph},
    {"bare", BY_PAGE, "page", "size", 10, 1000, BEARER, "since", "until", NULL, NULL, 'r', bare},
    {"bare-offset", BY_OFFSET, "offset", "size", 10, 1000, BEARER, "since", "until", NULL, NULL,
        'r', bare},
    {"bare-header", BY_TOKEN, "token", "size", 10, 1000, BEARER, NO_FILTER, bare_header},
    {0},
};
