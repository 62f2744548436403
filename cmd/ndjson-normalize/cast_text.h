#ifndef NORMALIZE_CAST_TEXT_H
#define NORMALIZE_CAST_TEXT_H

/* The casts to types that are texts, Booleans or JSON: see cast.h. */

#include "plan.h"

cast_fn cast_text_string, cast_text_bytes, cast_text_bool, cast_text_json, cast_text_geography;

#endif
