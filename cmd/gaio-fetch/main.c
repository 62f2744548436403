#include "api_read.h"
#include "check.h"
#include "options.h"
#include "run.h"
#include "state.h"

#include "base/die.h"
#include "base/time.h"
#include "base/mem.h"
#include "stream/end.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

struct fetch {
	struct options o;
	struct api api;
	struct auth auth;
	struct api_auth bearer; /* of the Gaio API */
	struct reject reject;
	struct archive archive;
	struct input in;
	struct run_options run;
	struct error error;
	int64_t now, since; /* since: before --lookback */
};

static void check(struct fetch *f)
{
	if (f->error.status)
		die(f->error.status, "%s", f->error.text);
}

/* ---- what to ask for ---- */

/* The resource below GAIO_API_URL, or an absolute URL. */
static void read_gaio(struct fetch *f)
{
	struct api_resource *r = &f->api.resource;
	const char *base;

	api_read_own(&f->api, &f->error);
	check(f);
	f->api.name = f->o.operand;
	r->path = span_of(f->o.operand);
	if (strstr(f->o.operand, "://"))
		return;
	base = args_env("GAIO_API_URL");
	if (!strstr(base, "://"))
		die(STATUS_CONFIG, "GAIO_API_URL: not a URL; it begins with https://");
	r->url = span_of(base);
}

static char *read_token(struct fetch *f)
{
	const struct api_secret file = {.from = API_FILE, .name = span_of(f->o.token_file)};
	const char *text = getenv("GAIO_API_TOKEN");
	char *token = NULL;

	if (f->o.token_file)
		token = auth_secret(&file, &f->error);
	else if (f->api.own && text && *text)
		token = mem_text(text);
	check(f);
	return token;
}

static void open_auth(struct fetch *f)
{
	char *token = f->o.replay ? NULL : read_token(f);
	const struct api_auth *how = &f->api.resource.auth;

	if (f->api.own && token) {
		f->bearer.kind = API_AUTH_BEARER;
		how = &f->bearer;
	}
	if (f->o.replay)
		auth_open_nothing(&f->auth, how);
	else
		auth_open(&f->auth, how, token, &f->o.http, &f->error);
	crypt_free_text(token);
	check(f);
}

/* ---- which rows ---- */

static void read_first(struct fetch *f)
{
	struct span first = f->api.resource.since.first;

	if (!first.p || f->o.has_since)
		return;
	if (!time_read_when(first, f->now, &f->o.since))
		die(STATUS_CONFIG, "%s: since: first: not a time", f->o.source);
	f->o.has_since = true;
}

static void must_take(const struct api_when *when, const char *option)
{
	if (!when->given)
		die(STATUS_USAGE, "%s: the source file does not say how this resource takes it",
		    option);
}

/* Windows have an end; and where an API takes one, rows that come meanwhile can wait. */
static void choose_until(struct fetch *f)
{
	struct options *o = &f->o;
	const struct api_resource *r = &f->api.resource;
	bool windows = o->step || r->window.cap;

	if (windows && !o->has_since)
		die(STATUS_USAGE, "--since: windows need to know where to begin");
	if (o->has_until || !(windows || (o->has_since && r->until.given && !f->api.own)))
		return;
	o->until = f->now;
	o->has_until = true;
}

static void read_times(struct fetch *f)
{
	struct options *o = &f->o;
	const struct api_resource *r = &f->api.resource;

	f->now = clock_now();
	if (o->archive || o->replay)
		archive_open(&f->archive, o->archive ? o->archive : o->replay, o->replay != NULL,
		    &f->now, &f->error);
	check(f);
	options_times(o, f->now);
	if (o->state && !o->has_since)
		state_read(o->state, o->operand, &o->has_since, &o->since, &f->error);
	check(f);
	read_first(f);
	f->since = o->since;
	if (o->has_since)
		must_take(&r->since, "--since");
	if (o->has_since)
		o->since = o->since - TIME_MIN > o->lookback ? o->since - o->lookback : TIME_MIN;
	if (!o->step)
		o->step = r->window.step;
	choose_until(f);
	if (o->has_until)
		must_take(&r->until, "--until");
}

/* ---- fetching ---- */

static void set_up(struct fetch *f, struct out *out)
{
	static char *const none[] = {NULL};
	const struct options *o = &f->o;

	f->run = (struct run_options){.api = &f->api,
	    .auth = &f->auth,
	    .http = o->http,
	    .values = {.has_since = o->has_since,
	        .has_until = o->has_until,
	        .since = o->since,
	        .until = o->until,
	        .params = &o->params},
	    .parallel = o->parallel,
	    .interval = o->rate ? CLOCK_SECOND / (int64_t)o->rate : f->api.resource.rate_us,
	    .max_pages = o->max_pages,
	    .step = o->step,
	    .bounded = o->shards > 0 || o->step > 0,
	    .out = out,
	    .in = &f->in};
	if (o->rejects) {
		if (!reject_init(&f->reject, o->rejects, o->max_rejects))
			die(f->reject.error.status, "%s", f->reject.error.text);
		f->run.reject = &f->reject;
	}
	if (o->archive || o->replay)
		f->run.archive = &f->archive;
	if (f->api.resource.each.given)
		input_init(&f->in, none, LINES_MAX_DEFAULT, f->o.args.seal == SEAL_ON);
}

/*
 * An empty delta keeps where it began: the next one begins there again. The watermark of a
 * shard is where the whole ends, since it counts when all shards are there.
 */
static void make_end(const struct fetch *f, const struct fetching *run, struct end *end)
{
	const struct options *o = &f->o;
	int64_t at = run->newest.at;

	end_init(end);
	end->rejected = run->rejected;
	if (o->has_since && (!run->newest.any || at < f->since))
		at = f->since;
	if (o->shards)
		time_rfc3339(end->watermark, o->whole);
	else if (f->api.resource.watermark.given && (run->newest.any || o->has_since))
		time_rfc3339(end->watermark, at);
	if (o->has_since)
		time_rfc3339(end->since, f->since);
	if (o->has_until)
		time_rfc3339(end->until, o->until);
	if (o->shards)
		snprintf(end->shard, sizeof end->shard, "%ju/%ju", (uintmax_t)o->shard,
		    (uintmax_t)o->shards);
}

/* All is written: nothing here may fail. */
static void tell(const struct fetching *run)
{
	char detail[40];
	const struct newest *n = &run->newest;

	snprintf(
	    detail, sizeof detail, "%" PRIu64 " page%s", run->pages, run->pages == 1 ? "" : "s");
	if (n->future)
		warn("%" PRIu64 " row%s later than the API's clock: they do not move the watermark",
		    n->future, n->future == 1 ? " is" : "s are");
	if (n->unreadable)
		warn("%" PRIu64 " row%s a time that cannot be read: they do not move the watermark",
		    n->unreadable, n->unreadable == 1 ? " has" : "s have");
	summarise(&(struct summary){.rows_out = run->rows,
	    .rejected = run->rejected,
	    .bytes = run->received,
	    .retries = run->retries,
	    .detail = detail});
}

static enum status fetch(struct fetch *f, struct out *out)
{
	static struct fetching run;
	struct end end;

	set_up(f, out);
	out_to(out, f->o.args.output, &f->error);
	check(f);
	run_open(&run, &f->run);
	if (!run_all(&run))
		die(run.error.status, "%s", run.error.text);
	if (f->run.reject && !reject_close(&f->reject, run.rows + run.rejected))
		die(f->reject.error.status, "%s", f->reject.error.text);
	make_end(f, &run, &end);
	if (!end_close(out, f->o.args.seal == SEAL_ON ? &end : NULL, &f->error))
		die(f->error.status, "%s", f->error.text);
	tell(&run);
	run_close(&run);
	return run.rejected > 0 && !f->o.max_rejects ? STATUS_REJECTS : STATUS_OK;
}

static enum status check_only(struct fetch *f)
{
	struct ask_values values = {.has_since = true, .has_until = true, .params = &f->o.params};

	options_times(&f->o, clock_now());
	values.until = f->o.has_until ? f->o.until : clock_now() / TIME_DAY * TIME_DAY;
	values.since = f->o.has_since ? f->o.since : values.until - TIME_DAY;
	check_source(f->o.source, f->o.operand, &values, stdout, &f->error);
	check(f);
	die_last_words(NULL, NULL);
	if (fflush(stdout) != 0)
		die(STATUS_IO, "stdout: cannot be written");
	return STATUS_OK;
}

int main(int argc, char **argv)
{
	static struct out out;
	static struct fetch f;
	enum status status;

	prog_init("gaio-fetch");
	out_init(&out, STDOUT_FILENO);
	end_guard(&out);
	options_read(&f.o, argc, argv);
	if (f.o.check)
		return prog_end(check_only(&f));
	if (f.o.commit) {
		state_commit(f.o.state, f.o.operand ? f.o.operand : "", f.o.commit, &f.error);
		check(&f);
		die_last_words(NULL, NULL);
		return STATUS_OK;
	}
	if (f.o.source)
		api_read(&f.api, f.o.source, f.o.operand, &f.error);
	else
		read_gaio(&f);
	check(&f);
	read_times(&f);
	open_auth(&f);
	status = fetch(&f, &out);
	auth_close(&f.auth);
	archive_close(&f.archive);
	api_read_free(&f.api);
	free(f.o.params.item);
	return prog_end(status);
}
