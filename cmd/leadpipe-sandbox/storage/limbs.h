#ifndef SANDBOX_LIMBS_H
#define SANDBOX_LIMBS_H

/*
 * Whole numbers of a fixed number of 64-bit limbs, lowest limb first: the few
 * operations that decimal needs. No function here allocates or fails.
 */

#include <stdbool.h>
#include <stdint.h>

/* 10^n for n from 0 to 19. */
uint64_t limbs_power10(int n);

/* x = x * m + add; what does not fit is returned. */
uint64_t limbs_times(uint64_t *x, int n, uint64_t m, uint64_t add);

/* x = x / by; the remainder is returned. */
uint64_t limbs_divide(uint64_t *x, int n, uint64_t by);

/* -1, 0, 1 */
int limbs_compare(const uint64_t *a, const uint64_t *b, int n);

/* a = a - b; a must not be the smaller one. */
void limbs_subtract(uint64_t *a, const uint64_t *b, int n);

bool limbs_zero(const uint64_t *x, int n);

#endif
