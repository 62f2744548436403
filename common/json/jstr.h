#ifndef JSON_JSTR_H
#define JSON_JSTR_H

/*
 * JSON strings: from their raw form to the text they mean, and back. A raw
 * string has its quotes; where nothing else is said scan has checked it, so
 * nothing here can fail.
 */

#include "base/buf.h"

#include <stdint.h>

/*
 * The text of a raw string (quotes included). Where it has no escapes this is a
 * span into `raw`; otherwise the text is appended to `scratch`, and the span is
 * valid until scratch changes. It may hold NUL bytes.
 */
struct span jstr_text(struct span raw, struct buf *scratch);

/* The same for a member's name, which scan gives without its quotes. */
struct span jstr_name(struct span name, struct buf *scratch);

/*
 * One character of a raw string, between its quotes: its UTF-8 bytes go to
 * `bytes`, *p moves past it. Returns how many bytes (1 to 4).
 */
size_t jstr_char(const char **p, char bytes[4]);

/*
 * Appends `text` (valid UTF-8) as a raw string: quotes, \" \\ \b \f \n \r \t, \u00XX; the rest as
 * it is.
 */
void jstr_quote(struct buf *b, struct span text);

/* The same for any bytes: each that is not UTF-8 becomes U+FFFD. */
void jstr_quote_any(struct buf *b, struct span text);

/*
 * For scan: checks what stands at p inside a string and is not plain (an escape,
 * a control byte, a run of non-ASCII). Returns the byte after it; or sets *why
 * to the rule broken (scan.h lists them) and returns where. p < end.
 */
const char *jstr_rare(const char *p, const char *end, const char **why);

/* A member's name as scan remembers it: to find an object that names a key twice. */
struct jstr_key {
	struct span name; /* between the quotes, escapes kept; the closing quote stands after it */
	uint32_t hash;    /* of the text that the name means: jstr_hash */
	bool plain;       /* it has no escapes */
};

/* A hash of the text that a name means, the same for every spelling. `plain`: it has no escapes. */
uint32_t jstr_hash(struct span name, bool plain);

/*
 * The first key found whose text came before, or NULL. May reorder the keys; time
 * is n log n whatever the names are (but for 1,024 or fewer, where it is usually n).
 */
const struct jstr_key *jstr_twin(struct jstr_key *keys, size_t n);

#endif
