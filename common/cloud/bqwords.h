#ifndef CLOUD_BQWORDS_H
#define CLOUD_BQWORDS_H

/*
 * What may be told of BigQuery's error texts. They quote rows: values are personal data, and no
 * rule finds the end of one in a text that it can itself hold. So only texts of known forms are
 * shown, as far as they hold names and numbers; of all others nothing is, and the error's reason
 * and location have to do.
 *
 * Sources: cloud.google.com/bigquery/docs/error-messages, and texts quoted in public issues.
 */

#include "base/buf.h"

/* Appends what may be shown of the message; of one of no known form, a few words that say so. */
void bqwords_add(struct buf *b, const char *message);

#endif
