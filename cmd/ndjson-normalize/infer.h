#ifndef NORMALIZE_INFER_H
#define NORMALIZE_INFER_H

/*
 * --infer: reads rows to the end of the stream and writes a contract that fits
 * them to stdout. A row that is none, or a stream that is not whole, ends the
 * program; then nothing is written.
 */

#include "stream/filter.h"

/* Returns STATUS_OK, or ends the program. */
enum status infer(const struct filter_options *options);

#endif
