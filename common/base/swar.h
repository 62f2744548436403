#ifndef BASE_SWAR_H
#define BASE_SWAR_H

/*
 * Text eight bytes at a time, for the loops in scan and jstr that see every
 * byte. A word holds its first byte lowest, whatever the machine.
 */

#include "base/span.h"

#include <stdint.h>

/* The eight bytes at p. */
static inline uint64_t swar_load(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
	       (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
	       (uint64_t)b[7] << 56;
}

/* The four bytes at p. */
static inline uint64_t swar_load_half(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* The n bytes at p (fewer than 8), zeros above them. Bytes may be read twice: there is no loop. */
static inline uint64_t swar_load_some(const char *p, size_t n)
{
	const unsigned char *b = (const unsigned char *)p;

	if (n >= 4)
		return swar_load_half(p) | swar_load_half(p + n - 4) << (n - 4) * 8;
	if (n == 0)
		return 0;
	return b[0] | (uint64_t)b[n / 2] << n / 2 * 8 | (uint64_t)b[n - 1] << (n - 1) * 8;
}

/* The eight bytes of `word`, put at p. */
static inline void swar_store(char *p, uint64_t word)
{
	unsigned char *b = (unsigned char *)p;

	b[0] = (unsigned char)word, b[1] = (unsigned char)(word >> 8);
	b[2] = (unsigned char)(word >> 16), b[3] = (unsigned char)(word >> 24);
	b[4] = (unsigned char)(word >> 32), b[5] = (unsigned char)(word >> 40);
	b[6] = (unsigned char)(word >> 48), b[7] = (unsigned char)(word >> 56);
}

static inline bool swar_is_ascii(uint64_t word)
{
	return (word & UINT64_MAX / 255 * 0x80) == 0;
}

/*
 * Puts the letters from `first` ('A' or 'a') on into the
 * other case; the other bytes stay. All are ASCII.
 */
static inline uint64_t swar_flip_case(uint64_t word, char first)
{
	const uint64_t ones = UINT64_MAX / 255, f = (unsigned char)first;
	uint64_t letters = (word + ones * (0x80 - f)) & ~(word + ones * (0x80 - f - 26));

	return word ^ (letters & ones * 0x80) >> 2;
}

/* A to Z as a to z; the other bytes, whatever they are, stay. */
static inline uint64_t swar_lower(uint64_t word)
{
	const uint64_t ones = UINT64_MAX / 255, low = word & ones * 0x7f;
	uint64_t letters = (low + ones * (0x80 - 'A')) & ~(low + ones * (0x80 - 'A' - 26)) & ~word;

	return word | (letters & ones * 0x80) >> 2;
}

/*
 * Marks (0x80) bytes that a string cannot hold as they are: quote, backslash, a
 * control byte, non-ASCII. The lowest mark is exact; those above it may be false.
 */
static inline uint64_t swar_special(uint64_t word)
{
	const uint64_t ones = UINT64_MAX / 255, high = ones * 0x80;
	uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');

	return ((quote - ones) | (slash - ones) | (word - ones * 0x20) | word) & high;
}

/* The first special byte from p on, or end. */
static inline const char *swar_plain(const char *p, const char *end)
{
	for (; end - p >= 8; p += 8) {
		uint64_t special = swar_special(swar_load(p));

		if (special)
			return p + (unsigned)__builtin_ctzll(special) / 8;
	}
	while (p < end && (unsigned char)(*p - 0x20) < 0x60 && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* A hash over words: mix each one in, the last (which may be short) too, then fold. */
static inline uint64_t swar_mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

static inline uint32_t swar_fold(uint64_t hash)
{
	return (uint32_t)(hash * UINT64_C(0xd6e8feb86659fd93) >> 32);
}

/* The hash of a text; another seed gives another one. */
static inline uint32_t swar_hash_span(uint64_t seed, struct span s)
{
	for (; s.n >= 8; s = span_skip(s, 8))
		seed = swar_mix(seed, swar_load(s.p));
	return swar_fold(swar_mix(seed, swar_load_some(s.p, s.n)));
}

/*
 * The same, with seed 0, of the n bytes at p; eight
 * bytes can be read where the last whole word ends.
 */
static inline uint32_t swar_hash(const char *p, size_t n)
{
	uint64_t hash = 0;

	for (; n >= 8; n -= 8, p += 8)
		hash = swar_mix(hash, swar_load(p));
	return swar_fold(swar_mix(hash, swar_load(p) & ((UINT64_C(1) << n * 8) - 1)));
}

/* The first quote or backslash from p on, or end. */
static inline const char *swar_quote(const char *p, const char *end)
{
	const uint64_t ones = UINT64_MAX / 255;

	for (; end - p >= 8; p += 8) {
		uint64_t word = swar_load(p), quote = word ^ (ones * '"'),
		         slash = word ^ (ones * '\\');
		uint64_t found =
		    (((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & (ones * 0x80);

		if (found)
			return p + (unsigned)__builtin_ctzll(found) / 8;
	}
	while (p < end && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* The first byte from p on that is not a digit, or end. */
static inline const char *swar_digits(const char *p, const char *end)
{
	const uint64_t ones = UINT64_MAX / 255;

	for (; end - p >= 8; p += 8) {
		uint64_t word = swar_load(p) ^ ones * '0';
		uint64_t other = ((word + ones * 0x76) | word) & ones * 0x80;

		if (other)
			return p + (unsigned)__builtin_ctzll(other) / 8;
	}
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

#endif
