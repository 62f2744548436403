#include "server/path.h"

#include "base/mem.h"

#include <stdlib.h>

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes into `to` (as long as s, and one more for the NUL); the length, or -1. */
static long percent_decode(struct span s, char *to, bool plus)
{
	char *start = to;

	for (size_t i = 0; i < s.n; i++) {
		int high, low;

		if (s.p[i] != '%') {
			*to++ = plus && s.p[i] == '+' ? ' ' : s.p[i];
			continue;
		}
		if (s.n - i < 3 || (high = hex(s.p[i + 1])) < 0 || (low = hex(s.p[i + 2])) < 0 ||
		    (high | low) == 0)
			return -1;
		*to++ = (char)(high << 4 | low);
		i += 2;
	}
	*to = '\0';
	return to - start;
}

bool path_read(struct path *path, const char *target)
{
	size_t n = strcspn(target, "?#"), from = 0;
	char *text, *decoded;

	*path = (struct path){.text = mem_alloc(n + 2), .decoded = mem_alloc(2 * n + 2)};
	text = path->text;
	decoded = path->decoded;
	while (from < n) {
		size_t length = strcspn(target + from, "/?#");
		struct span part = {target + from, length};
		long got;

		from += length + 1;
		if (length == 0)
			continue;
		if (path->n == PATH_PARTS || (got = percent_decode(part, decoded, false)) < 0)
			return false;
		path->part[path->n] = (struct span){decoded, (size_t)got};
		decoded += got + 1;
		*text++ = '/';
		path->at[path->n++] = (size_t)(text - path->text);
		memcpy(text, part.p, part.n);
		text += part.n;
	}
	if (path->n == 0)
		*text = '/';
	return true;
}

void path_free(struct path *path)
{
	free(path->text);
	free(path->decoded);
	*path = (struct path){0};
}

static bool match_part(struct span pattern, struct span part, struct span *value)
{
	struct span hole = SPAN("{}");
	size_t head = pattern.n < hole.n ? 0 : pattern.n - hole.n;

	value->p = NULL;
	if (pattern.n < hole.n || !span_eq(span_skip(pattern, head), hole))
		return span_eq(pattern, part);
	if (part.n <= head || !span_starts(part, (struct span){pattern.p, head}))
		return false;
	*value = span_skip(part, head);
	return true;
}

bool path_match(const struct path *path, const char *pattern, struct span parts[PATH_HOLES])
{
	size_t n = 0, i = 0;

	while (*pattern == '/' && pattern[1]) {
		struct span want = {pattern + 1, strcspn(pattern + 1, "/")}, value;

		pattern += 1 + want.n;
		if (i == path->n)
			return false;
		if (span_eq(want, SPAN("{*}"))) {
			parts[n] = span_of(path->text + path->at[i]);
			return true;
		}
		if (!match_part(want, path->part[i++], &value))
			return false;
		if (value.p)
			parts[n++] = value;
	}
	return i == path->n;
}

char *path_form_value(struct span body, const char *name)
{
	size_t length = strlen(name);

	while (body.n > 0) {
		const char *amp = memchr(body.p, '&', body.n);
		struct span pair = {body.p, amp ? (size_t)(amp - body.p) : body.n};
		char *value;

		body = span_skip(body, amp ? pair.n + 1 : pair.n);
		if (pair.n <= length || pair.p[length] != '=' || memcmp(pair.p, name, length) != 0)
			continue;
		pair = span_skip(pair, length + 1);
		value = mem_alloc(pair.n + 1);
		if (percent_decode(pair, value, true) >= 0)
			return value;
		free(value);
		return NULL;
	}
	return NULL;
}
