#ifndef SCHEMA_INFER_NODE_H
#define SCHEMA_INFER_NODE_H

/* What infer.h keeps: its options, the fields it has met, and its verdict on one of them. */

#include "base/buf.h"
#include "base/map.h"
#include "schema/type.h"

enum {
	INFER_NAMES_MAX =
	    10000, /* different fields, nested ones too: BigQuery's columns in a table */
	INFER_BYTES_MAX = 2 << 20, /* of their names */
	INFER_KEYS_MAX = 1000,     /* an object with more different keys is a map: JSON */
	INFER_DEPTH_MAX = 15,      /* objects deeper than that are JSON */
};

struct infer_bound;

/* How strings are read. */
enum infer_strings {
	INFER_TEXTS,    /* as STRING: the rows go on as they are */
	INFER_EXACT,    /* as what they say, where nothing is lost: see above */
	INFER_GENEROUS, /* as BigQuery's autodetect: all numbers are INT64 or FLOAT64 */
};

/*
 * A string as a time: the type and, where it is not the type's own form, the contract's `format`.
 */
struct infer_time {
	enum type type;
	const char *format; /* raw JSON: a string or an array of them; or NULL */
};

enum { INFER_TIMES = 14 };

/* Does reading_times[i] read `text`? */
typedef bool infer_is_time(void *ctx, size_t i, struct span text);

struct infer_options {
	enum infer_strings strings;
	bool caseless; /* names that differ in ASCII case are one, and no row may have both */
	bool final;    /* names stay: an object with a key that no column can have is JSON */
	infer_is_time *is_time; /* NULL: no string is a time */
	void *ctx;
};

/* A field, or (root) the row. What is not marked private may be read. */
struct infer_node {
	struct span name; /* unescaped */
	bool declared;    /* it is known what it is: only the fields of a RECORD are looked at */
	uint64_t met;     /* objects that had it */
	uint64_t nulls;   /* of these: null */
	uint64_t blanks;  /* empty strings, or of white space only; not in arrays */
	uint64_t objects; /* values, or items of arrays, that were objects */
	struct infer_node **fields; /* in the order they were first seen */
	size_t n;
	/* private */
	bool single, array;        /* values that are neither arrays nor null; arrays */
	bool plain, numbers, text; /* plain values; JSON numbers; blanks */
	bool odd;                  /* JSON, whatever comes */
	bool doubtful;             /* texts that are numbers only beside JSON numbers */
	unsigned closed;           /* readings that some value did not allow */
	size_t cap, bytes;
	struct map map;       /* of places in fields */
	size_t *last, n_last; /* by position in the object: what stood there last */
	uint64_t object;      /* the object it was met in last */
};

struct infer {
	struct infer_node root; /* its fields are those of the rows */
	/*
	 * after a false: the field, as its row names it, and the rule that is broken, a static
	 * text
	 */
	struct span bad;
	const char *why;
	size_t names;       /* fields that were not declared, nested ones too, */
	struct span newest; /* and the last of them */
	/* private */
	struct infer_bound *bound; /* the values of the layout that matter */
	size_t n_bound, cap_bound;
	unsigned layout;
	struct infer_options options;
	size_t bytes;
	uint64_t object;
	struct buf scratch;
};

struct infer_verdict {
	enum type type;
	bool repeated;
	bool decided;       /* something but null and [] was seen */
	bool filled;        /* never null, nor what counts as null for its type */
	const char *format; /* as in struct infer_time */
};

/* The field of that name, or NULL. */
static inline struct infer_node *infer_node_find(const struct infer_node *node, struct span name)
{
	size_t at = node->n > 0 ? map_find(&node->map, name) : MAP_NONE;

	return at == MAP_NONE ? NULL : node->fields[at];
}

#endif
