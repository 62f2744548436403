#ifndef PII_HINT_H
#define PII_HINT_H

/*
 * Words that speak of personal data, in field names and in texts, in the languages that
 * the data are in: "data_nascimento", "telContato", "whats:". A word that is short must
 * stand alone: "tel" is not found in "hotel", nor "cel" in "cancel_id"; a capital letter
 * after a small one begins a word.
 */

#include "base/span.h"
#include "detect_kind.h"

/* The kinds of which this text speaks: bit n is kind n. */
unsigned hint_of(struct span text);

/*
 * Is there a date in words: a month, in English, Portuguese or Spanish, at *at, and soon after
 * it a year?
 */
bool hint_is_date(struct span text, size_t *at);

#endif
