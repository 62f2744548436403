#include "settings.h"

#include "cloud/bqname.h"

#include <string.h>

static const char usage[] =
    "usage: bq-merge [--key COL,...] [--from TABLE] --into TABLE [OPTION...]\n"
    "\n"
    "Merges a staging table, named by receipts on stdin or by --from, into a\n"
    "BigQuery table, and writes a receipt. TABLE is " BQTABLE_SYNTAX ".\n"
    "\n"
    "  -c, --contract FILE     key, order_by, partition, cluster and columns\n"
    "  --key COL,...           the columns that make a row one and the same\n"
    "  --order-by COL          of rows with one key the greatest COL counts\n"
    "  --from TABLE            the staging table; stdin is not read\n"
    "  --once RUN --shards N   all N parts of bq-load --once RUN --shard I/N, or none\n"
    "  --into TABLE            made when it is missing\n"
    "  --mode MODE             upsert (default), insert-only, delete-insert (all rows\n"
    "                          of a staged key are replaced), scd2 (history)\n"
    "  --delete-where SQL      staged rows of which this is true delete the target's\n"
    "  --prune HOW             auto (default), must, never: read only the partitions\n"
    "                          of the staged rows\n"
    "  --keys-never-move       a key's rows stay in one partition: pruning is safe\n"
    "  --lossy-casts           merge values that the target's types change\n"
    "  --max-bytes-billed N    fail, free of charge, rather than bill more\n"
    "  --dry-run               the estimate only; nothing is changed\n"
    "  --tries N               times a request is sent (6); --timeout SECONDS (600)\n"
    "  --wait SECONDS          for a job to end (86400)\n"
    "  -o, --output FILE       the output; appears only when the run ended well\n"
    "  --seal, --no-seal, -v, -q, -h (--help), -V (--version)\n";

enum {
	OPT_KEY = ARGS_OWN,
	OPT_ORDER,
	OPT_FROM,
	OPT_INTO,
	OPT_BILLED,
	OPT_DRY,
	OPT_TRIES,
	OPT_TIMEOUT,
	OPT_WAIT,
	OPT_MODE,
	OPT_GONE,
	OPT_PRUNE,
	OPT_STAY,
	OPT_LOSSY,
	OPT_ONCE,
	OPT_SHARDS
};

static const struct option options[] = {{"contract", required_argument, NULL, 'c'},
    {"key", required_argument, NULL, OPT_KEY}, {"order-by", required_argument, NULL, OPT_ORDER},
    {"from", required_argument, NULL, OPT_FROM}, {"into", required_argument, NULL, OPT_INTO},
    {"max-bytes-billed", required_argument, NULL, OPT_BILLED},
    {"dry-run", no_argument, NULL, OPT_DRY}, {"tries", required_argument, NULL, OPT_TRIES},
    {"timeout", required_argument, NULL, OPT_TIMEOUT}, {"wait", required_argument, NULL, OPT_WAIT},
    {"mode", required_argument, NULL, OPT_MODE},
    {"delete-where", required_argument, NULL, OPT_GONE},
    {"prune", required_argument, NULL, OPT_PRUNE}, {"keys-never-move", no_argument, NULL, OPT_STAY},
    {"lossy-casts", no_argument, NULL, OPT_LOSSY}, {"once", required_argument, NULL, OPT_ONCE},
    {"shards", required_argument, NULL, OPT_SHARDS}, ARGS_STREAM, {0}};

static const char *const modes[] = {"upsert", "insert-only", "delete-insert", "scd2", NULL};
static const char *const prunes[] = {"auto", "must", "never", NULL};

/* The place of `word` in the list. */
static int word_of(const char *option, const char *word, const char *const *list)
{
	for (int i = 0; list[i]; i++)
		if (strcmp(list[i], word) == 0)
			return i;
	args_die("%s: see --help for its words", option);
}

void settings_parse(struct bqmerge_settings *s, int argc, char **argv)
{
	int opt;

	while ((opt = args_next(argc, argv, "c:" ARGS_STREAM_LETTERS, options)) != -1) {
		switch (opt) {
		case 'c': s->contract_path = optarg; break;
		case OPT_KEY: s->key = optarg; break;
		case OPT_ORDER: s->order_by = optarg; break;
		case OPT_FROM: s->from = optarg; break;
		case OPT_INTO: s->into = optarg; break;
		case OPT_MODE: s->mode = (enum merge_mode)word_of("--mode", optarg, modes); break;
		case OPT_GONE: s->delete_where = optarg; break;
		case OPT_PRUNE:
			s->prune = (enum prune_how)word_of("--prune", optarg, prunes);
			break;
		case OPT_STAY: s->keys_never_move = true; break;
		case OPT_ONCE: s->once = optarg; break;
		case OPT_SHARDS:
			s->shards = args_number("--shards", optarg, 1, BQNAME_SHARDS_MAX);
			break;
		case OPT_LOSSY: s->lossy = true; break;
		case OPT_DRY: s->dry_run = true; break;
		case OPT_BILLED:
			s->billed = args_bytes("--max-bytes-billed", optarg, 1, INT64_MAX);
			break;
		case OPT_TRIES: http_set_tries(&s->http, optarg); break;
		case OPT_TIMEOUT: http_set_timeout(&s->http, optarg); break;
		case OPT_WAIT:
			s->wait_s = (int64_t)args_number("--wait", optarg, 1, BIGQUERY_WAIT_MOST_S);
			break;
		default: args_common(&s->args, opt);
		}
	}
	if (optind < argc)
		args_die("one argument too many");
	if (!s->into)
		args_die("--into is missing");
	if ((s->once != NULL) != (s->shards > 0) || (s->once && !s->from))
		args_die("--once: takes --shards N and --from TABLE too");
	if (s->delete_where && s->mode == MERGE_INSERT_ONLY)
		args_die("--delete-where: --mode insert-only deletes nothing");
	if (s->delete_where && !*s->delete_where)
		args_die("--delete-where: takes a condition");
}

void settings_init(struct bqmerge_settings *s)
{
	*s = (struct bqmerge_settings){.args = {.usage = usage}, .wait_s = BIGQUERY_WAIT_S};
	args_init(&s->args);
}
