#ifndef DIFF_COMMIT_H
#define DIFF_COMMIT_H

/*
 * Folds a sink's results into the state: the rows of the last run that the sink
 * reported as created, updated or deleted are what the sink has now; all others
 * stay as they were, so the next run sends them again.
 *
 * A result is joined to its row by the key (external_id), never by its line: a
 * stage between the two may have dropped rows. Each line of the results stands
 * for itself, so results that end in the middle, or in a failing end record, are
 * folded in as far as they go.
 */

#include "state.h"

/*
 * `path`: the results, or "-". The program's exit status: 1 when some rows of the run are
 * not done; from 64 up `error` says why nothing was folded in.
 */
enum status commit_run(const char *state, const char *path, size_t max_line, struct error *error);

#endif
