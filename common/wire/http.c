#include "wire/http.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "wire/exchange.h"

#include <curl/curl.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#ifndef VERSION
#define VERSION "unversioned"
#endif

enum {
	CONNECT_S = 10,
	STALL_S = 60,
	TOTAL_S = 300,
	HEADERS_MAX = 256 * 1024,
	AT_ONCE = 256 * 1024,
};

struct http {
	CURL *curl;
	CURLM *multi;
	bool beside; /* `multi` is another's */
	struct http_options options;
	uint64_t retries, received;
	/* The request on its way. */
	struct http_request request;
	struct http_reply *reply;
	struct curl_slist *headers; /* NULL: it may not be sent */
	bool going;                 /* a try of it is */
	CURLcode code;              /* how the last try ended */
	int64_t began;
	uint64_t sent; /* bytes of its body */
	bool too_long;
	int save_fd;
	char why[CURL_ERROR_SIZE];
};

/* ---- receiving ---- */

static bool saves(struct http *http)
{
	long status = 0;

	curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status);
	return http->save_fd > 0 && status < 300;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct http *http = ctx;

	http->received += size * n;
	if (saves(http)) {
		bool ok = file_write(http->save_fd, bytes, size * n);

		http->reply->unsaved = ok ? 0 : errno;
		return ok ? size * n : 0;
	}
	buf_add(&http->reply->body, bytes, size * n);
	http->too_long = http->reply->body.full;
	return http->too_long ? 0 : size * n;
}

/* Each block of headers (100 Continue, a proxy's) makes the one before it void. */
static size_t on_header(char *bytes, size_t size, size_t n, void *ctx)
{
	struct http *http = ctx;
	struct buf *headers = &http->reply->headers;

	if (size * n >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
		buf_clear(headers);
	buf_add(headers, bytes, size * n);
	http->too_long = headers->full;
	return http->too_long ? 0 : size * n;
}

/* ---- making ready ---- */

static struct http *start(const struct http_options *options, CURLM *multi)
{
	struct http *http = mem_alloc(sizeof *http);

	http->options = *options;
	http->beside = multi != NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(http->curl = curl_easy_init()) ||
	    !(http->multi = multi ? multi : curl_multi_init()))
		die(STATUS_BUG, "libcurl: cannot start");
	return http;
}

struct http *http_open(const struct http_options *options)
{
	struct http_options o = *options;

	o.connect_s = o.connect_s ? o.connect_s : CONNECT_S;
	o.stall_s = o.stall_s ? o.stall_s : STALL_S;
	o.total_s = o.total_s ? o.total_s : TOTAL_S;
	o.max_reply = o.max_reply ? o.max_reply : HTTP_MAX_REPLY;
	return start(&o, NULL);
}

struct http *http_open_beside(struct http *http)
{
	return start(&http->options, http->multi);
}

/* TLS writes to sockets in ways that raise SIGPIPE; on stdout that signal must keep its meaning. */
static void without_sigpipe(void (*work)(struct http *), struct http *http)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;

	sigaction(SIGPIPE, &ignore, &before);
	work(http);
	sigaction(SIGPIPE, &before, NULL);
}

static void clean_up(struct http *http)
{
	curl_multi_remove_handle(http->multi, http->curl);
	curl_easy_cleanup(http->curl);
	if (!http->beside)
		curl_multi_cleanup(http->multi);
}

void http_close(struct http *http)
{
	if (!http)
		return;
	without_sigpipe(clean_up, http);
	curl_slist_free_all(http->headers);
	curl_global_cleanup();
	free(http);
}

/* The next bytes of a body that is read while it is sent. */
static size_t on_send(char *to, size_t size, size_t n, void *ctx)
{
	struct http *http = ctx;
	const struct http_request *q = &http->request;
	ssize_t got = q->read(q->read_ctx, http->sent, to, size * n);

	if (got < 0)
		return CURL_READFUNC_ABORT;
	http->sent += (uint64_t)got;
	return (size_t)got;
}

static void set_body(struct http *http)
{
	const struct http_request *q = &http->request;
	bool get = strcmp(q->method, "GET") == 0;
	CURL *c = http->curl;

	if (q->read) {
		curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)q->size);
		curl_easy_setopt(c, CURLOPT_READFUNCTION, on_send);
		curl_easy_setopt(c, CURLOPT_READDATA, http);
		curl_easy_setopt(c, CURLOPT_UPLOAD_BUFFERSIZE, (long)AT_ONCE);
	} else if (q->body.p || (!get && strcmp(q->method, "DELETE") != 0)) {
		curl_easy_setopt(c, CURLOPT_POST, 1L);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body.p ? q->body.p : "");
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
	}
	if (!get)
		curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, q->method);
}

/* Connections outlive the reset. */
static void set_up(struct http *http, const char *scheme)
{
	CURL *c = http->curl;
	const struct http_options *o = &http->options;
	const struct http_request *q = &http->request;

	curl_easy_reset(c);
	curl_easy_setopt(c, CURLOPT_PRIVATE, http);
	curl_easy_setopt(c, CURLOPT_URL, q->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, scheme);
	if (strcmp(scheme, "http") == 0)
		curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	/* Where a kept connection turns out to be closed, libcurl sends again what it can rewind. */
	curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, (long)(q->once && !q->read));
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "leadpipe/" VERSION);
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, q->packed ? "gzip" : "");
	curl_easy_setopt(c, CURLOPT_HTTP_CONTENT_DECODING, (long)!q->packed);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, http->headers);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)o->connect_s);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)o->stall_s);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)(q->total_s ? q->total_s : o->total_s));
	curl_easy_setopt(c, CURLOPT_BUFFERSIZE, (long)AT_ONCE);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, http);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, http);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, http->why);
	set_body(http);
}

static void name_fault(struct http *http, CURLcode code, char *error, size_t size)
{
	long number = 0;

	curl_easy_getinfo(http->curl, CURLINFO_OS_ERRNO, &number);
	if (http->too_long)
		snprintf(error, size, "reply longer than %zu bytes", http->options.max_reply);
	else if (http->reply->unsaved)
		snprintf(error, size, "cannot be saved: %s", strerror(http->reply->unsaved));
	else if (code == CURLE_COULDNT_CONNECT && number)
		snprintf(error, size, "%s", strerror((int)number));
	else if (code == CURLE_PARTIAL_FILE)
		snprintf(error, size, "reply cut short");
	else if (code == CURLE_GOT_NOTHING)
		snprintf(error, size, "connection closed without a reply");
	else
		snprintf(error, size, "%s", *http->why ? http->why : curl_easy_strerror(code));
	if (error[0] >= 'A' && error[0] <= 'Z' && error[1] >= 'a' && error[1] <= 'z')
		error[0] += 'a' - 'A';
}

/* ---- one try ---- */

/* Moves all that share the multi handle. */
static void perform(struct http *http)
{
	CURLMsg *message;
	int n;

	curl_multi_perform(http->multi, &n);
	while ((message = curl_multi_info_read(http->multi, &n)) != NULL) {
		struct http *done;

		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &done);
		done->code = message->data.result;
		done->going = false;
		curl_multi_remove_handle(http->multi, done->curl);
	}
}

void http_wait(struct http *http, int64_t us)
{
	if (us <= 0)
		return;
	curl_multi_poll(http->multi, NULL, 0, (int)(us / 1000) + 1, NULL);
	without_sigpipe(perform, http);
}

static void begin_try(struct http *http)
{
	const struct http_request *q = &http->request;
	struct http_reply *reply = http->reply;

	buf_clear(&reply->body);
	buf_clear(&reply->headers);
	http->too_long = false;
	reply->unsaved = 0;
	http->why[0] = '\0';
	http->sent = 0;
	http->save_fd = q->save_fd;
	if (q->save_fd > 0 &&
	    (ftruncate(q->save_fd, 0) != 0 || lseek(q->save_fd, 0, SEEK_SET) != 0))
		http->save_fd = 0;
	reply->tries++;
	http->began = clock_mono();
	http->going = true;
	curl_multi_add_handle(http->multi, http->curl);
	without_sigpipe(perform, http);
}

static void end_try(struct http *http)
{
	const struct http_request *q = &http->request;
	struct http_reply *reply = http->reply;
	CURLcode code;
	long status = 0;

	while (http->going)
		http_wait(http, CLOCK_SECOND);
	code = http->code;
	curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status);
	reply->status = code == CURLE_OK ? (int)status : 0;
	reply->fault = exchange_fault(code);
	if (code == CURLE_OK)
		exchange_name_status(reply);
	else
		name_fault(http, code, reply->error, sizeof reply->error);
	inform(2, "%s %.*s: %s, %zu bytes, %.2f s", q->method, (int)strcspn(q->url, "?"), q->url,
	    reply->error, reply->body.n, (double)(clock_mono() - http->began) / 1e6);
}

/* ---- all tries ---- */

static void wait_out(struct http *http, int64_t wait)
{
	int64_t end = clock_mono() + wait;

	for (int64_t left; (left = end - clock_mono()) > 0;)
		http_wait(http, left);
}

static void send_until(struct http *http)
{
	const struct http_request *q = &http->request;
	struct retry_policy policy = http->options.retry;
	struct http_reply *reply = http->reply;

	policy.tries = q->once ? 1 : policy.tries > 0 ? policy.tries : RETRY_TRIES;
	for (;;) {
		struct retry_case c;
		int64_t wait;

		end_try(http);
		if (http_succeeded(reply)) {
			reply->error[0] = '\0';
			return;
		}
		c = exchange_judge(q, reply);
		reply->again = retry_worth(&c);
		wait = retry_wait(&policy, &c);
		if (wait == RETRY_GIVE_UP) {
			exchange_explain(reply, &c, policy.tries);
			return;
		}
		inform(1, "%s, trying again in %.1f s (try %d of %d)", reply->error,
		    (double)wait / 1e6, reply->tries + 1, policy.tries);
		progress("%s, waiting %.1f s", reply->error, (double)wait / 1e6);
		wait_out(http, wait);
		http->retries++;
		begin_try(http);
	}
}

void http_begin(struct http *http, const struct http_request *q, struct http_reply *reply)
{
	const char *why = NULL;
	char *origin = exchange_origin(q->url);
	const char *scheme = exchange_scheme(q, origin, &why);

	free(origin);
	http->request = *q;
	http->reply = reply;
	http->headers = scheme ? exchange_headers(q, &why) : NULL;
	reply->body.max = http->options.max_reply;
	reply->headers.max = HEADERS_MAX;
	reply->status = reply->tries = 0;
	reply->fault = RETRY_PERMANENT;
	reply->again = false;
	if (!http->headers) {
		snprintf(reply->error, sizeof reply->error, "%s", why);
		return;
	}
	set_up(http, scheme);
	begin_try(http);
}

bool http_go_on(struct http *http)
{
	if (http->going)
		without_sigpipe(perform, http);
	return !http->going;
}

bool http_finish(struct http *http)
{
	if (!http->headers)
		return false;
	send_until(http);
	curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(http->headers);
	http->headers = NULL;
	return http_succeeded(http->reply);
}

bool http_send(struct http *http, const struct http_request *q, struct http_reply *reply)
{
	http_begin(http, q, reply);
	return http_finish(http);
}

uint64_t http_retries(const struct http *http)
{
	return http->retries;
}

uint64_t http_received(const struct http *http)
{
	return http->received;
}
