#ifndef NORMALIZE_CAST_TIME_H
#define NORMALIZE_CAST_TIME_H

/* The casts to dates and times: see cast.h. */

#include "plan.h"

cast_fn cast_time_timestamp, cast_time_date, cast_time_time, cast_time_datetime;

#endif
