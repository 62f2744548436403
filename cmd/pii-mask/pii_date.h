#ifndef PII_DATE_H
#define PII_DATE_H

/* A date as the contract's types write one, alone or with a time after it. */

#include "base/time.h"

struct pii_date {
	struct time_parts day; /* its date; the rest is not set */
	struct span time;      /* "", or "T23:59:58.5-03:00" */
	struct span zone;      /* its end: "", "Z", "-03:00", " UTC" */
};

/* NULL, or why it is none. The spans point into `text`. */
const char *pii_date_read(struct span text, struct pii_date *d);

#endif
