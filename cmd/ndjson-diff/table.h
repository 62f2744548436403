#ifndef DIFF_TABLE_H
#define DIFF_TABLE_H

/*
 * Keys and hashes by the million, on disk: fixed-size entries sorted by key, and
 * after them the keys' own texts. What is built lies in unlinked files that are
 * mapped, so the kernel can take the memory back; what is kept is one file:
 *
 *	header | entries | texts (an entry's text is followed by table_refused, where it has that)
 *
 * whose header holds a SHA-256 over the whole. A file of the first format, whose header is shorter,
 * can be read. A torn or foreign file is told
 * apart when it is opened. Numbers are in the machine's own order, which the header
 * names too: a state is not carried to a machine of another order.
 */

#include "base/error.h"
#include "digest.h"

#include <stdio.h>

enum table_kind { TABLE_STATE = 1, TABLE_PENDING = 2 };

enum { TABLE_SUM = 32, TABLE_NAME = 64, TABLE_FAILS = 127 };

struct diff_entry {
	uint8_t key[DIGEST], row[DIGEST];
	uint64_t text;        /* where the key's members begin in the texts */
	uint64_t line : 35;   /* of the input or the results; orders entries of one key */
	uint64_t fails : 7;   /* state: how often in a row the sink refused table_refused */
	uint64_t unknown : 1; /* state: the sink was sent another row, and did not answer */
	uint64_t absent : 1;  /* state: the sink never took a row of this key */
	uint64_t carried : 1; /* run: sent by a run before it that was not committed */
	uint64_t failed : 1;  /* results: the sink refused it */
	uint64_t gone : 1;    /* run: the key is gone */
	uint64_t done : 1;    /* results: the sink has it */
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
	uint8_t results[TABLE_SUM]; /* state: of the results that were folded in last */
	char sink[TABLE_NAME];      /* state: the name of the sink, or "" */
	struct error error;         /* why a call returned false: 73, 74, 77, 78 */
	/* private */
	FILE *entry_file, *text_file;
	void *map[2];
	size_t map_n[2];
	uint64_t text_bytes;
};

/* A table to build: begin, add, sort. False: t->error. */
bool table_begin(struct diff_table *t);
bool table_add(struct diff_table *t, const struct diff_entry *entry, struct span text);

/* The same of an entry with fails, and the hash of the row that was refused. */
bool table_add_refused(struct diff_table *t, const struct diff_entry *entry, struct span text,
    const uint8_t refused[DIGEST]);

/* The key's members; and for an entry with fails the hash of what was refused. */
struct span table_text(const struct diff_table *t, const struct diff_entry *e);
const uint8_t *table_refused(const struct diff_table *t, const struct diff_entry *e);
bool table_sort(struct diff_table *t);

/* The entry of that key, or NULL. */
const struct diff_entry *table_find(const struct diff_table *t, const uint8_t key[DIGEST]);

/* Opens a kept table and checks it. A file that is not there, or empty, is an empty table. */
bool table_load(struct diff_table *t, const char *path, enum table_kind kind);

/* Keeps a sorted table (base/atomic_file.h; the caller holds the lock) and sets its sum. */
bool table_save(struct diff_table *t, const char *path, enum table_kind kind);

/*
 * Lets the kernel take back the memory of what was read so far; it is read again where it is
 * needed. For a pass over the whole table, now and then.
 */
void table_release(const struct diff_table *t);

void table_free(struct diff_table *t);

#endif
