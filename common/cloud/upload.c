#include "cloud/upload.h"

#include "base/die.h"
#include "base/text.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cloud/bqjobs.h"
#include "wire/backoff.h"
#include "wire/crypt.h"
#include "wire/http_url.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { RANGE_TEXT = 96, MULTIPART_MAX = 32 << 20, SEND_S = 24 * 60 * 60 };

/* One session, and what is known of it. */
struct session {
	struct bigquery *bq;
	struct upload *up;
	const jdoc *job;
	const char *location;
	char *url;
	uint64_t at;    /* bytes that the server has */
	uint64_t total; /* UPLOAD_UNKNOWN until the last ones are there */
	int breaks;     /* since it last took something */
	int lost;       /* sessions that were lost */
	int unread;     /* errno of bytes that could not be read */
	jdoc *done;
};

enum upload_step { MORE, ASK, NEW, DONE, STOP };

/* ---- begin -------------------------------------------------------------------------------- */

/* The token goes to where the session is: the place we asked, or Google. */
static bool trusted(const char *asked, const char *url)
{
	static const char google[] = ".googleapis.com/";
	const char *host = strncmp(url, "https://", 8) == 0 ? url + 8 : NULL;
	const char *slash = host ? strchr(host, '/') : NULL;

	if (http_url_same_origin(asked, url))
		return true;
	return slash && (size_t)(slash - host) >= sizeof google - 2 &&
	       memcmp(slash - (sizeof google - 2), google, sizeof google - 1) == 0 &&
	       !memchr(host, '@', (size_t)(slash - host));
}

static bool take_session(struct session *s, const char *asked)
{
	struct span location = http_header(&s->bq->reply, "Location");
	char *text = location.p ? mem_dup(location.p, location.n) : NULL;
	char *url = text ? http_url_resolve(asked, text) : NULL;
	bool ok = url && trusted(asked, url);

	free(text);
	if (ok) {
		free(s->url);
		s->url = url;
		return true;
	}
	free(url);
	return bigquery_fail(
	    s->bq, STATUS_REFUSED, "BigQuery: upload: the reply names no session of its own");
}

static enum upload_step begin(struct session *s)
{
	char type[RANGE_TEXT], length[RANGE_TEXT], *body = jdoc_dump(s->job);
	const char *const headers[] = {type, s->total == UPLOAD_UNKNOWN ? NULL : length, NULL};
	struct buf url;
	bool ok;

	snprintf(type, sizeof type, "X-Upload-Content-Type: %s", s->up->type);
	snprintf(length, sizeof length, "X-Upload-Content-Length: %" PRIu64, s->total);
	buf_init(&url, BIGQUERY_URL);
	bigquery_upload_url(s->bq, &url);
	bigquery_query(&url, "uploadType", "resumable");
	ok = bigquery_send(s->bq, &(struct http_request){.method = "POST",
	                              .url = buf_str(&url),
	                              .type = "application/json; charset=UTF-8",
	                              .headers = headers,
	                              .body = span_of(body)});
	if (ok)
		ok = take_session(s, buf_str(&url));
	s->at = 0;
	buf_free(&url);
	free(body);
	return ok ? MORE : STOP;
}

/* ---- one PUT ------------------------------------------------------------------------------ */

/* "bytes=0-N" or "0-N": N + 1 bytes are stored. No Range: none are. */
static bool read_range(struct span range, uint64_t *stored)
{
	*stored = 0;
	if (!range.p)
		return true;
	range = span_trim(range);
	if (span_starts(range, SPAN("bytes=")))
		range = span_skip(range, 6);
	if (!span_starts(range, SPAN("0-")) || !text_number(span_skip(range, 2), stored) ||
	    *stored == UINT64_MAX)
		return false;
	++*stored;
	return true;
}

/* Nothing has moved again; false when that has gone on for too long. */
static bool patience(struct session *s)
{
	return ++s->breaks <= s->bq->retry.tries ||
	       bigquery_fail(s->bq, STATUS_AGAIN, "BigQuery: upload: nothing is stored any more");
}

/* A 308: what is stored by now. `asked`: this was a status query, which moves nothing. */
static enum upload_step resume_at(struct session *s, uint64_t sent_to, bool asked)
{
	uint64_t stored, before = s->at;

	if (!read_range(http_header(&s->bq->reply, "Range"), &stored) || stored > sent_to) {
		bigquery_fail(s->bq, STATUS_REFUSED, "BigQuery: upload: bad Range in the reply");
		return STOP;
	}
	s->at = stored;
	if (stored > before)
		s->breaks = 0;
	else if (!asked && !patience(s))
		return STOP;
	return MORE;
}

static enum upload_step finish(struct session *s)
{
	s->done = bigquery_document(s->bq);
	return s->done ? DONE : STOP;
}

/* A break: wait as the policy says, then ask what is there. */
static enum upload_step mend(struct session *s)
{
	struct span after = http_header(&s->bq->reply, "Retry-After");
	struct span date = http_header(&s->bq->reply, "Date");
	struct retry_case c = {.fault = s->bq->reply.fault,
	    .status = s->bq->code,
	    .attempt = ++s->breaks,
	    .after_us = s->bq->code && after.p ? retry_after(after, date, clock_now()) : -1,
	    .transient = bigquery_transient(s->bq->reason)};

	inform(1, "upload: broken at byte %" PRIu64 ": %s", s->at, s->bq->error.text);
	if (!backoff_retry(&s->bq->retry, c))
		return STOP;
	s->up->again++;
	return ASK;
}

static ssize_t read_on(void *ctx, uint64_t at, char *to, size_t n)
{
	struct session *s = ctx;
	ssize_t got = s->up->read(s->up->ctx, s->at + at, to, n);

	progress("upload: %" PRIu64 " MiB", (s->at + at) >> 20);
	s->unread = got < 0 ? errno : got == 0 ? EIO : 0;
	return got > 0 ? got : -1;
}

/* One PUT of the next n bytes. */
static bool send_bytes(struct session *s, const char *range, uint64_t n)
{
	const char *const headers[] = {range, NULL};
	struct http_request q = {
	    .method = "PUT", .url = s->url, .headers = headers, .body = SPAN(""), .once = true};
	const struct upload *up = s->up;

	if (n) {
		q.read = read_on;
		q.read_ctx = s;
		q.size = n;
		q.total_s = SEND_S;
	}
	s->unread = 0;
	if (!bigquery_begin(s->bq, &q))
		return false;
	while (!http_go_on(s->bq->http) && up->meanwhile && up->meanwhile(up->ctx))
		;
	return bigquery_finish(s->bq) ||
	       (s->unread &&
	           bigquery_fail(s->bq, STATUS_IO, "upload: the rows: %s", strerror(s->unread)));
}

static enum upload_step put(struct session *s, const char *range, uint64_t n, uint64_t sent_to)
{
	bool ok = send_bytes(s, range, n);

	if (s->bq->code == 308 && !ok && !take_session(s, s->url)) /* it moved */
		return STOP;
	if (s->bq->code == 308)
		return resume_at(s, sent_to, n == 0);
	if (ok && (s->bq->code == 200 || s->bq->code == 201))
		return finish(s);
	if (ok) {
		bigquery_fail(s->bq, STATUS_REFUSED, "BigQuery: upload: HTTP %d is no answer to it",
		    s->bq->code);
		return STOP;
	}
	if (s->bq->code == 404 || s->bq->code == 410)
		return NEW;
	return s->bq->error.status == STATUS_AGAIN ? mend(s) : STOP;
}

/* The end of a Content-Range: the total, or * while it is not known. */
static void add_total(const struct session *s, char *range)
{
	size_t n = strlen(range);

	if (s->total == UPLOAD_UNKNOWN)
		snprintf(range + n, RANGE_TEXT - n, "/*");
	else
		snprintf(range + n, RANGE_TEXT - n, "/%" PRIu64, s->total);
}

static enum upload_step ask(struct session *s)
{
	char range[RANGE_TEXT] = "Content-Range: bytes *";

	add_total(s, range);
	return put(s, range, 0, s->total);
}

/*
 * How much is sent next: all there is, or a chunk. False where the source does not reach back
 * so far.
 */
static bool measure(struct session *s, uint64_t at, uint64_t *n)
{
	const struct upload *up = s->up;
	bool last = true;

	if (!up->ready)
		*n = up->size - at;
	else if (!up->ready(up->ctx, at, n, &last))
		return bigquery_fail(s->bq, STATUS_AGAIN,
		    "BigQuery: upload: it has to begin again, and a stream cannot; nothing was "
		    "loaded");
	if (last)
		s->total = at + *n;
	if (up->chunk && *n > up->chunk)
		*n = up->chunk;
	return true;
}

static enum upload_step send_next(struct session *s)
{
	static const struct retry_case not_yet = {.status = 503, .attempt = 1, .after_us = -1};
	char range[RANGE_TEXT];
	uint64_t n;

	if (!measure(s, s->at, &n))
		return STOP;
	if (n == 0) { /* all is stored, and still it says 308 */
		if (!patience(s) || !backoff_retry(&s->bq->retry, not_yet))
			return STOP;
		return ask(s);
	}
	snprintf(
	    range, sizeof range, "Content-Range: bytes %" PRIu64 "-%" PRIu64, s->at, s->at + n - 1);
	add_total(s, range);
	return put(s, range, n, s->at + n);
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* The session is gone. Was the job made before it went? */
static enum upload_step renew(struct session *s)
{
	const char *id = jdoc_text(s->job, "jobReference.jobId", "");
	uint64_t n;

	s->done = bqjobs_get(s->bq, id, s->location);
	if (s->done)
		return DONE;
	if (s->bq->code != 404)
		return STOP;
	if (++s->lost >= s->bq->retry.tries) {
		bigquery_fail(
		    s->bq, STATUS_AGAIN, "BigQuery: upload: %d sessions were lost", s->lost);
		return STOP;
	}
	if (!measure(s, 0, &n))
		return STOP;
	s->up->again++;
	inform(1, "upload: the session is lost; a new one begins");
	return begin(s);
}

static jdoc *resumable(struct session *s)
{
	enum upload_step step = begin(s);

	while (step != DONE && step != STOP) {
		switch (step) {
		case MORE: step = send_next(s); break;
		case ASK: step = ask(s); break;
		case NEW: step = renew(s); break;
		case DONE:
		case STOP: break;
		}
	}
	return step == DONE ? s->done : NULL;
}

/* Appends the first n bytes of the body. */
static bool add_body(struct session *s, struct buf *b, uint64_t n)
{
	char piece[UPLOAD_SMALL];
	ssize_t got;

	for (uint64_t at = 0; at < n; at += (uint64_t)got) {
		got = s->up->read(s->up->ctx, at, piece, (size_t)(n - at));
		if (got <= 0)
			return bigquery_fail(s->bq, STATUS_IO, "upload: the rows: %s",
			    got < 0 ? strerror(errno) : "cut short");
		buf_add(b, piece, (size_t)got);
	}
	return true;
}

/* The job and the rows in one request. The boundary is random, so no row can hold it. */
static jdoc *multipart(struct session *s, uint64_t n)
{
	char *text = jdoc_dump(s->job), type[RANGE_TEXT];
	uint8_t random[16];
	struct buf url, body, boundary;
	bool ok;

	buf_init(&url, BIGQUERY_URL);
	buf_init(&body, MULTIPART_MAX);
	buf_init(&boundary, RANGE_TEXT);
	crypt_random(random, sizeof random);
	crypt_hex(&boundary, random, sizeof random);
	bigquery_upload_url(s->bq, &url);
	bigquery_query(&url, "uploadType", "multipart");
	buf_addf(&body, "--%s\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n",
	    buf_str(&boundary));
	buf_adds(&body, text);
	buf_addf(&body, "\r\n--%s\r\nContent-Type: %s\r\n\r\n", buf_str(&boundary), s->up->type);
	ok = add_body(s, &body, n);
	buf_addf(&body, "\r\n--%s--\r\n", buf_str(&boundary));
	snprintf(type, sizeof type, "multipart/related; boundary=%s", buf_str(&boundary));
	if (ok)
		ok = bigquery_send(s->bq, &(struct http_request){.method = "POST",
		                              .url = buf_str(&url),
		                              .type = type,
		                              .body = buf_span(&body)});
	buf_free(&url);
	buf_free(&body);
	buf_free(&boundary);
	free(text);
	return ok ? bigquery_document(s->bq) : NULL;
}

jdoc *upload_submit(struct bigquery *bq, const jdoc *job, const char *location, void *ctx)
{
	struct upload *up = ctx;
	struct session s = {
	    .bq = bq, .up = up, .job = job, .location = location, .total = UPLOAD_UNKNOWN};
	jdoc *done = NULL;
	uint64_t n;

	if (measure(&s, 0, &n))
		done = s.total <= UPLOAD_SMALL ? multipart(&s, n) : resumable(&s);
	free(s.url);
	return done;
}
