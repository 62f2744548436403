/* What Landlock forbids, tried from inside: it cannot be undone, so each trial has a process of its own. */

#include "../../cmd/pii-mask/confine.h"

#include "base/die.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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
	close(fd);
	unlink(input);
	unlink(other);
	printf("%d passed, %d failed (Landlock %ld)\n", passed, failed, version);
	return failed > 0;
}
