#include "stream/source.h"

#include "base/file.h"

#include <errno.h>

/* What stands before each line of the spool, which only this process can read. */
struct head {
	const char *name;
	uint64_t number;
	size_t n;
};

void source_init(struct source *s, char *const *paths, size_t max_line, bool seal)
{
	*s = (struct source){.seal = seal};
	input_init(&s->in, paths, max_line, seal);
	buf_init(&s->line, max_line + 1);
}

static bool fail(struct source *s, enum status status, const char *why)
{
	s->status = status;
	snprintf(s->why, sizeof s->why, "%s", why);
	return false;
}

static bool spool_fails(struct source *s, enum status status)
{
	char why[300];

	snprintf(why, sizeof why, "spool file: %s", strerror(errno));
	return fail(s, status, why);
}

static bool pull(struct source *s, struct source_row *row)
{
	if (!input_next(&s->in, &row->line))
		return s->in.status ? fail(s, s->in.status, s->in.why) : false;
	row->name = s->in.lines.name;
	row->number = s->in.lines.number;
	return true;
}

static bool open_spool(struct source *s)
{
	s->spool = file_temp_stream();
	return s->spool || spool_fails(s, STATUS_CREATE);
}

static bool fill_spool(struct source *s)
{
	struct source_row row;

	if (!open_spool(s))
		return false;
	while (pull(s, &row)) {
		struct head head = {row.name, row.number, row.line.n};

		if (fwrite(&head, sizeof head, 1, s->spool) != 1 ||
		    fwrite(row.line.p, 1, row.line.n, s->spool) != row.line.n)
			return spool_fails(s, STATUS_IO);
	}
	if (!s->status && fseeko(s->spool, 0, SEEK_SET) != 0)
		return spool_fails(s, STATUS_IO);
	return !s->status;
}

static bool from_spool(struct source *s, struct source_row *row)
{
	struct head head;

	if (fread(&head, sizeof head, 1, s->spool) != 1)
		return ferror(s->spool) ? spool_fails(s, STATUS_IO) : false;
	buf_clear(&s->line);
	if (!buf_reserve(&s->line, head.n) || fread(s->line.p, 1, head.n, s->spool) != head.n)
		return spool_fails(s, STATUS_IO);
	s->line.n = head.n;
	*row = (struct source_row){buf_span(&s->line), head.name, head.number};
	return true;
}

bool source_next(struct source *s, struct source_row *row)
{
	if (s->status)
		return false;
	if (!s->seal)
		return pull(s, row);
	if (!s->spool && !fill_spool(s))
		return false;
	return from_spool(s, row);
}

bool source_was_cut(struct source *s)
{
	return !s->seal && input_was_cut(&s->in) && !fail(s, s->in.status, s->in.why);
}

void source_free(struct source *s)
{
	if (s->spool)
		fclose(s->spool);
	buf_free(&s->line);
	input_free(&s->in);
}
