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
 *	while ((opt = args_next(argc, argv, "r:" ARGS_LETTERS, options)) != -1)
 *		switch (opt) {
 *		case 'r': rate = args_number("--rate", optarg, 1, 1000); break;
 *		default: args_common(&args, opt);
 *		}
 */

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

/* Values of the long options without a letter; a program's own begin at ARGS_OWN. */
enum { ARGS_SEAL = 256, ARGS_NO_SEAL, ARGS_OWN };

#define ARGS_LETTERS "vqhV"
#define ARGS_COMMON                                                                                \
	{"verbose", no_argument, NULL, 'v'}, {"quiet", no_argument, NULL, 'q'},                    \
	    {"help", no_argument, NULL, 'h'},                                                      \
	{                                                                                          \
		"version", no_argument, NULL, 'V'                                                  \
	}

/* Of programs that write a stream: rows, receipts or results. */
#define ARGS_STREAM_LETTERS ARGS_LETTERS "o:"
#define ARGS_STREAM                                                                                \
	ARGS_COMMON, {"output", required_argument, NULL, 'o'},                                     \
	    {"seal", no_argument, NULL, ARGS_SEAL},                                                \
	{                                                                                          \
		"no-seal", no_argument, NULL, ARGS_NO_SEAL                                         \
	}

/* What was said about the seal (leadpipe(7)): an option, else LEADPIPE_SEAL, else nothing. */
enum seal {
	SEAL_UNSAID,
	SEAL_ON,
	SEAL_OFF,
};

struct args {
	const char *usage;  /* what --help prints: one screen, ending in a newline */
	enum seal seal;     /* --seal, --no-seal, or LEADPIPE_SEAL */
	const char *output; /* -o, or NULL: stdout */
};

/* Reads LEADPIPE_SEAL, which takes 0 or 1 (STATUS_CONFIG). */
void args_init(struct args *args);

/*
 * getopt_long, but a long option must be written whole, and one that does not exist is
 * a usage error that suggests the nearest one.
 */
int args_next(int argc, char **argv, const char *letters, const struct option *options);

/* -v, -q, -o, --seal, --no-seal, --help, --version. */
void args_common(struct args *args, int opt);

/* Ends the program with STATUS_USAGE, the message and a pointer to --help. */
_Noreturn void args_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A decimal whole number from `least` to `most`. */
uint64_t args_number(const char *option, const char *text, uint64_t least, uint64_t most);

/* A number of bytes from `least` to `most`, with k, M or G (powers of 1024) after it if wished. */
uint64_t args_bytes(const char *option, const char *text, uint64_t least, uint64_t most);

/* The first argument that is no option, or a usage error that names what is missing. */
const char *args_operand(int argc, char **argv, const char *what);

/* A setting that must be in the environment; STATUS_CONFIG when it is not set or empty. */
const char *args_env(const char *name);

#endif
