#ifndef SFDC_UPSERT_H
#define SFDC_UPSERT_H

/*
 * One run: all rows are read, looked at and compared with the object's description; then
 * they go out by Collections (collections.h) or by Bulk jobs (bulk.h), and each is answered
 * by one result line, in input order:
 *
 *	{"line":17,"external_id":"L-17","id":"00Q...","status":"created"}
 *
 * Rows that share an external id (compared without ASCII case, as Salesforce compares) never
 * travel together.
 */

#include "columns.h"
#include "resume.h"
#include "rows.h"

#include "cloud/salesforce.h"

enum duplicates { DUPLICATES_LAST, DUPLICATES_FIRST, DUPLICATES_REJECT };

struct sfdc_wish {
	const char *object, *field; /* the external id */
	const char *resume;         /* a path, or NULL */
	enum empty empty;
	enum duplicates duplicates;
	int stop_at;                  /* percent of the daily API limit; 0: never */
	uint64_t job_rows, job_bytes; /* the most of one Bulk job */
	int64_t poll_us;              /* the longest pause between two questions after a job */
	int64_t wait_us;              /* how long a job may take once it is submitted */
};

struct sfdc_upsert {
	struct sfdc_wish wish;
	struct salesforce *sf;
	struct sink *sink;
	struct sfdc_rows rows;
	struct columns columns;
	struct row row; /* the one being looked at */
	struct resume resume;
	uint64_t created, updated, failed, unprocessed, jobs;
	bool incomplete; /* a job failed, and rows of it were not processed */
	/* private */
	size_t reported;
	struct buf text, name, note;
};

/* Borrows all. Look at u->rows.error. */
void upsert_init(struct sfdc_upsert *u, const struct sfdc_wish *wish, struct salesforce *sf);

/* Reads the whole input. False: u->sink->error or u->rows.error. */
bool upsert_read(struct sfdc_upsert *u, struct sink *sink);

/* How many rows are to be sent. */
size_t upsert_count(const struct sfdc_upsert *u);

/* May another call be made, or is the limit of --stop-at reached (u->sf->error is then 75)? */
bool upsert_may_go(struct sfdc_upsert *u);

/*
 * Is this an answer that may be another one in a moment: a lock, or two upserts of a key at
 * once?
 */
bool upsert_is_passing(const struct sfdc_upsert *u, struct span code, struct span message);

/*
 * Writes the results of all rows up to the first without an answer. False: u->sink->error or
 * u->rows.error.
 */
bool upsert_report(struct sfdc_upsert *u);

/*
 * Gives all rows without an answer this one: unprocessed; and reports them, unless the disk
 * lost them.
 */
void upsert_abandon(struct sfdc_upsert *u, const char *code, const char *message);

/*
 * Frees everything. `done`: the run ended well; then the resume file goes, unless rows were
 * not processed.
 */
void upsert_free(struct sfdc_upsert *u, bool done);

#endif
