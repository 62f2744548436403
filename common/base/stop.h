#ifndef BASE_STOP_H
#define BASE_STOP_H

/*
 * INT, TERM and HUP: the handler only notes the signal, without SA_RESTART, so that
 * system calls that wait return EINTR; a signal that was ignored when the program
 * started stays ignored. Loops ask stop_signal() and end the run in their usual way,
 * with a failing end record; the program then dies of the signal.
 *
 * From the signal on, SIGALRM arrives every second. So a call that was entered just
 * after the signal is interrupted too, and stop_expired() becomes true once a second
 * has passed: a reader that does not take our last words is not waited for any longer.
 *
 *	while (read(fd, ...) < 0)
 *		if (errno != EINTR || stop_signal())
 *			return false;
 */

#include <stdbool.h>

/* Installs the handlers. */
void stop_init(void);

/* The signal that asks the program to stop, or 0. */
int stop_signal(void);

/* "SIGTERM" and the like; "" where no signal came. */
const char *stop_name(void);

/* A second has passed since the signal. */
bool stop_expired(void);

/* Dies of the signal that came. */
_Noreturn void stop_die(void);

#endif
