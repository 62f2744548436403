/* pii-mask: rows in, rows out, with personal data dropped, masked or hashed as the contract says. */

#include "mask.h"

#include "base/args.h"
#include "base/die.h"
#include "base/file.h"
#include "row/filter.h"

#include <sys/prctl.h>
#include <sys/resource.h>

enum { KEY_LEAST = 32, KEY_MOST = 4096, LINE_MOST = 1 << 30 };

static const char usage[] =
    "usage: pii-mask -c CONTRACT [--key-file F] [--rejects FILE] [--max-rejects N|P%]\n"
    "                [--max-line BYTES] [--seal] [-vq] [FILE...]\n"
    "\n"
    "  -c, --contract FILE   what to do with each field: its \"pii\" (drop, mask, hmac)\n"
    "  --key-file FILE       the key for hmac: 32 to 4096 bytes, readable by its owner only\n"
    "  --rejects FILE        write rejected rows there; without it the first one ends the run\n"
    "  --max-rejects N|P%    more rejected rows than that end the run\n"
    "  --max-line BYTES      longest row (k, M, G); default 100M\n"
    "  --reveal              refused: nothing in this version can be revealed\n"
    "  --seal                demand and write the good end record\n"
    "  -v, -q                say more, say errors only\n"
    "  --help, --version\n";

struct job {
	const char *contract, *key_file;
	struct filter_options filter;
	struct args args;
};

static void read_options(struct job *job, int argc, char **argv)
{
	enum { KEY_FILE = ARGS_OWN, REVEAL, REJECTS, MAX_REJECTS, MAX_LINE };
	static const struct option options[] = {{"contract", required_argument, NULL, 'c'},
	    {"key-file", required_argument, NULL, KEY_FILE}, {"reveal", no_argument, NULL, REVEAL},
	    {"rejects", required_argument, NULL, REJECTS},
	    {"max-rejects", required_argument, NULL, MAX_REJECTS},
	    {"max-line", required_argument, NULL, MAX_LINE}, ARGS_COMMON, {0}};
	int opt;

	while ((opt = getopt_long(argc, argv, "c:" ARGS_LETTERS, options, NULL)) != -1)
		switch (opt) {
		case 'c': job->contract = optarg; break;
		case KEY_FILE: job->key_file = optarg; break;
		case REVEAL: args_die("--reveal: not supported in this version");
		case REJECTS: job->filter.rejects = optarg; break;
		case MAX_REJECTS: job->filter.max_rejects = optarg; break;
		case MAX_LINE:
			job->filter.max_line = args_bytes("--max-line", optarg, 1, LINE_MOST);
			break;
		default: args_common(&job->args, opt);
		}
	if (!job->contract)
		args_die("-c: a contract is needed");
	job->filter.paths = argv + optind;
	job->filter.seal = job->args.seal;
}

/* No debugger of the same user, and no core file, gets at the key. */
static void hide_memory(void)
{
	const struct rlimit none = {0, 0};

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0)
		die(STATUS_CONFIG, "this process cannot be kept out of core files");
}

static void read_key(const char *path, struct buf *key)
{
	file_error error;

	buf_init(key, KEY_MOST);
	buf_reserve(key, KEY_MOST); /* so that no copy is left behind by growing */
	error = file_read_secret(path, key);
	if (!error && key->n < KEY_LEAST)
		error = "shorter than 32 bytes";
	if (error)
		die(STATUS_CONFIG, "%s: %s", path, error);
}

static void make_masker(struct masker *m, const struct job *job, const struct plan *plan)
{
	struct buf key = {0};

	if (job->key_file)
		read_key(job->key_file, &key);
	else if (plan->needs_key)
		die(STATUS_CONFIG, "--key-file: needed, since %s hashes a field", job->contract);
	if (plan->top.n == 0)
		warn("%s: no field has a pii action; all rows pass as they are", job->contract);
	masker_init(m, plan, (struct span){key.p, key.n});
	if (key.p)
		crypt_wipe(key.p, key.cap);
	buf_free(&key);
}

static enum step mask_step(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	return masker_row(ctx, row, line, out, bad) ? STEP_WRITE : STEP_BAD;
}

int main(int argc, char **argv)
{
	static struct filter filter;
	static struct masker masker;
	struct job job = {.args = {.usage = usage}, .filter = {.max_line = LINES_MAX_DEFAULT}};
	struct contract contract;
	struct plan plan;
	char why[CONTRACT_WHY];
	enum status status;

	prog_init("pii-mask");
	filter_guard(&filter);
	args_init(&job.args);
	read_options(&job, argc, argv);
	hide_memory();
	if (!contract_read(&contract, job.contract, why) || !plan_make(&plan, &contract, why))
		die(STATUS_CONFIG, "%s", why);
	make_masker(&masker, &job, &plan);

	status = filter_run(&filter, &job.filter, mask_step, &masker);

	masker_free(&masker);
	plan_free(&plan);
	contract_free(&contract);
	return (int)status;
}
