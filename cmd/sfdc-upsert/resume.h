#ifndef SFDC_RESUME_H
#define SFDC_RESUME_H

/*
 * What a run that is killed leaves behind for --resume: a small text file, one line for each
 * job before its data is sent and for each row that a call answered, on disk before the run
 * goes on. The first line says which organization,
 * object, external id and input it is about. A line that is not whole
 * does not count.
 *
 *	leadpipe-resume 3 https://acme.my.salesforce.com Lead Ext__c 9f3c...
 *	job 750... 0 20000
 *	again 750... 4 19996       (a job of those rows of them that were locked)
 *	row 17 1 00Q...            (1 created, 2 updated, 3 failed, with code and message)
 */

#include "rows.h"

struct resume_job {
	char id[19];
	size_t from, to; /* rows, the last one not among them */
	bool locked;     /* it has those that were locked, and no others */
};

struct resume {
	/*
	 * STATUS_OK, or 64 (a file that is used for something else), 65 (not a resume file, or of
	 * another input), 73, 74, 75 (another run has it)
	 */
	struct error error;
	bool found; /* a run was there */
	/* private */
	const char *path;
	FILE *file;
	uint64_t line;
};

/* `path` NULL: nothing is kept, and all calls succeed. */
void resume_init(struct resume *r, const char *path);

/*
 * Opens and locks the file, or makes it (mode 0600). An absent or empty file is new; anything
 * but a file of this module is refused and stays as it is. `what` names organization, object and
 * field, `digest` the input.
 */
bool resume_open(struct resume *r, const char *what, const char *digest);

/*
 * The next job of the run that was killed; answers of rows before it are entered into `rows`.
 * False at the end.
 */
bool resume_next(struct resume *r, struct sfdc_rows *rows, struct resume_job *job);

/* From here on: keeps what was done. False: `error`. */
bool resume_keep_job(struct resume *r, const struct resume_job *job);
bool resume_keep_row(struct resume *r, struct sfdc_rows *rows, size_t i, struct buf *scratch);
/* On disk, all that was kept. */
bool resume_sync(struct resume *r);

/* Closes; `done`: every row is answered, and the file goes. */
void resume_close(struct resume *r, bool done);

#endif
