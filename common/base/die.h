#ifndef BASE_DIE_H
#define BASE_DIE_H

/*
 * How a program ends and how it speaks: exit statuses and the log on stderr.
 *
 * Text is for people: "bq-load: stdin:17: field score: not a number". With
 * LEADPIPE_LOG=json, or where CLOUD_RUN_JOB or K_SERVICE is set, each line is
 * one JSON object with the fields Cloud Logging reads (severity, message, time,
 * logging.googleapis.com/labels, and logging.googleapis.com/trace when
 * LEADPIPE_TRACE names one).
 *
 * A message names the thing first, then the rule broken, and never a value or a
 * secret. What text_plain takes for unsafe is shown as '?', so nothing that came from
 * outside can drive a terminal or break the log. A message longer than 1,000 bytes is cut.
 *
 * What begins with prog_ is about the program itself; die, complain, warn, inform, summarise and
 * progress are the plain verbs of all that speaks, and the only names without a module's prefix.
 *
 *	prog_init("bq-load");
 *	if (!ok)
 *		die(STATUS_DATA, "%s:%zu: not JSON", name, line);
 */

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Names the program, reads LEADPIPE_LOG, LEADPIPE_RUN_ID, LEADPIPE_TRACE,
 * CLOUD_RUN_JOB and K_SERVICE, puts stand-ins (that fail with EBADF) where standard
 * streams are closed, and installs the handlers of stop.h. Call it first. `name` must
 * outlive the program.
 */
void prog_init(const char *name);

/*
 * What main returns. Where the run was stopped by a signal (STATUS_STOPPED), the
 * program dies of that signal here.
 */
int prog_end(enum status status);

/* The name given to prog_init. */
const char *prog_name(void);

/* LEADPIPE_RUN_ID, or "" when it is not set: one id for all stages of a run. */
const char *prog_run_id(void);

/* How much to say: 0 by default, +1 for every -v; -1 for -q (errors only). */
void prog_verbosity(int level);
int prog_verbose(void);

/*
 * One error line, then the last words (below), then exit. After a signal the reason is
 * the signal, whatever failed because of it.
 */
_Noreturn void die(enum status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One line of severity ERROR, WARNING (silenced by -q), or INFO at -v level `level` or above. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void inform(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Last words: `speak(status, message, ctx)` is called once by die, after the error
 * line and before exit. The stream layer uses it to end stdout with a failing end
 * record. NULL takes it back.
 */
void die_last_words(void (*speak)(enum status status, const char *message, void *ctx), void *ctx);

/*
 * What a stage did, for its one closing line. Rows
 * and bytes are counts; zero figures are left out.
 */
struct summary {
	uint64_t rows_in, rows_out, rejected;
	uint64_t bytes;     /* bytes read from stdin or from the network */
	uint64_t retries;   /* requests sent again */
	const char *detail; /* more words, such as "job leadpipe_x, 12 pages"; may be NULL */
};

/* Prints the closing line (INFO; silenced by -q) with the seconds since prog_init. */
void summarise(const struct summary *s);

/*
 * One progress line, rewritten in place, only when stderr is a terminal, the log
 * is text and -q was not given; at most ten times a second. Of a pipeline only the
 * ends show theirs: a program with a pipe on either side stays still. Any other
 * message wipes it first.
 */
void progress(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
