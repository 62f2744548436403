#include "sandbox.h"

#include "base/mem.h"
#include "row/jstr.h"

#include <stdlib.h>

static void get_health(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	(void)sb;
	(void)rq;
	buf_adds(&rp->body, "{\"ok\":true}");
}

static uint64_t requests_of(const struct sandbox *sb, const char *service)
{
	const struct hit *hit;
	uint64_t sum = 0;

	for (size_t i = 0; (hit = serve_hit(sb, i)); i++)
		if (hit->route->service && strcmp(hit->route->service, service) == 0)
			sum += hit->requests;
	return sum;
}

/* {"faults":1,"services":{"gaio":4},"routes":{"GET /v1/{}":4}}: what was asked for so far. */
static void get_requests(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	static const char *const services[] = {
	    "gaio", "bq", "bq-upload", "sf", "oauth", "metadata"};
	const struct hit *hit;
	const char *comma = "";

	(void)rq;
	buf_addf(&rp->body, "{\"faults\":%ju,\"services\":{", (uintmax_t)sb->faults.struck);
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		buf_addf(&rp->body, "%s\"%s\":%ju", i ? "," : "", services[i],
		    (uintmax_t)requests_of(sb, services[i]));
	buf_adds(&rp->body, "},\"routes\":{");
	for (size_t i = 0; (hit = serve_hit(sb, i)); i++) {
		char *name;

		if (hit->requests == 0)
			continue;
		name = mem_format("%s %s", hit->route->method, hit->route->pattern);
		buf_adds(&rp->body, comma);
		jstr_quote(&rp->body, span_of(name));
		buf_addf(&rp->body, ":%ju", (uintmax_t)hit->requests);
		comma = ",";
		free(name);
	}
	buf_adds(&rp->body, "}}");
}

/* The body is a SPEC as --fault takes it. */
static void post_fault(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct span text = span_trim(rq->body);
	char *spec = mem_dup(text.p, text.n);
	const char *why = fault_add(&sb->faults, spec);

	free(spec);
	if (why)
		reply_refuse(rp, NULL, 400, why);
	else
		buf_adds(&rp->body, "{\"ok\":true}");
}

const struct route control_routes[] = {
    {"GET", "/healthz", NULL, get_health},
    {"GET", "/_sandbox/requests", NULL, get_requests},
    {"POST", "/_sandbox/fault", NULL, post_fault},
    {0},
};
