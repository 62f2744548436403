#include "options.h"

#include "base/time.h"
#include "base/die.h"
#include "base/mem.h"
#include "run.h"

#include <stdio.h>
#include <stdlib.h>

static const char usage[] =
    "usage: gaio-fetch [-s FILE] [--since T] [--until T] [OPTION...] RESOURCE|URL\n"
    "       gaio-fetch --check -s FILE [RESOURCE]\n"
    "       gaio-fetch --state FILE --commit RECEIPT\n"
    "\n"
    "Fetches a collection of a REST API and writes its rows as NDJSON. Without -s\n"
    "the API is Gaio's: RESOURCE is below $GAIO_API_URL; URL is absolute.\n"
    "\n"
    "  -s, --source FILE      describes the API, see leadpipe-source(7)\n"
    "  --check                print the requests that it would make\n"
    "  --since T, --until T   rows updated then: RFC 3339, YYYY-MM-DD, now, today,\n"
    "                         yesterday, -3d (UTC); --lookback D begins D earlier\n"
    "  --window D             ask for windows of that length (1d, 6h), one by one\n"
    "  --parallel N           N requests at a time (1); --shard I/N: the Ith part\n"
    "  --param K=V            one more query parameter; may be repeated\n"
    "  --rate N               at most N requests a second\n"
    "  --token-file F         the token; default: $GAIO_API_TOKEN, or the source's\n"
    "  --rejects F            rows that are not JSON; --max-rejects N|P%\n"
    "  --state F              begin at the watermark in F; --commit RECEIPT moves it\n"
    "  --archive DIR          keep each page; --replay DIR: fetch from there\n"
    "  --max-pages N          fail where more come; --max-page BYTES (16M)\n"
    "  --tries N              requests sent in all (6); --max-wait SECONDS (600)\n"
    "  --timeout S            for a page (600); --connect-timeout S (10),\n"
    "                         --stall-timeout S without a byte (60)\n"
    "  -o FILE (--output), --seal, --no-seal, -v, -q, -h (--help), -V (--version)\n";

enum {
	OPT_CHECK = ARGS_OWN,
	OPT_SINCE,
	OPT_UNTIL,
	OPT_LOOKBACK,
	OPT_WINDOW,
	OPT_PARALLEL,
	OPT_SHARD,
	OPT_PARAM,
	OPT_RATE,
	OPT_TOKEN,
	OPT_REJECTS,
	OPT_MAX_REJECTS,
	OPT_STATE,
	OPT_COMMIT,
	OPT_ARCHIVE,
	OPT_REPLAY,
	OPT_PAGES,
	OPT_PAGE,
	OPT_TRIES,
	OPT_WAIT,
	OPT_CONNECT,
	OPT_STALL,
	OPT_TIMEOUT,
};

/* clang-format off */
static const struct option options[] = {
	{"source", required_argument, NULL, 's'},
	{"check", no_argument, NULL, OPT_CHECK},
	{"since", required_argument, NULL, OPT_SINCE},
	{"until", required_argument, NULL, OPT_UNTIL},
	{"lookback", required_argument, NULL, OPT_LOOKBACK},
	{"window", required_argument, NULL, OPT_WINDOW},
	{"parallel", required_argument, NULL, OPT_PARALLEL},
	{"shard", required_argument, NULL, OPT_SHARD},
	{"param", required_argument, NULL, OPT_PARAM},
	{"rate", required_argument, NULL, OPT_RATE},
	{"token-file", required_argument, NULL, OPT_TOKEN},
	{"rejects", required_argument, NULL, OPT_REJECTS},
	{"max-rejects", required_argument, NULL, OPT_MAX_REJECTS},
	{"state", required_argument, NULL, OPT_STATE},
	{"commit", required_argument, NULL, OPT_COMMIT},
	{"archive", required_argument, NULL, OPT_ARCHIVE},
	{"replay", required_argument, NULL, OPT_REPLAY},
	{"max-pages", required_argument, NULL, OPT_PAGES},
	{"max-page", required_argument, NULL, OPT_PAGE},
	{"tries", required_argument, NULL, OPT_TRIES},
	{"max-wait", required_argument, NULL, OPT_WAIT},
	{"connect-timeout", required_argument, NULL, OPT_CONNECT},
	{"stall-timeout", required_argument, NULL, OPT_STALL},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	ARGS_STREAM,
	{0},
};
/* clang-format on */

enum { SECONDS_MAX = 24 * 3600, PARAMS = 64, SHARDS_MAX = 100000, LAG_S = 60 };

static void add_param(struct options *o, const char *text)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text)
		args_die("--param: takes NAME=VALUE");
	if (!o->params.item)
		o->params.item = mem_alloc(PARAMS * sizeof *o->params.item);
	if (o->params.n == PARAMS)
		args_die("--param: more than %d", PARAMS);
	o->params.item[o->params.n++] =
	    (struct api_pair){{text, (size_t)(equals - text)}, span_of(equals + 1)};
}

static int seconds(const char *option)
{
	return (int)args_number(option, optarg, 1, SECONDS_MAX);
}

/* "90s", "30m", "6h", "1d", "2w" */
static int64_t duration(const char *option)
{
	char text[32];
	int64_t us;

	snprintf(text, sizeof text, "-%s", optarg);
	if (strlen(optarg) > 20 || *optarg == '-' || !time_read_when(span_of(text), 0, &us) ||
	    us >= 0)
		args_die("%s: takes a length such as 90s, 30m, 6h, 1d", option);
	return -us;
}

static void read_shard(struct options *o)
{
	char *slash = strchr(optarg, '/'), *text = mem_text(optarg);

	if (!slash)
		args_die("--shard: takes I/N, such as 3/16");
	o->shards = args_number("--shard", slash + 1, 1, SHARDS_MAX);
	text[slash - optarg] = '\0';
	o->shard = args_number("--shard", text, 1, o->shards);
	free(text);
}

static void read_more(struct options *o, int opt)
{
	struct http_options *http = &o->http;

	switch (opt) {
	case OPT_PAGES: o->max_pages = args_number("--max-pages", optarg, 1, INT32_MAX); break;
	case OPT_PAGE: http->max_reply = args_bytes("--max-page", optarg, 1, 1 << 30); break;
	case OPT_TRIES: http_set_tries(http, optarg); break;
	case OPT_WAIT: http->retry.max_wait_us = seconds("--max-wait") * CLOCK_SECOND; break;
	case OPT_CONNECT: http->connect_s = seconds("--connect-timeout"); break;
	case OPT_STALL: http->stall_s = seconds("--stall-timeout"); break;
	case OPT_TIMEOUT: http_set_timeout(http, optarg); break;
	default: args_common(&o->args, opt);
	}
}

static void read_option(struct options *o, int opt)
{
	switch (opt) {
	case 's': o->source = optarg; break;
	case OPT_CHECK: o->check = true; break;
	case OPT_SINCE: o->since_text = optarg; break;
	case OPT_UNTIL: o->until_text = optarg; break;
	case OPT_LOOKBACK: o->lookback = duration("--lookback"); break;
	case OPT_WINDOW: o->step = duration("--window"); break;
	case OPT_PARALLEL:
		o->parallel = (size_t)args_number("--parallel", optarg, 1, RUN_PARALLEL);
		break;
	case OPT_SHARD: read_shard(o); break;
	case OPT_PARAM: add_param(o, optarg); break;
	case OPT_RATE: o->rate = args_number("--rate", optarg, 1, 1000); break;
	case OPT_TOKEN: o->token_file = optarg; break;
	case OPT_REJECTS: o->rejects = optarg; break;
	case OPT_MAX_REJECTS: o->max_rejects = optarg; break;
	case OPT_STATE: o->state = optarg; break;
	case OPT_COMMIT: o->commit = optarg; break;
	case OPT_ARCHIVE: o->archive = optarg; break;
	case OPT_REPLAY: o->replay = optarg; break;
	default: read_more(o, opt);
	}
}

static void check(const struct options *o)
{
	if (o->commit && !o->state)
		args_die("--commit: needs --state");
	if (o->check && !o->source)
		args_die("--check: needs -s");
	if (o->archive && o->replay)
		args_die("--archive and --replay do not go together");
	if (o->max_rejects && !o->rejects)
		args_die("--max-rejects: needs --rejects");
	if (o->shards && o->state)
		args_die("--shard and --state do not go together");
	if (o->shards && !(o->since_text && o->until_text))
		args_die("--shard: needs --since and --until");
}

void options_read(struct options *o, int argc, char **argv)
{
	int opt;

	*o = (struct options){.args.usage = usage, .parallel = 1};
	args_init(&o->args);
	while ((opt = args_next(argc, argv, "s:" ARGS_STREAM_LETTERS, options)) != -1)
		read_option(o, opt);
	check(o);
	if (optind < argc || !(o->check || o->commit))
		o->operand = args_operand(argc, argv, "RESOURCE");
	if (optind < argc)
		args_die("only one RESOURCE can be fetched");
}

/* ---- times ---- */

static bool is_absolute(const char *text)
{
	return *text >= '0' && *text <= '9';
}

static void read_when(
    const struct options *o, const char *option, const char *text, bool *has, int64_t *us)
{
	if (!text)
		return;
	if (!time_read_when(span_of(text), o->now, us))
		args_die("%s: takes RFC 3339, YYYY-MM-DD, now, today, yesterday or -3d", option);
	*has = true;
}

/*
 * Bound k of N is since + (until - since) * k / N in whole seconds: the same in each process,
 * whenever it starts.
 */
static int64_t bound(const struct options *o, uint64_t k)
{
	int64_t from = o->since / CLOCK_SECOND, length = o->until / CLOCK_SECOND - from;

	if (k == 0)
		return o->since;
	if (k == o->shards)
		return o->until;
	return (from + (int64_t)((__int128)length * (int64_t)k / (int64_t)o->shards)) *
	       CLOCK_SECOND;
}

static void take_shard(struct options *o)
{
	int64_t since = bound(o, o->shard - 1), until = bound(o, o->shard);

	if (!is_absolute(o->since_text) || !is_absolute(o->until_text))
		args_die("--shard: --since and --until must be absolute, since shards start at "
		         "different times");
	if (o->until > o->now - LAG_S * CLOCK_SECOND)
		args_die("--shard: --until must be a minute ago or more, since rows still come");
	o->whole = o->until;
	o->since = since;
	o->until = until;
}

void options_times(struct options *o, int64_t now)
{
	o->now = now;
	read_when(o, "--since", o->since_text, &o->has_since, &o->since);
	read_when(o, "--until", o->until_text, &o->has_until, &o->until);
	if (o->has_since && o->has_until && o->since >= o->until)
		args_die("--since: must be before --until");
	if (o->shards)
		take_shard(o);
}
