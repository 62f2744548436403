#ifndef SANDBOX_LAUNCH_H
#define SANDBOX_LAUNCH_H

/*
 * What runs beside the server: COMMAND with the environment that leads every client here, or
 * nothing but the wait for a signal.
 *
 *	launch_signals();                    before the first thread
 *	serve_start(...)
 *	status = launch_command(&sb, argv);  or: launch_serve(&sb);
 */

#include "sandbox.h"

/*
 * Blocks SIGINT, SIGTERM, SIGHUP and SIGCHLD, to be waited for below, in this and all later
 * threads.
 */
void launch_signals(void);

/*
 * Prints `export NAME='value'` lines for a shell, LEADPIPE_SANDBOX_URL last, closes stdout, and
 * waits for SIGINT, SIGTERM or SIGHUP. Where the shell has no XDG_CACHE_HOME it gets one that
 * is removed at the end, so the tokens that clients keep there go with the sandbox.
 */
void launch_serve(const struct sandbox *sb);

/*
 * Runs COMMAND (argv[0], looked for in PATH) in a child process with the variables
 * set, this program's directory first in PATH, and an XDG_CACHE_HOME of its own that is removed
 * at the end (so the tokens that clients keep there go with the sandbox). Passes on INT, TERM
 * and HUP that a process sent (those of a terminal reach the child by themselves). Returns its
 * exit status; 128 + the signal that ended it; 127 when there is no such command, 126 when it
 * cannot be run.
 */
int launch_command(const struct sandbox *sb, char **argv);

#endif
