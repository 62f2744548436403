#include "base/args.h"

#include "base/die.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef VERSION
#define VERSION "unversioned"
#endif

void args_init(struct args *args)
{
	const char *seal = getenv("LEADPIPE_SEAL");

	args->seal = seal && *seal && strcmp(seal, "0") != 0;
}

static _Noreturn void print_and_leave(const char *text)
{
	if (fputs(text, stdout) < 0 || fclose(stdout) != 0)
		die(STATUS_IO, "stdout: %s", strerror(errno));
	exit(STATUS_OK);
}

void args_common(struct args *args, int opt)
{
	char version[128];

	switch (opt) {
	case 'v': prog_verbosity(prog_verbose() + 1); break;
	case 'q': prog_verbosity(-1); break;
	case ARGS_SEAL: args->seal = true; break;
	case ARGS_HELP: die_last_words(NULL, NULL); print_and_leave(args->usage);
	case ARGS_VERSION:
		die_last_words(NULL, NULL);
		snprintf(version, sizeof version, "%s (leadpipe) %s\n", prog_name(), VERSION);
		print_and_leave(version);
	default: die(STATUS_USAGE, "see %s --help", prog_name());
	}
}

void args_die(const char *format, ...)
{
	char message[500];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	die(STATUS_USAGE, "%s; see %s --help", message, prog_name());
}

static bool parse_number(const char *text, uint64_t *value, const char **rest)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 10);
	*rest = end;
	return errno == 0;
}

uint64_t args_number(const char *option, const char *text, uint64_t least, uint64_t most)
{
	uint64_t value;
	const char *rest;

	if (!parse_number(text, &value, &rest) || *rest || value < least || value > most)
		args_die("%s: takes a whole number from %ju to %ju", option, (uintmax_t)least,
		    (uintmax_t)most);
	return value;
}

static int unit_shift(const char *unit)
{
	if (!*unit)
		return 0;
	if (unit[1])
		return -1;
	switch (*unit) {
	case 'k':
	case 'K': return 10;
	case 'm':
	case 'M': return 20;
	case 'g':
	case 'G': return 30;
	default: return -1;
	}
}

uint64_t args_bytes(const char *option, const char *text, uint64_t least, uint64_t most)
{
	uint64_t value;
	const char *rest;
	int shift;

	if (!parse_number(text, &value, &rest) || (shift = unit_shift(rest)) < 0 ||
	    value > (UINT64_MAX >> shift) || (value << shift) < least || (value << shift) > most)
		args_die("%s: takes %ju to %ju bytes (k, M and G are powers of 1024)", option,
		    (uintmax_t)least, (uintmax_t)most);
	return value << shift;
}

const char *args_operand(int argc, char **argv, const char *what)
{
	if (optind >= argc)
		args_die("%s is missing", what);
	return argv[optind++];
}

const char *args_env(const char *name)
{
	const char *value = getenv(name);

	if (!value || !*value)
		die(STATUS_CONFIG, "%s: not set in the environment", name);
	return value;
}
