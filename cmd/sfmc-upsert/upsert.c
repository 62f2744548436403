#include "upsert.h"

#include "base/mem.h"
#include "wire/form.h"

#include <stdlib.h>
#include <strings.h>

enum { KEY_MAX = 1 << 20, ENVELOPE = 64 };

static size_t rows_max(const struct sfmc_upsert *u)
{
	return u->o->sync ? UPSERT_SYNC_ROWS : MARKETING_ROWS;
}

static char *make_path(const struct sfmc_options *o)
{
	struct buf b;
	char *path;

	buf_init(&b, 4096);
	buf_adds(&b, o->sync ? "/hub/v1/dataevents/key:" : "/data/v1/async/dataextensions/key:");
	form_escape(&b, span_of(o->extension));
	buf_adds(&b, o->sync ? "/rowset" : "/rows");
	path = mem_text(buf_str(&b));
	buf_free(&b);
	return path;
}

static struct span same_at(const void *upsert, size_t i)
{
	const struct sfmc_upsert *u = upsert;
	const struct waiting *w = &u->queue[i];

	return (struct span){u->text.p + w->key_at + w->key_n, w->same_n};
}

static struct span name_at(const void *upsert, size_t i)
{
	return ((const struct sfmc_upsert *)upsert)->named->fields[i].name;
}

void upsert_init(struct sfmc_upsert *u, struct marketing *mc, const struct sfmc_options *o)
{
	*u = (struct sfmc_upsert){.mc = mc, .o = o, .path = make_path(o)};
	u->queue = mem_alloc(2 * rows_max(u) * sizeof *u->queue);
	u->list = mem_alloc(rows_max(u) * sizeof *u->list);
	map_init_caseless(&u->sent, same_at, u);
	map_init_caseless(&u->names, name_at, u);
	buf_init(&u->text, SIZE_MAX);
	buf_init(&u->body, SIZE_MAX);
	buf_init(&u->key, KEY_MAX);
	buf_init(&u->id, KEY_MAX);
	buf_init(&u->same, KEY_MAX);
}

static struct span text_of(const struct sfmc_upsert *u, size_t at, size_t n)
{
	return (struct span){n > 0 ? u->text.p + at : NULL, n};
}

struct span upsert_raw(const struct sfmc_upsert *u, const struct waiting *w)
{
	return text_of(u, w->at, w->n);
}

void upsert_fail(struct waiting *w, const char *code, const char *message, const char *field)
{
	w->outcome = OUTCOME_FAILED;
	w->code = mem_text(code);
	w->message = mem_text(message);
	w->field = field && *field ? mem_text(field) : NULL;
}

/* ---- results ---- */

static void report_error(struct sfmc_upsert *u, const struct waiting *w, const char *status,
    const char *code, const char *message)
{
	result_begin(&u->sink->out, w->line, text_of(u, w->key_at, w->key_n), NULL, status);
	buf_clear(&u->key);
	if (w->field) {
		buf_addc(&u->key, '[');
		jstr_quote_any(&u->key, span_of(w->field));
		buf_addc(&u->key, ']');
	}
	result_error(&u->sink->out, span_of(code), span_of(message), buf_span(&u->key));
	if (w->is_json)
		result_row(&u->sink->out, upsert_raw(u, w));
	result_end(&u->sink->out);
}

static void report(
    struct sfmc_upsert *u, const struct waiting *w, const char *code, const char *message)
{
	struct bad bad = {.field = span_of(w->field), .reason = w->code};
	struct sink_row row = {.line = upsert_raw(u, w), .name = w->name, .number = w->line};

	switch (w->outcome) {
	case OUTCOME_DONE:
		result_begin(
		    &u->sink->out, w->line, text_of(u, w->key_at, w->key_n), NULL, "updated");
		result_end(&u->sink->out);
		u->done++;
		break;
	case OUTCOME_FAILED:
		report_error(u, w, "failed", w->code, w->message);
		u->failed++;
		if (reject_is_open(&u->sink->reject) && w->is_json)
			sink_reject(u->sink, &row, &bad, true);
		break;
	case OUTCOME_NONE: report_error(u, w, "unprocessed", code, message); u->unprocessed++;
	}
}

void upsert_abandon(struct sfmc_upsert *u, const char *code, const char *message)
{
	for (size_t i = 0; i < u->n; i++) {
		struct waiting *w = &u->queue[i];

		report(u, w, code, message);
		free(w->code);
		free(w->message);
		free(w->field);
	}
	u->n = u->n_send = u->send_bytes = 0;
	buf_clear(&u->text);
	map_clear(&u->sent);
}

bool upsert_flush(struct sfmc_upsert *u)
{
	if (u->n_send > 0 && !u->o->send(u, u->n_send))
		return false;
	upsert_abandon(u, "RUN_ENDED", "not sent");
	return sink_flush(u->sink) && !u->sink->error.status;
}

/* ---- one row ---- */

static struct waiting *enqueue(struct sfmc_upsert *u, const struct sink_row *row)
{
	struct waiting *w = &u->queue[u->n++];

	*w = (struct waiting){.line = row->number,
	    .name = row->name,
	    .is_json = true,
	    .at = u->text.n,
	    .n = row->line.n};
	buf_addspan(&u->text, row->line);
	return w;
}

void upsert_pass(
    struct sfmc_upsert *u, const struct sink_row *row, const char *code, const char *message)
{
	struct waiting *w = enqueue(u, row);

	w->is_json = row->why == NULL;
	u->rows++;
	upsert_abandon(u, code, message);
}

/* Marketing Cloud's names have no case. */
static bool same_name(struct sfmc_upsert *u, const struct field *f, struct span name)
{
	struct span given;

	buf_clear(&u->key);
	given = f->plain ? f->name : jstr_name(f->name, &u->key);
	return given.n == name.n && strncasecmp(given.p, name.p, name.n) == 0;
}

bool upsert_is_key(struct sfmc_upsert *u, const struct field *f)
{
	for (size_t i = 0; i < u->o->n_keys; i++)
		if (same_name(u, f, u->o->keys[i]))
			return true;
	return false;
}

static const struct field *find_field(
    struct sfmc_upsert *u, const struct row *row, struct span name)
{
	for (size_t i = 0; i < row->n; i++)
		if (same_name(u, &row->fields[i], name))
			return &row->fields[i];
	return NULL;
}

/* The external id goes to u->id and u->same. False: the row has none, *column is missing. */
static bool take_key(struct sfmc_upsert *u, const struct row *row, struct span *column)
{
	bool many = u->o->n_keys > 1;

	buf_clear(&u->id);
	buf_clear(&u->same);
	for (size_t i = 0; i < u->o->n_keys; i++) {
		const struct field *f = find_field(u, row, *column = u->o->keys[i]);
		struct span text;

		if (!f || (f->type != JSON_STRING && f->type != JSON_NUMBER))
			return false;
		buf_clear(&u->key);
		text = span_trim(f->type == JSON_STRING ? jstr_text(f->value, &u->key) : f->value);
		if (text.n == 0)
			return false;
		buf_addf(&u->same, "%zu:", text.n);
		buf_addspan(&u->same, text);
		if (many)
			buf_addc(&u->id, i > 0 ? ',' : '[');
		buf_addspan(&u->id, f->value);
	}
	if (many)
		buf_addc(&u->id, ']');
	return !u->id.full && !u->same.full;
}

/* A name with escapes may be another one's twin as well. */
static bool has_twin(struct sfmc_upsert *u, const struct row *row, size_t at)
{
	struct span name;

	buf_clear(&u->body);
	name = jstr_name(row->fields[at].name, &u->body);
	for (size_t i = 0; i < row->n; i++)
		if (i != at && same_name(u, &row->fields[i], name))
			return true;
	return false;
}

/* A field whose name, without case, comes twice: the service would keep one of the values. */
static const struct field *find_twin(struct sfmc_upsert *u, const struct row *row)
{
	map_clear(&u->names);
	u->named = row;
	for (size_t i = 0; i < row->n; i++) {
		const struct field *f = &row->fields[i];

		if (f->plain ? map_enter(&u->names, f->name, i) != MAP_NONE : has_twin(u, row, i))
			return f;
	}
	return NULL;
}

static bool is_sent(const struct sfmc_upsert *u)
{
	return map_find(&u->sent, buf_span(&u->same)) != MAP_NONE;
}

static bool fits(const struct sfmc_upsert *u, const struct sink_row *row)
{
	return u->n_send == 0 ||
	       (u->n_send < rows_max(u) &&
	           u->send_bytes + row->line.n + ENVELOPE <= MARKETING_BYTES - ENVELOPE);
}

static bool refuse_unparsed(struct sfmc_upsert *u, const struct sink_row *row)
{
	struct bad bad = {.field = row->row->bad, .reason = row->why};
	struct waiting *w = enqueue(u, row);

	w->is_json = false;
	upsert_fail(w, "INVALID_ROW", row->why, NULL);
	return sink_reject(u->sink, row, &bad, false);
}

static bool take_row(struct sfmc_upsert *u, const struct sink_row *row)
{
	struct span column = {0};
	bool has_key = take_key(u, row->row, &column);
	bool sent = !has_key || (fits(u, row) && !is_sent(u)) || upsert_flush(u);
	struct waiting *w = enqueue(u, row);
	const struct field *twin;

	if (!has_key) {
		char name[256];

		snprintf(name, sizeof name, "%.*s", SPAN_ARG(column));
		upsert_fail(w, "KEY_MISSING", "the row has no text or number as its key", name);
		return true;
	}
	w->key_at = u->text.n;
	w->key_n = u->id.n;
	w->same_n = u->same.n;
	buf_addspan(&u->text, buf_span(&u->id));
	buf_addspan(&u->text, buf_span(&u->same));
	if (!sent)
		return false;
	if (row->line.n + 2 * ENVELOPE > MARKETING_BYTES) {
		upsert_fail(w, "ROW_TOO_LARGE", "the row is larger than a call may be", NULL);
		return true;
	}
	if ((twin = find_twin(u, row->row))) {
		char name[256];

		snprintf(name, sizeof name, "%.*s", SPAN_ARG(twin->name));
		upsert_fail(w, "COLUMN_TWICE", "the row names a column twice", name);
		return true;
	}
	map_enter(&u->sent, buf_span(&u->same), u->n - 1);
	u->list[u->n_send++] = u->n - 1;
	u->send_bytes += row->line.n + ENVELOPE;
	return true;
}

bool upsert_row(struct sfmc_upsert *u, const struct sink_row *row)
{
	u->rows++;
	if (!(row->why ? refuse_unparsed(u, row) : take_row(u, row)))
		return false;
	return (u->n < 2 * rows_max(u) && u->text.n < 4 * MARKETING_BYTES) || upsert_flush(u);
}

void upsert_free(struct sfmc_upsert *u)
{
	free(u->path);
	free(u->queue);
	free(u->list);
	map_free(&u->sent);
	map_free(&u->names);
	buf_free(&u->text);
	buf_free(&u->body);
	buf_free(&u->key);
	buf_free(&u->id);
	buf_free(&u->same);
	row_free(&u->part);
	http_reply_free(&u->reply);
}
