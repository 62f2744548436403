#include "wire/exchange.h"

#include "base/clock.h"
#include "wire/crypt.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <strings.h>

/* ---- requests ---- */

void http_escape(struct buf *b, struct span text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                            "0123456789-._~";

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] && strchr(plain, text.p[i]))
			buf_addc(b, text.p[i]);
		else
			buf_addf(b, "%%%02X", (unsigned char)text.p[i]);
}

/* `origin` stands behind "http://". */
static bool is_loopback(const char *origin)
{
	char host[INET_ADDRSTRLEN] = "";
	struct in_addr address;
	size_t n = strcspn(origin, ":/");

	if (strncasecmp(origin, "localhost:", 10) == 0 || strncmp(origin, "[::1]:", 6) == 0)
		return true;
	if (n < sizeof host)
		memcpy(host, origin, n);
	return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

const char *exchange_scheme(const struct http_request *q, const char *origin, const char **why)
{
	const char *allowed = NULL;

	if (!origin)
		*why = "not a URL";
	else if (strchr(origin, '@'))
		*why = "a user name or password in the URL";
	else if (strncasecmp(origin, "https://", 8) == 0)
		allowed = "https";
	else if (strncasecmp(origin, "http://", 7) != 0)
		*why = "the URL is not https";
	else if (q->plain || is_loopback(origin + 7))
		allowed = "http";
	else
		*why = "plain http is for loopback addresses only; use https";
	return allowed;
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

void exchange_name_status(struct http_reply *reply)
{
	snprintf(reply->error, sizeof reply->error, "HTTP %d%s", reply->status,
	    is_redirect(reply) ? ": redirects are not followed" : "");
}

bool http_succeeded(const struct http_reply *reply)
{
	return reply->fault == RETRY_NONE && reply->status > 0 && reply->status < 400 &&
	       !is_redirect(reply);
}

struct retry_case exchange_judge(const struct http_request *q, const struct http_reply *reply)
{
	struct retry_case c = {.fault = reply->fault,
	    .status = reply->status,
	    .attempt = reply->tries,
	    .after_us = -1};

	crypt_random((uint8_t *)&c.chance, sizeof c.chance);
	if (reply->fault == RETRY_NONE) {
		c.transient = q->transient && q->transient(reply);
		c.after_us = retry_after(
		    http_header(reply, "Retry-After"), http_header(reply, "Date"), clock_now());
	}
	return c;
}

void exchange_explain(struct http_reply *reply, const struct retry_case *c, int tries)
{
	size_t n = strlen(reply->error);
	char *end = reply->error + n;

	if (reply->again && c->attempt < tries)
		snprintf(end, sizeof reply->error - n, ", and it asks to wait %jd s",
		    (intmax_t)(c->after_us / CLOCK_SECOND));
	else if (reply->tries > 1)
		snprintf(end, sizeof reply->error - n, " after %d tries", reply->tries);
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
