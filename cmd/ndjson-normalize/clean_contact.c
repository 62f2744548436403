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

static bool has_space(struct span s)
{
	while (s.n > 0)
		if (text_is_space(text_take(&s)))
			return true;
	return false;
}

static bool is_address(struct span s)
{
	const char *at = memchr(s.p, '@', s.n);
	size_t n = at ? (size_t)(at - s.p) : 0;

	return at && s.n <= ADDRESS_MAX && !has_space(s) && is_local((struct span){s.p, n}) &&
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
