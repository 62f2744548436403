/* A text from outside, made fit for a message. */

#include "judge.h"

#include "base/text.h"

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '-' || c == '#' || c == '/';
}

/* A name of a field, a code: what may stand in quotes. */
static bool is_plain_word(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_word_byte(s.p[i]) || (s.p[i] >= '0' && s.p[i] <= '9'))
			return false;
	return s.n < 40;
}

/* Bytes of a quoted value at the start of `s`, quotes included; 0: there is none. */
static size_t quoted(struct span s)
{
	const char *end;

	if (s.n < 2 || (*s.p != '"' && *s.p != '\'' && *s.p != '`'))
		return 0;
	end = memchr(s.p + 1, *s.p, s.n - 1);
	return end ? (size_t)(end - s.p) + 1 : 0;
}

/* An apostrophe may stand inside a word: doesn't. */
static bool is_inside(struct span s, size_t n)
{
	return n > 0 && s.p[n] == '\'' && n + 1 < s.n && is_word_byte(s.p[n + 1]);
}

static size_t word(struct span s)
{
	size_t n = 0;

	while (n < s.n && (unsigned char)s.p[n] > ' ' && s.p[n] != 0x7f &&
	       (is_inside(s, n) || !strchr("\"'`,;()<>[]{}", s.p[n])))
		n++;
	return n;
}

static size_t longest_number(struct span s)
{
	size_t most = 0, n = 0;

	for (size_t i = 0; i < s.n; i++) {
		n = s.p[i] >= '0' && s.p[i] <= '9' ? n + 1 : 0;
		most = n > most ? n : most;
	}
	return most;
}

static void add_word(struct buf *to, struct span s)
{
	const char *query = s.n > 0 ? memchr(s.p, '?', s.n) : NULL;

	if (memchr(s.p, '@', s.n) || memchr(s.p, '%', s.n) || longest_number(s) > 6 || s.n > 60) {
		buf_adds(to, "***");
	} else if (query && query + 1 < s.p + s.n) {
		buf_add(to, s.p, (size_t)(query - s.p));
		buf_adds(to, "?***");
	} else {
		buf_addspan(to, s);
	}
}

void judge_show(struct buf *to, struct span text)
{
	struct buf line;
	size_t n;

	buf_init(&line, 8 * JUDGE_SHOWN);
	while (text.n > 0 && line.n < JUDGE_SHOWN) {
		size_t q = quoted(text), w = word(text);

		if (q > 0 && is_plain_word((struct span){text.p + 1, q - 2})) {
			buf_add(&line, text.p, q);
		} else if (q > 0) {
			buf_adds(&line, "***");
		} else if (w > 0) {
			add_word(&line, (struct span){text.p, w});
		} else {
			buf_addc(
			    &line, (unsigned char)*text.p < ' ' || *text.p == 0x7f ? ' ' : *text.p);
		}
		text = span_skip(text, q > 0 ? q : w > 0 ? w : 1);
	}
	n = text_valid((struct span){line.p, line.n < JUDGE_SHOWN ? line.n : JUDGE_SHOWN});
	buf_add(to, line.p, n);
	buf_free(&line);
}
