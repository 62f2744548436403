#ifndef PII_SELFTEST_H
#define PII_SELFTEST_H

/*
 * Known answers, computed again at every start: HMAC-SHA-256 (RFC 4231), SHA-256,
 * AES-SIV with Tink's published vectors, among them the empty text, on which
 * OpenSSL's own SIV mode fails. A library that answers wrongly must not touch a row.
 */

#include "base/error.h"

/* False (STATUS_BUG) when an answer is wrong. It also fetches all algorithms. */
bool selftest_run(struct error *error);

#endif
