#include "clean.h"

#include "level.h"
#include "row/ucase.h"

bool clean_is_space(uint32_t c)
{
	if (c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r');
	return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 ||
	       c == 0xfeff;
}

struct span clean_trim(const struct clean *c, struct span text, struct buf *into, const char **why)
{
	struct span rest;
	size_t n;

	(void)c, (void)into, (void)why;
	for (rest = text; rest.n > 0 && clean_is_space(utf8_take(&rest)); text = rest)
		continue;
	while (text.n > 0 && clean_is_space(utf8_last(text, &n)))
		text.n -= n;
	return text;
}

/* Each run of white space becomes one space. */
struct span clean_squeeze(
    const struct clean *c, struct span text, struct buf *into, const char **why)
{
	struct span rest = text;
	bool gap = false;

	(void)c, (void)why;
	while (rest.n > 0) {
		struct span here = rest;
		bool space = clean_is_space(utf8_take(&rest));

		if (!space)
			buf_add(into, here.p, here.n - rest.n);
		else if (!gap)
			buf_addc(into, ' ');
		gap = space;
	}
	return into->n == text.n ? (buf_clear(into), text) : buf_span(into);
}

static struct span map_case(struct span text, struct buf *into, uint32_t (*map)(uint32_t))
{
	struct span rest = text;

	while (rest.n > 0) {
		struct span here = rest;
		uint32_t old = utf8_take(&rest), new = map(old);

		if (new == old)
			continue;
		buf_add(into, text.p, (size_t)(here.p - text.p));
		utf8_put(into, new);
		text = rest;
	}
	if (into->n == 0)
		return text;
	buf_addspan(into, text);
	return buf_span(into);
}

struct span clean_lower(const struct clean *c, struct span text, struct buf *into, const char **why)
{
	(void)c, (void)why;
	return map_case(text, into, ucase_lower);
}

struct span clean_upper(const struct clean *c, struct span text, struct buf *into, const char **why)
{
	(void)c, (void)why;
	return map_case(text, into, ucase_upper);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static struct span only(struct span text, struct buf *into, bool (*wanted)(char))
{
	size_t same = 0;

	while (same < text.n && wanted(text.p[same]))
		same++;
	if (same == text.n)
		return text;
	for (size_t i = 0; i < text.n; i++)
		if (wanted(text.p[i]))
			buf_addc(into, text.p[i]);
	return buf_span(into);
}

struct span clean_digits(
    const struct clean *c, struct span text, struct buf *into, const char **why)
{
	(void)c, (void)why;
	return only(text, into, is_digit);
}

struct span clean_alnum(const struct clean *c, struct span text, struct buf *into, const char **why)
{
	(void)c, (void)why;
	return only(text, into, is_alnum);
}

struct span clean_empty_null(
    const struct clean *c, struct span text, struct buf *into, const char **why)
{
	(void)c, (void)into, (void)why;
	return text.n > 0 ? text : (struct span){0};
}

struct span clean_map(const struct clean *c, struct span text, struct buf *into, const char **why)
{
	const struct key *key = level_find(c->from, 0, text);

	(void)into, (void)why;
	return key ? c->to[key->slot] : text;
}
