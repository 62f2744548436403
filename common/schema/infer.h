#ifndef SCHEMA_INFER_H
#define SCHEMA_INFER_H

/*
 * Type inference: what columns rows bring that nobody declared. There is one, so that the column
 * which bq-load adds to a table is the column that the grown contract declares.
 *
 *	struct infer in;
 *	infer_init(&in, &(struct infer_options){.strings = INFER_TEXTS});
 *	if (!infer_row(&in, row))                              for each row
 *		refuse("field %.*s: %s", SPAN_ARG(in.bad), in.why);
 *	for (size_t i = 0; i < in.root.n; i++)
 *		use(in.root.fields[i], infer_verdict(in.root.fields[i]));
 *	infer_free(&in);
 *
 * A field only ever widens, and no digit, sign or letter of a value is lost in the type it gets:
 *
 *	true, false                          BOOL
 *	whole numbers that fit               INT64
 *	numbers that a double prints back    FLOAT64: all digits that were written come back
 *	longer ones                          NUMERIC, BIGNUMERIC where the digits fit
 *	strings, and what none of these hold STRING
 *	objects                              RECORD, each key a field of its own
 *	arrays of values of one kind         the type of the items, REPEATED
 *	all others                           JSON
 *
 * All others: objects and plain values, or arrays and plain values, in one field; null or an array
 * in an array; objects without keys, with more than INFER_KEYS_MAX different ones, or nested too
 * deep.
 *
 * null and [] decide nothing. A field of which only null was seen is STRING; where [] was seen too
 * it is JSON, which takes whatever comes next.
 *
 * Strings that look like something else are STRING unless `strings` says otherwise. With
 * INFER_EXACT they may be Booleans (true, false, yes, no), times, and numbers, if the number
 * prints back as the same text: "007", "+1" and "1.50" never. Even so, digits alone do not make a
 * number: fractions (a version is 13.1) and more than 7 digits (postal codes, telephones, CPF,
 * ids) count only in a field that has JSON numbers as well.
 *
 * Memory grows with the number of different fields, never with the rows.
 */

#include "base/map.h"
#include "json/row.h"
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
extern const struct infer_time infer_times[INFER_TIMES];

/* Does infer_times[i] read `text`? */
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

void infer_init(struct infer *in, const struct infer_options *options);
void infer_free(struct infer *in);

/*
 * A field of `above` that is known, before rows are read; its own fields, if it is a RECORD, may
 * follow. The result lives as long as `in`. A field that is there already is returned as it is.
 */
struct infer_node *infer_declare(struct infer *in, struct infer_node *above, struct span name);

/*
 * Takes a row; or the raw object that a row is. False: in->bad, in->why; the inference is of no
 * more use.
 */
bool infer_row(struct infer *in, const struct row *row);
bool infer_object(struct infer *in, struct span object);

/*
 * The same for who has the fields of rows already, and shows one value of a field at a time.
 * infer_top: the field of the rows of that name, made where it is new; NULL: in->why. It stays
 * where it is.
 */
struct infer_node *infer_top(struct infer *in, struct span name);
bool infer_value(struct infer *in, struct infer_node *top, struct span raw);

/* Private to schema/infer_bind: the same at any depth; in the row it is 1. */
bool infer_value_at(struct infer *in, struct infer_node *node, struct span raw, unsigned depth);

/* The field's type by what was seen so far. */
struct infer_verdict infer_verdict(const struct infer_node *node);

/*
 * No new columns from now on: what is JSON by now stays JSON, whatever its objects have. in->names
 * then grows only when a row brings a field that is new.
 */
void infer_settle(struct infer *in);

/* The field of that name, or NULL. */
struct infer_node *infer_find(const struct infer_node *node, struct span name);

#endif
