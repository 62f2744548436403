#include "server/control.h"

#include "sandbox.h"
#include "server/serve.h"

#include "base/mem.h"
#include "json/jstr.h"

#include <stdlib.h>

static void get_health(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	(void)sb;
	(void)rq;
	buf_adds(&rp->body, "{\"ok\":true}");
}

static bool of_service(const struct hit *hit, const char *service)
{
	return hit->route->service && strcmp(hit->route->service, service) == 0;
}

/* {"gaio":4,"bq":0}: each service that a route has, once. */
static void put_services(const struct sandbox *sb, struct buf *b)
{
	const struct hit *hit, *other;
	const char *comma = "";

	for (size_t i = 0; (hit = serve_hit(sb, i)); i++) {
		const char *service = hit->route->service;
		uint64_t sum = 0;
		bool told = !service;

		for (size_t k = 0; !told && k < i; k++)
			told = of_service(serve_hit(sb, k), service);
		for (size_t k = i; !told && (other = serve_hit(sb, k)); k++)
			sum += of_service(other, service) ? other->requests : 0;
		if (told)
			continue;
		buf_addf(b, "%s\"%s\":%ju", comma, service, (uintmax_t)sum);
		comma = ",";
	}
}

/* {"faults":1,"services":{"gaio":4},"routes":{"GET /v1/{}":4}}: what was asked for so far. */
static void get_requests(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const struct hit *hit;
	const char *comma = "";

	(void)rq;
	buf_addf(&rp->body, "{\"faults\":%ju,\"services\":{", (uintmax_t)sb->faults.struck);
	put_services(sb, &rp->body);
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
