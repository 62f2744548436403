#ifndef WIRE_JWT_H
#define WIRE_JWT_H

/*
 * JSON Web Tokens signed RS256 (RFC 7515, RFC 7519), for the JWT bearer grant
 * (RFC 7523) that Google and Salesforce both use.
 */

#include "base/buf.h"
#include "wire/jdoc.h"

/*
 * Appends header.claims.signature. `key_id` goes into the header as kid, or is
 * NULL. False when `pem` is no RSA private key.
 */
bool jwt_sign(struct buf *token, const jdoc *claims, const char *key_id, struct span pem);

/*
 * Reads the claims out of a token and, where `pem` is not absent, checks its
 * signature (RS256 only). NULL with `why` otherwise. The caller frees.
 */
jdoc *jwt_claims(struct span token, struct span pem, char why[JDOC_WHY]);

#endif
