#include "wire/http.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "wire/crypt.h"
#include "wire/exchange.h"

#include <curl/curl.h>
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
	RECEIVE_AT_ONCE = 256 * 1024,
};

struct http {
	CURL *curl;
	struct http_options options;
	struct http_reply *reply; /* of the request on its way */
	uint64_t retries, received;
	bool too_long;
	int save_fd; /* of the request on its way */
	char why[CURL_ERROR_SIZE];
};

/* ---- URLs ---- */

static CURLU *url_parse(const char *text)
{
	CURLU *url = curl_url();

	if (url && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK)
		return url;
	curl_url_cleanup(url);
	return NULL;
}

/* The URL's text, taken over and freed; NULL when it has none. */
static char *url_text(CURLU *url, unsigned flags)
{
	char *text = NULL, *copy = NULL;

	if (url && curl_url_get(url, CURLUPART_URL, &text, flags) == CURLUE_OK)
		copy = mem_text(text);
	curl_free(text);
	curl_url_cleanup(url);
	return copy;
}

/* "https://host:443/", with user and password before the host where the URL has them. */
static char *origin_of(const char *text)
{
	CURLU *url = url_parse(text);

	if (url) {
		curl_url_set(url, CURLUPART_PATH, "/", 0);
		curl_url_set(url, CURLUPART_QUERY, NULL, 0);
		curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
	}
	return url_text(url, CURLU_DEFAULT_PORT);
}

char *http_resolve(const char *base, const char *ref)
{
	CURLU *url = url_parse(base);

	if (url && curl_url_set(url, CURLUPART_URL, ref, 0) != CURLUE_OK) {
		curl_url_cleanup(url);
		return NULL;
	}
	if (url)
		curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
	return url_text(url, 0);
}

bool http_same_origin(const char *origin, const char *url)
{
	char *a = origin_of(origin), *b = origin_of(url);
	bool same = a && b && !strchr(b, '@') && strcasecmp(a, b) == 0;

	free(a);
	free(b);
	return same;
}

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
	if (saves(http))
		return file_write(http->save_fd, bytes, size * n) ? size * n : 0;
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

/* ---- sending ---- */

struct http *http_open(const struct http_options *options)
{
	struct http *http = mem_alloc(sizeof *http);
	struct http_options *o = &http->options;

	*o = *options;
	o->connect_s = o->connect_s ? o->connect_s : CONNECT_S;
	o->stall_s = o->stall_s ? o->stall_s : STALL_S;
	o->total_s = o->total_s ? o->total_s : TOTAL_S;
	o->max_reply = o->max_reply ? o->max_reply : HTTP_MAX_REPLY;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(http->curl = curl_easy_init()))
		die(STATUS_BUG, "libcurl: cannot start");
	return http;
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
	curl_easy_cleanup(http->curl);
}

void http_close(struct http *http)
{
	if (!http)
		return;
	without_sigpipe(clean_up, http);
	curl_global_cleanup();
	free(http);
}

static bool is_clean(const char *text)
{
	for (; text && *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

/* NULL and *why where a text holds a control byte, which could smuggle a header in. */
static struct curl_slist *request_headers(const struct http_request *q, const char **why)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	char *line = mem_format("Content-Type:%s%s", q->type ? " " : "", q->type ? q->type : "");
	bool clean = is_clean(q->type) && is_clean(q->bearer);

	list = curl_slist_append(list, line);
	free(line);
	if (q->bearer) {
		line = mem_format("Authorization: Bearer %s", q->bearer);
		list = curl_slist_append(list, line);
		crypt_wipe(line, strlen(line));
		free(line);
	}
	for (size_t i = 0; q->headers && q->headers[i]; i++) {
		clean = clean && is_clean(q->headers[i]);
		list = curl_slist_append(list, q->headers[i]);
	}
	if (clean)
		return list;
	*why = "a control byte in the token or in a header";
	curl_slist_free_all(list);
	return NULL;
}

static void set_body(CURL *curl, const struct http_request *q)
{
	bool get = strcmp(q->method, "GET") == 0;

	if (q->body.p || (!get && strcmp(q->method, "DELETE") != 0)) {
		curl_easy_setopt(curl, CURLOPT_POST, 1L);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, q->body.p ? q->body.p : "");
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
	}
	if (!get)
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, q->method);
}

/* Connections outlive the reset. */
static void set_up(
    struct http *http, const struct http_request *q, const char *scheme, struct curl_slist *headers)
{
	CURL *c = http->curl;
	const struct http_options *o = &http->options;

	curl_easy_reset(c);
	curl_easy_setopt(c, CURLOPT_URL, q->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, scheme);
	if (strcmp(scheme, "http") == 0)
		curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	/* libcurl sends again by itself where a kept connection turns out to be closed. */
	curl_easy_setopt(
	    c, CURLOPT_FRESH_CONNECT, (long)q->once);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "leadpipe/" VERSION);
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)o->connect_s);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)o->stall_s);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)(q->total_s ? q->total_s : o->total_s));
	curl_easy_setopt(c, CURLOPT_BUFFERSIZE, (long)RECEIVE_AT_ONCE);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, http);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, http);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, http->why);
	set_body(c, q);
}

static bool is_network(CURLcode code)
{
	static const CURLcode codes[] = {CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST,
	    CURLE_COULDNT_CONNECT, CURLE_PARTIAL_FILE, CURLE_OPERATION_TIMEDOUT,
	    CURLE_SSL_CONNECT_ERROR, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING,
	    CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_BAD_CONTENT_ENCODING};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (code == codes[i])
			return true;
	return false;
}

static void name_fault(struct http *http, CURLcode code, char *error, size_t size)
{
	long number = 0;

	curl_easy_getinfo(http->curl, CURLINFO_OS_ERRNO, &number);
	if (http->too_long)
		snprintf(error, size, "reply longer than %zu bytes", http->options.max_reply);
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

static void perform(struct http *http)
{
	struct http_reply *reply = http->reply;
	CURLcode code = curl_easy_perform(http->curl);
	long status = 0;

	curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status);
	reply->status = code == CURLE_OK ? (int)status : 0;
	reply->fault = code == CURLE_OK   ? RETRY_NONE
	               : is_network(code) ? RETRY_NETWORK
	                                  : RETRY_PERMANENT;
	if (code == CURLE_OK)
		exchange_name_status(reply);
	else
		name_fault(http, code, reply->error, sizeof reply->error);
}

static void send_once(struct http *http, const struct http_request *q)
{
	struct http_reply *reply = http->reply;
	int64_t began = clock_mono();

	buf_clear(&reply->body);
	buf_clear(&reply->headers);
	http->too_long = false;
	http->why[0] = '\0';
	http->save_fd = q->save_fd;
	if (q->save_fd > 0 &&
	    (ftruncate(q->save_fd, 0) != 0 || lseek(q->save_fd, 0, SEEK_SET) != 0))
		http->save_fd = 0;
	reply->tries++;
	without_sigpipe(perform, http);
	inform(2, "%s %.*s: %s, %zu bytes, %.2f s", q->method, (int)strcspn(q->url, "?"), q->url,
	    reply->error, reply->body.n, (double)(clock_mono() - began) / 1e6);
}

static void send_until(struct http *http, const struct http_request *q)
{
	struct retry_policy policy = http->options.retry;
	struct http_reply *reply = http->reply;

	policy.tries = q->once ? 1 : policy.tries > 0 ? policy.tries : RETRY_TRIES;
	for (;;) {
		struct retry_case c;
		int64_t wait;

		send_once(http, q);
		if (exchange_succeeded(reply)) {
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
		clock_sleep(wait);
		http->retries++;
	}
}

bool http_send(struct http *http, const struct http_request *q, struct http_reply *reply)
{
	const char *why = NULL;
	char *origin = origin_of(q->url);
	const char *scheme = exchange_scheme(q, origin, &why);
	struct curl_slist *headers = scheme ? request_headers(q, &why) : NULL;

	free(origin);
	reply->body.max = http->options.max_reply;
	reply->headers.max = HEADERS_MAX;
	reply->status = reply->tries = 0;
	reply->fault = RETRY_PERMANENT;
	reply->again = false;
	if (!headers) {
		snprintf(reply->error, sizeof reply->error, "%s", why);
		return false;
	}
	http->reply = reply;
	set_up(http, q, scheme, headers);
	send_until(http, q);
	curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	return exchange_succeeded(reply);
}

uint64_t http_retries(const struct http *http)
{
	return http->retries;
}

uint64_t http_received(const struct http *http)
{
	return http->received;
}
