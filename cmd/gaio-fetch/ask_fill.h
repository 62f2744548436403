#ifndef GAIO_FETCH_ASK_FILL_H
#define GAIO_FETCH_ASK_FILL_H

/* Private to ask*.c: the placeholders of a request. */

#include "ask.h"

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

/* Appends the text with its placeholders filled in; m->error where one has no value. */
void ask_fill(const struct ask_making *m, struct buf *to, struct span text, enum ask_escape how);

#endif
