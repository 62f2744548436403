#ifndef PII_CONFINE_H
#define PII_CONFINE_H

/*
 * What this process may still do once it has its keys and begins to read rows.
 *
 * confine_memory: no other process of the same user can read its memory, and it
 * leaves no core file. Memory that is given back is overwritten (blocks that malloc
 * keeps for its next call, up to 1 KiB, are not: buffers begin with CONFINE_ROOM) or,
 * from 128 KiB up, goes back to the kernel.
 *
 * confine_files: Landlock (Linux 5.13 and later; no root is needed, and there is no
 * way back): no file can be opened, made, removed or run but the input files that
 * were named, to read; in the directory of the output file, files may be made and
 * removed, so that it can take its place, but not opened; from Linux 6.7 on no TCP port
 * can be bound or connected to, from 6.12 on no signal or abstract socket leaves.
 * Descriptors that are open stay as they are.
 *
 * seccomp.h has what Landlock does not cover: sockets of other kinds, processes, modes.
 */

#include "base/error.h"

enum { CONFINE_ROOM = 4096 };

/* False (STATUS_CONFIG) when the kernel refuses. */
bool confine_memory(struct error *error);

/*
 * `inputs`: a list that ends in NULL, where "-" is stdin; `output`: the file of -o, or
 * NULL. Whatever else is written is open already. A kernel without Landlock gets a note
 * at -v; one that refuses is an error (STATUS_CONFIG).
 */
bool confine_files(char *const *inputs, const char *output, struct error *error);

/*
 * At the start: closes every descriptor from 3 up that was inherited, but those that the
 * arguments name: /dev/fd/N, /proc/self/fd/N, and `keep` (or -1).
 */
void confine_descriptors(int argc, char *const *argv, int keep);

/* At the end of a run: overwrites what calls have left on the stack. */
void confine_stack(void);

#endif
