/* pii-mask: rows in, rows out; personal data is dropped, masked, hashed or encrypted on the way. */

#include "audit.h"
#include "confine.h"
#include "detect.h"
#include "keyset.h"
#include "seccomp.h"
#include "selftest.h"
#include "mask.h"

#include "base/args.h"
#include "base/die.h"
#include "stream/filter.h"

#include <stdio.h>

enum { LINE_MOST = 1 << 30, FD_MOST = 1 << 20 };

static const char usage[] =
    "usage: pii-mask -c CONTRACT [--key-file F | --key-fd N] [--reveal] [--strict]\n"
    "                [--hashed] [--rejects FILE] [--max-rejects N|P%] [FILE...]\n"
    "       pii-mask --audit [-c CONTRACT] [FILE...]\n"
    "       pii-mask --new-keyset FILE [--key-file OLD | --key-fd N]\n"
    "\n"
    "Drops, masks, hashes or encrypts the personal data of NDJSON rows as the\n"
    "contract says, or reveals what was encrypted. No FILE: stdin.\n"
    "\n"
    "  -c, --contract FILE   each field's \"pii\": drop, redact, mask, hmac, encrypt,\n"
    "                        hash:google, hash:meta, generalise, shift\n"
    "  --key-file FILE       a Tink keyset in JSON, or 32 or 64 bytes; 0600\n"
    "  --key-fd N            the same, read from descriptor N\n"
    "  --reveal              decrypt what may be revealed, change nothing else\n"
    "  --strict              reject rows with fields that the contract does not name\n"
    "  --hashed              values that are SHA-256 already pass unhashed\n"
    "  --audit               write no rows, but where undeclared personal data is\n"
    "  --new-keyset FILE     make a keyset; the keys of an old one come along\n"
    "  --rejects FILE        rejected rows go there; without it one ends the run\n"
    "  --max-rejects N|P%    more of them end the run\n"
    "  --max-line BYTES      longest row (100M)\n"
    "  -o, --output FILE     the output; appears only when the run ended well\n"
    "  --seal, --no-seal, -v, -q, -h (--help), -V (--version)\n";

struct mask_job {
	const char *contract, *new_keyset;
	struct key_source key;
	bool audit;
	struct plan_options plan;
	struct filter_options filter;
	struct args args;
};

static void confine(void *ctx, const struct filter_options *options)
{
	struct error error = {0};
	bool filtered;

	(void)ctx;
	if (!confine_files(options->paths, options->args->output, &error) ||
	    !seccomp_forbid(&filtered, &error))
		die(error.status, "%s", error.text);
}

static void read_options(struct mask_job *job, int argc, char **argv)
{
	enum {
		KEY_FILE = ARGS_OWN,
		KEY_FD,
		REVEAL,
		STRICT,
		HASHED,
		AUDIT,
		NEW,
		REJECTS,
		MAX_REJECTS,
		LINE
	};
	static const struct option options[] = {{"contract", required_argument, NULL, 'c'},
	    {"key-file", required_argument, NULL, KEY_FILE},
	    {"key-fd", required_argument, NULL, KEY_FD}, {"reveal", no_argument, NULL, REVEAL},
	    {"strict", no_argument, NULL, STRICT}, {"hashed", no_argument, NULL, HASHED},
	    {"audit", no_argument, NULL, AUDIT}, {"new-keyset", required_argument, NULL, NEW},
	    {"rejects", required_argument, NULL, REJECTS},
	    {"max-rejects", required_argument, NULL, MAX_REJECTS},
	    {"max-line", required_argument, NULL, LINE}, ARGS_STREAM, {0}};
	int opt;

	while ((opt = args_next(argc, argv, "c:" ARGS_STREAM_LETTERS, options)) != -1)
		switch (opt) {
		case 'c': job->contract = optarg; break;
		case KEY_FILE: job->key.path = optarg; break;
		case KEY_FD: job->key.fd = (int)args_number("--key-fd", optarg, 0, FD_MOST); break;
		case REVEAL: job->plan.reveal = true; break;
		case STRICT: job->plan.strict = true; break;
		case HASHED: job->plan.hashed = true; break;
		case AUDIT: job->audit = true; break;
		case NEW: job->new_keyset = optarg; break;
		case REJECTS: job->filter.rejects = optarg; break;
		case MAX_REJECTS: job->filter.max_rejects = optarg; break;
		case LINE:
			job->filter.max_line = args_bytes("--max-line", optarg, 1, LINE_MOST);
			break;
		default: args_common(&job->args, opt);
		}
	job->filter.paths = argv + optind;
	job->filter.args = &job->args;
	job->filter.ready = confine;
}

static bool has_key(const struct mask_job *job)
{
	return job->key.path || job->key.fd >= 0;
}

static void check_options(const struct mask_job *job)
{
	if (job->key.path && job->key.fd >= 0)
		args_die("--key-file and --key-fd: one of them");
	if (job->audit && (has_key(job) || job->plan.reveal || job->plan.strict ||
	                      job->plan.hashed || job->new_keyset))
		args_die("--audit: goes with a contract and files only");
	if (job->audit && (job->filter.rejects || job->filter.max_rejects))
		args_die("--audit: rejects nothing");
	if (job->new_keyset && (job->contract || job->plan.reveal || job->plan.strict ||
	                           job->plan.hashed || job->filter.rejects || *job->filter.paths))
		args_die("--new-keyset: goes with an old keyset only");
	if (!job->audit && !job->new_keyset && !job->contract)
		args_die("-c: a contract is needed");
}

static enum status make_keyset(const struct mask_job *job)
{
	struct error error = {0};

	die_last_words(NULL, NULL);
	if (!keyset_new(job->new_keyset, has_key(job) ? &job->key : NULL, &error))
		die(STATUS_CREATE, "%s", error.text);
	return STATUS_OK;
}

static void load_keys(const struct mask_job *job, const struct plan *plan, struct keys *keys)
{
	struct error error = {0};

	if (!has_key(job) && plan->needs_key)
		die(STATUS_CONFIG, "--key-file: needed, since %s asks for a key", job->contract);
	if (has_key(job) && !keyset_load(keys, &job->key, &error))
		die(error.status, "%s", error.text);
	if (plan->needs_siv && !keys_can_seal(keys))
		die(STATUS_CONFIG, "--key-file: encrypt needs a keyset, or 64 bytes");
}

static enum step mask_step(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	return mask_row(ctx, row, line, out, bad) ? STEP_WRITE : STEP_BAD;
}

/* SHA-256 of the contract's file, for the end record. */
static const char *contract_hash(const struct contract *contract)
{
	static char hex[END_HASH];
	uint8_t digest[CRYPT_SHA256];
	struct buf b;

	buf_init(&b, END_HASH);
	crypt_sha256(buf_span(&contract->doc.text), digest);
	crypt_hex(&b, digest, sizeof digest);
	snprintf(hex, sizeof hex, "%.*s", SPAN_ARG(buf_span(&b)));
	buf_free(&b);
	return hex;
}

/* Digits of any form count: a name or a message has no reason to hold a number of eight. */
static bool looks_personal(struct span text)
{
	struct buf plain;
	bool personal;

	buf_init(&plain, END_TEXT + text.n * 4);
	personal = detect_all(text, 1u << DETECT_PHONE, &plain) != 0;
	crypt_free_buf(&plain);
	return personal;
}

static void tell_unseen(const struct plan_field *p)
{
	warn("field %.*s: has a pii action, and was in no row", SPAN_ARG(p->path));
}

/* Fields that never occurred may have another name; what was masked before is not masked again. */
static bool conclude(void *ctx, struct filter *f)
{
	const struct mask *mask = ctx;

	if (f->in.rows > 0)
		plan_unseen(&mask->plan->top, tell_unseen);
	return !*f->in.end.masked ||
	       error_set(&f->error, STATUS_DATA, "%s: these rows went through pii-mask already",
	           f->in.lines.name);
}

static enum status run_mask(
    struct filter *filter, const struct mask_job *job, struct contract *contract)
{
	static struct mask mask;
	static struct keys keys;
	struct filter_options options = job->filter;
	struct plan plan;
	struct error error = {0};
	enum status status;

	if (!plan_make(&plan, contract, &job->plan, &error))
		die(error.status, "%s", error.text);
	if (plan.rules == 0)
		warn("%s: no field has %s; all rows pass as they are", job->contract,
		    job->plan.reveal ? "a pii that can be revealed" : "a pii action");
	options.personal = looks_personal;
	if (plan.rules > 0)
		options.masked = job->plan.reveal ? "" : contract_hash(contract);
	if (plan.rules > 0 && !job->plan.reveal)
		options.last = conclude;
	load_keys(job, &plan, &keys);
	plan_bind(&plan, &keys);
	mask_init(&mask, &plan, &keys);
	status = filter_run(filter, &options, mask_step, &mask);
	mask_free(&mask);
	keys_free(&keys);
	plan_free(&plan);
	return status;
}

static enum status run_audit(
    struct filter *filter, const struct mask_job *job, struct contract *contract)
{
	struct error error = {0};
	enum status status = audit(filter, &job->filter, contract, &error);

	if (error.status)
		die(error.status, "%s", error.text);
	return status;
}

int main(int argc, char **argv)
{
	static struct filter filter;
	struct mask_job job = {
	    .args = {.usage = usage}, .key = {.fd = -1}, .filter = {.max_line = LINES_MAX_DEFAULT}};
	struct contract contract = {0};
	struct error error = {0};
	enum status status;

	prog_init("pii-mask");
	filter_guard(&filter);
	args_init(&job.args);
	read_options(&job, argc, argv);
	check_options(&job);
	confine_descriptors(argc, argv, job.key.fd);
	if (!confine_memory(&error) || !selftest_run(&error))
		die(error.status, "%s", error.text);
	if (job.new_keyset)
		return (int)make_keyset(&job);
	if (job.contract && !contract_read(&contract, job.contract, &error))
		die(error.status, "%s", error.text);
	status =
	    job.audit ? run_audit(&filter, &job, &contract) : run_mask(&filter, &job, &contract);
	contract_free(&contract);
	confine_stack();
	return prog_end(status);
}
