#include "fold.h"

#include <string.h>

enum { RELEASE = 1 << 16 }; /* rows, 3 MB of each table */

struct fold {
	struct diff_table *next;
	const struct diff_table *now, *run;
	fold_ask *ask;
	void *ctx;
	size_t old; /* the next entry of the state */
};

const uint8_t *fold_content(const struct diff_entry *sent)
{
	static const uint8_t gone[DIGEST];

	return sent->gone ? gone : sent->row;
}

static bool keep(struct fold *f, struct diff_entry *e, struct span text, const uint8_t *refused)
{
	e->line = 0;
	e->carried = e->gone = 0;
	return e->fails > 0 ? table_add_refused(f->next, e, text, refused)
	                    : table_add(f->next, e, text);
}

static bool keep_old(struct fold *f, struct diff_entry e)
{
	return keep(f, &e, table_text(f->now, &e), table_refused(f->now, &e));
}

/* Up to this key, or to the end. */
static bool keep_until(struct fold *f, const uint8_t *key)
{
	const struct diff_table *now = f->now;

	while (f->old < now->n && (!key || memcmp(now->entries[f->old].key, key, DIGEST) < 0))
		if (!keep_old(f, now->entries[f->old++]))
			return false;
	return true;
}

static bool keep_failed(struct fold *f, const struct diff_entry *sent, const struct diff_entry *old)
{
	const uint8_t *refused = fold_content(sent);
	struct diff_entry e = old ? *old : *sent;

	if (!old)
		e.absent = 1;
	if (!old || e.fails == 0 || memcmp(table_refused(f->now, old), refused, DIGEST) != 0)
		e.fails = 0;
	e.fails += e.fails < TABLE_FAILS;
	return keep(f, &e, table_text(f->run, sent), refused);
}

static bool keep_unknown(
    struct fold *f, const struct diff_entry *sent, const struct diff_entry *old)
{
	struct diff_entry e = old ? *old : *sent;

	e.unknown = 1;
	e.absent = 0;
	return keep(f, &e, table_text(f->run, sent), old ? table_refused(f->now, old) : NULL);
}

static bool fold_row(struct fold *f, const struct diff_entry *sent)
{
	const struct diff_entry *old = NULL;
	enum fold_answer answer = FOLD_NOTHING;
	struct diff_entry e = *sent;

	if ((f->ask && !f->ask(f->ctx, sent, &answer)) || !keep_until(f, sent->key))
		return false;
	if (f->old < f->now->n && memcmp(f->now->entries[f->old].key, sent->key, DIGEST) == 0)
		old = &f->now->entries[f->old++];
	switch (answer) {
	case FOLD_DONE: return sent->gone || keep(f, &e, table_text(f->run, sent), NULL);
	case FOLD_FAILED: return keep_failed(f, sent, old);
	default: return keep_unknown(f, sent, old);
	}
}

/* State and run are both sorted: one pass over the two. */
static bool fold_all(struct fold *f)
{
	for (size_t i = 0; i < f->run->n; i++) {
		if (!fold_row(f, &f->run->entries[i]))
			return false;
		if (i % RELEASE == 0) {
			table_release(f->now);
			table_release(f->run);
		}
	}
	return keep_until(f, NULL);
}

bool fold_run(struct diff_table *next, const struct diff_table *now, const struct diff_table *run,
    fold_ask *ask, void *ctx, struct error *error)
{
	struct fold f = {.next = next, .now = now, .run = run, .ask = ask, .ctx = ctx};
	bool ok = table_begin(next) && fold_all(&f) && table_sort(next);

	table_release(now);
	table_release(run);
	memcpy(next->columns, run->columns, DIGEST);
	memcpy(next->base, run->sum, TABLE_SUM);
	memcpy(next->sink, *now->sink ? now->sink : run->sink, TABLE_NAME);
	next->there = true;
	if (!ok && next->error.status)
		return error_copy(error, &next->error);
	return ok;
}
