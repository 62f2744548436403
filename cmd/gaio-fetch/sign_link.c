/* The Link header (RFC 8288). */

#include "sign.h"

#include <strings.h>

static struct span past_blank(struct span s)
{
	while (s.n > 0 && (*s.p == ' ' || *s.p == '\t'))
		s = span_skip(s, 1);
	return s;
}

/* Up to one of the bytes in `stops`. */
static struct span take_until(struct span *s, const char *stops)
{
	size_t n = 0;

	while (n < s->n && s->p[n] && !strchr(stops, s->p[n]))
		n++;
	*s = span_skip(*s, n);
	return (struct span){s->p - n, n};
}

/* A token or a quoted string; a backslash quotes the next byte. */
static struct span take_value(struct span *s)
{
	size_t n = 0;

	if (s->n == 0 || *s->p != '"')
		return span_trim(take_until(s, ";,"));
	*s = span_skip(*s, 1);
	while (n < s->n && s->p[n] != '"')
		n += s->p[n] == '\\' ? 2 : 1;
	n = n < s->n ? n : s->n;
	*s = span_skip(*s, n);
	if (s->n == 0)
		return (struct span){s->p - n, n};
	*s = span_skip(*s, 1);
	return (struct span){s->p - n - 1, n};
}

static bool same_word(struct span a, struct span b)
{
	return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

/* Is it one of the words between blanks? */
static bool has_word(struct span text, struct span word)
{
	while (text = past_blank(text), text.n > 0)
		if (same_word(take_until(&text, " \t"), word))
			return true;
	return false;
}

/* The parameters of one link: is it that relation, of this page? */
static bool fits(struct span *s, struct span rel)
{
	bool first = true, good = false, anchored = false;

	while (*s = past_blank(*s), s->n > 0 && *s->p == ';') {
		struct span name, value = {0};

		*s = past_blank(span_skip(*s, 1));
		name = span_trim(take_until(s, "=;,"));
		if (s->n > 0 && *s->p == '=') {
			*s = past_blank(span_skip(*s, 1));
			value = take_value(s);
		}
		anchored = anchored || same_word(name, SPAN("anchor"));
		if (first && same_word(name, SPAN("rel"))) {
			first = false;
			good = value.p && has_word(value, rel);
		}
	}
	return good && !anchored;
}

static struct span in_line(struct span s, struct span rel)
{
	while (s.n > 0) {
		struct span target;

		take_until(&s, "<");
		if (s.n == 0)
			break;
		s = span_skip(s, 1);
		target = take_until(&s, ">");
		if (s.n == 0)
			break;
		s = span_skip(s, 1);
		if (fits(&s, rel))
			return target;
		take_until(&s, ",");
	}
	return (struct span){0};
}

struct span sign_link(const struct http_reply *reply, struct span rel)
{
	struct span rest = buf_span(&reply->headers), found = {0};

	while (!found.p && rest.n > 0) {
		struct span line = take_until(&rest, "\n");

		rest = span_skip(rest, rest.n > 0);
		if (line.n > 5 && strncasecmp(line.p, "link:", 5) == 0)
			found = in_line(span_trim(span_skip(line, 5)), rel);
	}
	return found;
}
