#include "tally.h"

#include "base/mem.h"

#include <stdlib.h>

size_t tally_add(struct tally *t, struct span path)
{
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 32;
		t->fields = mem_resize(t->fields, t->cap, sizeof *t->fields);
	}
	t->fields[t->n] = (struct tally_field){path, 0};
	return t->n++;
}

void tally_count(struct tally *t, size_t field)
{
	if (t->n_pending == t->cap_pending) {
		t->cap_pending = t->cap_pending ? t->cap_pending * 2 : 32;
		t->pending = mem_resize(t->pending, t->cap_pending, sizeof *t->pending);
	}
	t->pending[t->n_pending++] = field;
}

void tally_keep(struct tally *t)
{
	for (size_t i = 0; i < t->n_pending; i++)
		t->fields[t->pending[i]].count++;
	t->n_pending = 0;
}

void tally_drop(struct tally *t)
{
	t->n_pending = 0;
}

void tally_say(const struct tally *t, struct buf *b)
{
	const char *comma = " (";
	uint64_t all = 0;

	for (size_t i = 0; i < t->n; i++)
		all += t->fields[i].count;
	if (all == 0)
		return;
	buf_addf(b, "%ju value%s became null", (uintmax_t)all, all == 1 ? "" : "s");
	for (size_t i = 0; i < t->n; i++) {
		if (t->fields[i].count == 0)
			continue;
		buf_adds(b, comma);
		buf_addspan(b, t->fields[i].path);
		buf_addf(b, " %ju", (uintmax_t)t->fields[i].count);
		comma = ", ";
	}
	buf_addc(b, ')');
}

void tally_free(struct tally *t)
{
	free(t->fields);
	free(t->pending);
	*t = (struct tally){0};
}
