#ifndef BASE_UCASE_H
#define BASE_UCASE_H

/*
 * Code points: UTF-8 read and written, and Unicode's simple case mappings (one
 * code point to one; Unicode 13 to 15, from UnicodeData.txt). No locale: i and I
 * belong together everywhere, and what has no simple partner (sharp s) stays.
 */

#include "base/buf.h"

#include <stdint.h>

/* Takes one code point off the front of *s, which is valid UTF-8 and not empty. */
uint32_t utf8_take(struct span *s);

/* The last code point of `s` (valid, not empty), and in *n how many bytes it has. */
uint32_t utf8_last(struct span s, size_t *n);

void utf8_put(struct buf *b, uint32_t point);

/* White space: Unicode's, and U+FEFF. */
bool ucase_space(uint32_t point);

/* The same text (valid UTF-8) without white space at either end. */
struct span ucase_trim(struct span text);

uint32_t ucase_lower(uint32_t point);
uint32_t ucase_upper(uint32_t point);

#endif
