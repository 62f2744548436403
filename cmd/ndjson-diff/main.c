/* ndjson-diff: of the rows in, those out that are new or changed since the last committed run. */

#include "commit.h"
#include "diff.h"

#include "base/args.h"

#include <stdlib.h>
#include <unistd.h>

enum { LINE_MOST = 1 << 30 };

static const char usage[] =
    "usage: ndjson-diff --key COL[,COL] --state FILE [--deleted] [--max-change P%]\n"
    "                   [--rejects FILE] [--max-rejects N|P%] [--seal] [FILE...]\n"
    "       ndjson-diff --commit RESULTS --state FILE\n"
    "\n"
    "Passes on the NDJSON rows that are new or changed since the last committed run.\n"
    "No FILE: stdin.\n"
    "\n"
    "  --key COL[,COL]       the columns that tell rows apart\n"
    "  --state FILE          what the sink has: keys and hashes; made if missing\n"
    "  --deleted             also {\"KEY\":...,\"@deleted\":true} for keys that are gone\n"
    "  --max-change P%       write nothing when more than that would go out; the\n"
    "                        first run is free\n"
    "  --commit RESULTS      move the state for rows that a sink reported as done\n"
    "                        (-: stdin)\n"
    "  --rejects FILE        rejected rows go there; without it one ends the run\n"
    "  --max-rejects N|P%    more of them end the run\n"
    "  --max-line BYTES      longest row (100M)\n"
    "  --seal                demand and write the good end record\n"
    "  -v, -q, --help, --version\n";

struct job {
	struct diff_options diff;
	const char *commit;
	struct args args;
};

static double read_percent(const char *text)
{
	char *end;
	double percent = strtod(text, &end);

	if (end == text || *text < '0' || *text > '9' ||
	    strspn(text, "0123456789.") != (size_t)(end - text) ||
	    (*end && strcmp(end, "%") != 0) || percent > 100)
		args_die("--max-change: must be a percentage, 0%% to 100%%");
	return percent;
}

static void check_job(const struct job *job)
{
	const struct diff_options *o = &job->diff;

	if (!o->state)
		args_die("--state is missing");
	if (!job->commit && !o->key)
		args_die("--key is missing");
	if (job->commit && (o->key || o->deleted || o->max_change >= 0 || o->rejects || *o->paths))
		args_die("--commit: takes --state only");
	if (o->deleted && o->rejects)
		args_die("--deleted: not with --rejects, since the key of a rejected row would "
		         "count as gone");
}

static void read_options(struct job *job, int argc, char **argv)
{
	enum { KEY = ARGS_OWN, STATE, DELETED, MAX_CHANGE, COMMIT, REJECTS, MAX_REJECTS, MAX_LINE };
	static const struct option options[] = {{"key", required_argument, NULL, KEY},
	    {"state", required_argument, NULL, STATE}, {"deleted", no_argument, NULL, DELETED},
	    {"max-change", required_argument, NULL, MAX_CHANGE},
	    {"commit", required_argument, NULL, COMMIT},
	    {"rejects", required_argument, NULL, REJECTS},
	    {"max-rejects", required_argument, NULL, MAX_REJECTS},
	    {"max-line", required_argument, NULL, MAX_LINE}, ARGS_COMMON, {0}};
	struct diff_options *o = &job->diff;
	int opt;

	while ((opt = getopt_long(argc, argv, ARGS_LETTERS, options, NULL)) != -1)
		switch (opt) {
		case KEY: o->key = optarg; break;
		case STATE: o->state = optarg; break;
		case DELETED: o->deleted = true; break;
		case MAX_CHANGE: o->max_change = read_percent(optarg); break;
		case COMMIT: job->commit = optarg; break;
		case REJECTS: o->rejects = optarg; break;
		case MAX_REJECTS: o->max_rejects = optarg; break;
		case MAX_LINE: o->max_line = args_bytes("--max-line", optarg, 1, LINE_MOST); break;
		default: args_common(&job->args, opt);
		}
	o->paths = argv + optind;
	o->seal = job->args.seal;
	check_job(job);
}

int main(int argc, char **argv)
{
	static struct diff diff;
	struct job job = {
	    .args = {.usage = usage}, .diff = {.max_line = LINES_MAX_DEFAULT, .max_change = -1}};
	enum status status;

	prog_init("ndjson-diff");
	out_init(&diff.out, STDOUT_FILENO);
	end_guard(&diff.out);
	args_init(&job.args);
	read_options(&job, argc, argv);
	if (job.commit) {
		die_last_words(NULL, NULL);
		status = commit_run(job.diff.state, job.commit, job.diff.max_line);
	} else {
		status = diff_run(&diff, &job.diff);
	}
	buf_free(&diff.out.buf);
	return (int)status;
}
