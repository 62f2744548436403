/*
 * Preloaded into a program, makes one of its calls fail, or ends the program there:
 *
 *	LD_PRELOAD=build/tests/inject.so INJECT=write:3:ENOSPC INJECT_LOG=log PROGRAM ...
 *
 * INJECT is CLASS:N:WHAT: the Nth call of a class (below) gives that error; KILL kills the program
 * instead of the call; SHORT lets a read or a write move half of the bytes. Without it all goes on as
 * ever. INJECT_LOG is a file of one line for each class: its name, and how many such calls were made;
 * the line "hit" counts the calls that did not go well.
 *
 * System calls are caught by seccomp, so that those that libc makes inside itself (stdio, above all)
 * are met too; "malloc" counts what the program or libc asks for, and not other libraries. "map" is a
 * file that is mapped, "tmpfile" a file without a name. Linux on x86-64 only.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum class {
	OPEN,
	TMPFILE,
	READ,
	WRITE,
	SYNC,
	RENAME,
	CLOSE,
	TRUNCATE,
	STAT,
	LOCK,
	CONNECT,
	UNLINK,
	MAP,
	MALLOC,
	HIT,
	CLASSES
};

static const char *const classes[CLASSES] = {"open", "tmpfile", "read", "write", "fsync", "rename",
    "close", "ftruncate", "fstat", "flock", "connect", "unlink", "map", "malloc", "hit"};

static const struct {
	unsigned number;
	enum class class;
} calls[] = {{SYS_open, OPEN}, {SYS_openat, OPEN}, {SYS_read, READ}, {SYS_readv, READ},
    {SYS_pread64, READ}, {SYS_write, WRITE}, {SYS_writev, WRITE}, {SYS_pwrite64, WRITE},
    {SYS_fsync, SYNC}, {SYS_fdatasync, SYNC}, {SYS_rename, RENAME}, {SYS_renameat, RENAME},
    {SYS_renameat2, RENAME}, {SYS_close, CLOSE}, {SYS_ftruncate, TRUNCATE}, {SYS_fstat, STAT},
    {SYS_newfstatat, STAT}, {SYS_flock, LOCK}, {SYS_connect, CONNECT}, {SYS_unlink, UNLINK},
    {SYS_unlinkat, UNLINK}, {SYS_mmap, MAP}};

enum { CALLS = sizeof calls / sizeof *calls, DIGITS = 8, LINE = 20, DIGITS_AT = 11 };

static const struct {
	const char *name;
	int number;
} errors[] = {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"ENOMEM", ENOMEM}, {"EMFILE", EMFILE},
    {"EACCES", EACCES}, {"EINTR", EINTR}, {"EINVAL", EINVAL}, {"EOPNOTSUPP", EOPNOTSUPP},
    {"EWOULDBLOCK", EWOULDBLOCK}, {"ECONNREFUSED", ECONNREFUSED}};

enum { KILLED = -1, SHORTENED = -2 };

static struct {
	enum class class;
	unsigned long at;
	int what; /* an errno, KILLED or SHORTENED */
} wish = {.class = CLASSES};

static unsigned long made[CLASSES];
static char *page; /* INJECT_LOG */
static uintptr_t own_from, own_to, libc_from, libc_to;

/* ---- what is counted -------------------------------------------------------------------------- */

static void show(enum class class)
{
	char *digit = page + (size_t) class * LINE + DIGITS_AT + DIGITS;

	for (unsigned long n = made[class]; digit > page + (size_t) class * LINE + DIGITS_AT;
	     n /= 10)
		*--digit = (char)('0' + n % 10);
}

static void count(enum class class)
{
	__atomic_add_fetch(&made[class], 1, __ATOMIC_RELAXED);
	if (page)
		show(class);
}

/* Counts one call; is it the one? */
static bool strikes(enum class class)
{
	count(class);
	if (class != wish.class || made[class] != wish.at)
		return false;
	count(HIT);
	if (wish.what == KILLED)
		kill(getpid(), SIGKILL);
	return true;
}

/* ---- malloc ----------------------------------------------------------------------------------- */

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);

static bool refuses(void *caller)
{
	uintptr_t at = (uintptr_t)caller;

	if (!(at >= own_from && at < own_to) && !(at >= libc_from && at < libc_to))
		return false;
	if (!strikes(MALLOC))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n)
{
	return refuses(__builtin_return_address(0)) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return refuses(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return refuses(__builtin_return_address(0)) ? NULL : __libc_realloc(p, n);
}

/* ---- system calls ------------------------------------------------------------------------------ */

/* The one place from which seccomp lets them pass. */
extern long inject_call(long number, const long long *arguments);
extern const char inject_called[];
__asm__(".text\n"
        ".globl inject_call, inject_called\n"
        ".type inject_call, @function\n"
        "inject_call:\n"
        "	endbr64\n"
        "	mov %rdi, %rax\n"
        "	mov %rsi, %r11\n"
        "	mov (%r11), %rdi\n"
        "	mov 8(%r11), %rsi\n"
        "	mov 16(%r11), %rdx\n"
        "	mov 24(%r11), %r10\n"
        "	mov 32(%r11), %r8\n"
        "	mov 40(%r11), %r9\n"
        "	syscall\n"
        "inject_called:\n"
        "	ret\n"
        ".size inject_call, . - inject_call\n");

/* CLASSES: of no class. */
static enum class classify(unsigned number, const long long *arguments) {
	enum class class = CLASSES; long long flags;

	for (size_t i = 0; i < CALLS; i++) if (calls[i].number == number) class = calls[i].class;
	flags = arguments[number == SYS_open ? 1 : 2];
	if (class == OPEN && (flags & O_TMPFILE) == O_TMPFILE) return TMPFILE;
	return class;
}

static long make(unsigned number, long long *arguments)
{
	enum class class = classify(number, arguments);

	if (class == CLASSES || !strikes(class))
		return inject_call(number, arguments);
	if (wish.what == SHORTENED) {
		arguments[2] -= arguments[2] / 2;
		return inject_call(number, arguments);
	}
	if (class == CLOSE)
		inject_call(number, arguments); /* as Linux does: closed in any case */
	return -wish.what;
}

static void caught(int signal, siginfo_t *info, void *context)
{
	greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
	long long arguments[] = {
	    r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10], r[REG_R8], r[REG_R9]};
	int saved = errno;

	(void)signal;
	r[REG_RAX] = make((unsigned)info->si_syscall, arguments);
	errno = saved;
}

#define LOAD(member)                                                                               \
	(struct sock_filter)                                                                       \
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define GIVE(what)         (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, what)
#define IF(value, yes, no) (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)

/*
 * Memory without a file that is mapped passes: glibc asks for it with all signals blocked
 * (vgetrandom), where a call that is caught kills.
 */
static void catch_calls(void)
{
	struct sock_filter code[CALLS + 15];
	struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_NODEFER};
	uint64_t own = (uint64_t)(uintptr_t)inject_called;
	uint32_t half[2];
	unsigned short n = 0;

	memcpy(half, &own, sizeof half);
	code[n++] = (struct sock_filter)BPF_STMT(
	    BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer));
	code[n++] = IF(half[0], 0, 3);
	code[n++] = (struct sock_filter)BPF_STMT(
	    BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4);
	code[n++] = IF(half[1], 0, 1);
	code[n++] = GIVE(SECCOMP_RET_ALLOW);
	code[n++] = LOAD(nr);
	code[n++] = IF(SYS_mmap, 0, 4);
	code[n++] = LOAD(args[4]); /* the descriptor; its lower half comes first */
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1U << 31, 0, 1);
	code[n++] = GIVE(SECCOMP_RET_ALLOW);
	code[n++] = LOAD(nr);
	for (unsigned char i = 0; i < CALLS; i++)
		code[n++] = IF(calls[i].number, (unsigned char)(CALLS - i), 0);
	code[n++] = GIVE(SECCOMP_RET_ALLOW);
	code[n++] = GIVE(SECCOMP_RET_TRAP);
	if (sigaction(SIGSYS, &action, NULL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &(struct sock_fprog){n, code}) != 0)
		_exit(127);
}

/* ---- the start ---------------------------------------------------------------------------------- */

static int find_code(struct dl_phdr_info *info, size_t size, void *ctx)
{
	bool own = !*info->dlpi_name, libc = strstr(info->dlpi_name, "/libc.so") != NULL;

	(void)size;
	(void)ctx;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];
		uintptr_t from = info->dlpi_addr + h->p_vaddr, to = from + h->p_memsz;

		if (h->p_type != PT_LOAD || !(h->p_flags & PF_X))
			continue;
		if (own)
			own_from = from, own_to = to;
		else if (libc)
			libc_from = from, libc_to = to;
	}
	return 0;
}

static void read_wish(const char *text)
{
	const char *colon = strchr(text, ':'), *what = colon ? strchr(colon + 1, ':') : NULL;

	if (!what)
		_exit(127);
	for (int i = 0; i < HIT; i++)
		if (strlen(classes[i]) == (size_t)(colon - text) &&
		    strncmp(classes[i], text, strlen(classes[i])) == 0)
			wish.class = (enum class)i;
	wish.at = strtoul(colon + 1, NULL, 10);
	wish.what = strcmp(what, ":KILL") == 0    ? KILLED
	            : strcmp(what, ":SHORT") == 0 ? SHORTENED
	                                          : 0;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (strcmp(errors[i].name, what + 1) == 0)
			wish.what = errors[i].number;
	if (wish.class == CLASSES || !wish.at || !wish.what)
		_exit(127);
}

static void open_log(const char *path)
{
	size_t n = CLASSES * LINE;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	char *at;

	if (fd < 0 || ftruncate(fd, (off_t)n) != 0)
		_exit(127);
	at = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		_exit(127);
	close(fd);
	memset(at, ' ', n);
	for (int i = 0; i < CLASSES; i++) {
		memcpy(at + i * LINE, classes[i], strlen(classes[i]));
		at[i * LINE + LINE - 1] = '\n';
	}
	page = at;
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("INJECT_LOG"), *text = getenv("INJECT");

	if (!path)
		return;
	open_log(path);
	for (int i = 0; i < CLASSES; i++) {
		made[i] = 0;
		show((enum class)i);
	}
	if (text)
		read_wish(text);
	dl_iterate_phdr(find_code, NULL);
	catch_calls();
}
