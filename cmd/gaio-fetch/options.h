#ifndef GAIO_FETCH_OPTIONS_H
#define GAIO_FETCH_OPTIONS_H

/* The command line of gaio-fetch. */

#include "api.h"
#include "base/args.h"
#include "wire/http.h"

struct options {
	struct args args;
	const char *operand; /* RESOURCE or URL; NULL: --check or --commit without one */
	const char *source;  /* -s */
	bool check;
	bool has_since, has_until;
	int64_t since, until; /* with --shard: of the part */
	int64_t whole;        /* --until of the whole */
	int64_t lookback, step;
	struct api_pairs params;
	uint64_t rate, max_pages;
	size_t parallel;
	uint64_t shard, shards; /* 0: none */
	const char *token_file, *rejects, *max_rejects, *state, *commit, *archive, *replay;
	struct http_options http;
	/* private */
	int64_t now;
	const char *since_text, *until_text;
};

/* Ends the program (64) when something is wrong. The times are read by options_times. */
void options_read(struct options *o, int argc, char **argv);

/* --since and --until, relative to `now`; then --shard: the part of them that is its own. */
void options_times(struct options *o, int64_t now);

#endif
