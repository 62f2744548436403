#include "infer.h"

#include "grow.h"
#include "json/jstr.h"
#include "unknown.h"
#include "watch.h"

#include <errno.h>
#include <unistd.h>

_Noreturn static void refuse(const struct input *in, const struct bad *bad)
{
	char where[700];

	reject_where(where, sizeof where, in->lines.name, in->lines.number, bad);
	die(STATUS_DATA, "%s", where);
}

static void watch_row(struct plan *plan, const struct row *row, const struct input *in)
{
	struct level *level = &plan->row->keys;

	for (size_t at = 0; at < row->n; at++) {
		const struct field *f = &row->fields[at];
		struct span name = f->plain ? f->name : jstr_name(f->name, plan_scratch(plan));
		struct key *key = level_find(level, at, name);

		if (!key)
			key = unknown_learn(plan, level, name);
		if (!key || !watch_value(plan, key, f->value)) {
			unknown_name(plan, level, name);
			refuse(in, plan->bad);
		}
	}
}

static void read_rows(struct plan *plan, struct input *in)
{
	struct row row = {0};
	struct bad bad = {0};
	struct span line;

	plan->bad = &bad;
	while (input_next(in, &line)) {
		const char *why = row_parse(&row, line);

		if (why)
			refuse(in, &(struct bad){row.bad, why});
		watch_row(plan, &row, in);
	}
	if (in->status)
		die(in->status, "%s", in->why);
	if (in->rows == 0)
		die(STATUS_DATA, "no rows: there is nothing to infer a contract from");
	plan->bad = NULL;
	row_free(&row);
}

static void write_contract(const struct plan *plan, uint64_t rows)
{
	struct out out;

	out_init(&out, STDOUT_FILENO);
	grow_whole(plan, rows, &out.buf);
	out_row(&out);
	if (!out_close(&out))
		die(STATUS_IO, "stdout: %s", strerror(out.error));
}

enum status infer(const struct filter_options *options)
{
	static const struct contract nothing;
	struct plan *plan = plan_make(&nothing, UNKNOWN_EVOLVE, options->max_line);
	struct input in;

	readings_init(&plan->readings, true);
	input_init(&in, options->paths, options->max_line, options->seal);
	read_rows(plan, &in);
	write_contract(plan, in.rows);
	summarise(&(struct summary){.rows_in = in.rows, .bytes = in.lines.bytes});
	input_free(&in);
	plan_free(plan);
	return STATUS_OK;
}
