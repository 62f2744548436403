#ifndef GAIO_FETCH_API_TABLE_H
#define GAIO_FETCH_API_TABLE_H

/*
 * Objects of the source file, read by tables of their keys. Private to api*.c.
 */

#include "api.h"

enum key_kind {
	KEY_TEXT,   /* struct span: a string */
	KEY_PATH,   /* struct where */
	KEY_PATHS,  /* struct api_places: an array of paths */
	KEY_COUNT,  /* uint64_t */
	KEY_FLAG,   /* bool */
	KEY_WORD,   /* size_t: its place in `words` */
	KEY_TEXTS,  /* struct texts: an array of strings, numbers, true or false, or one of them */
	KEY_PAIRS,  /* struct api_pairs: an object that adds to it */
	KEY_OBJECT, /* struct span: raw JSON */
	KEY_TIME,   /* int64_t, microseconds: "10s", "2h", "1d" */
	KEY_RATE,   /* int64_t, microseconds from one to the next: "25/1s" */
	KEY_ENV,    /* struct api_secret */
	KEY_FILE,
	KEY_FD,
	KEY_SECRET, /* struct api_secret: {"env"}, {"file"} or {"fd"} */
	KEY_NAMED,  /* the same, or a string */
	KEY_TABLE,  /* a struct that begins with `bool given`, with `keys` of its own */
	KEY_OWN,    /* `own` reads it */
};

struct key {
	const char *name;
	enum key_kind kind;
	size_t at; /* bytes from the struct's start */
	const struct key_table *keys;
	const char *const *words; /* NULL-terminated */
	bool (*own)(struct api *api, const char *name, struct span raw, void *to);
};

#define KEY(n, k, a)                                                                               \
	{                                                                                          \
		.name = (n), .kind = (k), .at = (a)                                                \
	}

struct key_table {
	const struct key *list; /* ends with a zero name */
	/* What the object must fulfil as a whole; or NULL. */
	bool (*check)(struct api *api, struct span object, void *to);
};

/* Reads an object into the struct at `to`. False and the message. */
bool api_table_object(
    struct api *api, const char *name, const struct key_table *table, struct span object, void *to);

/* One value, as its key says. */
bool api_table_value(struct api *api, const struct key *key, struct span raw, void *to);

/* The key of that (raw) name, or NULL. */
const struct key *api_table_key(const struct key *list, struct span name);

/* An unknown key: the message. */
bool api_table_unknown(struct api *api, const char *what, struct span name);

#endif
