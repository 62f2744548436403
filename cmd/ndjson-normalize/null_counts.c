#include "null_counts.h"

#include "base/mem.h"

#include <stdlib.h>

size_t null_counts_add(struct null_counts *t, struct span path)
{
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 32;
		t->fields = mem_resize(t->fields, t->cap, sizeof *t->fields);
	}
	t->fields[t->n] = (struct null_count){path, 0};
	return t->n++;
}

void null_counts_count(struct null_counts *t, size_t field)
{
	if (t->n_pending == t->cap_pending) {
		t->cap_pending = t->cap_pending ? t->cap_pending * 2 : 32;
		t->pending = mem_resize(t->pending, t->cap_pending, sizeof *t->pending);
	}
	t->pending[t->n_pending++] = field;
}

void null_counts_keep(struct null_counts *t)
{
	for (size_t i = 0; i < t->n_pending; i++)
		t->fields[t->pending[i]].count++;
	t->n_pending = 0;
}

void null_counts_drop(struct null_counts *t)
{
	t->n_pending = 0;
}

void null_counts_say(const struct null_counts *t, struct buf *b)
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

void null_counts_free(struct null_counts *t)
{
	free(t->fields);
	free(t->pending);
	*t = (struct null_counts){0};
}
