#include "base/args.h"

#include "base/die.h"
#include "base/text.h"

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

	if (!seal || !*seal)
		return;
	if (strcmp(seal, "0") != 0 && strcmp(seal, "1") != 0)
		die(STATUS_CONFIG, "LEADPIPE_SEAL: takes 0 or 1");
	args->seal = *seal == '1' ? SEAL_ON : SEAL_OFF;
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
	case 'o': args->output = optarg; break;
	case ARGS_SEAL: args->seal = SEAL_ON; break;
	case ARGS_NO_SEAL: args->seal = SEAL_OFF; break;
	case 'h': die_last_words(NULL, NULL); print_and_leave(args->usage);
	case 'V':
		die_last_words(NULL, NULL);
		snprintf(version, sizeof version, "%s (leadpipe) %s\n", prog_name(), VERSION);
		print_and_leave(version);
	default: args_die("an option that is not supported");
	}
}

/* ---- options that are not written as they are ---- */

enum { NAME_MAX_SHOWN = 40 };

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* How many letters must be added, dropped or changed (Levenshtein). Both are short. */
static size_t distance(const char *a, size_t a_n, const char *b)
{
	size_t row[NAME_MAX_SHOWN + 1], b_n = strlen(b);

	if (a_n > NAME_MAX_SHOWN || b_n > NAME_MAX_SHOWN)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_n; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_n; j++) {
			size_t up = row[j];

			row[j] =
			    least(row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = up;
		}
	}
	return row[b_n];
}

/* The option that was probably meant: one that begins so, else one within two letters. */
static const char *nearest(const struct option *options, const char *name, size_t n)
{
	const char *found = NULL;
	size_t best = n < 4 ? 2 : 3;

	for (const struct option *o = options; o->name; o++) {
		size_t d =
		    n >= 2 && strncmp(o->name, name, n) == 0 ? 0 : distance(name, n, o->name);

		if (d < best) {
			best = d;
			found = o->name;
		}
	}
	return found;
}

static _Noreturn void no_such_option(const struct option *options, const char *text)
{
	const char *name = text + 2, *found;
	int n = (int)strcspn(name, "=");

	if (n > NAME_MAX_SHOWN)
		args_die("an option that is not supported");
	found = nearest(options, name, (size_t)n);
	if (found)
		args_die("--%.*s: no such option; did you mean --%s?", n, name, found);
	args_die("--%.*s: no such option", n, name);
}

/* The word on the command line that the long option `o` was read from. */
static const char *word_of(char **argv, const struct option *o)
{
	bool apart = o->has_arg == required_argument && optarg == argv[optind - 1];

	return argv[optind - (apart ? 2 : 1)];
}

static _Noreturn void refuse(char **argv, const struct option *options, int opt)
{
	const char *word = argv[optind - 1];

	if (opt == ':') {
		for (const struct option *o = options; o->name; o++)
			if (o->val == optopt && word[0] == '-' && word[1] == '-')
				args_die("--%s: needs a value", o->name);
		args_die("-%c: needs a value", optopt);
	}
	if (optopt > ' ' && optopt < 0x7f && word[1] != '-')
		args_die("-%c: no such option", optopt);
	if (optopt)
		args_die("%.*s: takes no value", (int)strcspn(word, "="), word);
	no_such_option(options, word);
}

int args_next(int argc, char **argv, const char *letters, const struct option *options)
{
	char list[40];
	int index = -1, opt;

	opterr = 0;
	snprintf(
	    list, sizeof list, "%.1s:%s", *letters == '+' ? "+" : "", letters + (*letters == '+'));
	opt = getopt_long(argc, argv, list, options, &index);
	if (opt == '?' || opt == ':')
		refuse(argv, options, opt);
	if (opt != -1 && index >= 0) {
		const char *word = word_of(argv, &options[index]);

		if (strcspn(word + 2, "=") != strlen(options[index].name))
			no_such_option(options, word);
	}
	return opt;
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
	struct span digits = {text, span_digits(span_of(text))};

	*rest = text + digits.n;
	return text_number(digits, value);
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
