#ifndef PII_MASK_H
#define PII_MASK_H

/*
 * One row through the plan. The row is copied in runs between the values that
 * change, so untouched values, and the white space between them, keep their
 * bytes. Nothing is allocated once the scratch buffers have grown to the widest
 * row.
 *
 * What fits no action is refused, never passed: the row comes back with `bad`.
 * null stays null under mask and hmac: it is no data.
 */

#include "plan.h"
#include "row/reject.h"
#include "row/row.h"
#include "wire/crypt.h"

struct masker {
	const struct plan *plan;
	struct crypt_hmac *hmac; /* NULL when no field is hashed */
	/* private */
	struct buf name, text, masked;
	struct row rows[CONTRACT_MAX_NESTING + 1];
};

/* `key`: at least 32 bytes, or absent when the plan needs none. It is copied. */
void masker_init(struct masker *m, const struct plan *plan, struct span key);

/* Adds the row that stands in `line` to `out`; false and *bad when it must be rejected. */
bool masker_row(
    struct masker *m, const struct row *row, struct span line, struct buf *out, struct bad *bad);

/* Wipes the key and every value that is still in a buffer. */
void masker_free(struct masker *m);

#endif
