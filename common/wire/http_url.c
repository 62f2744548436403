#include "wire/http_url.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_visible(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool is_good(CURLUcode code)
{
	if (code == CURLUE_OUT_OF_MEMORY)
		mem_none();
	return code == CURLUE_OK;
}

static CURLU *parse(const char *text)
{
	CURLU *url;

	if (!is_visible(text))
		return NULL;
	url = curl_url();
	if (!url)
		mem_none();
	if (is_good(curl_url_set(url, CURLUPART_URL, text, 0)))
		return url;
	curl_url_cleanup(url);
	return NULL;
}

/* The URL's text, and the end of `url`; NULL when it has none. */
static char *text_of(CURLU *url, unsigned flags)
{
	char *text = NULL, *copy = NULL;

	if (url && is_good(curl_url_get(url, CURLUPART_URL, &text, flags)))
		copy = mem_text(text);
	curl_free(text);
	curl_url_cleanup(url);
	return copy;
}

/* "https://host:443/", with user and password before the host where the URL has them; or NULL. */
static char *origin_of(const char *text)
{
	CURLU *url = parse(text);

	if (url) {
		is_good(curl_url_set(url, CURLUPART_PATH, "/", 0));
		curl_url_set(url, CURLUPART_QUERY, NULL, 0);
		curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
	}
	return text_of(url, CURLU_DEFAULT_PORT);
}

char *http_url_resolve(const char *base, const char *ref)
{
	CURLU *url = is_visible(ref) ? parse(base) : NULL;

	if (url && !is_good(curl_url_set(url, CURLUPART_URL, ref, 0))) {
		curl_url_cleanup(url);
		return NULL;
	}
	if (url)
		curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
	return text_of(url, 0);
}

bool http_url_same_origin(const char *origin, const char *url)
{
	char *a = origin_of(origin), *b = origin_of(url);
	bool same = a && b && !strchr(b, '@') && strcasecmp(a, b) == 0;

	free(a);
	free(b);
	return same;
}

/* `rest` is what follows "http://". */
static bool is_loopback(const char *rest)
{
	char host[INET_ADDRSTRLEN] = "";
	struct in_addr address;
	size_t n = strcspn(rest, ":/");

	if (strncasecmp(rest, "localhost:", 10) == 0 || strncmp(rest, "[::1]:", 6) == 0)
		return true;
	if (n < sizeof host)
		memcpy(host, rest, n);
	return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

const char *http_url_scheme(const char *url, bool plain, const char **why)
{
	char *origin = origin_of(url);
	const char *allowed = NULL;

	if (!is_visible(url))
		*why = "a space or a control byte in the URL";
	else if (!origin)
		*why = "not a URL";
	else if (strchr(origin, '@'))
		*why = "a user name or password in the URL";
	else if (strncasecmp(origin, "https://", 8) == 0)
		allowed = "https";
	else if (strncasecmp(origin, "http://", 7) != 0)
		*why = "the URL is not https";
	else if (plain || is_loopback(origin + 7))
		allowed = "http";
	else
		*why = "plain http is for loopback addresses only; use https";
	free(origin);
	return allowed;
}
