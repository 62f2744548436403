#ifndef DIFF_TABLE_H
#define DIFF_TABLE_H

/*
 * Keys and hashes by the million, on disk: fixed-size entries sorted by key, and
 * behind them the keys' own texts. What is built lies in unlinked files that are
 * mapped, so the kernel can take the memory back; what is kept is one file:
 *
 *	header | entries | texts
 *
 * whose header holds a SHA-256 over the whole. A torn or foreign file is told
 * apart when it is opened. Numbers are in the machine's own order, which the header
 * names too: a state is not carried to a machine of another order.
 */

#include "base/error.h"
#include "digest.h"

#include <stdio.h>

enum table_kind { TABLE_STATE = 1, TABLE_PENDING = 2 };

enum { TABLE_SUM = 32 };

struct diff_entry {
	uint8_t key[DIGEST], row[DIGEST];
	uint64_t text;               /* where the key's members begin in the texts */
	uint64_t line : 46;          /* of the input or the results; orders entries of one key */
	uint64_t gone : 1, done : 1; /* the key is gone; a sink reported it as done */
	uint64_t text_n : 16;
};

struct diff_table {
	uint64_t n;
	const struct diff_entry
	    *entries; /* sorted by key, then line; after table_sort or table_load */
	const char *texts;
	bool there;              /* table_load found the file */
	uint8_t columns[DIGEST]; /* digest_columns of the key */
	uint8_t
	    base[TABLE_SUM];    /* pending: the state it was made from; state: what was folded in */
	uint8_t sum[TABLE_SUM]; /* of the file; zeros where there is none */
	struct error error;     /* why a call returned false: 73, 74, 77, 78 */
	/* private */
	FILE *entry_file, *text_file;
	void *map[2];
	size_t map_n[2];
	uint64_t text_bytes;
};

/* A table to build: begin, add, sort. False: t->error. */
bool table_begin(struct diff_table *t);
bool table_add(struct diff_table *t, const struct diff_entry *entry, struct span text);
bool table_sort(struct diff_table *t);

/* The entry of that key, or NULL. */
const struct diff_entry *table_find(const struct diff_table *t, const uint8_t key[DIGEST]);

/* Opens a kept table and checks it. A file that is not there, or empty, is an empty table. */
bool table_load(struct diff_table *t, const char *path, enum table_kind kind);

/* Keeps a sorted table (base/atomic_file.h; the caller holds the lock) and sets its sum. */
bool table_save(struct diff_table *t, const char *path, enum table_kind kind);

void table_free(struct diff_table *t);

#endif
