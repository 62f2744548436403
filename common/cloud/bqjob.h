#ifndef CLOUD_BQJOB_H
#define CLOUD_BQJOB_H

/*
 * One BigQuery job that happens once, however often it is asked for.
 *
 * The id is the caller's, made from what the job does. A used id is refused for
 * ever (HTTP 409), so a lost reply, a killed program and a rerun all find the
 * first job and take its result. An id counts attempts: only where the job of
 * an id is DONE *with an error* (or what it did is no longer there: `stands`)
 * the next id follows: ID, ID_2, ID_3 ... Of many, the last one is searched for in steps.
 *
 * A job found under our id is trusted only when its label leadpipe-config is
 * ours: a fingerprint of what was asked for.
 *
 * Source: cloud.google.com/bigquery/docs/reliability-intro, jobs.insert, jobs.get.
 */

#include "cloud/bigquery.h"

enum { BQJOB_ID_MAX = 256, BQJOB_ATTEMPTS_MAX = 1 << 20 };

/*
 * Sends the job resource `job` (its jobReference and configuration are set) and
 * returns the reply's, or NULL with bq's error set (code 409: the id is taken).
 */
typedef jdoc *bqjob_submit(struct bigquery *bq, const jdoc *job, const char *location, void *ctx);

struct bqjob_plan {
	const char *id; /* [A-Za-z0-9_-], at most BQJOB_ID_MAX - 8 bytes */
	const char
	    *fingerprint; /* hex, at most 63 bytes: what must be the same in a job we attach to */
	const char *location;      /* where it must run, or NULL: BigQuery's choice */
	const jdoc *configuration; /* without labels; copied */
	bqjob_submit *submit;      /* NULL: jobs.insert */
	void *submit_ctx;
	/* A finished job of an earlier run: is what it did still there? NULL: yes. */
	bool (*stands)(struct bigquery *bq, const jdoc *job, void *ctx);
	void *stands_ctx;
	bool look_first;    /* sending is dear (an upload): ask for the job before */
	const char *advice; /* where its end was not seen; NULL: the same run again will find it */
};

struct bqjob {
	char id[BQJOB_ID_MAX];
	const char *location; /* from the reply; borrowed from doc */
	jdoc *doc;            /* the job as BigQuery tells it, DONE */
	bool attached;        /* an earlier run had sent it */
};

/*
 * Sends the job, or attaches to it, and waits until it is DONE without an error.
 * False with bq's error set; all other errors of the job itself have then been printed.
 */
bool bqjob_run(struct bigquery *bq, const struct bqjob_plan *plan, struct bqjob *job);
void bqjob_free(struct bqjob *job);

/* Prints the errors that a job has had (rows left out), but for the one it failed of. */
void bqjob_tell_errors(const struct bqjob *job);

/* How long it took, in seconds, from its creation to its end. */
double bqjob_seconds(const jdoc *job);

#endif
