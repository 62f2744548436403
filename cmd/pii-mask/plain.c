#include "plain.h"

#include "base/text.h"

#include <stdlib.h>
#include <strings.h>

enum { BASE64_LEAST = 16, ENTITY_MOST = 10 };

/* ---- base64 ---- */

static int sixtet(char c)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c == '-' ? '+' : c == '_' ? '/' : c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Base64 of printable ASCII only: anything else is a digest, a ciphertext or an id. */
static bool unbase64(struct span text, struct buf *out)
{
	unsigned bits = 0, held = 0;

	while (text.n > 0 && text.p[text.n - 1] == '=')
		text.n--;
	if (text.n < BASE64_LEAST)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		int six = sixtet(text.p[i]);

		if (six < 0)
			return false;
		bits = bits << 6 | (unsigned)six;
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		if ((bits >> held & 0xff) < 0x20 || (bits >> held & 0xff) > 0x7e)
			return false;
		buf_addc(out, (char)(bits >> held & 0xff));
	}
	return true;
}

/* ---- single characters ---- */

static int hex(char c)
{
	if (text_is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %40 */
static size_t percent(struct span s, struct buf *out)
{
	if (s.n < 3 || *s.p != '%' || hex(s.p[1]) < 0 || hex(s.p[2]) < 0)
		return 0;
	buf_addc(out, (char)(hex(s.p[1]) << 4 | hex(s.p[2])));
	return 3;
}

/* &#64; &#x40; &commat; */
static size_t entity(struct span s, struct buf *out)
{
	char digits[ENTITY_MOST + 1], *end;
	const char *stop = memchr(s.p, ';', s.n < ENTITY_MOST ? s.n : ENTITY_MOST);
	size_t n = stop ? (size_t)(stop - s.p) : 0;
	unsigned long point;

	if (*s.p != '&' || n < 4)
		return 0;
	if (n == 7 && memcmp(s.p, "&commat", 7) == 0)
		return buf_addc(out, '@'), n + 1;
	if (s.p[1] != '#')
		return 0;
	memcpy(digits, s.p + 2, n - 2);
	digits[n - 2] = '\0';
	point = *digits == 'x' ? strtoul(digits + 1, &end, 16) : strtoul(digits, &end, 10);
	if (*end || point < ' ' || point > 0x10ffff)
		return 0;
	buf_add_point(out, (uint32_t)point);
	return n + 1;
}

/* \u0040 */
static size_t escape(struct span s, struct buf *out)
{
	uint32_t point = 0;

	if (s.n < 6 || *s.p != '\\' || s.p[1] != 'u')
		return 0;
	for (size_t i = 2; i < 6; i++) {
		if (hex(s.p[i]) < 0)
			return 0;
		point = point << 4 | (uint32_t)hex(s.p[i]);
	}
	if (point < ' ' || point > 0x7e)
		return 0;
	buf_addc(out, (char)point);
	return 6;
}

/* " [at] ", "(at)" */
static size_t at_sign(struct span s, struct buf *out)
{
	size_t n = *s.p == ' ';

	if (s.n < n + 4 || (s.p[n] != '[' && s.p[n] != '('))
		return 0;
	if (strncasecmp(s.p + n + 1, "at]", 3) != 0 && strncasecmp(s.p + n + 1, "at)", 3) != 0)
		return 0;
	n += 4;
	buf_addc(out, '@');
	return n + (n < s.n && s.p[n] == ' ');
}

/* A character with a plain twin, or 0 for one that is not seen; others stay. */
static uint32_t twin(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		return c - 0xff01 + '!';
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
		return '-';
	if (c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x3000)
		return ' ';
	return (c >= 0x200b && c <= 0x200f) || c == 0x2060 || c == 0xfeff || c == 0xad ? 0 : c;
}

/* ---- a text ---- */

/* What stands after a byte that begins a disguise; most that look like one are none. */
static bool may_be_disguised(struct span text)
{
	for (size_t i = 0; i + 1 < text.n; i++) {
		char next = text.p[i + 1];

		switch ((unsigned char)text.p[i]) {
		case '%':
			if (hex(next) >= 0)
				return true;
			break;
		case '&':
			if (next == '#' || next == 'c')
				return true;
			break;
		case '[':
		case '(':
			if ((next | 0x20) == 'a')
				return true;
			break;
		case '\\':
			if (next == 'u')
				return true;
			break;
		case 0xc2:
		case 0xe2:
		case 0xe3:
		case 0xef: return true;
		default: break;
		}
	}
	return false;
}

bool plain_text(struct span text, struct buf *out)
{
	bool changed = false;

	buf_clear(out);
	if (unbase64(text, out))
		return true;
	if (!may_be_disguised(text))
		return false;
	buf_clear(out);
	while (text.n > 0) {
		size_t n = percent(text, out);
		uint32_t point;

		n = n ? n : entity(text, out);
		n = n ? n : escape(text, out);
		n = n ? n : at_sign(text, out);
		changed |= n > 0;
		text = span_skip(text, n);
		if (n > 0)
			continue;
		point = text_take(&text);
		changed |= twin(point) != point;
		if (twin(point))
			buf_add_point(out, twin(point));
	}
	return changed;
}
