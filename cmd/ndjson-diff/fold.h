#ifndef DIFF_FOLD_H
#define DIFF_FOLD_H

/*
 * Folds the rows of a run into a state, by what the sink said of each:
 *
 *	done      the sink has the row, or the key is gone there
 *	failed    the sink has what it had before; the state counts the refusals
 *	nothing   the sink may have either: the key is unknown, and its next row goes out
 *	          whatever it holds
 */

#include "table.h"

enum fold_answer { FOLD_NOTHING, FOLD_DONE, FOLD_FAILED };

/*
 * Gives the answer for one row of the run; called in the order of the keys. False: ends the
 * fold.
 */
typedef bool fold_ask(void *ctx, const struct diff_entry *sent, enum fold_answer *answer);

/*
 * Builds *next from the state and the run, and sorts it; it takes over the state's sink.
 * `ask` NULL: nothing was answered. False: *error, unless `ask` has said why.
 */
bool fold_run(struct diff_table *next, const struct diff_table *now, const struct diff_table *run,
    fold_ask *ask, void *ctx, struct error *error);

/* The hash by which refusals of this entry of a run are counted: of its row, or zeros. */
const uint8_t *fold_content(const struct diff_entry *sent);

#endif
