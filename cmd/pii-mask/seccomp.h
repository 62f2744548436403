#ifndef PII_SECCOMP_H
#define PII_SECCOMP_H

/*
 * System calls that this process gives up, for good, once all is open that is not an input
 * file: sockets of any kind, other programs and processes, modes and owners of files, and
 * what goes round such a filter or reaches into other processes (io_uring, ptrace, bpf).
 * A forbidden call fails with EPERM. It needs no root; Linux 3.5 or later.
 */

#include "base/error.h"

/*
 * False (STATUS_CONFIG) when the kernel refuses. A kernel without seccomp, another
 * processor than x86-64 or ARM64, and a build with a sanitizer, which needs such calls
 * itself, get a note at -v; *done is then false.
 */
bool seccomp_forbid(bool *done, struct error *error);

#endif
