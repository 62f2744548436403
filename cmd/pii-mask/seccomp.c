#include "seccomp.h"

#include "base/die.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE 0
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(SANITIZED)
static const bool usable = false;
#else
static const bool usable = ARCHITECTURE != 0;
#endif

/* The numbers of calls from 424 on are the same everywhere; old headers lack some. */
enum {
	IO_URING_SETUP = 425,
	IO_URING_ENTER = 426,
	IO_URING_REGISTER = 427,
	CLONE3 = 435,
	PIDFD_GETFD = 438,
	FCHMODAT2 = 452,
	X32 = 0x40000000 /* set in the numbers of x86-64's other table of calls */
};

static const unsigned forbidden[] = {SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen,
    SYS_accept, SYS_accept4, SYS_sendto, SYS_sendmsg, SYS_sendmmsg, SYS_recvfrom, SYS_recvmsg,
    SYS_recvmmsg, SYS_execve, SYS_execveat, SYS_clone, CLONE3, SYS_unshare, SYS_setns, SYS_fchmod,
    SYS_fchmodat, FCHMODAT2, SYS_fchown, SYS_fchownat, SYS_setxattr, SYS_fsetxattr, SYS_mknodat,
    SYS_mount, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, PIDFD_GETFD, IO_URING_SETUP,
    IO_URING_ENTER, IO_URING_REGISTER, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd,
    SYS_memfd_create, SYS_keyctl, SYS_add_key, SYS_request_key,
#if defined(__x86_64__)
    SYS_fork, SYS_vfork, SYS_chmod, SYS_chown, SYS_lchown, SYS_mknod
#endif
};

enum { FORBIDDEN = sizeof forbidden / sizeof *forbidden, HEAD = 5, TAIL = 2 };

#define LOAD(field)  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)

/* If the value is (or is at least) `k`, skip `yes` instructions, else `no`. */
#define IF(how, k, yes, no) BPF_JUMP(BPF_JMP | (how) | BPF_K, k, yes, no)

/* The architecture, x32's calls, then each number; the last two are "allow" and "refuse". */
static size_t write_filter(struct sock_filter *program)
{
	const struct sock_filter head[HEAD] = {LOAD(arch), IF(BPF_JEQ, ARCHITECTURE, 1, 0),
	    RETURN(SECCOMP_RET_ERRNO | EPERM), LOAD(nr), IF(BPF_JGE, X32, FORBIDDEN + 1, 0)};
	const struct sock_filter tail[TAIL] = {
	    RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_ERRNO | EPERM)};

	memcpy(program, head, sizeof head);
	for (size_t i = 0; i < FORBIDDEN; i++)
		program[HEAD + i] = (struct sock_filter)IF(
		    BPF_JEQ, forbidden[i], (unsigned char)(FORBIDDEN - i), 0);
	memcpy(program + HEAD + FORBIDDEN, tail, sizeof tail);
	return HEAD + FORBIDDEN + TAIL;
}

bool seccomp_forbid(bool *done, struct error *error)
{
	struct sock_filter filter[HEAD + FORBIDDEN + TAIL];
	struct sock_fprog program = {(unsigned short)write_filter(filter), filter};

	*done = false;
	if (!usable) {
		inform(1, "no filter of system calls in this build");
		return true;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return error_set(error, STATUS_CONFIG, "seccomp: %s", strerror(errno));
	*done = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
	if (!*done && errno != EINVAL && errno != ENOSYS)
		return error_set(error, STATUS_CONFIG, "seccomp: %s", strerror(errno));
	inform(*done ? 2 : 1,
	    *done ? "system calls are filtered by seccomp"
	          : "this kernel has no seccomp: sockets and other programs stay reachable");
	return true;
}
