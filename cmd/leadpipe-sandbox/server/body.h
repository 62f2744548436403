#ifndef SANDBOX_BODY_H
#define SANDBOX_BODY_H

/*
 * The body of a request while it arrives: in memory up to 1 MiB, beyond that in an
 * unlinked file, which is mapped when it is complete.
 *
 *	body_init(&b);
 *	while (...) if (!body_add(&b, dir, piece)) ...
 *	if (!body_span(&b, &whole)) ...
 *	body_free(&b);
 */

#include "base/buf.h"

struct body {
	/* private */
	struct buf small;
	int fd;      /* -1 as long as it is small */
	size_t size; /* bytes in the file */
	void *map;
};

void body_init(struct body *b);

/* `dir` is where a file would be made. False and errno when that fails or the disk is full. */
bool body_add(struct body *b, const char *dir, struct span piece);

/*
 * The whole, valid until body_free. Ask once, after the last body_add. False when it cannot be
 * mapped.
 */
bool body_span(struct body *b, struct span *whole);

/*
 * Puts what a gzip body unpacks to in its place; *whole is that of body_span before and after.
 * NULL, or the rule that is broken (static): no gzip, or more than 1 GiB comes out.
 */
const char *body_unpack(struct body *b, const char *dir, struct span *whole);
void body_free(struct body *b);

#endif
