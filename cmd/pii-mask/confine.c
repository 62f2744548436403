#define _GNU_SOURCE /* O_PATH, syscall */
#include "confine.h"

#include "base/die.h"
#include "base/mem.h"
#include "base/text.h"
#include "wire/crypt.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	LARGE = 128 << 10,
	DEAD_STACK = 64 << 10,
	CLOSE_RANGE = 436,     /* Linux 5.9 */
	OLD_KERNEL_FDS = 1024, /* what is looked at without it */
	FD_MOST = 1 << 16
};

/* linux/landlock.h, which the oldest systems that can build this do not have. */
enum {
	LANDLOCK_CREATE_RULESET = 444,
	LANDLOCK_ADD_RULE = 445,
	LANDLOCK_RESTRICT_SELF = 446,
	VERSION_FLAG = 1,
	RULE_PATH_BENEATH = 1,
	ACCESS_READ_FILE = 1 << 2,
	ACCESS_READ_DIR = 1 << 3,
	ACCESS_REMOVE_FILE = 1 << 5,
	ACCESS_MAKE_FILE = 1 << 8,
	ALL_OF_TCP = 3,
	ALL_SCOPES = 3
};

/* A build with AddressSanitizer looks for leaks at its end, and needs /proc for that. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(SANITIZED)
static const char *const also_readable = "/proc";
#else
static const char *const also_readable = NULL;
#endif

struct ruleset {
	uint64_t files, ports, scopes;
};

struct path_beneath {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

bool confine_memory(struct error *error)
{
	const struct rlimit none = {0, 0};

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0)
		return error_set(
		    error, STATUS_CONFIG, "this process cannot be kept out of core files");
	mallopt(M_PERTURB, 0xff);
	mallopt(M_MMAP_THRESHOLD, LARGE);
	return true;
}

void confine_stack(void)
{
	char dead[DEAD_STACK];

	crypt_wipe(dead, sizeof dead);
}

/* ---- descriptors ---- */

/* The number after "/fd/" in an argument, or -1. */
static int fd_named(const char *argument)
{
	const char *at = strstr(argument, "/fd/");
	uint64_t number;

	if (!at || !text_number(span_of(at + 4), &number) || number > FD_MOST)
		return -1;
	return (int)number;
}

static bool is_kept(int argc, char *const *argv, int keep, int fd)
{
	for (int i = 1; i < argc; i++)
		if (fd_named(argv[i]) == fd)
			return true;
	return fd == keep;
}

void confine_descriptors(int argc, char *const *argv, int keep)
{
	int first = STDERR_FILENO + 1, last = first - 1;

	for (int i = 1; i < argc; i++)
		last = fd_named(argv[i]) > last ? fd_named(argv[i]) : last;
	last = keep > last ? keep : last;
	for (int fd = first; fd <= last; fd++)
		if (!is_kept(argc, argv, keep, fd))
			close(fd);
	if (syscall(CLOSE_RANGE, (unsigned)last + 1, ~0U, 0) == 0)
		return;
	for (int fd = last + 1; fd < OLD_KERNEL_FDS; fd++)
		close(fd);
}

/* ---- Landlock ---- */

/* All that a version of Landlock can forbid; returns how long its struct is. */
static size_t forbid(struct ruleset *r, long version)
{
	unsigned rights = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;

	*r = (struct ruleset){.files = (UINT64_C(1) << rights) - 1};
	if (version < 4)
		return offsetof(struct ruleset, ports);
	r->ports = ALL_OF_TCP;
	if (version < 6)
		return offsetof(struct ruleset, scopes);
	r->scopes = ALL_SCOPES;
	return sizeof *r;
}

/* A file that is not there is left to its reader, who says so. */
static void allow(int ruleset, const char *path, uint64_t rights)
{
	struct path_beneath rule = {.allowed = rights, .parent = open(path, O_PATH | O_CLOEXEC)};

	if (rule.parent < 0)
		return;
	syscall(LANDLOCK_ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent);
}

static void allow_directory_of(int ruleset, const char *path)
{
	char *copy = mem_text(path);

	allow(ruleset, dirname(copy), ACCESS_READ_DIR | ACCESS_REMOVE_FILE | ACCESS_MAKE_FILE);
	free(copy);
}

static void allow_files(int ruleset, char *const *inputs, const char *output)
{
	for (; *inputs; inputs++)
		if (strcmp(*inputs, "-") != 0)
			allow(ruleset, *inputs, ACCESS_READ_FILE);
	if (also_readable)
		allow(ruleset, also_readable, ACCESS_READ_FILE | ACCESS_READ_DIR);
	if (output)
		allow_directory_of(ruleset, output);
}

bool confine_files(char *const *inputs, const char *output, struct error *error)
{
	long version = syscall(LANDLOCK_CREATE_RULESET, NULL, 0, VERSION_FLAG);
	struct ruleset r;
	size_t size;
	int ruleset;

	if (version < 1) {
		inform(1, "this kernel has no Landlock: files and the network stay reachable");
		return true;
	}
	size = forbid(&r, version);
	ruleset = (int)syscall(LANDLOCK_CREATE_RULESET, &r, size, 0);
	if (ruleset < 0)
		return error_set(error, STATUS_CONFIG, "Landlock: %s", strerror(errno));
	allow_files(ruleset, inputs, output);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) != 0)
		return error_set(error, STATUS_CONFIG, "Landlock: %s", strerror(errno));
	close(ruleset);
	inform(2, "confined by Landlock, version %ld", version);
	return true;
}
