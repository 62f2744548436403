#ifndef NORMALIZE_CAST_NUMBER_H
#define NORMALIZE_CAST_NUMBER_H

/* The casts to numbers: see cast.h. */

#include "plan.h"

cast_fn cast_number_int64, cast_number_float64, cast_number_numeric, cast_number_bignumeric;

#endif
