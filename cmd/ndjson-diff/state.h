#ifndef DIFF_STATE_H
#define DIFF_STATE_H

/*
 * The files of one state: STATE is what the sink has, STATE.pending what the
 * last run sent out, STATE.lock keeps two runs apart.
 *
 * A run writes STATE.pending before its first row goes out; --commit folds it into
 * a new STATE and then removes it. Each is written whole or not at all, and names
 * the other by its checksum, so a process that is killed anywhere leaves a state
 * from which the next run or the same --commit goes on.
 */

#include "base/error.h"
#include "table.h"

struct diff_state {
	struct diff_table now; /* STATE */
	char *path, *pending;
	const char *sink; /* the name of the sink, or NULL: the caller does not say */
	/* private */
	char *lock_path;
	int lock;
};

/* `sink`, up to 63 bytes, is borrowed; NULL: any. */
void state_init(struct diff_state *s, const char *path, const char *sink);

/*
 * Locks and loads. False: 64 where one of its files is used for something else (guard.h),
 * 73, 74, 75 (two runs at once), 77, 78 (not a state).
 */
bool state_open(struct diff_state *s, struct error *error);

/*
 * Is this table, of the state or of its run, of the sink that the caller speaks of? False: 78.
 * One that names no sink is anybody's.
 */
bool state_is_for(const struct diff_state *s, const struct diff_table *t, struct error *error);

/* Lets the next run in; what was loaded stays. */
void state_unlock(struct diff_state *s);
void state_free(struct diff_state *s);

#endif
