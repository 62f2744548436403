#ifndef PII_ACT_H
#define PII_ACT_H

/*
 * What is done to one value, each in the shape of rule.h's act_fn. They share the
 * keys, the row they are in, and scratch memory.
 */

#include "json/row.h"
#include "rule.h"

struct act {
	const struct keys *keys;
	const struct row *row; /* the whole row, for the subject of a shift */
	bool quoted;           /* the value under way is a string, not a number */
	struct buf text;       /* where a value's escapes are resolved */
	struct buf scratch, more;
};

/* The characters in the middle become '*'. */
act_fn act_mask;

/* HMAC-SHA-256 in hex; AES-SIV in base64, and back. */
act_fn act_hmac, act_encrypt, act_reveal;

/* Normalised as a platform wants it (profile.h), then SHA-256 in hex. */
act_fn act_hash;

/* A date, a number, an address or a code made coarse (coarse.h). */
act_fn act_month, act_year, act_bucket, act_network, act_prefix;

/* A date moved by the subject's own number of days. */
act_fn act_shift;

#endif
