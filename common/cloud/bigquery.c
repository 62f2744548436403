#include "cloud/bigquery.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cloud/bqwords.h"
#include "wire/form.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum {
	PROJECT_MAX = 128,
	HEADERS_MAX = 8,
	REPLY_MAX = 64 << 20 /* a page of results may have 20 MB */
};

bool bigquery_fail(struct bigquery *bq, enum status status, const char *format, ...)
{
	va_list args;

	bq->error.status = status;
	va_start(args, format);
	vsnprintf(bq->error.text, sizeof bq->error.text, format, args);
	va_end(args);
	return false;
}

static bool one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

bool bigquery_transient(const char *reason)
{
	static const char *const words[] = {"backendError", "internalError", "rateLimitExceeded",
	    "userRateLimitExceeded", "badGateway", "jobBackendError", "jobInternalError",
	    "jobRateLimitExceeded", "tableUnavailable", NULL};

	return one_of(reason, words);
}

bool bigquery_contention(const char *message)
{
	static const char *const texts[] = {"could not serialize access", "transaction is aborted",
	    "too many dml statements", "the streaming buffer"};

	for (; *message; message++)
		for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
			if (strncasecmp(message, texts[i], strlen(texts[i])) == 0)
				return true;
	return false;
}

enum status bigquery_meaning(const char *reason)
{
	static const char *const ours[] = {"invalid", "invalidQuery", NULL};

	if (bigquery_transient(reason))
		return STATUS_AGAIN;
	if (strcmp(reason, "accessDenied") == 0)
		return STATUS_DENIED;
	return one_of(reason, ours) ? STATUS_DATA : STATUS_REFUSED;
}

/* ---- where and who ------------------------------------------------------------------------ */

static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* Users write the endpoint with and without a slash or the path behind it. */
static char *root_of(const char *url)
{
	static const char path[] = "/bigquery/v2";
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	if (n >= sizeof path - 1 && memcmp(url + n - (sizeof path - 1), path, sizeof path - 1) == 0)
		n -= sizeof path - 1;
	return mem_dup(url, n);
}

static bool valid_project(const char *p)
{
	size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789-.:");

	return n > 0 && n < PROJECT_MAX && !p[n];
}

bool bigquery_open(struct bigquery *bq, const struct http_options *options)
{
	struct http_options o = *options;
	const char *emulator = env("BIGQUERY_EMULATOR_HOST");
	const char *url = emulator ? emulator : env("CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY");
	char *root = root_of(url ? url : "https://bigquery.googleapis.com");

	o.max_reply = REPLY_MAX;
	o.retry.tries = o.retry.tries ? o.retry.tries : BIGQUERY_TRIES;
	*bq = (struct bigquery){.retry = o.retry, .wait_us = BIGQUERY_WAIT_S * CLOCK_SECOND};
	bq->base = mem_format("%s/bigquery/v2", root);
	bq->upload = mem_format("%s/upload/bigquery/v2", root);
	free(root);
	bq->http = http_open(&o);
	if (!google_open(&bq->google, bq->http, emulator != NULL))
		return bigquery_fail(
		    bq, bq->google.ask.error.status, "%s", bq->google.ask.error.text);
	bq->project = google_project(&bq->google);
	if (!bq->project && bq->google.ask.error.status)
		return bigquery_fail(
		    bq, bq->google.ask.error.status, "%s", bq->google.ask.error.text);
	if (!bq->project)
		return bigquery_fail(bq, STATUS_CONFIG, "GOOGLE_CLOUD_PROJECT: not set");
	if (!valid_project(bq->project))
		return bigquery_fail(bq, STATUS_CONFIG, "GOOGLE_CLOUD_PROJECT: no project id");
	return true;
}

void bigquery_close(struct bigquery *bq)
{
	google_close(&bq->google);
	http_reply_free(&bq->reply);
	if (bq->http)
		http_close(bq->http);
	free(bq->base);
	free(bq->upload);
	*bq = (struct bigquery){0};
}

void bigquery_url(const struct bigquery *bq, struct buf *url, ...)
{
	const char *part;
	va_list parts;

	buf_adds(url, bq->base);
	va_start(parts, url);
	while ((part = va_arg(parts, const char *)) != NULL) {
		buf_addc(url, '/');
		form_escape(url, span_of(part));
	}
	va_end(parts);
}

void bigquery_upload_url(const struct bigquery *bq, struct buf *url)
{
	buf_addf(url, "%s/projects/", bq->upload);
	form_escape(url, span_of(bq->project));
	buf_adds(url, "/jobs");
}

void bigquery_query(struct buf *url, const char *name, const char *value)
{
	if (!value)
		return;
	buf_addf(url, "%c%s=", memchr(url->p, '?', url->n) ? '&' : '?', name);
	form_escape(url, span_of(value));
}

/* ---- calls -------------------------------------------------------------------------------- */

static const char *reason_of(const jdoc *doc)
{
	return jdoc_text(doc, "error.errors.0.reason", jdoc_text(doc, "error.status", ""));
}

static bool reply_transient(const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse_reply(buf_span(&reply->body), why);
	bool yes = bigquery_transient(reason_of(doc)) ||
	           bigquery_contention(jdoc_text(doc, "error.message", ""));

	jdoc_free(doc);
	return yes;
}

static bool blame(struct bigquery *bq)
{
	char why[JDOC_WHY];
	jdoc *doc = bq->code ? jdoc_parse_reply(buf_span(&bq->reply.body), why) : NULL;
	enum status status = http_blame(&bq->reply);
	struct buf text;

	snprintf(bq->reason, sizeof bq->reason, "%s", reason_of(doc));
	snprintf(bq->message, sizeof bq->message, "%s", jdoc_text(doc, "error.message", ""));
	if (bigquery_transient(bq->reason) || bigquery_contention(bq->message))
		status = STATUS_AGAIN;
	else if ((bq->code == 403 && *bq->reason) || strcmp(bq->reason, "invalidQuery") == 0)
		status = bigquery_meaning(bq->reason);
	buf_init(&text, BIGQUERY_WHY);
	bqwords_add(&text, bq->message);
	bigquery_fail(bq, status, "BigQuery: %s%s%s%s%s", bq->reply.error, *bq->reason ? ": " : "",
	    bq->reason, text.n ? ": " : "", buf_str(&text));
	buf_free(&text);
	jdoc_free(doc);
	return false;
}

/* The request's own headers, and for whom the quota counts. */
static bool with_quota(struct bigquery *bq, struct http_request *q)
{
	const char *project = google_quota_project(&bq->google);
	size_t n = 0;

	if (!project)
		return true;
	if (!valid_project(project))
		return bigquery_fail(bq, STATUS_CONFIG, "quota project: no project id");
	while (q->headers && q->headers[n] && n < BIGQUERY_HEADERS - 2) {
		bq->headers[n] = q->headers[n];
		n++;
	}
	snprintf(bq->quota, sizeof bq->quota, "x-goog-user-project: %s", project);
	bq->headers[n] = bq->quota;
	bq->headers[n + 1] = NULL;
	q->headers = bq->headers;
	return true;
}

bool bigquery_begin(struct bigquery *bq, const struct http_request *q)
{
	bq->request = *q;
	bq->error.status = STATUS_OK;
	bq->code = 0;
	bq->reason[0] = bq->message[0] = '\0';
	if (!with_quota(bq, &bq->request))
		return false;
	if (!bq->request.transient)
		bq->request.transient = reply_transient;
	if (!google_token(&bq->google, &bq->request.bearer))
		return bigquery_fail(
		    bq, bq->google.ask.error.status, "%s", bq->google.ask.error.text);
	http_begin(bq->http, &bq->request, &bq->reply);
	return true;
}

bool bigquery_finish(struct bigquery *bq)
{
	bool ok = http_finish(bq->http);

	bq->code = bq->reply.status;
	if (bq->code == 401 && google_expire(&bq->google)) {
		bq->code = 0;
		if (!google_token(&bq->google, &bq->request.bearer))
			return bigquery_fail(
			    bq, bq->google.ask.error.status, "%s", bq->google.ask.error.text);
		ok = http_send(bq->http, &bq->request, &bq->reply);
		bq->code = bq->reply.status;
	}
	return ok || blame(bq);
}

bool bigquery_send(struct bigquery *bq, const struct http_request *q)
{
	return bigquery_begin(bq, q) && bigquery_finish(bq);
}

jdoc *bigquery_document(struct bigquery *bq)
{
	struct span text = span_trim(buf_span(&bq->reply.body));
	char why[JDOC_WHY];
	jdoc *doc = text.n ? jdoc_parse_reply(text, why) : jdoc_object();

	if (!doc)
		bigquery_fail(bq, STATUS_REFUSED, "BigQuery: reply: %s", why);
	return doc;
}

jdoc *bigquery_call(struct bigquery *bq, const char *method, const char *url, const jdoc *body)
{
	char *text = body ? jdoc_dump(body) : NULL;
	struct http_request q = {.method = method, .url = url, .body = span_of(text)};
	bool ok;

	if (text)
		q.type = "application/json; charset=UTF-8";
	ok = bigquery_send(bq, &q);
	free(text);
	return ok ? bigquery_document(bq) : NULL;
}
