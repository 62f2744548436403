#ifndef BQ_MERGE_SETTINGS_H
#define BQ_MERGE_SETTINGS_H

/*
 * What bq-merge was asked for on its command line.
 */

#include "base/args.h"
#include "merge.h"

enum prune_how { PRUNE_AUTO, PRUNE_MUST, PRUNE_NEVER };

struct bqmerge_settings {
	struct args args;
	const char *contract_path, *from, *into;
	const char *key, *order_by;
	const char *delete_where;
	const char *once; /* the run whose shards are merged, or NULL */
	uint64_t shards;
	enum merge_mode mode;
	enum prune_how prune;
	bool keys_never_move, lossy, dry_run;
	uint64_t billed; /* 0: no limit */
	struct http_options http;
	int64_t wait_s; /* for a job */
};

/* The defaults, and LEADPIPE_SEAL. */
void settings_init(struct bqmerge_settings *s);

/* Reads the command line; ends the program with status 64 where it is wrong. */
void settings_parse(struct bqmerge_settings *s, int argc, char **argv);

#endif
