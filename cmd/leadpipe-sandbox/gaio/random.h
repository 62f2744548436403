#ifndef SANDBOX_RANDOM_H
#define SANDBOX_RANDOM_H

/*
 * splitmix64 (Steele, Lea, Flood, OOPSLA 2014): numbers that are the same on every machine for
 * the same
 * seed. The state is one number, kept by the caller; any is a good one, 0 too. Not for secrets
 * (crypt_random is), and not thread-safe for one state.
 *
 *	uint64_t state = seed;
 *	uint64_t die = 1 + random_below(&state, 6);
 */

#include <stdint.h>

/* The next 64 bits. */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* A number from 0 to n - 1; n is at least 1 and small beside 2^64. */
static inline uint64_t random_below(uint64_t *state, uint64_t n)
{
	return random_next(state) % n;
}

#endif
