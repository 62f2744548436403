#ifndef PII_KEYSET_H
#define PII_KEYSET_H

/*
 * Key files. Either 32 or 64 bytes, which are the secret itself, or a Tink keyset as
 * JSON in the clear (the protobuf JSON form of google.crypto.tink.Keyset), whose
 * enabled keys must be AesSivKey of 64 bytes:
 *
 *	{"primaryKeyId":1919301694,"key":[{"keyData":{
 *	  "typeUrl":"type.googleapis.com/google.crypto.tink.AesSivKey",
 *	  "value":"EkAl...","keyMaterialType":"SYMMETRIC"},
 *	  "status":"ENABLED","keyId":1919301694,"outputPrefixType":"TINK"}]}
 *
 * A file that group or others can read is refused. Errors name the file and the rule,
 * never what stands in it.
 */

#include "base/error.h"
#include "keys.h"

enum { KEYSET_BYTES = 65536 };

/* Where keys come from: a path, or a descriptor from 0 up (-1: none), which is closed. */
struct key_source {
	const char *path;
	int fd;
};

/* Fills `keys`, which is empty. False: 78 in *error. */
bool keyset_load(struct keys *keys, const struct key_source *from, struct error *error);

/*
 * Makes a keyset of one new key (TINK prefix) at `path`, mode 0600; a file that is
 * there is never touched. With `old` (may be NULL), a keyset: its keys come along
 * behind the new one, which is the primary: that is a rotation. False: *error.
 */
bool keyset_new(const char *path, const struct key_source *old, struct error *error);

#endif
