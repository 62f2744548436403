#ifndef DIFF_DIGEST_H
#define DIFF_DIGEST_H

/*
 * What a key is and what counts as a change, as hashes: SHA-256 cut to 128 bits,
 * so that nobody who fills in a form can make two rows look the same.
 *
 * A key's value is its text: a string's with its escapes resolved, a number or a
 * Boolean as it is written. So "17" and 17 are one key, also when a stage behind
 * has cast it, and a sink's external_id is hashed the same way.
 *
 * A row's hash does not know the order of its columns, the white space between
 * tokens at any depth, or how the characters of a top-level string are escaped.
 * Everything else counts: 1 and 1.0 differ, and so do null and absent.
 */

#include "base/buf.h"
#include "json/row.h"

#include <stdint.h>

enum { DIGEST = 16, DIGEST_KEYS = 16, DIGEST_KEY_MAX = 65535 };

struct digest {
	struct span key[DIGEST_KEYS]; /* names of the key columns, in order */
	size_t n;
	/* private */
	struct member *members;
	size_t cap;
	struct buf text, scratch, names;
};

/*
 * `columns`: "lead_id" or "account,lead_id"; it must outlive the struct. False when it is no
 * such list.
 */
bool digest_init(struct digest *d, const char *columns);
void digest_free(struct digest *d);

/* A hash of the key columns' names: it says whether two runs speak of the same key. */
void digest_columns(struct digest *d, uint8_t hash[DIGEST]);

/*
 * Hashes a row's key; its columns as JSON members ("a":1,"b":"x") are appended to
 * `members`. NULL, or the rule that the row breaks, with its column in *column.
 */
const char *digest_key(struct digest *d, const struct row *row, uint8_t hash[DIGEST],
    struct buf *members, struct span *column);

/*
 * Hashes a result's external_id: one value, or an array of the key columns' values.
 * False when it is no key (null, an object). Asks for no columns.
 */
bool digest_result(struct digest *d, struct span external_id, uint8_t hash[DIGEST]);

/* Hashes a whole row. */
void digest_row(struct digest *d, const struct row *row, uint8_t hash[DIGEST]);

#endif
