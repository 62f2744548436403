#include "propose.h"

#include "contract_write.h"
#include "infer_time.h"

#include <errno.h>
#include <unistd.h>

_Noreturn static void refuse(const struct input *in, const struct bad *bad)
{
	char where[700];

	reject_where(where, sizeof where, in->lines.name, in->lines.number, bad);
	die(STATUS_DATA, "%s", where);
}

static void read_rows(struct infer *inference, struct input *in)
{
	struct row row = {0};
	struct span line;

	while (input_next(in, &line)) {
		const char *why = row_parse(&row, line);

		if (why)
			refuse(in, &(struct bad){row.bad, why});
		if (!infer_row(inference, &row))
			refuse(in, &(struct bad){inference->bad, inference->why});
	}
	if (in->status)
		die(in->status, "%s", in->why);
	if (in->rows == 0)
		die(STATUS_DATA, "no rows: there is nothing to infer a contract from");
	if (inference->root.n == 0)
		die(STATUS_DATA, "no row has a field: there is nothing to infer a contract from");
	row_free(&row);
}

static void write_contract(const struct infer *inference, const struct filter_options *options,
    uint64_t rows, bool required)
{
	static const struct contract nothing;
	struct plan *plan = plan_make(&nothing, UNKNOWN_EVOLVE, options->max_line);
	struct bad bad = {0};
	struct out out;

	plan->bad = &bad;
	out_init(&out, STDOUT_FILENO);
	if (!contract_write_whole(plan, inference, rows, required, &out.buf))
		die(STATUS_DATA, "%s", bad.reason);
	out_row(&out);
	if (!out_close(&out))
		die(STATUS_IO, "stdout: %s", strerror(out.error));
	plan_free(plan);
}

enum status propose(const struct filter_options *options, bool required)
{
	struct infer_time_patterns *times = infer_time_open();
	struct infer inference;
	struct input in;

	infer_init(&inference, &(struct infer_options){
	                           .strings = INFER_EXACT, .is_time = infer_time_is, .ctx = times});
	input_init(&in, options->paths, options->max_line, options->seal);
	read_rows(&inference, &in);
	write_contract(&inference, options, in.rows, required);
	summarise(&(struct summary){.rows_in = in.rows, .bytes = in.lines.bytes});
	input_free(&in);
	infer_free(&inference);
	infer_time_close(times);
	return STATUS_OK;
}
