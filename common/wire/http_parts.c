/* URLs, headers and faults, as libcurl has them. */

#include "base/mem.h"
#include "wire/crypt.h"
#include "wire/exchange.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <strings.h>

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

char *exchange_origin(const char *text)
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
	char *a = exchange_origin(origin), *b = exchange_origin(url);
	bool same = a && b && !strchr(b, '@') && strcasecmp(a, b) == 0;

	free(a);
	free(b);
	return same;
}

/* ---- headers ---- */

static bool is_clean(const char *text)
{
	for (; text && *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

struct curl_slist *exchange_headers(const struct http_request *q, const char **why)
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

/* ---- faults ---- */

enum retry_fault exchange_fault(int code)
{
	static const CURLcode codes[] = {CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST,
	    CURLE_COULDNT_CONNECT, CURLE_PARTIAL_FILE, CURLE_OPERATION_TIMEDOUT,
	    CURLE_SSL_CONNECT_ERROR, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING,
	    CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND, CURLE_BAD_CONTENT_ENCODING};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (code == (int)codes[i])
			return RETRY_NETWORK;
	return code == CURLE_OK ? RETRY_NONE : RETRY_PERMANENT;
}
