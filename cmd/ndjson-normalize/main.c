#include "plan.h"

#include "base/args.h"
#include "base/die.h"

enum { OPTION_UNKNOWN = ARGS_OWN, OPTION_REJECTS, OPTION_MAX_REJECTS, OPTION_MAX_LINE };

static const char usage[] =
    "usage: ndjson-normalize [OPTION...] [FILE...]\n"
    "Renames, cleans and casts rows (NDJSON) to a contract. No FILE: stdin.\n"
    "  -c, --contract FILE      the contract; without it rows are checked only\n"
    "      --unknown MODE       fields the contract does not name: evolve, freeze,\n"
    "                           discard_row, discard_value (default)\n"
    "      --rejects FILE       rows that do not fit go there, with the reason\n"
    "      --max-rejects N|P%   more of them end the run\n"
    "      --max-line BYTES     longest row (default 100M)\n"
    "      --seal               end the stream with an end record, demand one\n"
    "  -v, --verbose            say more        -q, --quiet   errors only\n"
    "      --help, --version\n"
    "See ndjson-normalize(1).\n";

struct settings {
	struct args args;
	struct filter_options filter;
	const char *contract;
	enum unknown unknown;
	bool unknown_given;
};

static enum unknown read_unknown(const char *text)
{
	static const char *const modes[] = {"discard_value", "evolve", "freeze", "discard_row"};

	for (int i = 0; i < 4; i++)
		if (strcmp(text, modes[i]) == 0)
			return (enum unknown)i;
	args_die("--unknown: evolve, freeze, discard_row or discard_value");
}

static void read_settings(struct settings *s, int argc, char **argv)
{
	static const struct option options[] = {{"contract", required_argument, NULL, 'c'},
	    {"unknown", required_argument, NULL, OPTION_UNKNOWN},
	    {"rejects", required_argument, NULL, OPTION_REJECTS},
	    {"max-rejects", required_argument, NULL, OPTION_MAX_REJECTS},
	    {"max-line", required_argument, NULL, OPTION_MAX_LINE}, ARGS_COMMON, {0}};
	int opt;

	*s = (struct settings){.args.usage = usage, .filter.max_line = LINES_MAX_DEFAULT};
	args_init(&s->args);
	while ((opt = getopt_long(argc, argv, "c:" ARGS_LETTERS, options, NULL)) != -1)
		switch (opt) {
		case 'c': s->contract = optarg; break;
		case OPTION_UNKNOWN:
			s->unknown = read_unknown(optarg);
			s->unknown_given = true;
			break;
		case OPTION_REJECTS: s->filter.rejects = optarg; break;
		case OPTION_MAX_REJECTS: s->filter.max_rejects = optarg; break;
		case OPTION_MAX_LINE:
			s->filter.max_line = args_bytes("--max-line", optarg, 2, 1 << 30);
			break;
		default: args_common(&s->args, opt);
		}
	if (s->unknown_given && !s->contract)
		args_die("--unknown needs a contract (-c)");
	s->filter.paths = argv + optind;
	s->filter.seal = s->args.seal;
}

/* Without a contract a row that was scanned is a row that is right. */
static enum step pass(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	(void)ctx, (void)row, (void)bad;
	buf_addspan(out, line);
	return STEP_WRITE;
}

static enum step normalize(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	(void)line;
	switch (plan_row(ctx, row, out, bad)) {
	case GOT_FAILURE: return STEP_FAIL;
	case GOT_BAD: return STEP_BAD;
	default: return STEP_WRITE;
	}
}

int main(int argc, char **argv)
{
	static struct filter filter;
	struct settings settings;
	struct contract contract;
	char why[CONTRACT_WHY];
	struct plan *plan;
	enum status status;

	prog_init("ndjson-normalize");
	filter_guard(&filter);
	read_settings(&settings, argc, argv);
	if (!settings.contract)
		return filter_run(&filter, &settings.filter, pass, NULL);
	if (!contract_read(&contract, settings.contract, why))
		die(STATUS_CONFIG, "%s", why);
	plan = plan_make(&contract, settings.unknown, settings.filter.max_line);
	status = filter_run(&filter, &settings.filter, normalize, plan);
	plan_free(plan);
	contract_free(&contract);
	return status;
}
