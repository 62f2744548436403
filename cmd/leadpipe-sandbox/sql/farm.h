#ifndef SANDBOX_SQL_FARM_H
#define SANDBOX_SQL_FARM_H

/* FARM_FINGERPRINT: the 64-bit fingerprint of FarmHash (github.com/google/farmhash), fixed for ever. */

#include "base/span.h"

#include <stdint.h>

uint64_t farm_fingerprint(struct span s);

#endif
