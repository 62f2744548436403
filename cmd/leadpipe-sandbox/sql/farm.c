#include "sql/farm.h"

static const uint64_t k0 = 0xc3a5c85c97cb3127, k1 = 0xb492b66fbe98f273, k2 = 0x9ae16a3b2f90404f;

/* Two running states of a long input. */
struct pair {
	uint64_t first, second;
};

static uint64_t little(const char *p, int bytes)
{
	uint64_t value = 0;

	for (int i = bytes; i > 0; i--)
		value = value << 8 | (unsigned char)p[i - 1];
	return value;
}

static uint64_t u64(const char *p)
{
	return little(p, 8);
}

static uint64_t turn(uint64_t value, int bits)
{
	return value >> bits | value << (64 - bits);
}

static uint64_t fold(uint64_t value)
{
	return value ^ value >> 47;
}

static uint64_t mix(uint64_t u, uint64_t v, uint64_t by)
{
	uint64_t a = fold((u ^ v) * by);

	return fold((v ^ a) * by) * by;
}

static uint64_t upto_16(const char *p, size_t n)
{
	uint64_t by = k2 + n * 2, a, b;

	if (n >= 8) {
		a = u64(p) + k2;
		b = u64(p + n - 8);
		return mix(turn(b, 37) * by + a, (turn(a, 25) + b) * by, by);
	}
	if (n >= 4)
		return mix(n + (little(p, 4) << 3), little(p + n - 4, 4), by);
	if (n == 0)
		return k2;
	a = little(p, 1) + (little(p + n / 2, 1) << 8);
	b = n + (little(p + n - 1, 1) << 2);
	return fold(a * k2 ^ b * k0) * k2;
}

static uint64_t upto_32(const char *p, size_t n)
{
	uint64_t by = k2 + n * 2, a = u64(p) * k1, b = u64(p + 8);
	uint64_t c = u64(p + n - 8) * by, d = u64(p + n - 16) * k2;

	return mix(turn(a + b, 43) + turn(c, 30) + d, a + turn(b + k2, 18) + c, by);
}

static uint64_t upto_64(const char *p, size_t n)
{
	uint64_t by = k2 + n * 2, a = u64(p) * k2, b = u64(p + 8);
	uint64_t c = u64(p + n - 8) * by, d = u64(p + n - 16) * k2;
	uint64_t y = turn(a + b, 43) + turn(c, 30) + d, z = mix(y, a + turn(b + k2, 18) + c, by);
	uint64_t e = u64(p + 16) * by, f = u64(p + 24);
	uint64_t g = (y + u64(p + n - 32)) * by, h = (z + u64(p + n - 24)) * by;

	return mix(turn(e + f, 43) + turn(g, 30) + h, e + turn(f + a, 18) + g, by);
}

static struct pair weak(const char *p, uint64_t a, uint64_t b)
{
	uint64_t w = u64(p), x = u64(p + 8), y = u64(p + 16), z = u64(p + 24), sum;

	a += w;
	b = turn(b + a + z, 21);
	sum = a + x + y;
	return (struct pair){sum + z, b + turn(sum, 44) + a};
}

/* The state after 64 bytes at p; x, y and z by place 0, 1, 2. */
static void round_64(
    const char *p, uint64_t s[3], struct pair *v, struct pair *w, uint64_t by, uint64_t times)
{
	uint64_t x = turn(s[0] + s[1] + v->first + u64(p + 8), 37) * by;
	uint64_t y = turn(s[1] + v->second + u64(p + 48), 42) * by;
	uint64_t z = turn(s[2] + w->first, 33) * by;

	x ^= w->second * times;
	y += v->first * times + u64(p + 40);
	*v = weak(p, v->second * by, x + w->first);
	*w = weak(p + 32, z + w->second, y + u64(p + 16));
	s[0] = z;
	s[1] = y;
	s[2] = x;
}

static uint64_t longer(const char *p, size_t n)
{
	const uint64_t seed = 81;
	uint64_t s[3] = {
	    seed * k2 + u64(p), seed * k1 + 113, fold((seed * k1 + 113) * k2 + 113) * k2};
	struct pair v = {0, 0}, w = {0, 0};
	size_t last = (n - 1) & 63;
	uint64_t by;

	for (size_t i = 0; i < (n - 1) / 64; i++)
		round_64(p + i * 64, s, &v, &w, k1, 1);
	by = k1 + ((s[2] & 0xff) << 1);
	w.first += last;
	v.first += w.first;
	w.first += v.first;
	round_64(p + n - 64, s, &v, &w, by, 9);
	return mix(mix(v.first, w.first, by) + fold(s[1]) * k0 + s[2],
	    mix(v.second, w.second, by) + s[0], by);
}

uint64_t farm_fingerprint(struct span s)
{
	return s.n <= 16   ? upto_16(s.p, s.n)
	       : s.n <= 32 ? upto_32(s.p, s.n)
	       : s.n <= 64 ? upto_64(s.p, s.n)
	                   : longer(s.p, s.n);
}
