#ifndef WIRE_SECRET_H
#define WIRE_SECRET_H

/*
 * What a program that holds secrets (tokens, keys, passwords) does so that nobody reads them in
 * its core file, its memory or its messages.
 */

#include "base/buf.h"

/*
 * From now on the process leaves no core file, and another process of the same user cannot
 * read its memory (ptrace, /proc/PID/mem). Root still can.
 */
void secret_guard(void);

/*
 * Replaces `secret` by *** wherever it stands in `text`: as it is, percent-encoded (as a form
 * carries it) and with "\/" for "/" (as some JSON writers put it). NULL and texts of fewer than
 * SECRET_LEAST bytes are left alone: they would take harmless words with them.
 */
enum { SECRET_LEAST = 4 };
void secret_hide(struct buf *text, const char *secret);

#endif
