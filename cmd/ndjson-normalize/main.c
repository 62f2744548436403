#include "base/args.h"
#include "base/atomic_file.h"
#include "base/die.h"
#include "base/file.h"
#include "base/guard.h"
#include "compile.h"
#include "contract_write.h"
#include "dedup.h"
#include "propose.h"
#include "write.h"

#include <errno.h>
#include <sys/stat.h>

enum {
	OPTION_UNKNOWN = ARGS_OWN,
	OPTION_BAD_VALUE,
	OPTION_CONTRACT_OUT,
	OPTION_INFER,
	OPTION_REQUIRED,
	OPTION_DEDUP,
	OPTION_DEDUP_MEMORY,
	OPTION_REJECTS,
	OPTION_MAX_REJECTS,
	OPTION_MAX_LINE
};

#define DEDUP_MEMORY (UINT64_C(256) << 20)

static const char usage[] =
    "usage: ndjson-normalize [-c CONTRACT] [--unknown MODE] [--on-bad-value MODE]\n"
    "                        [--dedup] [--rejects FILE] [--max-rejects N|P%]\n"
    "                        [--seal] [FILE...]\n"
    "       ndjson-normalize --infer [--required] [FILE...]\n"
    "\n"
    "Renames, cleans and casts NDJSON rows to a contract. No FILE: stdin.\n"
    "\n"
    "  -c, --contract FILE   the contract; without it rows are checked only\n"
    "  --unknown MODE        fields the contract does not name: evolve, freeze,\n"
    "                        discard_row, discard_value (default)\n"
    "  --contract-out FILE   evolve: the contract, with the new fields added\n"
    "  --on-bad-value MODE   values that do not fit: reject (the row; default), null\n"
    "  --dedup               one row for each key, the greatest by order_by\n"
    "  --dedup-memory BYTES  what its rows may take (256M)\n"
    "  --infer               write a contract that fits the rows, not the rows\n"
    "  --required            infer: fields that every row has are REQUIRED\n"
    "  --rejects FILE        rejected rows go there; without it one ends the run\n"
    "  --max-rejects N|P%    more of them end the run\n"
    "  --max-line BYTES      longest row (100M)\n"
    "  -o, --output FILE     the output; appears only when the run ended well\n"
    "  --seal, --no-seal, -v, -q, -h (--help), -V (--version)\n";

struct normalize_options {
	struct args args;
	struct filter_options filter;
	enum unknown unknown;
	const char *contract, *contract_out;
	size_t dedup_memory; /* 0: not given */
	bool unknown_given, bad_value_given, bad_is_null, dedup, infer, required;
};

/* The place of `text` in a list of words that ends with NULL. */
static int read_word(const char *option, const char *const *words, const char *text)
{
	char list[100] = "";

	for (int i = 0; words[i]; i++) {
		if (strcmp(text, words[i]) == 0)
			return i;
		strcat(strcat(list, i ? ", " : ""), words[i]);
	}
	args_die("%s: takes one of %s", option, list);
}

static void read_option(struct normalize_options *s, int opt)
{
	static const char *const modes[] = {
	    "discard_value", "evolve", "freeze", "discard_row", NULL};
	static const char *const bad_values[] = {"reject", "null", NULL};

	switch (opt) {
	case 'c': s->contract = optarg; break;
	case OPTION_UNKNOWN:
		s->unknown = (enum unknown)read_word("--unknown", modes, optarg);
		s->unknown_given = true;
		break;
	case OPTION_BAD_VALUE:
		s->bad_is_null = read_word("--on-bad-value", bad_values, optarg) == 1;
		s->bad_value_given = true;
		break;
	case OPTION_CONTRACT_OUT: s->contract_out = optarg; break;
	case OPTION_INFER: s->infer = true; break;
	case OPTION_REQUIRED: s->required = true; break;
	case OPTION_DEDUP: s->dedup = true; break;
	case OPTION_DEDUP_MEMORY:
		s->dedup_memory = args_bytes("--dedup-memory", optarg, 1, UINT64_C(1) << 46);
		break;
	case OPTION_REJECTS: s->filter.rejects = optarg; break;
	case OPTION_MAX_REJECTS: s->filter.max_rejects = optarg; break;
	case OPTION_MAX_LINE:
		s->filter.max_line = args_bytes("--max-line", optarg, 2, 1 << 30);
		break;
	default: args_common(&s->args, opt);
	}
}

static void check_settings(const struct normalize_options *s)
{
	static const char contract[] = "a contract (-c)";
	const struct {
		const char *option;
		bool given, infers; /* may it stand beside --infer? */
		const char *needs;
		bool there;
	} rules[] = {{"-c", s->contract, false, NULL, false},
	    {"--unknown", s->unknown_given, false, contract, s->contract},
	    {"--on-bad-value", s->bad_value_given, false, contract, s->contract},
	    {"--dedup", s->dedup, false, contract, s->contract},
	    {"--dedup-memory", s->dedup_memory, false, "--dedup", s->dedup},
	    {"--contract-out", s->contract_out, false, contract, s->contract},
	    {"--contract-out", s->contract_out, false, "--unknown evolve",
	        s->unknown == UNKNOWN_EVOLVE},
	    {"--rejects", s->filter.rejects, false, NULL, false},
	    {"--max-rejects", s->filter.max_rejects, false, NULL, false},
	    {"--required", s->required, true, "--infer", s->infer}};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		if (!rules[i].given)
			continue;
		if (s->infer && !rules[i].infers)
			args_die("--infer: takes no %s", rules[i].option);
		if (rules[i].needs && !rules[i].there)
			args_die("%s needs %s", rules[i].option, rules[i].needs);
	}
}

static void read_settings(struct normalize_options *s, int argc, char **argv)
{
	static const struct option options[] = {{"contract", required_argument, NULL, 'c'},
	    {"unknown", required_argument, NULL, OPTION_UNKNOWN},
	    {"on-bad-value", required_argument, NULL, OPTION_BAD_VALUE},
	    {"contract-out", required_argument, NULL, OPTION_CONTRACT_OUT},
	    {"infer", no_argument, NULL, OPTION_INFER},
	    {"required", no_argument, NULL, OPTION_REQUIRED},
	    {"dedup", no_argument, NULL, OPTION_DEDUP},
	    {"dedup-memory", required_argument, NULL, OPTION_DEDUP_MEMORY},
	    {"rejects", required_argument, NULL, OPTION_REJECTS},
	    {"max-rejects", required_argument, NULL, OPTION_MAX_REJECTS},
	    {"max-line", required_argument, NULL, OPTION_MAX_LINE}, ARGS_STREAM, {0}};
	int opt;

	*s = (struct normalize_options){.args.usage = usage, .filter.max_line = LINES_MAX_DEFAULT};
	args_init(&s->args);
	while ((opt = args_next(argc, argv, "c:" ARGS_STREAM_LETTERS, options)) != -1)
		read_option(s, opt);
	check_settings(s);
	s->filter.paths = argv + optind;
	s->filter.args = &s->args;
}

/* Without a contract a row that was scanned is a row that is right. */
static enum step pass(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	(void)ctx, (void)row, (void)bad;
	buf_addspan(out, line);
	return STEP_WRITE;
}

/* What the loop works with, when there is a contract. */
struct work {
	struct contract contract;
	struct cast_plan *plan;
	struct dedup *dedup;
	const char *contract_path, *contract_out;
	struct atomic_file grown; /* --contract-out */
	struct buf detail;
};

static enum step cast_row(
    struct work *work, const struct row *row, struct buf *out, struct bad *bad)
{
	switch (write_row(work->plan, row, out, bad)) {
	case GOT_FAILURE: return STEP_FAIL;
	case GOT_BAD:
	case GOT_UNKNOWN: return STEP_BAD;
	default: return STEP_WRITE;
	}
}

static enum step normalize(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	struct work *work = ctx;
	enum step step = cast_row(work, row, out, bad);

	(void)line;
	if (step == STEP_WRITE)
		null_counts_keep(&work->plan->nulls);
	return step;
}

/* --dedup: rows are written at the end. */
static enum step normalize_and_hold(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	struct work *work = ctx;
	size_t from = out->n;
	enum step step = cast_row(work, row, out, bad);

	(void)line;
	if (step != STEP_WRITE)
		return step;
	switch (dedup_take(work->dedup, span_skip(buf_span(out), from), bad)) {
	case DEDUP_BAD: return STEP_BAD;
	case DEDUP_FULL: return STEP_FAIL;
	default: null_counts_keep(&work->plan->nulls); return STEP_SKIP;
	}
}

/* The grown contract is complete and on the disk before the rows are. */
static bool save_contract(struct work *work, struct error *error)
{
	struct buf text;
	bool ok;

	buf_init(&text, SIZE_MAX);
	contract_write_grown(work->plan, &work->contract, &text);
	ok = file_write(work->grown.fd, text.p, text.n) && atomic_file_commit(&work->grown);
	if (!ok)
		error_set(error, STATUS_IO, "%s: %s", work->contract_out, strerror(errno));
	buf_free(&text);
	return ok;
}

static bool finish(void *ctx, struct filter *f)
{
	struct work *work = ctx;

	buf_init(&work->detail, 1000);
	null_counts_say(&work->plan->nulls, &work->detail);
	if (work->dedup) {
		uint64_t dropped = dedup_dropped(work->dedup);

		dedup_write(work->dedup, &f->out, work->plan->growth);
		buf_addf(&work->detail, "%s%ju duplicate%s dropped", work->detail.n ? ", " : "",
		    (uintmax_t)dropped, dropped == 1 ? "" : "s");
	}
	f->detail = work->detail.n ? buf_str(&work->detail) : NULL;
	if (!work->contract_out)
		return true;
	return out_flush(&f->out) ? save_contract(work, &f->error) : false;
}

static bool is_same_file(const char *path, const char *other)
{
	struct stat a, b;

	return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* The contract may grow in place; any other file that the program uses must stay. */
static void open_contract_out(void *ctx, const struct filter_options *options)
{
	struct work *work = ctx;
	const char *path = work->contract_out;
	const char *other = guard_conflict(path, -1);

	(void)options;
	if (other && !is_same_file(path, work->contract_path))
		die(STATUS_USAGE, "--contract-out %s: is also %s, which it would replace", path,
		    other);
	if (!atomic_file_open(&work->grown, path, ATOMIC_FILE_SHARED))
		die(STATUS_CREATE, "%s: %s", path, strerror(errno));
	guard_enter(path);
}

static enum status run(struct filter *filter, struct normalize_options *s)
{
	struct work work = {
	    .contract_path = s->contract, .contract_out = s->contract_out, .grown.fd = -1};
	struct error error = {0};
	enum status status;

	if (!contract_read(&work.contract, s->contract, &error))
		die(error.status, "%s", error.text);
	if (s->contract_out)
		s->filter.ready = open_contract_out;
	work.plan = compile_plan(&work.contract, s->unknown, s->filter.max_line, &error);
	if (!work.plan)
		die(error.status, "%s", error.text);
	work.plan->bad_is_null = s->bad_is_null;
	work.plan->hold = s->dedup;
	if (s->contract_out)
		plan_grow(work.plan, &work.contract);
	if (s->dedup)
		work.dedup = dedup_open(
		    &work.contract, s->dedup_memory ? s->dedup_memory : DEDUP_MEMORY, &error);
	if (s->dedup && !work.dedup)
		die(error.status, "%s", error.text);
	s->filter.last = finish;
	status = filter_run(filter, &s->filter, s->dedup ? normalize_and_hold : normalize, &work);
	atomic_file_drop(&work.grown);
	dedup_close(work.dedup);
	plan_free(work.plan);
	contract_free(&work.contract);
	buf_free(&work.detail);
	return status;
}

int main(int argc, char **argv)
{
	static struct filter filter;
	struct normalize_options settings;
	enum status status;

	prog_init("ndjson-normalize");
	filter_guard(&filter);
	read_settings(&settings, argc, argv);
	filter.row.unlisted = !settings.infer;
	if (settings.infer)
		status = propose(&filter, &settings.filter, settings.required);
	else if (settings.contract)
		status = run(&filter, &settings);
	else
		status = filter_run(&filter, &settings.filter, pass, NULL);
	return prog_end(status);
}
