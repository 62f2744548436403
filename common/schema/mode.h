#ifndef SCHEMA_MODE_H
#define SCHEMA_MODE_H

/* A column's mode. Source: TableFieldSchema of BigQuery's discovery document. */

#include "base/span.h"

enum mode { MODE_NULLABLE, MODE_REQUIRED, MODE_REPEATED };

/* "NULLABLE" ... */
const char *mode_name(enum mode mode);

/* The mode of that name, in any case. False: none has it. */
bool mode_find(enum mode *mode, struct span name);

#endif
