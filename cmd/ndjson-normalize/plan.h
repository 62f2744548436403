#ifndef NORMALIZE_PLAN_H
#define NORMALIZE_PLAN_H

/*
 * The plan: a contract compiled once into what the loop needs. For every key of
 * the input where its value goes; for every output field the function that casts
 * to its type, its clean words, its default as bytes. Nothing is decided twice.
 *
 *	struct cast_plan *plan = compile_plan(&contract, UNKNOWN_DISCARD_VALUE, max_line, &e);
 *	write_row(plan, row, out, bad);                for each row
 *	plan_free(plan);
 */

#include "clean.h"
#include "level.h"
#include "schema/contract.h"
#include "schema/infer.h"
#include "stream/filter.h"
#include "null_counts.h"
#include "when.h"

/* What happens to input fields that the contract does not name. */
enum unknown { UNKNOWN_DISCARD_VALUE, UNKNOWN_EVOLVE, UNKNOWN_FREEZE, UNKNOWN_DISCARD_ROW };

/* What became of one value. */
enum got {
	GOT_VALUE,   /* it was written */
	GOT_NULL,    /* it counts as null; nothing was written */
	GOT_BAD,     /* the value does not fit: to->bad says why */
	GOT_UNKNOWN, /* the row does not fit, for a field that the contract does not name */
	GOT_FAILURE, /* the run must end: to->bad says why */
};

/* A value of the input; raw.p is NULL when it is absent. */
struct plan_cell {
	struct span raw;
	enum json type;
	const struct layout_member *known; /* an object that the layout takes apart, or NULL */
	struct span text;                  /* of a string: unescaped, cleaned; otherwise raw */
};

struct cast_plan;
struct plan_column;

/* Where the values of the row in hand go, and what the casts need besides. */
struct plan_target {
	struct buf *out;
	struct bad *bad; /* why a value does not fit */
	struct cast_plan *plan;
	/* scratch: a text is in one half while it is changed into the other */
	struct buf half[2];
	unsigned turn;
	struct buf items; /* a text that was split, as an array */
};

/* Writes the value of `cell` as the column's type to to->out. */
typedef enum got cast_fn(
    struct plan_target *to, const struct plan_column *column, const struct plan_cell *cell);

/* One output field. */
struct plan_column {
	const struct contract_field *field;
	struct span key;  /* ,"name": */
	struct span path; /* in messages: "utm.source" */
	size_t slot;
	size_t null_count; /* its number in plan->nulls */
	bool required;
	bool reads_text; /* strings come to `cast` unescaped, cleaned, trimmed; empty is null */
	cast_fn *take;   /* one value, or each item of an array */
	cast_fn *cast;   /* one value */
	struct clean_list cleans;
	struct span missing; /* written for null: "null", "[]" or the default */
	struct span absent;  /* written when the key is not there: the default, or absent */
	struct times times;
	struct shape *shape; /* of a RECORD */
};

/* An unknown field that is passed on. */
struct extra {
	struct level_key *key;
	struct span raw;
	size_t from, n; /* its value in to.out, once it is written */
};

/* One object of the output: the row, or a RECORD. */
struct shape {
	struct level keys;       /* what its input object may hold */
	struct level used;       /* names that are taken in the output, in lower case */
	struct plan_cell *slots; /* the values that were found, by slot */
	size_t n_slots;
	struct plan_column *columns;
	size_t n;
	struct extra *extras; /* in the order they were met */
	size_t n_extras, cap_extras;
	struct shape *next;
};

struct cast_plan {
	/* the caller's to set, before the first row */
	bool bad_is_null; /* values that do not fit become null and are counted in `nulls` */
	bool hold;        /* rows may still be dropped: the caller shows `growth` those that stay */
	struct plan_target to;
	const struct layout *layout; /* of the row in hand, or NULL: none is known */
	struct buf path;             /* the name of an unknown field, for messages */
	/* the contract */
	const char *file;
	enum unknown unknown;
	struct shape *row;
	struct shape *shapes;
	struct level *levels; /* below the keys of the shapes */
	struct zone *zones;   /* those that fields name */
	struct null_counts nulls;
	size_t learned, learned_bytes;
	struct infer *growth; /* evolve: what the rows brought, or NULL */
	bool inside;          /* a RECORD of the row in hand brought something */
};

/* A plan for no contract yet; compile_plan makes one for a contract. */
struct cast_plan *plan_open(enum unknown unknown, size_t max_line);
void plan_free(struct cast_plan *plan);

/* From now on plan->growth sees what the rows bring beyond `c`, the plan's contract. */
void plan_grow(struct cast_plan *plan, const struct contract *c);

/* A new level, empty, freed with the plan. */
struct level *plan_level(struct cast_plan *plan);

/* The other half of the scratch, emptied. */
static inline struct buf *plan_scratch(struct plan_target *to)
{
	struct buf *b = &to->half[to->turn ^= 1];

	buf_clear(b);
	return b;
}

/* Nothing was written to it: the text is still in the other half, so this one is next again. */
static inline void plan_scratch_unused(struct plan_target *to)
{
	to->turn ^= 1;
}

/* A value that did not fit counts as null: what was said about it is taken back. */
static inline void plan_forgive(struct cast_plan *plan, size_t null_count)
{
	null_counts_count(&plan->nulls, null_count);
	*plan->to.bad = (struct bad){0};
}

/* The value does not fit, for a static reason; the field is named by the caller that knows it. */
static inline enum got plan_bad(struct plan_target *to, const char *reason)
{
	to->bad->reason = reason;
	return GOT_BAD;
}

/* buf_add for the short runs that rows are made of. */
static inline void plan_put(struct buf *b, const char *p, size_t n)
{
	if (n < b->cap - b->n && b->n + n <= b->max) {
		memcpy(b->p + b->n, p, n);
		b->n += n;
	} else {
		buf_add(b, p, n);
	}
}

static inline void plan_put_span(struct buf *b, struct span s)
{
	plan_put(b, s.p, s.n);
}

#endif
