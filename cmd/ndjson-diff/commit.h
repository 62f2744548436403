#ifndef DIFF_COMMIT_H
#define DIFF_COMMIT_H

/*
 * Folds a sink's results into the state (fold.h): a row that the sink reported as created,
 * updated or deleted is what the sink has now; one that failed stays as it was; of one that
 * was not processed or not answered nothing is known, so the next run sends it whatever it
 * holds then.
 *
 * A result is joined to its row by the key (external_id), never by its line: a
 * stage between the two may have dropped rows. Each line of the results stands
 * for itself, so results that end in the middle, or in a failing end record, are
 * folded in as far as they go.
 */

#include "state.h"

struct commit_options {
	const char *state;
	const char *sink;    /* --for, or NULL */
	const char *results; /* a path, or "-" */
	size_t max_line;
};

/*
 * The program's exit status: 1 when some rows of the run are not done, 0 for results that
 * were committed before; from 64 up `error` says why nothing was folded in.
 */
enum status commit_run(const struct commit_options *o, struct error *error);

#endif
