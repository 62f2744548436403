#ifndef JSON_DOC_H
#define JSON_DOC_H

/*
 * A small JSON document of ours (a contract), read value by value. Every getter
 * explains itself: what does not fit gives false and a message that begins with
 * the path and the line, "leads.json:7: name: must be a string". The first
 * message is the last: stop there.
 *
 * Texts point into the document, or, where they had escapes, into memory that
 * the document owns until doc_free.
 */

#include "base/buf.h"
#include "base/error.h"
#include "json/scan.h"

struct doc {
	const char *path;    /* must outlive the struct */
	struct buf text;     /* the whole file */
	struct error *error; /* where messages go; only while it is read */
	/* private */
	const char *at; /* `line` is the line of this byte, from 1 */
	int line;
	struct buf scratch;
	void **owned;
	size_t n_owned;
};

/* A list of texts, in the order of the file. */
struct texts {
	struct span *item;
	size_t n;
};

/*
 * Reads the file ("-" is a file of that name). A byte order mark at its start is
 * not part of *text. False and *error when it cannot be read or is larger than
 * `max` bytes. It is not scanned yet.
 */
bool doc_read(struct doc *d, const char *path, size_t max, struct error *error, struct span *text);

/* The line on which p stands, from 1; p points into the document. Cheap where p only grows. */
int doc_line(struct doc *d, const char *p);

/* Always false, with the message: path, line of p, and the rest. */
bool doc_wrong(struct doc *d, const char *p, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* For %.*s in a message: a name from the file, cut to a sensible length. */
#define DOC_SHOWN(s) (int)((s).n < 100 ? (s).n : 100), (s).p

/* Memory given back by doc_free, zeroed. */
void *doc_alloc(struct doc *d, size_t size);

/* The text of a raw value that must be a string, and not empty. `key` is for the message. */
bool doc_text(struct doc *d, const char *key, struct span raw, struct span *text);

/*
 * What an array of texts may hold besides: nothing, objects (they are passed over), or empty
 * texts.
 */
enum doc_items { DOC_TEXTS, DOC_OBJECTS, DOC_EMPTY };

/* The texts of an array of strings. */
bool doc_texts(
    struct doc *d, const char *key, struct span raw, enum doc_items also, struct texts *list);

/* The parts of a text between dots, none of them empty. */
bool doc_path(struct doc *d, const char *key, struct span raw, struct texts *list);

/*
 * A string that must be one of n words, whatever its case: *at is its place. A
 * word may list other spellings, separated by bars: "INT64|INTEGER|INT".
 */
bool doc_word(struct doc *d, const char *key, const char *const *words, size_t n, struct span raw,
    size_t *at);

void doc_free(struct doc *d);

#endif
