#include "rows.h"

#include "base/file.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS_LEAST = 1024 };

static bool fail(struct rows *rows, enum status status, const char *why)
{
	rows->status = status;
	snprintf(rows->why, sizeof rows->why, "%s", why);
	return false;
}

bool rows_file_fails(struct rows *rows, enum status status)
{
	char why[300];

	snprintf(why, sizeof why, "temporary file: %s", strerror(errno));
	return fail(rows, status, why);
}

void rows_init(struct rows *rows, char *const *paths, size_t max_line, bool seal)
{
	*rows = (struct rows){.print = 1};
	input_init(&rows->in, paths, max_line, seal);
	rows->spool = file_temp_stream();
	rows->table = rows->spool ? file_temp_stream() : NULL;
	rows->notes = rows->table ? file_temp_stream() : NULL;
	if (!rows->notes)
		rows_file_fails(rows, STATUS_CREATE);
}

bool rows_read(struct rows *rows, struct span *line)
{
	if (rows->status)
		return false;
	if (input_next(&rows->in, line))
		return true;
	return rows->in.status ? fail(rows, rows->in.status, rows->in.why) : false;
}

static uint64_t mix(uint64_t hash, unsigned char c)
{
	hash = (hash ^ c) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

bool rows_keep(struct rows *rows, struct span line, const struct record *record)
{
	struct record r = *record;

	r.name = rows->in.lines.name;
	r.line = rows->in.lines.number;
	r.start = rows->text_n;
	r.n = line.n;
	for (size_t i = 0; i < line.n; i++)
		rows->print = mix(rows->print, (unsigned char)line.p[i]);
	if (rows->n == UINT32_MAX - 1 || fwrite(line.p, 1, line.n, rows->spool) != line.n ||
	    fwrite(&r, sizeof r, 1, rows->table) != 1) {
		rows->lost = true;
		return rows_file_fails(rows, STATUS_IO);
	}
	rows->text_n += line.n;
	rows->n++;
	return true;
}

static void *map(FILE *file, size_t n, int protection)
{
	void *p = mmap(NULL, n, protection, MAP_SHARED, fileno(file), 0);

	return p == MAP_FAILED ? NULL : p;
}

static void unmap(struct rows *rows)
{
	if (rows->text)
		munmap(rows->text, rows->text_n);
	if (rows->at)
		munmap(rows->at, rows->n * sizeof *rows->at);
	rows->text = NULL;
	rows->at = NULL;
}

static bool make_index(struct rows *rows)
{
	FILE *file = file_temp_stream();

	for (rows->slots = SLOTS_LEAST; rows->slots < 2 * rows->n;)
		rows->slots *= 2;
	if (file && ftruncate(fileno(file), (off_t)(rows->slots * sizeof *rows->index)) == 0)
		rows->index = map(file, rows->slots * sizeof *rows->index, PROT_READ | PROT_WRITE);
	if (file)
		fclose(file);
	return rows->index || rows_file_fails(rows, STATUS_CREATE);
}

bool rows_close(struct rows *rows)
{
	if (rows->n == 0)
		return true;
	if (rows->lost)
		return false;
	if (fflush(rows->spool) != 0 || fflush(rows->table) != 0)
		return rows_file_fails(rows, STATUS_IO);
	rows->text = map(rows->spool, rows->text_n, PROT_READ);
	rows->at = map(rows->table, rows->n * sizeof *rows->at, PROT_READ | PROT_WRITE);
	if (rows->text && rows->at)
		return make_index(rows);
	rows_file_fails(rows, STATUS_IO);
	unmap(rows);
	return false;
}

struct span rows_line(const struct rows *rows, size_t i)
{
	return (struct span){rows->text + rows->at[i].start, rows->at[i].n};
}

uint64_t rows_hash(struct span id)
{
	uint64_t hash = 7;

	id = span_trim(id);
	for (size_t i = 0; i < id.n; i++) {
		unsigned char c = (unsigned char)id.p[i];

		if (c != '\r' && c != '\n')
			hash = mix(hash, c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	return hash ? hash : 1;
}

static size_t slot_of(const struct rows *rows, uint64_t hash)
{
	size_t slot = (hash ^ hash >> 32) & (rows->slots - 1);

	while (rows->index[slot] && rows->at[rows->index[slot] - 1].hash != hash)
		slot = (slot + 1) & (rows->slots - 1);
	return slot;
}

size_t rows_enter(struct rows *rows, size_t i)
{
	size_t slot = slot_of(rows, rows->at[i].hash);

	if (rows->index[slot])
		return rows->index[slot] - 1;
	rows->index[slot] = (uint32_t)i + 1;
	return SIZE_MAX;
}

size_t rows_find(const struct rows *rows, uint64_t hash)
{
	size_t slot = slot_of(rows, hash);

	return rows->index[slot] ? rows->index[slot] - 1 : SIZE_MAX;
}

bool rows_fail(struct rows *rows, struct record *r, enum answer answer, const struct note *note)
{
	size_t n = note->code.n + note->message.n + note->fields.n + 2;

	r->answer = (uint8_t)answer;
	r->note_at = rows->note_end;
	r->note_n = (uint32_t)n;
	rows->note_end += n;
	if (fseeko(rows->notes, (off_t)r->note_at, SEEK_SET) == 0 &&
	    fprintf(rows->notes, "%.*s%c", SPAN_ARG(note->code), '\0') > 0 &&
	    fwrite(note->message.p, 1, note->message.n, rows->notes) == note->message.n &&
	    fputc('\0', rows->notes) == '\0' &&
	    fwrite(note->fields.p, 1, note->fields.n, rows->notes) == note->fields.n)
		return true;
	return rows_file_fails(rows, STATUS_IO);
}

struct note rows_note(struct rows *rows, size_t i, struct buf *b)
{
	const struct record *r = &rows->at[i];
	struct note note = {SPAN("UNKNOWN_ERROR"), SPAN(""), SPAN("[]")};
	struct span text;

	buf_clear(b);
	if (r->note_n == 0 || !buf_reserve(b, r->note_n) ||
	    fseeko(rows->notes, (off_t)r->note_at, SEEK_SET) != 0 ||
	    fread(b->p, 1, r->note_n, rows->notes) != r->note_n)
		return note;
	b->n = r->note_n;
	text = buf_span(b);
	note.code = (struct span){text.p, strnlen(text.p, text.n)};
	text = span_skip(text, note.code.n + 1);
	note.message = (struct span){text.p, strnlen(text.p, text.n)};
	note.fields = span_skip(text, note.message.n + 1);
	if (note.fields.n == 0)
		note.fields = SPAN("[]");
	return note;
}

static void close_file(FILE *file)
{
	if (file)
		fclose(file);
}

void rows_free(struct rows *rows)
{
	unmap(rows);
	if (rows->index)
		munmap(rows->index, rows->slots * sizeof *rows->index);
	close_file(rows->spool);
	close_file(rows->table);
	close_file(rows->notes);
	input_free(&rows->in);
}
