#include "wire/http.h"

#include "base/args.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/mem.h"
#include "base/stop.h"
#include "wire/crypt.h"
#include "wire/http_try.h"
#include "wire/secret.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { CONNECT_S = 10, STALL_S = 60, LAST_WORDS_S = 5, TRIES_MOST = 100, TIMEOUT_MOST_S = 86400 };

struct http {
	CURL *curl;
	CURLM *multi;
	bool beside; /* `multi` is another's */
	struct http_options options;
	uint64_t retries, received;
	/* The request on its way. */
	struct http_request request;
	struct http_reply *reply;
	struct http_try try;
	bool allowed; /* it may be sent */
	bool going;   /* a try of it is on its way */
	int code;     /* the CURLcode that the last try ended with */
};

/* ---- options ---- */

void http_set_tries(struct http_options *options, const char *text)
{
	options->retry.tries = (int)args_number("--tries", text, 1, TRIES_MOST);
}

void http_set_timeout(struct http_options *options, const char *text)
{
	options->total_s = (int)args_number("--timeout", text, 1, TIMEOUT_MOST_S);
}

/* ---- replies ---- */

struct span http_header(const struct http_reply *reply, const char *name)
{
	struct span rest = buf_span(&reply->headers);
	size_t n = strlen(name);

	while (rest.n > 0) {
		const char *end = memchr(rest.p, '\n', rest.n);
		struct span line = {rest.p, end ? (size_t)(end - rest.p) : rest.n};

		if (line.n > n && line.p[n] == ':' && strncasecmp(line.p, name, n) == 0)
			return span_trim(span_skip(line, n + 1));
		rest = span_skip(rest, line.n + (end != NULL));
	}
	return (struct span){NULL, 0};
}

static bool is_redirect(const struct http_reply *reply)
{
	return reply->status >= 300 && reply->status < 400 &&
	       (reply->status != 308 || http_header(reply, "Location").p);
}

bool http_succeeded(const struct http_reply *reply)
{
	return reply->fault == RETRY_NONE && reply->status > 0 && reply->status < 400 &&
	       !is_redirect(reply);
}

enum status http_blame(const struct http_reply *reply)
{
	if (reply->unsaved)
		return STATUS_IO;
	if (reply->again)
		return STATUS_AGAIN;
	if (reply->status == 401 || reply->status == 403)
		return STATUS_DENIED;
	return reply->status >= 500 ? STATUS_AGAIN : STATUS_REFUSED;
}

void http_reply_free(struct http_reply *reply)
{
	buf_free(&reply->body);
	buf_free(&reply->headers);
}

/* ---- making ready ---- */

static struct http *start(const struct http_options *options, CURLM *multi)
{
	struct http *http = mem_alloc(sizeof *http);

	http->options = *options;
	http->beside = multi != NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(http->curl = curl_easy_init()) ||
	    !(http->multi = multi ? multi : curl_multi_init()))
		mem_none();
	curl_easy_setopt(http->curl, CURLOPT_PRIVATE, http);
	return http;
}

struct http *http_open(const struct http_options *options)
{
	struct http_options o = *options;

	o.connect_s = o.connect_s ? o.connect_s : CONNECT_S;
	o.stall_s = o.stall_s ? o.stall_s : STALL_S;
	o.total_s = o.total_s ? o.total_s : HTTP_TIMEOUT_S;
	o.max_reply = o.max_reply ? o.max_reply : HTTP_MAX_REPLY;
	secret_guard();
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
	http_try_close(&http->try);
	curl_easy_cleanup(http->curl);
	if (!http->beside)
		curl_multi_cleanup(http->multi);
}

void http_outlive_stop(struct http *http)
{
	http->options.after_stop = true;
	http->options.total_s = LAST_WORDS_S;
	http->options.retry.tries = 1;
}

void http_close(struct http *http)
{
	if (!http)
		return;
	http->try.curl = http->curl;
	without_sigpipe(clean_up, http);
	curl_global_cleanup();
	free(http);
}

/* ---- one try ---- */

/* Moves all that share the multi handle. */
static void perform(struct http *http)
{
	CURLMsg *message;
	int n;

	if (curl_multi_perform(http->multi, &n) == CURLM_OUT_OF_MEMORY)
		mem_none();
	while ((message = curl_multi_info_read(http->multi, &n)) != NULL) {
		struct http *done;

		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &done);
		done->code = (int)message->data.result;
		done->going = false;
		curl_multi_remove_handle(http->multi, done->curl);
	}
}

void http_wait(struct http *http, int64_t us)
{
	if (us <= 0)
		return;
	if (curl_multi_poll(http->multi, NULL, 0, (int)(us / 1000) + 1, NULL) ==
	    CURLM_OUT_OF_MEMORY)
		mem_none();
	without_sigpipe(perform, http);
}

static int most_tries(const struct http *http)
{
	int tries = http->options.retry.tries;

	return http->request.once ? 1 : tries > 0 ? tries : RETRY_TRIES;
}

static void begin_try(struct http *http)
{
	http->code = CURLE_WRITE_ERROR;
	http->going = http_try_begin(&http->try);
	http->try.resends = most_tries(http) - http->reply->tries;
	if (!http->going)
		return;
	if (curl_multi_add_handle(http->multi, http->curl) != CURLM_OK)
		mem_none();
	without_sigpipe(perform, http);
}

static void name_status(struct http_reply *reply)
{
	snprintf(reply->error, sizeof reply->error, "HTTP %d%s", reply->status,
	    is_redirect(reply) ? ": redirects are not followed" : "");
}

static void end_try(struct http *http)
{
	const struct http_request *q = &http->request;
	struct http_reply *reply = http->reply;

	while (http->going)
		http_wait(http, CLOCK_SECOND);
	http_try_end(&http->try, http->code);
	if (reply->status)
		name_status(reply);
	http->received += http->try.received;
	inform(2, "%s %.*s: %s, %zu bytes, %.2f s", q->method, (int)strcspn(q->url, "?"), q->url,
	    reply->error, reply->body.n, (double)(clock_mono() - http->try.began) / 1e6);
}

/* ---- all tries ---- */

/* What retry needs to know of a reply that did not succeed. */
static struct retry_case judge(const struct http *http)
{
	const struct http_reply *reply = http->reply;
	struct retry_case c = {.fault = reply->fault,
	    .status = reply->status,
	    .attempt = reply->tries,
	    .after_us = -1};

	crypt_random((uint8_t *)&c.chance, sizeof c.chance);
	if (reply->fault == RETRY_NONE) {
		c.transient = http->request.transient && http->request.transient(reply);
		c.after_us = retry_after(
		    http_header(reply, "Retry-After"), http_header(reply, "Date"), clock_now());
	}
	return c;
}

/* Ends reply->error when nothing is tried again: "HTTP 503" becomes "HTTP 503 after 6 tries". */
static void explain(struct http_reply *reply, const struct retry_case *c, int tries)
{
	size_t n = strlen(reply->error);
	char *end = reply->error + n;

	if (reply->again && c->attempt < tries)
		snprintf(end, sizeof reply->error - n, ", and it asks to wait %jd s",
		    (intmax_t)(c->after_us / CLOCK_SECOND));
	else if (reply->tries > 1)
		snprintf(end, sizeof reply->error - n, " after %d tries", reply->tries);
}

/* Those beside go on in the meantime. */
static void wait_out(struct http *http, int64_t wait)
{
	int64_t end = clock_mono() + wait;

	for (int64_t left; !stop_signal() && (left = end - clock_mono()) > 0;)
		http_wait(http, left);
}

/* Waits for the next try and begins it. False: there is none. */
static bool try_again(struct http *http)
{
	struct retry_policy policy = http->options.retry;
	struct http_reply *reply = http->reply;
	struct retry_case c = judge(http);
	int64_t wait;

	policy.tries = most_tries(http);
	reply->again = retry_worth(&c);
	wait = retry_wait(&policy, &c);
	if (wait == RETRY_GIVE_UP) {
		explain(reply, &c, policy.tries);
		return false;
	}
	inform(1, "%s, trying again in %.1f s (try %d of %d)", reply->error, (double)wait / 1e6,
	    reply->tries + 1, policy.tries);
	progress("%s, waiting %.1f s", reply->error, (double)wait / 1e6);
	wait_out(http, wait);
	if (stop_signal())
		return false;
	begin_try(http);
	return true;
}

void http_begin(struct http *http, const struct http_request *q, struct http_reply *reply)
{
	const char *why = NULL;

	http->request = *q;
	http->reply = reply;
	http->try = (struct http_try){.curl = http->curl,
	    .request = &http->request,
	    .reply = reply,
	    .options = &http->options};
	reply->status = reply->tries = 0;
	reply->fault = RETRY_PERMANENT;
	reply->again = false;
	http->allowed = !stop_signal() || http->options.after_stop;
	why = "interrupted";
	http->allowed = http->allowed && http_try_open(&http->try, &why);
	if (http->allowed)
		begin_try(http);
	else
		snprintf(reply->error, sizeof reply->error, "%s", why);
}

bool http_go_on(struct http *http)
{
	if (http->going)
		without_sigpipe(perform, http);
	return !http->going;
}

bool http_finish(struct http *http)
{
	struct http_reply *reply = http->reply;

	if (!http->allowed)
		return false;
	do
		end_try(http);
	while (!http_succeeded(reply) && try_again(http));
	http_try_close(&http->try);
	http->retries += reply->tries > 1 ? (uint64_t)reply->tries - 1 : 0;
	if (http_succeeded(reply))
		reply->error[0] = '\0';
	return http_succeeded(reply);
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
