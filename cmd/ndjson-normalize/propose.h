#ifndef NORMALIZE_PROPOSE_H
#define NORMALIZE_PROPOSE_H

/*
 * --infer: reads rows to the end of the stream and writes a contract that fits
 * them to stdout. A line that is not a row, or a stream that is not whole, ends the
 * program; then nothing is written.
 */

#include "stream/filter.h"

/* `required`: fields that every row has are REQUIRED. Returns STATUS_OK, or ends the program. */
enum status propose(struct filter *filter, const struct filter_options *options, bool required);

#endif
