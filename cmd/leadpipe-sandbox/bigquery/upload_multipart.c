#include "bigquery/upload.h"
#include "base/text.h"

#include <stdlib.h>
#include <strings.h>

enum { BOUNDARY_MAX = 256 };

/* boundary=B or boundary="B" of a Content-Type. */
static bool find_boundary(const char *type, struct span *boundary)
{
	const char *p = type ? strchr(type, ';') : NULL;

	for (; p; p = strchr(p, ';')) {
		p += 1 + strspn(p + 1, " \t");
		if (strncasecmp(p, "boundary=", 9) != 0)
			continue;
		p += 9;
		boundary->p = *p == '"' ? p + 1 : p;
		boundary->n = strcspn(boundary->p, *p == '"' ? "\"" : "; \t");
		return boundary->n && boundary->n < BOUNDARY_MAX;
	}
	return false;
}

/* Is there "--boundary" at the start of s? */
static bool delimits(struct span s, struct span boundary)
{
	return span_starts(s, SPAN("--")) && span_starts(span_skip(s, 2), boundary);
}

/* What stands after the first line of s; the absent span when there is no line end. */
static struct span next_line(struct span s)
{
	const char *end = memchr(s.p, '\n', s.n);

	return end ? span_skip(s, (size_t)(end - s.p) + 1) : (struct span){NULL, 0};
}

/*
 * *rest stands at a delimiter; its part's content, and *rest at the next delimiter.
 * The line end before a delimiter belongs to the delimiter.
 */
static bool take_part(struct span *rest, struct span boundary, struct span *content)
{
	struct span s = next_line(*rest);
	bool crlf = s.p && s.p - rest->p > 1 && s.p[-2] == '\r';

	for (; s.p && s.n && *s.p != '\n' && *s.p != '\r'; s = next_line(s))
		;
	s = s.p ? next_line(s) : s;
	if (!s.p)
		return false;
	*content = s;
	for (*rest = s; rest->p && !delimits(*rest, boundary); *rest = next_line(*rest))
		;
	if (!rest->p)
		return false;
	content->n = (size_t)(rest->p - s.p);
	if (content->n)
		content->n--;
	if (content->n && crlf && s.p[content->n - 1] == '\r')
		content->n--;
	return true;
}

const char *upload_split(
    const char *content_type, struct span body, struct span *document, struct span *media)
{
	struct span boundary, rest = body;

	if (!find_boundary(content_type, &boundary))
		return "Content-Type has no boundary";
	while (rest.p && !delimits(rest, boundary))
		rest = next_line(rest);
	if (!rest.p || !take_part(&rest, boundary, document) || !take_part(&rest, boundary, media))
		return "The multipart body must have two parts";
	return NULL;
}

/* ---- Content-Range ---- */

static bool take_number(const char **p, int64_t *value)
{
	size_t n = span_digits(span_of(*p));

	*p += n;
	return text_integer((struct span){*p - n, n}, value);
}

bool upload_range(const char *text, struct content_range *range)
{
	*range = (struct content_range){.last = -1, .total = -1};
	if (strncasecmp(text, "bytes", 5) != 0)
		return false;
	text += 5 + strspn(text + 5, " =");
	if (*text == '*') {
		range->query = true;
		text++;
	} else if (!take_number(&text, &range->first) || *text++ != '-' ||
	           !take_number(&text, &range->last) || range->last < range->first) {
		return false;
	}
	if (*text++ != '/')
		return false;
	if (strcmp(text, "*") == 0)
		return true;
	return take_number(&text, &range->total) && !*text &&
	       (range->query || range->last < range->total);
}
