#ifndef NORMALIZE_INFER_TIME_H
#define NORMALIZE_INFER_TIME_H

/* For schema/infer: the strings that the casts of this program read as times. */

#include "schema/infer.h"

/* What infer_time_is needs as its ctx. */
struct infer_time_patterns *infer_time_open(void);
void infer_time_close(struct infer_time_patterns *p);

infer_is_time infer_time_is;

#endif
