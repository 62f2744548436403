#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* The clocks of this machine, in microseconds. Dates and texts: base/time. */

#include <stdint.h>

#define CLOCK_SECOND INT64_C(1000000)

int64_t clock_now(void);      /* the wall clock: since 1970-01-01T00:00:00Z */
int64_t clock_mono(void);     /* never runs backwards; its zero means nothing */
void clock_sleep(int64_t us); /* at least that long; but not after a signal (stop.h) */

#endif
