#include "storage/limbs.h"

typedef unsigned __int128 wide;

uint64_t limbs_power10(int n)
{
	uint64_t p = 1;

	while (n-- > 0)
		p *= 10;
	return p;
}

uint64_t limbs_times(uint64_t *x, int n, uint64_t m, uint64_t add)
{
	wide carry = add;

	for (int i = 0; i < n; i++) {
		carry += (wide)x[i] * m;
		x[i] = (uint64_t)carry;
		carry >>= 64;
	}
	return (uint64_t)carry;
}

uint64_t limbs_divide(uint64_t *x, int n, uint64_t by)
{
	wide rest = 0;

	for (int i = n; i-- > 0;) {
		rest = rest << 64 | x[i];
		x[i] = (uint64_t)(rest / by);
		rest %= by;
	}
	return (uint64_t)rest;
}

int limbs_compare(const uint64_t *a, const uint64_t *b, int n)
{
	while (n-- > 0)
		if (a[n] != b[n])
			return a[n] < b[n] ? -1 : 1;
	return 0;
}

void limbs_subtract(uint64_t *a, const uint64_t *b, int n)
{
	uint64_t borrow = 0;

	for (int i = 0; i < n; i++) {
		wide x = (wide)a[i] - b[i] - borrow;

		a[i] = (uint64_t)x;
		borrow = (x >> 64) != 0;
	}
}

bool limbs_zero(const uint64_t *x, int n)
{
	while (n-- > 0)
		if (x[n])
			return false;
	return true;
}
