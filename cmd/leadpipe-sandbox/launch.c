#include "launch.h"

#include "storage/scratch.h"

#include "base/die.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct variable {
	const char *name, *value;
	bool url; /* the value stands after the server's URL */
};

static const struct variable variables[] = {
    {"GAIO_API_URL", "/v1", true},
    {"GAIO_API_TOKEN", SANDBOX_GAIO_TOKEN, false},
    {"BIGQUERY_EMULATOR_HOST", "", true},
    {"GOOGLE_CLOUD_PROJECT", SANDBOX_PROJECT, false},
    {"SF_ORG_INSTANCE_URL", "", true},
    {"SF_ACCESS_TOKEN", SANDBOX_SF_TOKEN, false},
    {"SF_LOGIN_URL", "", true},
    {"SF_CLIENT_ID", SANDBOX_CLIENT_ID, false},
    {"SF_CLIENT_SECRET", SANDBOX_CLIENT_SECRET, false},
    {"SF_USERNAME", SANDBOX_USER, false},
    {"SF_REFRESH_TOKEN", SANDBOX_REFRESH_TOKEN, false},
    {"SFMC_AUTH_URL", "", true},
    {"SFMC_CLIENT_ID", SANDBOX_CLIENT_ID, false},
    {"SFMC_CLIENT_SECRET", SANDBOX_CLIENT_SECRET, false},
    {"SFMC_ACCOUNT_ID", "510000001", false},
};

static void for_each(const struct sandbox *sb, void (*take)(const char *name, const char *value))
{
	char text[128];

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const struct variable *v = &variables[i];

		snprintf(text, sizeof text, "%s%s", v->url ? sb->url : "", v->value);
		take(v->name, text);
	}
	snprintf(text, sizeof text, "127.0.0.1:%d", sb->port);
	take("GCE_METADATA_HOST", text);
	snprintf(text, sizeof text, "%jd", (intmax_t)getpid());
	take("LEADPIPE_SANDBOX_PID", text);
	take("LEADPIPE_SANDBOX_URL", sb->url);
}

static void print(const char *name, const char *value)
{
	printf("export %s='%s'\n", name, value);
}

static void set(const char *name, const char *value)
{
	if (setenv(name, value, 1) < 0)
		die(STATUS_BUG, "environment: %s", strerror(errno));
}

static sigset_t our_signals(void)
{
	sigset_t set_of;

	sigemptyset(&set_of);
	sigaddset(&set_of, SIGINT);
	sigaddset(&set_of, SIGTERM);
	sigaddset(&set_of, SIGHUP);
	sigaddset(&set_of, SIGCHLD);
	return set_of;
}

void launch_signals(void)
{
	sigset_t ours = our_signals();

	sigprocmask(SIG_BLOCK, &ours, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Where clients keep tokens: it goes with the sandbox, and so do they. */
static char *make_cache(const struct sandbox *sb)
{
	char *cache;

	if (!scratch_make(sb->store->dir, "cache", &cache))
		die(STATUS_CREATE, "%s: %s", cache, strerror(errno));
	return cache;
}

static void remove_cache(char *cache)
{
	scratch_remove(cache);
	free(cache);
}

static void print_all(const struct sandbox *sb, const char *cache)
{
	int null;

	printf("[ -n \"${XDG_CACHE_HOME:-}\" ] || export XDG_CACHE_HOME='%s'\n", cache);
	for_each(sb, print);
	if (fflush(stdout) != 0)
		die(STATUS_IO, "stdout: %s", strerror(errno));
	/* A reader that waits for the end of our output, such as $(...), gets it. */
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		die(STATUS_IO, "/dev/null: %s", strerror(errno));
	close(null);
}

static void wait_for_end(void)
{
	sigset_t ours = our_signals();
	int signal_number;

	do
		signal_number = sigwaitinfo(&ours, NULL);
	while (signal_number < 0 || signal_number == SIGCHLD);
}

void launch_serve(const struct sandbox *sb)
{
	char *cache = make_cache(sb);

	print_all(sb, cache);
	wait_for_end();
	remove_cache(cache);
}

static _Noreturn void become(char **argv)
{
	sigset_t ours = our_signals();

	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &ours, NULL);
	execvp(argv[0], argv);
	complain("%s: %s", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Has the child ended? */
static bool reap(pid_t child, int *status)
{
	pid_t got = waitpid(child, status, WNOHANG);

	return got == child || (got < 0 && errno != EINTR);
}

/* The programs beside this one are found before others of their names. */
static void set_path(void)
{
	char self[4096], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	const char *path = getenv("PATH");
	char *ours;

	if (n <= 0)
		return;
	self[n] = '\0';
	slash = strrchr(self, '/');
	*slash = '\0';
	ours = mem_format("%s%s%s", self, path && *path ? ":" : "", path ? path : "");
	set("PATH", ours);
	free(ours);
}

/* Waits for the child and passes signals on to it; its wait status. */
static int attend(pid_t child)
{
	sigset_t ours = our_signals();
	siginfo_t info;
	int status = 0;

	while (!reap(child, &status)) {
		int got = sigwaitinfo(&ours, &info);

		if (got > 0 && got != SIGCHLD && info.si_code <= 0)
			kill(child, got);
	}
	return status;
}

int launch_command(const struct sandbox *sb, char **argv)
{
	char *cache = make_cache(sb);
	int status;
	pid_t child;

	for_each(sb, set);
	set("XDG_CACHE_HOME", cache);
	set_path();
	child = fork();
	if (child < 0) {
		scratch_remove(cache);
		die(STATUS_AGAIN, "%s: %s", argv[0], strerror(errno));
	}
	if (child == 0)
		become(argv);
	status = attend(child);
	remove_cache(cache);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
