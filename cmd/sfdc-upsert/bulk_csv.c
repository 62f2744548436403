#include "bulk_csv.h"

#include "base/file.h"
#include "base/mem.h"
#include "wire/csv.h"

#include <stdlib.h>

enum { LINE_MOST = 1 << 30 };

bool bulk_csv_takes(const struct record *r)
{
	return r->answer == ANSWER_NONE && r->job == 0 && !r->again;
}

static bool put_line(struct sfdc_upsert *u, struct bulk_csv *s)
{
	if (fwrite(s->line.p, 1, s->line.n, s->file) != s->line.n)
		return rows_file_fails(&u->rows, STATUS_IO);
	s->bytes += s->line.n;
	return true;
}

static bool put_header(struct sfdc_upsert *u, struct bulk_csv *s)
{
	const char *comma = "";

	buf_clear(&s->line);
	for (size_t i = 0; i < u->columns.n; i++) {
		if (u->columns.list[i].local)
			continue;
		buf_adds(&s->line, comma);
		csv_add(&s->line, span_of(u->columns.list[i].name), false);
		comma = ",";
	}
	buf_addc(&s->line, '\n');
	return put_line(u, s);
}

static void read_cells(struct sfdc_upsert *u, struct bulk_csv *s)
{
	if (u->row.n > s->cap) {
		s->cap = u->row.n;
		s->cells = mem_resize(s->cells, s->cap, sizeof *s->cells);
	}
	memset(s->where, 0, u->columns.n * sizeof *s->where);
	for (size_t f = 0; f < u->row.n; f++) {
		columns_value(&u->columns, &u->row.fields[f], u->wish.empty, &s->cells[f]);
		s->where[s->cells[f].column] = f + 1;
	}
}

static void make_line(struct sfdc_upsert *u, struct bulk_csv *s, size_t row)
{
	const char *comma = "";

	row_parse(&u->row, rows_line(&u->rows, row));
	read_cells(u, s);
	buf_clear(&s->line);
	for (size_t i = 0; i < u->columns.n; i++) {
		if (u->columns.list[i].local)
			continue;
		buf_adds(&s->line, comma);
		if (s->where[i])
			sf_value_csv(&s->cells[s->where[i] - 1], &s->line, &s->scratch);
		comma = ",";
	}
	buf_addc(&s->line, '\n');
}

static bool fill(struct sfdc_upsert *u, struct bulk_csv *s, uint32_t number)
{
	for (; s->to < u->rows.n && s->rows < u->wish.job_rows; s->to++) {
		if (!bulk_csv_takes(&u->rows.at[s->to]))
			continue;
		make_line(u, s, s->to);
		if (s->rows > 0 && s->bytes + s->line.n > u->wish.job_bytes)
			break;
		if (!put_line(u, s))
			return false;
		u->rows.at[s->to].job = number;
		s->rows++;
	}
	return fflush(s->file) == 0 || rows_file_fails(&u->rows, STATUS_IO);
}

bool bulk_csv_make(struct sfdc_upsert *u, struct bulk_csv *s, size_t from, uint32_t number)
{
	*s = (struct bulk_csv){.to = from, .file = file_temp_stream()};
	buf_init(&s->line, LINE_MOST);
	buf_init(&s->scratch, LINE_MOST);
	s->where = mem_alloc((u->columns.n + 1) * sizeof *s->where);
	if (!s->file)
		return rows_file_fails(&u->rows, STATUS_CREATE);
	return put_header(u, s) && fill(u, s, number);
}

void bulk_csv_free(struct bulk_csv *s)
{
	if (s->file)
		fclose(s->file);
	free(s->cells);
	free(s->where);
	buf_free(&s->line);
	buf_free(&s->scratch);
}
