#ifndef PII_CHECK_DIGITS_H
#define PII_CHECK_DIGITS_H

/*
 * Numbers that prove themselves. Each takes the bare characters, separators taken
 * out, and says whether length, shape and check digits are right.
 */

#include "base/span.h"

/* ISO/IEC 7812: 13 to 19 digits, a prefix and length that card schemes use, Luhn's sum. */
bool check_digits_card(struct span digits);

/* ISO 13616: the country's length, and the whole modulo 97 is 1. Capital letters. */
bool check_digits_iban(struct span text);

/* Brazil's CPF: 11 digits, two of them check digits; eleven equal digits are none. */
bool check_digits_cpf(struct span digits);

/*
 * Brazil's CNPJ: 12 digits or, since July 2026 (IN RFB 2.229/2024), capital letters too,
 * and two check digits. Fourteen equal characters are none.
 */
bool check_digits_cnpj(struct span text);

/* YYYYMMDD or DDMMYYYY, a true date on which somebody alive can have been born. */
bool check_digits_birth(struct span digits);

#endif
