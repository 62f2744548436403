#include "wire/http_headers.h"

#include "base/mem.h"
#include "wire/crypt.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

static bool is_clean(const char *text)
{
	for (; text && *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static void add(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (!longer)
		mem_none();
	*list = longer;
}

bool http_headers_make(const struct http_request *q, struct curl_slist **list)
{
	char *line = mem_format("Content-Type:%s%s", q->type ? " " : "", q->type ? q->type : "");
	bool clean = is_clean(q->type) && is_clean(q->bearer);

	*list = NULL;
	add(list, "Expect:");
	add(list, line);
	free(line);
	if (q->bearer) {
		line = mem_format("Authorization: Bearer %s", q->bearer);
		add(list, line);
		crypt_free_text(line);
	}
	for (size_t i = 0; q->headers && q->headers[i]; i++) {
		clean = clean && is_clean(q->headers[i]);
		add(list, q->headers[i]);
	}
	return clean;
}

void http_headers_free(struct curl_slist *list)
{
	for (struct curl_slist *line = list; line; line = line->next)
		crypt_wipe(line->data, strlen(line->data));
	curl_slist_free_all(list);
}
