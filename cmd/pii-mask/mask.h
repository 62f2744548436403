#ifndef PII_MASK_H
#define PII_MASK_H

/*
 * One row through the plan. The row is copied in runs between the values that
 * change, so untouched values, and the white space between them, keep their
 * bytes. Nothing is allocated once the scratch buffers have grown to the widest
 * row.
 *
 * What fits no action is refused, never passed: the row comes back with `bad`.
 * null stays null under every action but drop: it is no data.
 */

#include "action.h"
#include "plan.h"
#include "stream/reject.h"

struct mask {
	const struct plan *plan;
	/* private */
	struct action_context act;
	struct buf name, unknown;
	struct row rows[CONTRACT_MAX_NESTING + 1];
};

/* `keys` must outlive the mask; it may be empty when the plan needs none. */
void mask_init(struct mask *m, const struct plan *plan, const struct keys *keys);

/* Adds the row that stands in `line` to `out`; false and *bad when it must be rejected. */
bool mask_row(
    struct mask *m, const struct row *row, struct span line, struct buf *out, struct bad *bad);

/* Wipes every value that is still in a buffer. */
void mask_free(struct mask *m);

#endif
