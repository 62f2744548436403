#include "propose.h"

#include "compile.h"
#include "contract_write.h"
#include "infer_time.h"

struct proposal {
	struct infer infer;
	size_t max_line;
	bool required;
};

static enum step take_row(
    void *ctx, const struct row *row, struct span line, struct buf *out, struct bad *bad)
{
	struct proposal *p = ctx;

	(void)line, (void)out;
	if (infer_row(&p->infer, row))
		return STEP_SKIP;
	bad->field = p->infer.bad;
	bad->reason = p->infer.why;
	return STEP_FAIL;
}

static bool write_contract(void *ctx, struct filter *f)
{
	static const struct contract nothing;
	const struct proposal *p = ctx;
	struct bad bad = {.reason = NULL};
	struct cast_plan *plan;
	bool ok;

	if (f->in.rows == 0)
		return error_set(
		    &f->error, STATUS_DATA, "no rows: there is nothing to infer a contract from");
	if (p->infer.root.n == 0)
		return error_set(&f->error, STATUS_DATA,
		    "no row has a field: there is nothing to infer a contract from");
	plan = compile_plan(&nothing, UNKNOWN_EVOLVE, p->max_line, &f->error);
	plan->to.bad = &bad;
	ok = contract_write_whole(plan, &p->infer, f->in.rows, p->required, &f->out.buf) ||
	     error_set(&f->error, STATUS_DATA, "%s", bad.reason);
	out_row(&f->out);
	f->out.rows = 0;
	plan_free(plan);
	return ok;
}

enum status propose(struct filter *filter, const struct filter_options *options, bool required)
{
	struct infer_time_patterns *times = infer_time_open();
	struct proposal p = {.max_line = options->max_line, .required = required};
	struct filter_options o = *options;
	enum status status;

	infer_init(&p.infer, &(struct infer_options){
	                         .strings = INFER_EXACT, .is_time = infer_time_is, .ctx = times});
	o.document = true;
	o.last = write_contract;
	status = filter_run(filter, &o, take_row, &p);
	infer_free(&p.infer);
	infer_time_close(times);
	return status;
}
