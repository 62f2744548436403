#ifndef NORMALIZE_LEVEL_H
#define NORMALIZE_LEVEL_H

/*
 * The keys that may stand in one input object, and what is to be done with
 * each. Rows mostly have their keys in the same order, so a key is looked for
 * first where it stood in the row before, and by hash only when it is not there.
 */

#include "base/map.h"

struct level;
struct bound;
struct layout_member;
struct infer_node;

/* One key of an input object. The level owns it; its address never changes. */
struct level_key {
	struct span name;    /* unescaped */
	int slot;            /* where the contract wants its value, or -1 */
	bool unknown;        /* no `from` path begins with it; known because it was met (evolve) */
	struct span safe;    /* of an unknown key: the name it is written under */
	struct level *below; /* the keys of its objects that matter, or NULL */
	size_t null_count;   /* where `below`: its number in the plan's counts of nulls */
	struct level *level; /* the one that it stands in */
	struct infer_node *seen; /* of an unknown key of the row: what its values are, or NULL */
	struct level_key
	    *written; /* in a level of output names: the key that is written so, or NULL */
};

struct level {
	struct span path;        /* in messages: "" or "utm.contact." */
	size_t base;             /* bytes of it that lead to the RECORD ("utm.") */
	struct level *used;      /* evolve: output names (lower case) that are taken */
	struct level *above;     /* the level that leads here, or NULL, */
	struct level_key *owner; /* and the key in it */
	bool captured;           /* a field takes the whole object: no key in it is unknown */
	size_t n;
	/* private */
	struct level_key **keys; /* as they were added */
	size_t cap;
	struct map map;          /* of places in keys */
	struct level_key **last; /* by position in the object: the key that stood there last */
	size_t n_last;
	struct bound *bound; /* bind's, as are: */
	size_t n_bound, cap_bound;
	unsigned layout; /* what they are bound to */
	const struct layout_member *object;
	struct level *next; /* for the plan's list */
};

/* The key of that name, which stands at `position` (from 0) of its object; or NULL. */
struct level_key *level_find(struct level *l, size_t position, struct span name);

/* The key of that name, wherever it stands; or NULL. */
struct level_key *level_look_up(const struct level *l, struct span name);

/* Adds a key that is not there yet; its name is copied. */
struct level_key *level_add(struct level *l, struct span name);

/* Frees what the level holds (not the levels below its keys, not itself). */
void level_clear(struct level *l);

#endif
