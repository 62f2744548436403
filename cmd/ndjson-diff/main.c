/* ndjson-diff: of the rows in, those out that are new or changed since the last committed run. */

#include "commit.h"
#include "diff.h"

#include "base/args.h"
#include "base/die.h"

#include <stdlib.h>
#include <unistd.h>

enum { LINE_MOST = 1 << 30 };

static const char usage[] =
    "usage: ndjson-diff --key COL[,COL] --state FILE [--for SINK] [--deleted]\n"
    "                   [OPTION...] [FILE...]\n"
    "       ndjson-diff --commit RESULTS --state FILE [--for SINK]\n"
    "\n"
    "Passes on the NDJSON rows that are new or changed since the last committed run,\n"
    "or that did not arrive. No FILE: stdin.\n"
    "\n"
    "  --key COL[,COL]       the columns that tell rows apart\n"
    "  --state FILE          what the sink has: keys and hashes; made if missing\n"
    "  --for SINK            the state is of this sink, and of no other\n"
    "  --deleted             also {\"KEY\":...,\"@deleted\":true} for keys that are gone\n"
    "  --all                 pass on all rows, whatever the sink has\n"
    "  --max-change P%       write nothing when more of the keys that the sink has\n"
    "                        changed or are gone\n"
    "  --max-new P%          write nothing when there are more new keys than that\n"
    "  --max-gone P%         write nothing when more keys are gone\n"
    "  --dead-letter FILE    a row that the sink refused often goes there instead\n"
    "  --after N             how often (3)\n"
    "  --commit RESULTS      move the state for rows reported as done (-: stdin)\n"
    "  --rejects FILE        rejected rows go there; without it one ends the run\n"
    "  --max-rejects N|P%    more of them end the run\n"
    "  --max-line BYTES      longest row (100M)\n"
    "  -o, --output FILE     the output; appears only when the run ended well\n"
    "  --seal, --no-seal, -v, -q, -h (--help), -V (--version)\n";

struct diff_job {
	struct diff_options diff;
	struct filter_options filter;
	const char *commit;
	bool after; /* --after was given */
	struct args args;
};

static double read_percent(const char *option, const char *text)
{
	char *end;
	double percent = strtod(text, &end);

	if (end == text || *text < '0' || *text > '9' ||
	    strspn(text, "0123456789.") != (size_t)(end - text) ||
	    (*end && strcmp(end, "%") != 0) || percent > 100)
		args_die("%s: must be a percentage, 0%% to 100%%", option);
	return percent;
}

/* Anything but control characters, spaces and quotes: it is told in messages. */
static const char *read_sink(const char *text)
{
	size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	                        "._:/@+=,-");

	if (n == 0 || n >= TABLE_NAME || text[n])
		args_die("--for: must be 1 to 63 letters, digits and ._:/@+=,-");
	return text;
}

static bool has_guard(const struct diff_options *o)
{
	return o->max_change >= 0 || o->max_new >= 0 || o->max_gone >= 0;
}

static void check_job(const struct diff_job *job)
{
	const struct diff_options *o = &job->diff;

	if (!o->state)
		args_die("--state is missing");
	if (!job->commit && !o->key)
		args_die("--key is missing");
	if (job->commit && (o->key || o->deleted || o->all || o->dead_letter || has_guard(o) ||
	                       job->filter.rejects || *job->filter.paths))
		args_die("--commit: takes --state and --for only");
	if (o->deleted && job->filter.rejects)
		args_die("--deleted: not with --rejects, since the key of a rejected row would "
		         "count as gone");
	if (o->max_gone >= 0 && !o->deleted)
		args_die("--max-gone: only with --deleted");
	if (job->after && !o->dead_letter)
		args_die("--after: only with --dead-letter");
}

static void read_options(struct diff_job *job, int argc, char **argv)
{
	enum {
		KEY = ARGS_OWN,
		STATE,
		FOR,
		DELETED,
		ALL,
		MAX_CHANGE,
		MAX_NEW,
		MAX_GONE,
		DEAD_LETTER,
		AFTER,
		COMMIT,
		REJECTS,
		MAX_REJECTS,
		MAX_LINE
	};
	static const struct option options[] = {{"key", required_argument, NULL, KEY},
	    {"state", required_argument, NULL, STATE}, {"deleted", no_argument, NULL, DELETED},
	    {"for", required_argument, NULL, FOR}, {"all", no_argument, NULL, ALL},
	    {"max-change", required_argument, NULL, MAX_CHANGE},
	    {"max-new", required_argument, NULL, MAX_NEW},
	    {"max-gone", required_argument, NULL, MAX_GONE},
	    {"dead-letter", required_argument, NULL, DEAD_LETTER},
	    {"after", required_argument, NULL, AFTER}, {"commit", required_argument, NULL, COMMIT},
	    {"rejects", required_argument, NULL, REJECTS},
	    {"max-rejects", required_argument, NULL, MAX_REJECTS},
	    {"max-line", required_argument, NULL, MAX_LINE}, ARGS_STREAM, {0}};
	struct diff_options *o = &job->diff;
	struct filter_options *f = &job->filter;
	int opt;

	while ((opt = args_next(argc, argv, ARGS_STREAM_LETTERS, options)) != -1)
		switch (opt) {
		case KEY: o->key = optarg; break;
		case STATE: o->state = optarg; break;
		case DELETED: o->deleted = true; break;
		case FOR: o->sink = read_sink(optarg); break;
		case ALL: o->all = true; break;
		case MAX_CHANGE: o->max_change = read_percent("--max-change", optarg); break;
		case MAX_NEW: o->max_new = read_percent("--max-new", optarg); break;
		case MAX_GONE: o->max_gone = read_percent("--max-gone", optarg); break;
		case DEAD_LETTER: o->dead_letter = optarg; break;
		case AFTER:
			o->after = (unsigned)args_number("--after", optarg, 1, TABLE_FAILS);
			job->after = true;
			break;
		case COMMIT: job->commit = optarg; break;
		case REJECTS: f->rejects = optarg; break;
		case MAX_REJECTS: f->max_rejects = optarg; break;
		case MAX_LINE: f->max_line = args_bytes("--max-line", optarg, 1, LINE_MOST); break;
		default: args_common(&job->args, opt);
		}
	f->paths = argv + optind;
	f->args = &job->args;
	f->demand = o->deleted;
	check_job(job);
}

static enum status run(struct filter *filter, const struct diff_job *job)
{
	struct error error = {.status = STATUS_OK};
	struct diff diff;
	enum status status;

	diff_init(&diff, &job->diff);
	if (!diff_open(&diff, job->filter.paths, &error))
		die(error.status, "%s", error.text);
	status = filter_run(filter, &job->filter, diff_step, &diff);
	diff_free(&diff);
	return status;
}

static enum status commit(const struct diff_job *job)
{
	struct error error = {.status = STATUS_OK};
	enum status status;

	die_last_words(NULL, NULL);
	status = commit_run(&(struct commit_options){.state = job->diff.state,
	                        .sink = job->diff.sink,
	                        .results = job->commit,
	                        .max_line = job->filter.max_line},
	    &error);
	if (error.status)
		die(error.status, "%s", error.text);
	return status;
}

int main(int argc, char **argv)
{
	static struct filter filter;
	struct diff_job job = {.args = {.usage = usage},
	    .diff = {.max_change = -1, .max_new = -1, .max_gone = -1, .after = 3},
	    .filter = {.max_line = LINES_MAX_DEFAULT, .last = diff_last}};

	prog_init("ndjson-diff");
	filter_guard(&filter);
	args_init(&job.args);
	read_options(&job, argc, argv);
	return prog_end(job.commit ? commit(&job) : run(&filter, &job));
}
