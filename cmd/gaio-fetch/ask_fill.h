#ifndef GAIO_FETCH_ASK_FILL_H
#define GAIO_FETCH_ASK_FILL_H

/* The placeholders of a request. Private to ask*.c, but for what they stand for. */

#include "auth.h"
#include "stamp.h"

struct ask;

/* What the placeholders stand for in one sequence of pages. */
struct ask_values {
	bool has_since, has_until;
	int64_t since, until;
	struct span id; /* the text of the parent's key, or of the job; absent: none */
	const struct api_pairs *params; /* --param */
};

/* How a value is written where it goes. */
enum ask_escape { ASK_PLAIN, ASK_PERCENT, ASK_JSON };

/* What a request is being made from. */
struct ask_making {
	struct ask *ask;
	const struct api_resource *r;
	const struct ask_values *values;
	const struct auth *auth; /* NULL: none */
	struct span token;       /* what {token} stands for */
	struct error *error;
};

/*
 * The text of a time as the API reads it. Windows are half-open: where the API leaves its
 * own begin out, or takes the end in, another time is sent.
 */
size_t ask_fill_time(char text[STAMP_TEXT], const struct api_when *when, int64_t us);

/* Appends the text with its placeholders filled in; m->error where one has no value. */
void ask_fill(const struct ask_making *m, struct buf *to, struct span text, enum ask_escape how);

#endif
