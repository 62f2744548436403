#ifndef BASE_ARGS_H
#define BASE_ARGS_H

/*
 * What the command lines of all programs share, beside getopt_long itself.
 * A bad value ends the program with STATUS_USAGE and names the option.
 *
 *	static const struct option options[] = {{"rate", required_argument, NULL, 'r'},
 *	    ARGS_COMMON, {0}};
 *	struct args args = {.usage = usage};
 *
 *	args_init(&args);
 *	while ((opt = getopt_long(argc, argv, "r:" ARGS_LETTERS, options, NULL)) != -1)
 *		switch (opt) {
 *		case 'r': rate = args_number("--rate", optarg, 1, 1000); break;
 *		default: args_common(&args, opt);
 *		}
 */

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

/* Values of the long options without a letter; a program's own begin at ARGS_OWN. */
enum { ARGS_SEAL = 256, ARGS_HELP, ARGS_VERSION, ARGS_OWN };

#define ARGS_LETTERS "vq"
#define ARGS_COMMON                                                                                \
	{"verbose", no_argument, NULL, 'v'}, {"quiet", no_argument, NULL, 'q'},                    \
	    {"seal", no_argument, NULL, ARGS_SEAL}, {"help", no_argument, NULL, ARGS_HELP},        \
	{                                                                                          \
		"version", no_argument, NULL, ARGS_VERSION                                         \
	}

struct args {
	const char *usage; /* what --help prints: one screen, ending in a newline */
	bool seal;         /* --seal, or LEADPIPE_SEAL=1 */
};

/* Reads LEADPIPE_SEAL. */
void args_init(struct args *args);

/* -v, -q, --seal, --help, --version; anything else is a usage error. */
void args_common(struct args *args, int opt);

/* Ends the program with STATUS_USAGE, the message and a pointer to --help. */
_Noreturn void args_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A decimal whole number from `least` to `most`. */
uint64_t args_number(const char *option, const char *text, uint64_t least, uint64_t most);

/* A number of bytes from `least` to `most`, with k, M or G (powers of 1024) behind it if wished. */
uint64_t args_bytes(const char *option, const char *text, uint64_t least, uint64_t most);

/* The first argument that is no option, or a usage error that names what is missing. */
const char *args_operand(int argc, char **argv, const char *what);

/* A setting that must be in the environment; STATUS_CONFIG when it is not set or empty. */
const char *args_env(const char *name);

#endif
