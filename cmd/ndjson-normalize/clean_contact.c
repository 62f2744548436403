#include "clean.h"

#include "base/phone.h"
#include "base/text.h"

/* ---- e-mail addresses ---- */

/* RFC 5321's limits, in bytes. */
enum { LOCAL_MAX = 64, ADDRESS_MAX = 254, LABEL_MAX = 63 };

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x80 || text_is_digit(c) || text_is_letter(c);
}

/* Atoms of RFC 5322 (and RFC 6531's other letters) with single dots between them. */
static bool is_local(struct span s)
{
	char before = '.';

	for (size_t i = 0; i < s.n; before = s.p[i++])
		if (s.p[i] == '.'
		        ? before == '.'
		        : !is_plain(s.p[i]) && (!s.p[i] || !strchr("!#$%&'*+-/=?^_`{|}~", s.p[i])))
			return false;
	return before != '.' && s.n <= LOCAL_MAX;
}

static bool is_label(struct span s)
{
	if (s.n == 0 || s.n > LABEL_MAX || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_plain(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

/* Two labels or more; the last is no number. */
static bool is_domain(struct span s)
{
	const char *dot;

	for (size_t labels = 1;; labels++) {
		dot = memchr(s.p, '.', s.n);
		if (!dot)
			return labels > 1 && is_label(s) && !text_is_digit(s.p[0]);
		if (!is_label((struct span){s.p, (size_t)(dot - s.p)}))
			return false;
		s = span_skip(s, (size_t)(dot - s.p) + 1);
	}
}

/* White space, and what is not seen: control, format, bidirectional and private-use characters. */
static bool is_unseen(uint32_t c)
{
	return text_is_space(c) || c < ' ' || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x34f ||
	       c == 0x61c || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 ||
	       (c >= 0x180b && c <= 0x180f) || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0x3164 ||
	       (c >= 0xe000 && c <= 0xf8ff) || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff ||
	       c == 0xffa0 || (c >= 0xfff0 && c <= 0xffff) || c >= 0xe0000;
}

static bool has_unseen(struct span s)
{
	while (s.n > 0)
		if (is_unseen(text_take(&s)))
			return true;
	return false;
}

static bool is_address(struct span s)
{
	const char *at = memchr(s.p, '@', s.n);
	size_t n = at ? (size_t)(at - s.p) : 0;

	return at && s.n <= ADDRESS_MAX && !has_unseen(s) && is_local((struct span){s.p, n}) &&
	       is_domain(span_skip(s, n + 1));
}

struct span clean_email(const struct clean *c, struct span text, struct buf *into, const char **why)
{
	text = clean_trim(c, text, into, why);
	if (text.n > 0 && is_address(text))
		return clean_lower(c, text, into, why);
	if (text.n > 0)
		*why = "not an e-mail address";
	return (struct span){0};
}

/* ---- telephone numbers ---- */

struct span clean_phone(const struct clean *c, struct span text, struct buf *into, const char **why)
{
	text = clean_trim(c, text, into, why);
	if (text.n == 0)
		return (struct span){0};
	if (phone_text(c->country, false, text, into))
		return buf_span(into);
	*why = "not a telephone number";
	return (struct span){0};
}
