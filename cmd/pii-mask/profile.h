#ifndef PII_PROFILE_H
#define PII_PROFILE_H

/*
 * The forms in which advertising platforms want personal data before it is hashed.
 *
 * google (Customer Match, Enhanced Conversions, Data Manager API; the page "Format
 * user data"): e-mail without white space, in lower case, and at gmail.com and
 * googlemail.com without dots before the @ (version 1) and without "+" and what
 * follows it either (version 2); phone in E.164 with its +; names trimmed (version 1:
 * without any white space); street without symbols.
 *
 * meta (Conversions API, "Customer information parameters"): e-mail
 * trimmed, in lower case; phone as digits with the country code, without + and
 * leading zeros; names, city and state without punctuation, city, state and zip without
 * spaces, and of a US ZIP+4 the first five digits; a birth date as YYYYMMDD; gender as f
 * or m, for listed words only. (Version 1: gender by its first letter, ZIP+4 whole.)
 *
 * A phone of version 2 must fit its country's numbering plan (base/phone.h); version 1
 * puts the country code before whatever has no +, and counts digits.
 *
 * Lower case is Unicode's, without a locale.
 */

#include "base/phone.h"

/* What kind of text it is. */
enum profile_kind {
	KIND_EMAIL,
	KIND_PHONE,
	KIND_FIRST_NAME,
	KIND_LAST_NAME,
	KIND_STREET,
	KIND_CITY,
	KIND_STATE,
	KIND_ZIP,
	KIND_COUNTRY,
	KIND_BIRTH_DATE,
	KIND_GENDER,
	KIND_EXTERNAL_ID,
	KINDS
};

enum profile { PROFILE_GOOGLE, PROFILE_META };

/* The form that a text is to have. */
struct profile_form {
	enum profile profile;
	enum profile_kind kind;
	int version;
	struct span country_code; /* of a phone: digits, maybe none; absent: not given */
	const struct phone_plan
	    *home; /* from version 2 on: the plan of country_code, if it has digits */
};

/* The kind's name in a contract. */
const char *profile_kind_name(enum profile_kind kind);

/*
 * Does the platform want that kind hashed, and which version is the newest known? 0: it does
 * not.
 */
int profile_version(enum profile profile, enum profile_kind kind);

/*
 * Adds the text in that form; NULL, or why it cannot be done. A phone without + takes the
 * country code before it; without one it is refused.
 */
const char *profile_text(const struct profile_form *form, struct span text, struct buf *out);

#endif
