#include "wire/http_try.h"

#include "base/clock.h"
#include "base/die.h"
#include "base/stop.h"
#include "base/file.h"
#include "base/mem.h"
#include "wire/http_headers.h"
#include "wire/http_url.h"
#include "wire/secret.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef VERSION
#define VERSION "unversioned"
#endif

enum {
	HEADERS_MAX = 256 * 1024,
	AT_ONCE = 256 * 1024,
	KEEPALIVE_S =
	    60, /* a wait of minutes outlives what routers remember of a quiet connection */
	LOOK_MOST_S = 2, /* time between two looks that counts: the caller may have been away */
};

/* ---- what libcurl calls ---- */

/* Ends the try for a rule of ours. Returns false. */
static bool stop(struct http_try *t, bool passing, const char *rule)
{
	t->stopped = rule;
	t->passing = passing;
	return false;
}

static int on_connected(void *ctx, char *ip, char *local_ip, int port, int local_port)
{
	struct http_try *t = ctx;

	(void)ip, (void)local_ip, (void)port, (void)local_port;
	if (t->sends++ == 0)
		return CURL_PREREQFUNC_OK;
	if (t->resends-- <= 0) {
		stop(t, true, "connection closed without a reply");
		return CURL_PREREQFUNC_ABORT;
	}
	inform(1, "a kept connection was closed: sent again on another");
	t->reply->tries++;
	return CURL_PREREQFUNC_OK;
}

static size_t on_send(char *to, size_t size, size_t n, void *ctx)
{
	struct http_try *t = ctx;
	ssize_t got = t->request->read(t->request->read_ctx, t->sent, to, size * n);

	t->sent += got > 0 ? (uint64_t)got : 0;
	return got < 0 ? CURL_READFUNC_ABORT : (size_t)got;
}

static int on_seek(void *ctx, curl_off_t offset, int origin)
{
	struct http_try *t = ctx;

	if (origin != SEEK_SET || offset < 0)
		return CURL_SEEKFUNC_CANTSEEK;
	t->sent = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

/* Each block of headers (100 Continue, a proxy's) makes the one before it void. */
static size_t on_header(char *bytes, size_t size, size_t n, void *ctx)
{
	struct http_try *t = ctx;
	struct buf *headers = &t->reply->headers;

	if (size * n >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
		buf_clear(headers);
	buf_add(headers, bytes, size * n);
	t->head += size * n;
	if (t->head > HEADERS_MAX)
		return stop(t, false, "the reply's headers are longer than 256 KiB");
	return size * n;
}

static bool save(struct http_try *t, const char *bytes, size_t n)
{
	if (t->received > t->request->save_max)
		return stop(t, false, "the reply is longer than its content can be");
	if (file_write(t->request->save_fd, bytes, n))
		return true;
	t->reply->unsaved = errno;
	return false;
}

static bool keep(struct http_try *t, const char *bytes, size_t n)
{
	buf_add(&t->reply->body, bytes, n);
	return !t->reply->body.full;
}

/* A refusal's status says enough: what is too much of its body is neither kept nor waited for. */
static bool keep_refusal(struct http_try *t, const char *bytes, size_t n)
{
	struct buf *body = &t->reply->body;
	size_t room = HTTP_MAX_REFUSAL - body->n;

	buf_add(body, bytes, n < room ? n : room);
	t->cut = n > room;
	return !t->cut;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct http_try *t = ctx;
	long status = 0;
	bool ok;

	t->received += size * n;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 300)
		ok = keep_refusal(t, bytes, size * n);
	else if (t->request->save_fd > 0)
		ok = save(t, bytes, size * n);
	else
		ok = keep(t, bytes, size * n);
	return ok ? size * n : 0;
}

/* Microseconds without a byte, of those that libcurl was there to see. */
static int64_t idle_for(struct http_try *t, uint64_t moved)
{
	int64_t now = clock_mono(), passed = now - t->looked;

	if (moved != t->moved)
		t->idle = 0;
	else
		t->idle +=
		    passed < LOOK_MOST_S * CLOCK_SECOND ? passed : LOOK_MOST_S * CLOCK_SECOND;
	t->moved = moved;
	t->looked = now;
	return t->idle;
}

static int on_progress(
    void *ctx, curl_off_t to_come, curl_off_t came, curl_off_t to_go, curl_off_t gone)
{
	struct http_try *t = ctx;
	int64_t idle = idle_for(t, (uint64_t)came + (uint64_t)gone + t->head);
	bool waiting = gone >= to_go && t->head == 0;

	(void)to_come;
	if (stop_signal() && !t->options->after_stop)
		stop(t, false, "interrupted");
	else if (t->sends == 0) /* connecting has its own limit */
		t->idle = 0;
	else if (waiting && idle > t->options->total_s * CLOCK_SECOND)
		stop(t, true, "no reply within the time limit");
	else if (!waiting && idle > t->options->stall_s * CLOCK_SECOND)
		stop(t, true, "no byte within the stall limit");
	return t->stopped != NULL;
}

/* ---- headers ---- */

bool http_try_open(struct http_try *t, const char **why)
{
	t->scheme = http_url_scheme(t->request->url, t->request->plain, why);
	t->headers = NULL;
	if (!t->scheme)
		return false;
	if (http_headers_make(t->request, &t->headers))
		return true;
	*why = "a control byte in the token or in a header";
	http_try_close(t);
	return false;
}

void http_try_close(struct http_try *t)
{
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, NULL);
	http_headers_free(t->headers);
	t->headers = NULL;
}

/* ---- the beginning ---- */

/* libcurl keeps a copy: without it, another request would be sent. */
static void set_text(CURL *curl, CURLoption option, const char *text)
{
	if (curl_easy_setopt(curl, option, text) == CURLE_OUT_OF_MEMORY)
		mem_none();
}

static void set_body(struct http_try *t)
{
	const struct http_request *q = t->request;
	bool get = strcmp(q->method, "GET") == 0;
	CURL *c = t->curl;

	if (q->read) {
		curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)q->size);
		curl_easy_setopt(c, CURLOPT_READFUNCTION, on_send);
		curl_easy_setopt(c, CURLOPT_READDATA, t);
		curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, on_seek);
		curl_easy_setopt(c, CURLOPT_SEEKDATA, t);
		curl_easy_setopt(c, CURLOPT_UPLOAD_BUFFERSIZE, (long)AT_ONCE);
	} else if (q->body.p || (!get && strcmp(q->method, "DELETE") != 0)) {
		curl_easy_setopt(c, CURLOPT_POST, 1L);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body.p ? q->body.p : "");
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
	}
	if (!get)
		set_text(c, CURLOPT_CUSTOMREQUEST, q->method);
}

static void set_callbacks(struct http_try *t)
{
	CURL *c = t->curl;

	curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, on_connected);
	curl_easy_setopt(c, CURLOPT_PREREQDATA, t);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->why);
}

static void set_connection(struct http_try *t)
{
	CURL *c = t->curl;
	int total_s = t->request->total_s ? t->request->total_s : t->options->total_s;

	set_text(c, CURLOPT_PROTOCOLS_STR, t->scheme);
	if (strcmp(t->scheme, "http") == 0)
		set_text(c, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, (long)(t->request->once && !t->request->read));
	curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(c, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_S);
	curl_easy_setopt(c, CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_S);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)t->options->connect_s);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)total_s);
	curl_easy_setopt(c, CURLOPT_BUFFERSIZE, (long)AT_ONCE);
}

/* Connections outlive the reset. */
static void set_up(struct http_try *t)
{
	CURL *c = t->curl;
	void *owner = NULL;

	curl_easy_getinfo(c, CURLINFO_PRIVATE, &owner);
	curl_easy_reset(c);
	curl_easy_setopt(c, CURLOPT_PRIVATE, owner);
	set_text(c, CURLOPT_URL, t->request->url);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	set_text(c, CURLOPT_USERAGENT, "leadpipe/" VERSION);
	set_text(c, CURLOPT_ACCEPT_ENCODING, t->request->packed ? "gzip" : "");
	curl_easy_setopt(c, CURLOPT_HTTP_CONTENT_DECODING, (long)!t->request->packed);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers);
	set_connection(t);
	set_callbacks(t);
	set_body(t);
}

static void forget_last(struct http_try *t)
{
	t->sends = 0;
	t->cut = t->passing = false;
	t->sent = t->received = t->moved = 0;
	t->head = 0;
	t->idle = 0;
	t->stopped = NULL;
	t->why[0] = '\0';
	buf_clear(&t->reply->body);
	buf_clear(&t->reply->headers);
	t->reply->headers.max = HEADERS_MAX;
	t->reply->body.max = t->options->max_reply;
	t->reply->unsaved = 0;
}

bool http_try_begin(struct http_try *t)
{
	const struct http_request *q = t->request;

	forget_last(t);
	if (q->save_fd > 0 &&
	    (ftruncate(q->save_fd, 0) != 0 || lseek(q->save_fd, 0, SEEK_SET) != 0)) {
		t->reply->unsaved = errno;
		return false;
	}
	set_up(t);
	t->reply->tries++;
	t->began = t->looked = clock_mono();
	return true;
}

/* ---- the end ---- */

static enum retry_fault fault_of(const struct http_try *t, int code)
{
	static const CURLcode passing[] = {CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST,
	    CURLE_COULDNT_CONNECT, CURLE_PARTIAL_FILE, CURLE_OPERATION_TIMEDOUT,
	    CURLE_SSL_CONNECT_ERROR, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING,
	    CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND, CURLE_BAD_CONTENT_ENCODING};

	if (code == CURLE_OK)
		return RETRY_NONE;
	if (t->stopped)
		return t->passing ? RETRY_NETWORK : RETRY_PERMANENT;
	for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
		if (code == (int)passing[i])
			return RETRY_NETWORK;
	return RETRY_PERMANENT;
}

static void name_fault(struct http_try *t, CURLcode code)
{
	char *error = t->reply->error;
	long number = 0;

	curl_easy_getinfo(t->curl, CURLINFO_OS_ERRNO, &number);
	if (t->reply->body.full)
		snprintf(error, HTTP_ERROR, "reply longer than %zu bytes", t->options->max_reply);
	else if (t->stopped)
		snprintf(error, HTTP_ERROR, "%s", t->stopped);
	else if (t->reply->unsaved)
		snprintf(error, HTTP_ERROR, "cannot be saved: %s", strerror(t->reply->unsaved));
	else if (code == CURLE_COULDNT_CONNECT && number)
		snprintf(error, HTTP_ERROR, "%s", strerror((int)number));
	else if (code == CURLE_PARTIAL_FILE)
		snprintf(error, HTTP_ERROR, "reply cut short");
	else if (code == CURLE_OUT_OF_MEMORY) /* what libcurl calls a line of more than 100 KB */
		snprintf(error, HTTP_ERROR, "a header line is too long, or no memory is left");
	else if (code == CURLE_GOT_NOTHING)
		snprintf(error, HTTP_ERROR, "connection closed without a reply");
	else
		snprintf(error, HTTP_ERROR, "%s", *t->why ? t->why : curl_easy_strerror(code));
	if (error[0] >= 'A' && error[0] <= 'Z' && error[1] >= 'a' && error[1] <= 'z')
		error[0] += 'a' - 'A';
}

static void hide_secrets(struct http_try *t)
{
	const char *const *secrets = t->request->secrets;

	secret_hide(&t->reply->body, t->request->bearer);
	for (; secrets && *secrets; secrets++)
		secret_hide(&t->reply->body, *secrets);
}

/* Has a byte of the reply come? */
static bool began(const struct http_try *t)
{
	curl_off_t us = 0;

	curl_easy_getinfo(t->curl, CURLINFO_STARTTRANSFER_TIME_T, &us);
	return us > 0;
}

void http_try_end(struct http_try *t, int code)
{
	struct http_reply *reply = t->reply;
	long status = 0;

	if (code == CURLE_OUT_OF_MEMORY && !began(t))
		mem_none();
	if (t->cut)
		code = CURLE_OK;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	reply->status = code == CURLE_OK ? (int)status : 0;
	reply->fault = fault_of(t, code);
	if (code != CURLE_OK)
		name_fault(t, (CURLcode)code);
	if (reply->status >= 300)
		hide_secrets(t);
}
