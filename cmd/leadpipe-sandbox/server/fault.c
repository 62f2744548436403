#include "server/fault.h"

#include "gaio/random.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { OWN_MAX = 8 };

struct known {
	const char *service;
	const char *own[OWN_MAX]; /* the kinds that it knows itself, */
	bool alone;               /* beside the general ones or alone */
};

static const struct known services[] = {
    {"gaio", {"limit", "day", "error", "dead", "shrink", "restart", "loop", "expire"}, false},
    {"bq", {"expire"}, false}, {"bq-upload", {"expire", "short"}, false},
    {"sf", {"expire", "lock", "halt", "concurrent"}, false},
    {"sfmc", {"expire", "blocked", "deadlock", "forget"}, false}, {"oauth", {"expire"}, false},
    {"metadata", {"expire"}, false},
    {"bq-job", {"backendError", "internalError", "rateLimitExceeded", "wait"}, true}};
static const char *const general[] = {"reset", "lost", "cut", "slow"};

static const struct known *find_service(const char *name)
{
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		if (strcmp(services[i].service, name) == 0)
			return &services[i];
	return NULL;
}

static bool is_kind(const struct known *service, const char *kind)
{
	for (size_t i = 0; i < OWN_MAX && service->own[i]; i++)
		if (strcmp(service->own[i], kind) == 0)
			return true;
	if (service->alone)
		return false;
	if ((*kind == '4' || *kind == '5') && strspn(kind, "0123456789") == 3 && kind[3] == '\0')
		return true;
	for (size_t i = 0; i < sizeof general / sizeof *general; i++)
		if (strcmp(general[i], kind) == 0)
			return true;
	return false;
}

static bool read_when(struct fault *fault, const char *text)
{
	char *end;

	if (*text < '0' || *text > '9' || strspn(text, "0123456789.") != strlen(text))
		return false;
	errno = 0;
	if (strchr(text, '.')) {
		fault->rate = strtod(text, &end);
		return *end == '\0' && fault->rate > 0 && fault->rate <= 1;
	}
	fault->nth = strtoull(text, &end, 10);
	return *end == '\0' && errno == 0 && fault->nth > 0;
}

/*
 * Copies what stands before `stop` and steps after it; false when it is empty, too long or not
 * there.
 */
static bool take(const char **spec, char stop, char *word, size_t size)
{
	const char *end = strchr(*spec, stop);
	size_t n = end ? (size_t)(end - *spec) : 0;

	if (n == 0 || n >= size)
		return false;
	memcpy(word, *spec, n);
	word[n] = '\0';
	*spec = end + 1;
	return true;
}

const char *fault_add(struct faults *f, const char *spec)
{
	struct fault fault = {0};
	const struct known *service;

	if (f->n == FAULTS_MAX)
		return "more than 64 faults";
	if (!take(&spec, ':', fault.service, sizeof fault.service) ||
	    !take(&spec, '@', fault.kind, sizeof fault.kind))
		return "takes SERVICE:KIND@WHEN, such as gaio:429@0.1 or bq-upload:503@2";
	if (!(service = find_service(fault.service)))
		return "no such service; there are gaio, bq, bq-upload, sf, sfmc, oauth, metadata, "
		       "bq-job";
	if (!is_kind(service, fault.kind))
		return "no such kind; there are 400 to 599, reset, lost, cut, slow, expire, "
		       "limit, day, error, dead, shrink, restart, loop (gaio), short (bq-upload), "
		       "blocked, deadlock, forget (sfmc), lock, halt, concurrent (sf); of bq-job "
		       "backendError, internalError, rateLimitExceeded, wait";
	if (!read_when(&fault, spec))
		return "WHEN is the number of a request (2) or a probability with a point (0.1)";
	f->seen[f->n] = 0;
	f->list[f->n++] = fault;
	return NULL;
}

static bool strikes(struct faults *f, size_t i)
{
	const struct fault *fault = &f->list[i];
	double chance;

	f->seen[i]++;
	if (fault->nth)
		return f->seen[i] == fault->nth;
	chance = (double)(random_next(&f->random) >> 11) / (double)(UINT64_C(1) << 53);
	return chance < fault->rate;
}

const char *fault_strike(struct faults *f, const char *service)
{
	const char *kind = NULL;

	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->list[i].service, service) == 0 && strikes(f, i) && !kind)
			kind = f->list[i].kind;
	f->struck += kind != NULL;
	return kind;
}
