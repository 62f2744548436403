#include "rows.h"

#include "base/args.h"
#include "base/file.h"
#include "base/mem.h"
#include "cloud/gaio.h"
#include "stream/end.h"
#include "wire/crypt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char usage[] =
    "usage: gaio-fetch [--since T] [--until T] [--param K=V]... [--rate N]\n"
    "                  [--token-file F] [--max-pages N] [--seal] RESOURCE|URL\n"
    "\n"
    "Fetches a collection of the Gaio API, page after page, and writes its rows\n"
    "as NDJSON. RESOURCE stands below $GAIO_API_URL; URL is absolute.\n"
    "\n"
    "  --since T, --until T   only rows updated then: RFC 3339, YYYY-MM-DD, now,\n"
    "                         today, yesterday, -3d, -2h (always UTC)\n"
    "  --param K=V            one more query parameter; may be repeated\n"
    "  --rate N               at most N pages a second\n"
    "  --token-file F         the bearer token; default: $GAIO_API_TOKEN\n"
    "  --max-pages N          fail where more than N pages come\n"
    "  --max-page BYTES       the longest page (16M)\n"
    "  --tries N              how often a request is sent in all (6)\n"
    "  --max-wait SECONDS     the longest Retry-After to obey (600)\n"
    "  --connect-timeout S    to connect (10)\n"
    "  --stall-timeout S      without a byte, once it came (60)\n"
    "  --timeout S            for a whole page (600)\n"
    "  --seal                 end the stream with a good end record\n"
    "  -v, -q, --help, --version\n";

enum {
	OPT_SINCE = ARGS_OWN,
	OPT_UNTIL,
	OPT_PARAM,
	OPT_RATE,
	OPT_TOKEN,
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
	{"since", required_argument, NULL, OPT_SINCE},
	{"until", required_argument, NULL, OPT_UNTIL},
	{"param", required_argument, NULL, OPT_PARAM},
	{"rate", required_argument, NULL, OPT_RATE},
	{"token-file", required_argument, NULL, OPT_TOKEN},
	{"max-pages", required_argument, NULL, OPT_PAGES},
	{"max-page", required_argument, NULL, OPT_PAGE},
	{"tries", required_argument, NULL, OPT_TRIES},
	{"max-wait", required_argument, NULL, OPT_WAIT},
	{"connect-timeout", required_argument, NULL, OPT_CONNECT},
	{"stall-timeout", required_argument, NULL, OPT_STALL},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	ARGS_COMMON,
	{0},
};
/* clang-format on */

enum { URL_MAX_BYTES = 64 * 1024, TOKEN_MAX_BYTES = 64 * 1024, SECONDS_MAX = 24 * 3600 };

struct fetch {
	struct args args;
	struct gaio_options gaio;
	const char *token_file;
	struct buf params; /* "?k=v&k=v" */
	struct buf url, token;
	bool has_since, has_until;
	int64_t since, until;
};

static void parse_when(const char *option, const char *text, bool *has, int64_t *us)
{
	if (!clock_parse_when(span_of(text), clock_now(), us))
		args_die("%s: takes RFC 3339, YYYY-MM-DD, now, today, yesterday or -3d", option);
	*has = true;
}

static void parse_param(struct buf *params, const char *text)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text)
		args_die("--param: takes NAME=VALUE");
	gaio_param(params, (struct span){text, (size_t)(equals - text)}, span_of(equals + 1));
}

static int seconds(const char *option)
{
	return (int)args_number(option, optarg, 1, SECONDS_MAX);
}

static void parse_option(struct fetch *f, int opt)
{
	struct http_options *http = &f->gaio.http;

	switch (opt) {
	case OPT_SINCE: parse_when("--since", optarg, &f->has_since, &f->since); break;
	case OPT_UNTIL: parse_when("--until", optarg, &f->has_until, &f->until); break;
	case OPT_PARAM: parse_param(&f->params, optarg); break;
	case OPT_RATE: f->gaio.rate = args_number("--rate", optarg, 1, 1000); break;
	case OPT_TOKEN: f->token_file = optarg; break;
	case OPT_PAGES: f->gaio.max_pages = args_number("--max-pages", optarg, 1, INT32_MAX); break;
	case OPT_PAGE: http->max_reply = args_bytes("--max-page", optarg, 1, 1 << 30); break;
	case OPT_TRIES: http->retry.tries = (int)args_number("--tries", optarg, 1, 100); break;
	case OPT_WAIT: http->retry.max_wait_us = seconds("--max-wait") * CLOCK_SECOND; break;
	case OPT_CONNECT: http->connect_s = seconds("--connect-timeout"); break;
	case OPT_STALL: http->stall_s = seconds("--stall-timeout"); break;
	case OPT_TIMEOUT: http->total_s = seconds("--timeout"); break;
	default: args_common(&f->args, opt);
	}
}

static void add_when(struct buf *url, const char *name, int64_t us)
{
	char text[CLOCK_TEXT];
	size_t n = clock_rfc3339(text, us);

	gaio_param(url, span_of(name), (struct span){text, n});
}

/* RESOURCE below GAIO_API_URL, or an absolute URL. */
static void make_url(struct fetch *f, const char *where)
{
	bool absolute = strstr(where, "://") != NULL;
	struct span base = span_of(absolute ? "" : args_env("GAIO_API_URL"));

	while (base.n > 0 && base.p[base.n - 1] == '/')
		base.n--;
	buf_addspan(&f->url, base);
	if (!absolute && *where != '/')
		buf_addc(&f->url, '/');
	buf_adds(&f->url, where);
	if (f->has_since)
		add_when(&f->url, "updated_since", f->since);
	if (f->has_until)
		add_when(&f->url, "updated_until", f->until);
	if (f->params.n > 0) {
		buf_addc(&f->url, memchr(buf_span(&f->url).p, '?', f->url.n) ? '&' : '?');
		buf_addspan(&f->url, span_skip(buf_span(&f->params), 1));
	}
	if (f->url.full || f->params.full)
		args_die("the URL and its parameters: longer than %d bytes", URL_MAX_BYTES);
	f->gaio.url = buf_str(&f->url);
}

static void read_token(struct fetch *f)
{
	const char *text = getenv("GAIO_API_TOKEN"), *error;

	if (!f->token_file) {
		f->gaio.token = text && *text ? text : NULL;
		return;
	}
	error = file_read_secret(f->token_file, &f->token);
	while (!error && f->token.n > 0 && strchr("\r\n", f->token.p[f->token.n - 1]))
		f->token.n--;
	if (!error && (f->token.n == 0 || memchr(f->token.p, '\0', f->token.n)))
		error = "holds no token";
	if (error)
		die(STATUS_CONFIG, "%s: %s", f->token_file, error);
	f->gaio.token = buf_str(&f->token);
}

static void parse(struct fetch *f, int argc, char **argv)
{
	int opt;

	f->args.usage = usage;
	args_init(&f->args);
	buf_init(&f->params, URL_MAX_BYTES);
	buf_init(&f->url, URL_MAX_BYTES);
	buf_init(&f->token, TOKEN_MAX_BYTES);
	while ((opt = getopt_long(argc, argv, ARGS_LETTERS, options, NULL)) != -1)
		parse_option(f, opt);
	if (f->has_since && f->has_until && f->since >= f->until)
		args_die("--since: must be before --until");
	make_url(f, args_operand(argc, argv, "RESOURCE"));
	if (optind < argc)
		args_die("only one RESOURCE can be fetched");
	read_token(f);
}

static void show_progress(const struct gaio *g, int64_t began)
{
	double took = (double)(clock_mono() - began) / 1e6;

	inform(1, "page %" PRIu64 ": %" PRIu64 " row%s", g->pages, g->page_rows,
	    g->page_rows == 1 ? "" : "s");
	progress("%" PRIu64 " rows, %" PRIu64 " pages, %.0f rows/s", g->rows, g->pages,
	    (double)g->rows / (took > 0.001 ? took : 0.001));
}

/* A page that turns out to be bad is taken back by the last words of die. */
static void fetch_all(struct gaio *g, struct rows *rows, struct out *out)
{
	int64_t began = clock_mono();
	struct span row;

	while (gaio_page(g)) {
		out_hold(out);
		while (gaio_row(g, &row))
			rows_write(rows, row, out);
		if (g->status)
			break;
		out_release(out);
		if (!out_flush(out))
			die(STATUS_IO, "stdout: %s", strerror(out->error));
		show_progress(g, began);
	}
	if (g->status)
		die(g->status, "%s", g->why);
}

static void tell(const struct gaio *g)
{
	char *detail = mem_format("%" PRIu64 " page%s", g->pages, g->pages == 1 ? "" : "s");

	summarise(&(struct summary){.rows_out = g->rows,
	    .bytes = gaio_received(g),
	    .retries = gaio_retries(g),
	    .detail = detail});
	free(detail);
}

int main(int argc, char **argv)
{
	static struct out out;
	struct fetch f = {0};
	struct gaio gaio;
	struct rows rows = {0};
	char watermark[CLOCK_TEXT];

	prog_init("gaio-fetch");
	out_init(&out, STDOUT_FILENO);
	end_guard(&out);
	parse(&f, argc, argv);
	gaio_open(&gaio, &f.gaio);
	fetch_all(&gaio, &rows, &out);
	rows_watermark(&rows, watermark);
	end_seal(&out, f.args.seal, watermark);
	if (!out_close(&out))
		die(STATUS_IO, "stdout: %s", strerror(out.error));
	tell(&gaio);
	gaio_close(&gaio);
	rows_free(&rows);
	crypt_wipe(f.token.p, f.token.n);
	buf_free(&f.token);
	buf_free(&f.url);
	buf_free(&f.params);
	return STATUS_OK;
}
