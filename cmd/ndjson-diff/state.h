#ifndef DIFF_STATE_H
#define DIFF_STATE_H

/*
 * The files of one state: STATE is what the sink has, STATE.pending what the
 * last run sent out, STATE.lock keeps two runs apart.
 *
 * A run writes STATE.pending before its first row goes out; --commit folds it into
 * a new STATE and then removes it. Each is written whole or not at all, and names
 * the other by its checksum, so a process that is killed anywhere leaves a state
 * that the next run or the same --commit goes on from.
 */

#include "table.h"

struct state {
	struct table now; /* STATE */
	char *path, *pending;
	enum status status; /* why state_open returned false: 73, 74, 75, 77, 78 */
	char why[TABLE_WHY];
	/* private */
	int lock;
};

/* Locks and loads. Two runs at once: 75. */
bool state_open(struct state *s, const char *path);

/* Lets the next run in; what was loaded stays. */
void state_unlock(struct state *s);
void state_close(struct state *s);

#endif
