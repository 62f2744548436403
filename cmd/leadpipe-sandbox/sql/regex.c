#include "sql/regex.h"

#include "base/mem.h"
#include "sql/regex_set.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2 * REGEX_GROUPS };

#define NOWHERE SIZE_MAX

/* The places in the program that are alive at one place of the text, best first. */
struct threads {
	int *pc;
	size_t *slots; /* SLOTS of each */
	size_t n;
	size_t *mark; /* of each instruction: when it was last added, plus 1 */
};

struct run {
	const struct regex *re;
	struct span text;
	size_t slots[SLOTS];
};

uint32_t regex_point(struct span s, size_t *i)
{
	const unsigned char *p = (const unsigned char *)s.p + *i;
	size_t left = s.n - *i, n = *p < 0xc0 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	uint32_t c = n == 1 ? *p : *p & (0x7fU >> n);

	for (size_t k = 1; k < n; k++) {
		if (k >= left || (p[k] & 0xc0) != 0x80) {
			++*i;
			return *p;
		}
		c = c << 6 | (p[k] & 0x3f);
	}
	*i += n;
	return c;
}

static bool is_word(struct span s, size_t at)
{
	unsigned char c = at < s.n ? (unsigned char)s.p[at] : ' ';

	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '_';
}

static bool holds(const struct run *r, const struct regex_code *c, size_t at)
{
	struct span s = r->text;

	if (c->op == RX_BEGIN)
		return at == 0 || (c->y && s.p[at - 1] == '\n');
	if (c->op == RX_END)
		return at == s.n || (c->y && s.p[at] == '\n');
	return ((at > 0 && is_word(s, at - 1)) != is_word(s, at)) != (c->x != 0);
}

/* Adds what can be reached from pc without a letter, in order of preference. */
static void follow(struct run *r, struct threads *t, int pc, size_t at)
{
	const struct regex_code *c = &r->re->code[pc];
	size_t old;

	if (t->mark[pc] == at + 1)
		return;
	t->mark[pc] = at + 1;
	switch (c->op) {
	case RX_JUMP: follow(r, t, pc + c->x, at); break;
	case RX_SPLIT:
		follow(r, t, pc + c->x, at);
		follow(r, t, pc + c->y, at);
		break;
	case RX_SAVE:
		old = r->slots[c->x];
		r->slots[c->x] = at;
		follow(r, t, pc + 1, at);
		r->slots[c->x] = old;
		break;
	case RX_BEGIN:
	case RX_END:
	case RX_WORD:
		if (holds(r, c, at))
			follow(r, t, pc + 1, at);
		break;
	case RX_SET:
	case RX_MATCH:
		memcpy(t->slots + SLOTS * t->n, r->slots, sizeof r->slots);
		t->pc[t->n++] = pc;
	}
}

static void threads_init(struct threads *t, size_t n)
{
	t->pc = mem_alloc((n + 1) * sizeof *t->pc);
	t->slots = mem_alloc((n + 1) * SLOTS * sizeof *t->slots);
	t->mark = mem_alloc((n + 1) * sizeof *t->mark);
	t->n = 0;
}

static void threads_free(struct threads *t)
{
	free(t->pc);
	free(t->slots);
	free(t->mark);
}

/* One code point for all threads; true when one of them is at its end: what is worse than it dies. */
static bool step(struct run *r, const struct threads *now, struct threads *next, size_t at,
    size_t behind, uint32_t point, size_t best[SLOTS])
{
	for (size_t i = 0; i < now->n; i++) {
		const struct regex_code *c = &r->re->code[now->pc[i]];
		const size_t *slots = now->slots + SLOTS * i;

		if (c->op == RX_MATCH) {
			memcpy(best, slots, sizeof r->slots);
			return true;
		}
		if (at < r->text.n && set_has(&r->re->sets[c->x], point)) {
			memcpy(r->slots, slots, sizeof r->slots);
			follow(r, next, now->pc[i] + 1, behind);
		}
	}
	return false;
}

static bool search(struct run *r, size_t from, size_t best[SLOTS])
{
	struct threads t[2];
	bool found = false;
	size_t at = from, turn = 0;

	threads_init(&t[0], r->re->n);
	threads_init(&t[1], r->re->n);
	for (;;) {
		struct threads *now = &t[turn], *next = &t[!turn];
		size_t behind = at;
		uint32_t point = 0;

		if (!found) {
			for (size_t i = 0; i < SLOTS; i++)
				r->slots[i] = NOWHERE;
			follow(r, now, 0, at);
		}
		if (at < r->text.n)
			point = regex_point(r->text, &behind);
		next->n = 0;
		found |= step(r, now, next, at, behind, point, best);
		if (at >= r->text.n || (found && !next->n))
			break;
		at = behind;
		turn = !turn;
	}
	threads_free(&t[0]);
	threads_free(&t[1]);
	return found;
}

bool regex_find(
    const struct regex *re, struct span text, size_t from, struct span groups[REGEX_GROUPS])
{
	struct run r = {.re = re, .text = text};
	size_t best[SLOTS];

	if (!search(&r, from, best))
		return false;
	for (size_t i = 0; i < REGEX_GROUPS; i++)
		groups[i] =
		    best[2 * i + 1] == NOWHERE || best[2 * i] == NOWHERE
		        ? (struct span){NULL, 0}
		        : (struct span){text.p + best[2 * i], best[2 * i + 1] - best[2 * i]};
	return true;
}

int regex_groups(const struct regex *re)
{
	return re->groups;
}

void regex_free(struct regex *re)
{
	if (!re)
		return;
	for (size_t i = 0; i < re->n_sets; i++)
		free(re->sets[i].range);
	free(re->sets);
	free(re->code);
	free(re);
}
