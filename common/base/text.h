#ifndef BASE_TEXT_H
#define BASE_TEXT_H

/*
 * What bytes mean as text, whatever the locale: decimal digits, UTF-8 (RFC 3629), and Unicode's
 * white space and simple case mappings (one code point to one; Unicode 13 to 15, from
 * UnicodeData.txt: i and I belong together everywhere, and what has no simple partner, such as
 * sharp s, stays).
 */

#include "base/span.h"

#include <stdint.h>

/* ---- digits ---- */

static inline bool text_is_digit(char c)
{
	return (unsigned char)(c - '0') <= 9;
}

/* An ASCII letter. */
static inline bool text_is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

/*
 * Takes the digits at the front of *s, at most `most` (up to 9) of them. False where there are
 * fewer than `least`; *s has then lost those that are there.
 */
static inline bool text_take_digits(struct span *s, size_t least, size_t most, int *value)
{
	size_t n = 0;

	for (*value = 0; n < most && n < s->n && text_is_digit(s->p[n]); n++)
		*value = *value * 10 + (s->p[n] - '0');
	*s = span_skip(*s, n);
	return n >= least;
}

/* Takes one byte off the front, where it is that one, or one of a set. */
static inline bool text_take_byte(struct span *s, char c)
{
	if (s->n == 0 || *s->p != c)
		return false;
	*s = span_skip(*s, 1);
	return true;
}

static inline bool text_take_one_of(struct span *s, const char *set)
{
	return s->n > 0 && *s->p && strchr(set, *s->p) && text_take_byte(s, *s->p);
}

/*
 * The number that the whole text is, in decimal digits and nothing else; text_integer takes a
 * minus before them. False where it is none, or too large for *value.
 */
bool text_number(struct span text, uint64_t *value);
bool text_integer(struct span text, int64_t *value);

/* ---- UTF-8 ---- */

/* How many bytes the character at p has, or 0 where none begins. p < end. */
size_t text_utf8(const char *p, const char *end);

/* How many characters (code points) a text has, if it is valid UTF-8. */
size_t text_characters(struct span text);

/* How many bytes at the front of a text are whole characters: all, where it is valid UTF-8. */
size_t text_valid(struct span text);

/* Takes one code point off the front of *s, which is valid UTF-8 and not empty. */
uint32_t text_take(struct span *s);

/* The last code point of `s` (valid, not empty), and in *n how many bytes it has. */
uint32_t text_last(struct span s, size_t *n);

/* Puts a code point as UTF-8 into `bytes`; returns how many (1 to 4). */
size_t text_encode(char bytes[4], uint32_t point);

/*
 * Makes a text from outside safe for a terminal, a log and an end record, in place:
 * bytes that are not UTF-8 (a character that was cut included), C0 and C1 control
 * characters, DEL, line and paragraph separators and bidirectional controls become '?',
 * one for each character. The text never grows.
 */
void text_plain(char *text);

/* ---- letters ---- */

/* White space: Unicode's, and U+FEFF. */
bool text_is_space(uint32_t point);

/* The same text (valid UTF-8) without white space at either end. */
struct span text_trim(struct span text);

uint32_t text_lower(uint32_t point);
uint32_t text_upper(uint32_t point);

#endif
