#include "bigquery/bigquery.h"
#include "gaio/gaio.h"
#include "launch.h"
#include "marketing/async.h"
#include "marketing/marketing.h"
#include "salesforce/sf_client.h"
#include "salesforce/sf_job.h"
#include "salesforce/results.h"
#include "salesforce/salesforce.h"
#include "server/control.h"
#include "server/oauth.h"
#include "server/serve.h"
#include "sandbox.h"
#include "sql/fn_register.h"
#include "storage/scratch.h"

#include "base/args.h"
#include "base/die.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>

static const char usage[] =
    "usage: leadpipe-sandbox [OPTION]... [-- COMMAND [ARG...]]\n"
    "\n"
    "Serves the Gaio API, BigQuery, Salesforce and Marketing Cloud on 127.0.0.1,\n"
    "with a real database inside. With COMMAND: sets the variables that lead\n"
    "clients here, runs it, exits with its status. Without: prints them as export\n"
    "lines and serves until INT or TERM.\n"
    "\n"
    "  --port N              listen there (any free port)\n"
    "  --data DIR            keep everything in DIR (a folder that is removed)\n"
    "  --idle N              close a connection that is silent for N seconds (60)\n"
    "  --leads N             how many leads are generated (10000)\n"
    "  --seed N              what they and the faults are drawn from (1)\n"
    "  --resource NAME=FILE  serve the lines of an NDJSON file as /v1/NAME\n"
    "  --objects FILE        Salesforce objects as it describes them: one, or a list\n"
    "  --fault SPEC          SERVICE:KIND@WHEN, such as gaio:429@0.1, bq-upload:503@2\n"
    "                        services: gaio, bq, bq-upload, bq-job, sf, sfmc, oauth,\n"
    "                        metadata; kinds: 400 to 599, reset, lost, cut, slow,\n"
    "                        expire, and those of one service: leadpipe-sandbox(1)\n"
    "  -v, -q                a line for each request; errors only\n"
    "  --help, --version\n";

enum {
	OPT_PORT = ARGS_OWN,
	OPT_DATA,
	OPT_IDLE,
	OPT_LEADS,
	OPT_SEED,
	OPT_RESOURCE,
	OPT_OBJECTS,
	OPT_FAULT
};

struct sandbox_settings {
	int port;
	const char *data;
	char **command; /* or NULL */
};

__attribute__((noreturn)) static void end(const struct error *error)
{
	die(error->status, "%s", error->text);
}

static void add_objects(const char *path)
{
	struct error error = {0};

	if (!sf_object_read(path, &error))
		end(&error);
}

static void add_resource(struct sandbox *sb, char *text)
{
	char *equals = strchr(text, '=');
	struct resource *r = &sb->resources[sb->n_resources];

	if (!equals || !equals[1])
		args_die("--resource: takes NAME=FILE");
	*equals = '\0';
	if (!gaio_is_name(text))
		args_die("--resource: a name is 1 to 64 letters, digits, '_' and '-'");
	for (size_t i = 0; i < sb->n_resources; i++)
		if (strcmp(sb->resources[i].name, text) == 0)
			args_die("--resource %s: given twice", text);
	if (sb->n_resources == RESOURCES_MAX)
		args_die("--resource: more than %d", RESOURCES_MAX);
	*r = (struct resource){text, equals + 1};
	sb->n_resources++;
}

static void add_fault(struct sandbox *sb, const char *spec)
{
	const char *why = fault_add(&sb->faults, spec);

	if (why)
		args_die("--fault %s: %s", spec, why);
}

static void read_options(int argc, char **argv, struct sandbox *sb, struct sandbox_settings *set)
{
	static const struct option options[] = {{"port", required_argument, NULL, OPT_PORT},
	    {"data", required_argument, NULL, OPT_DATA},
	    {"idle", required_argument, NULL, OPT_IDLE},
	    {"leads", required_argument, NULL, OPT_LEADS},
	    {"seed", required_argument, NULL, OPT_SEED},
	    {"resource", required_argument, NULL, OPT_RESOURCE},
	    {"objects", required_argument, NULL, OPT_OBJECTS},
	    {"fault", required_argument, NULL, OPT_FAULT}, ARGS_COMMON, {0}};
	struct args args = {.usage = usage};
	int opt;

	args_init(&args);
	while ((opt = args_next(argc, argv, "+" ARGS_LETTERS, options)) != -1)
		switch (opt) {
		case OPT_PORT: set->port = (int)args_number("--port", optarg, 0, 65535); break;
		case OPT_DATA: set->data = optarg; break;
		case OPT_IDLE: sb->idle = (unsigned)args_number("--idle", optarg, 1, 86400); break;
		case OPT_LEADS: sb->leads = args_number("--leads", optarg, 0, 100000000); break;
		case OPT_SEED: sb->seed = args_number("--seed", optarg, 0, UINT64_MAX); break;
		case OPT_RESOURCE: add_resource(sb, optarg); break;
		case OPT_OBJECTS: add_objects(optarg); break;
		case OPT_FAULT: add_fault(sb, optarg); break;
		default: args_common(&args, opt);
		}
	sb->faults.random = sb->seed;
	if (optind < argc && strcmp(argv[optind - 1], "--") != 0)
		args_die("a COMMAND stands behind --");
	set->command = optind < argc ? argv + optind : NULL;
}

/* A folder that goes with the sandbox goes also when it dies. */
static void clean_up(enum status status, const char *message, void *folder)
{
	(void)status, (void)message;
	scratch_remove(folder);
}

static const struct route *const tables[] = {control_routes, gaio_routes, oauth_routes,
    bigquery_routes, sf_client_routes, salesforce_routes, sf_job_routes, results_routes,
    marketing_routes, async_routes, NULL};

static void open_all(struct sandbox *sb, const struct sandbox_settings *set)
{
	struct error error = {0};

	sb->store = store_open(set->data, &error);
	if (!sb->store)
		end(&error);
	sb->store->broken = end;
	if (sb->store->temporary)
		die_last_words(clean_up, sb->store->dir);
	oauth_init(sb);
	if (!fn_register(sb->store->db, &error) || !gaio_init(sb, &error) ||
	    !sf_object_check(sb->store, &error))
		end(&error);
	if (!serve_start(sb, tables, set->port))
		die(STATUS_CREATE, "127.0.0.1:%d: %s", set->port, strerror(errno));
}

int main(int argc, char **argv)
{
	struct sandbox *sb = mem_alloc(sizeof *sb);
	struct sandbox_settings set = {0};
	int status = STATUS_OK;

	prog_init("leadpipe-sandbox");
	sb->idle = 60;
	sb->leads = 10000;
	sb->seed = 1;
	read_options(argc, argv, sb, &set);
	launch_signals();
	open_all(sb, &set);
	if (set.command)
		status = launch_command(sb, set.command);
	else
		launch_serve(sb);
	serve_stop(sb);
	die_last_words(NULL, NULL);
	store_close(sb->store);
	free(sb);
	return status;
}
