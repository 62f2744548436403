/*
 * What Landlock and seccomp forbid, tried from inside: it cannot be undone, so each trial has a
 * process of its own.
 */

#include "../../cmd/pii-mask/confine.h"
#include "../../cmd/pii-mask/seccomp.h"

#include "base/die.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NETWORK = 4, LANDLOCK_CREATE_RULESET = 444, VERSION_FLAG = 1 };

extern long syscall(long number, ...);

static int passed, failed;
static char input[] = "/tmp/pii-confine-XXXXXX", other[] = "/tmp/pii-confine-XXXXXX";
static struct sockaddr_in server = {.sin_family = AF_INET};

static int opens(const char *path, int how)
{
	int fd = open(path, how, 0600);

	return fd < 0 ? errno : close(fd);
}

static int reads_input(void)
{
	return opens(input, O_RDONLY);
}

static int writes_input(void)
{
	return opens(input, O_WRONLY);
}

static int reads_other(void)
{
	return opens(other, O_RDONLY);
}

static int reads_system(void)
{
	return opens("/etc/passwd", O_RDONLY);
}

static int makes_file(void)
{
	return opens("/tmp/pii-confine-new", O_WRONLY | O_CREAT);
}

static int removes_file(void)
{
	return unlink(other) < 0 ? errno : 0;
}

static int runs_program(void)
{
	char *const args[] = {(char[]){"sh"}, (char[]){"-c"}, (char[]){":"}, NULL};

	execv("/bin/sh", args);
	return errno;
}

static int connects(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return connect(fd, (struct sockaddr *)&server, sizeof server) < 0 ? errno : close(fd);
}

static int listens(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return bind(fd, (struct sockaddr *)&any, sizeof any) < 0 ? errno : close(fd);
}

static const struct {
	int (*attempt)(void);
	const char *what;
	int answer; /* when confined; 0 when not */
	long since; /* the version of Landlock */
} trials[] = {
    {reads_input, "reads its input", 0, 1},
    {writes_input, "writes its input", EACCES, 1},
    {reads_other, "reads another file", EACCES, 1},
    {reads_system, "reads a file of the system", EACCES, 1},
    {makes_file, "makes a file", EACCES, 1},
    {removes_file, "removes a file", EACCES, 1},
    {runs_program, "runs a program", EACCES, 1},
    {connects, "connects", EACCES, NETWORK},
    {listens, "binds a port", EACCES, NETWORK},
};

/* ---- what seccomp forbids ---- */

static int opens_socket(int family, int type)
{
	int fd = socket(family, type, 0);

	return fd < 0 ? errno : close(fd);
}

static int opens_udp(void)
{
	return opens_socket(AF_INET, SOCK_DGRAM);
}

static int opens_tcp(void)
{
	return opens_socket(AF_INET6, SOCK_STREAM);
}

static int opens_unix(void)
{
	return opens_socket(AF_UNIX, SOCK_STREAM);
}

static int opens_netlink(void)
{
	return opens_socket(AF_NETLINK, SOCK_RAW);
}

static int opens_pair(void)
{
	int pair[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 ? errno : 0;
}

static int forks(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child < 0 ? errno : 0;
}

static int changes_mode(void)
{
	return chmod(input, 0644) < 0 ? errno : 0;
}

static int changes_mode_of_open(void)
{
	return fchmod(STDOUT_FILENO, 0644) < 0 ? errno : 0;
}

static int still_reads(void)
{
	char byte;
	int fd = open(input, O_RDONLY);

	return fd >= 0 && read(fd, &byte, 1) == 0 && close(fd) == 0 ? 0 : errno;
}

static const struct {
	int (*attempt)(void);
	const char *what;
	int answer; /* when calls are filtered */
} calls[] = {
    {opens_udp, "a UDP socket", EPERM},
    {opens_tcp, "a TCP socket", EPERM},
    {opens_unix, "a socket of this machine", EPERM},
    {opens_netlink, "a netlink socket", EPERM},
    {opens_pair, "a pair of sockets", EPERM},
    {forks, "a process", EPERM},
    {runs_program, "a program", EPERM},
    {changes_mode, "a mode", EPERM},
    {changes_mode_of_open, "the mode of an open file", EPERM},
    {still_reads, "reading goes on", 0},
};

static int filtered(int (*attempt)(void))
{
	struct error error = {0};
	bool done;
	int status;
	pid_t child = fork();

	if (child == 0) {
		if (!seccomp_forbid(&done, &error))
			_exit(255);
		_exit(done ? attempt() : 254);
	}
	waitpid(child, &status, 0);
	return WEXITSTATUS(status);
}

static void check(bool ok, const char *what);

static void try_calls(void)
{
	if (filtered(still_reads) == 254) {
		puts("no filter of system calls here");
		return;
	}
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(filtered(calls[i].attempt) == calls[i].answer, calls[i].what);
}

/* ---- descriptors ---- */

static int is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void try_descriptors(void)
{
	char *const argv[] = {(char[]){"pii-mask"}, (char[]){"--rejects=/dev/fd/70"},
	    (char[]){"/proc/self/fd/71"}, (char[]){"/dev/fd/x"}, NULL};
	int status;
	pid_t child = fork();

	if (child == 0) {
		for (int fd = 69; fd <= 73; fd++)
			dup2(STDOUT_FILENO, fd);
		confine_descriptors(4, argv, 72);
		_exit(is_open(69) | !is_open(70) << 1 | !is_open(71) << 2 | !is_open(72) << 3 |
		      is_open(73) << 4 | !is_open(STDOUT_FILENO) << 5);
	}
	waitpid(child, &status, 0);
	check(WEXITSTATUS(status) == 0, "only what is named stays open");
}

static int in_child(int (*attempt)(void), bool confined)
{
	char *const inputs[] = {input, NULL};
	struct error error = {0};
	int status;
	pid_t child = fork();

	if (child == 0) {
		if (confined && !confine_files(inputs, NULL, &error))
			_exit(255);
		_exit(attempt());
	}
	waitpid(child, &status, 0);
	return WEXITSTATUS(status);
}

static void check(bool ok, const char *what)
{
	passed += ok;
	failed += !ok;
	if (!ok)
		printf("failed: %s\n", what);
}

/* A server on loopback, so that what is refused is the connection, not its target. */
static int serve(void)
{
	socklen_t n = sizeof server;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	check(bind(fd, (struct sockaddr *)&server, n) == 0 && listen(fd, 9) == 0 &&
	          getsockname(fd, (struct sockaddr *)&server, &n) == 0,
	    "a server");
	return fd;
}

int main(void)
{
	long version = syscall(LANDLOCK_CREATE_RULESET, NULL, 0, VERSION_FLAG);
	int fd;

	prog_init("pii_confine_test");
	close(mkstemp(input));
	close(mkstemp(other));
	fd = serve();
	check(in_child(connects, false) == 0 && in_child(listens, false) == 0 &&
	          in_child(reads_other, false) == 0 && in_child(runs_program, false) == 0,
	    "unconfined, all can be done");
	for (size_t i = 0; i < sizeof trials / sizeof *trials; i++)
		if (version >= trials[i].since)
			check(
			    in_child(trials[i].attempt, true) == trials[i].answer, trials[i].what);
	try_calls();
	try_descriptors();
	close(fd);
	unlink(input);
	unlink(other);
	printf("%d passed, %d failed (Landlock %ld)\n", passed, failed, version);
	return failed > 0;
}
