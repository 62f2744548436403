#ifndef BQ_QUERY_PARAM_H
#define BQ_QUERY_PARAM_H

/*
 * --param NAME[:TYPE]=VALUE: a named query parameter. TYPE is a scalar type (STRING when none is
 * given), ARRAY<TYPE> with a JSON array as its value, or RANGE<TYPE> with "[START, END)".
 * Values go as text, as QueryParameterValue has them; BigQuery checks them.
 */

#include "wire/jdoc.h"

/* The QueryParameter of `text`, or NULL with the rule it breaks. The caller frees. */
jdoc *param_read(const char *text, const char **why);

#endif
