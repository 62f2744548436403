#ifndef PII_KNOWN_H
#define PII_KNOWN_H

/*
 * Known answers, computed again at every start: HMAC-SHA-256 (RFC 4231), SHA-256,
 * AES-SIV with Tink's published vectors, among them the empty text, on which
 * OpenSSL's own SIV mode fails. A library that answers wrongly must not touch a row.
 */

/* Ends the program (STATUS_BUG) when an answer is wrong. It also fetches all algorithms. */
void known_answers(void);

#endif
