#ifndef SCHEMA_INFER_BIND_H
#define SCHEMA_INFER_BIND_H

/*
 * Private to schema/infer: while rows have the same layout (json/layout.h) it is known which of
 * their values matter, so no name is looked up, and declared columns are not looked at. (2026-11:
 * see the commit.)
 */

#include "json/layout.h"
#include "schema/infer_node.h"

/* A value of the layout that matters. */
struct infer_bound {
	struct infer_node *node;
	const struct layout_member *member;
	unsigned depth; /* of the objects it is in: 1 in the row */
};

/*
 * Brings the layout and the fields together. False where that cannot be said beforehand: a name is
 * new.
 */
bool infer_bind(struct infer *in, const struct layout *layout);

#endif
