#include "rows.h"

#include "base/file.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

bool rows_file_fails(struct sfdc_rows *rows, enum status status)
{
	return error_set(&rows->error, status, "temporary file: %s", strerror(errno));
}

/* The folded external id of a row. */
static struct span id_of(const void *rows, size_t i)
{
	const struct sfdc_rows *r = rows;

	return (struct span){r->text + r->at[i].start + r->at[i].n, r->at[i].id_n};
}

static struct span fold(struct sfdc_rows *rows, struct span id)
{
	buf_clear(&rows->id);
	id = span_trim(id);
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];

		if (c != '\r' && c != '\n')
			buf_addc(&rows->id, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
	}
	return buf_span(&rows->id);
}

void rows_init(struct sfdc_rows *rows)
{
	*rows = (struct sfdc_rows){.hash = crypt_hash_new()};
	map_init(&rows->map, id_of, rows);
	buf_init(&rows->id, UINT32_MAX);
	rows->spool = file_temp_stream();
	rows->table = rows->spool ? file_temp_stream() : NULL;
	rows->notes = rows->table ? file_temp_stream() : NULL;
	if (!rows->notes)
		rows_file_fails(rows, STATUS_CREATE);
}

static bool spool(struct sfdc_rows *rows, struct span text)
{
	rows->text_n += text.n;
	return fwrite(text.p, 1, text.n, rows->spool) == text.n;
}

bool rows_keep(
    struct sfdc_rows *rows, const struct sink_row *row, struct span id, const struct record *record)
{
	struct record r = *record;
	struct span line = row->line;

	id = fold(rows, id);
	r.name = row->name;
	r.line = row->number;
	r.start = rows->text_n;
	r.n = line.n;
	r.id_n = (uint32_t)id.n;
	crypt_hash_add(rows->hash, line);
	crypt_hash_add(rows->hash, SPAN("\n"));
	if (rows->n == MAP_MOST || !spool(rows, line) || !spool(rows, id) ||
	    fwrite(&r, sizeof r, 1, rows->table) != 1) {
		rows->lost = true;
		return rows_file_fails(rows, STATUS_IO);
	}
	rows->n++;
	return true;
}

static void set_digest(struct sfdc_rows *rows)
{
	uint8_t digest[CRYPT_SHA256];

	crypt_hash_end(rows->hash, digest);
	rows->hash = NULL;
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(rows->digest + 2 * i, 3, "%02x", digest[i]);
}

static void *map(FILE *file, size_t n, int protection)
{
	void *p = mmap(NULL, n, protection, MAP_SHARED, fileno(file), 0);

	return p == MAP_FAILED ? NULL : p;
}

static void unmap(struct sfdc_rows *rows)
{
	if (rows->text)
		munmap(rows->text, rows->text_n);
	if (rows->at)
		munmap(rows->at, rows->n * sizeof *rows->at);
	rows->text = NULL;
	rows->at = NULL;
}

/* The index is in a file, since it grows with the input. */
static bool make_index(struct sfdc_rows *rows)
{
	FILE *file = file_temp_stream();
	size_t n = map_bytes(rows->n);

	if (file && ftruncate(fileno(file), (off_t)n) == 0)
		rows->index = map(file, n, PROT_READ | PROT_WRITE);
	if (file)
		fclose(file);
	if (!rows->index)
		return rows_file_fails(rows, STATUS_CREATE);
	map_lend(&rows->map, rows->index, rows->n);
	return true;
}

bool rows_close(struct sfdc_rows *rows)
{
	if (rows->hash)
		set_digest(rows);
	if (rows->n == 0)
		return true;
	if (rows->lost)
		return false;
	if (fflush(rows->spool) != 0 || fflush(rows->table) != 0) {
		rows->lost = true;
		return rows_file_fails(rows, STATUS_IO);
	}
	rows->text = map(rows->spool, rows->text_n, PROT_READ);
	rows->at = map(rows->table, rows->n * sizeof *rows->at, PROT_READ | PROT_WRITE);
	if (rows->text && rows->at)
		return make_index(rows);
	rows_file_fails(rows, STATUS_IO);
	unmap(rows);
	return false;
}

struct span rows_line(const struct sfdc_rows *rows, size_t i)
{
	return (struct span){rows->text + rows->at[i].start, rows->at[i].n};
}

size_t rows_enter(struct sfdc_rows *rows, size_t i)
{
	return map_enter(&rows->map, id_of(rows, i), i);
}

size_t rows_find(struct sfdc_rows *rows, struct span id)
{
	return map_find(&rows->map, fold(rows, id));
}

bool rows_same_id(const struct sfdc_rows *rows, size_t i, size_t other)
{
	return span_eq(id_of(rows, i), id_of(rows, other));
}

static bool put(FILE *f, const void *bytes, size_t n)
{
	return n == 0 || fwrite(bytes, 1, n, f) == n;
}

/* Lengths come first: a server's text may hold any byte. */
bool rows_fail(
    struct sfdc_rows *rows, struct record *r, enum answer answer, const struct note *note)
{
	uint32_t lengths[2] = {(uint32_t)note->code.n, (uint32_t)note->message.n};
	size_t n = sizeof lengths + note->code.n + note->message.n + note->fields.n;

	r->answer = (uint8_t)answer;
	r->note_at = rows->note_end;
	r->note_n = (uint32_t)n;
	rows->note_end += n;
	if (fseeko(rows->notes, (off_t)r->note_at, SEEK_SET) == 0 &&
	    put(rows->notes, lengths, sizeof lengths) &&
	    put(rows->notes, note->code.p, note->code.n) &&
	    put(rows->notes, note->message.p, note->message.n) &&
	    put(rows->notes, note->fields.p, note->fields.n))
		return true;
	return rows_file_fails(rows, STATUS_IO);
}

void rows_fail_alike(struct record *record, const struct record *like)
{
	record->answer = like->answer;
	record->note_at = like->note_at;
	record->note_n = like->note_n;
}

bool rows_note(struct sfdc_rows *rows, size_t i, struct buf *b, struct note *note)
{
	const struct record *r = &rows->at[i];
	uint32_t lengths[2];
	struct span text;

	*note = (struct note){SPAN("UNKNOWN_ERROR"), SPAN(""), SPAN("[]")};
	buf_clear(b);
	if (r->note_n == 0)
		return true;
	if (!buf_reserve(b, r->note_n) || fseeko(rows->notes, (off_t)r->note_at, SEEK_SET) != 0 ||
	    fread(b->p, 1, r->note_n, rows->notes) != r->note_n)
		return rows_file_fails(rows, STATUS_IO);
	b->n = r->note_n;
	memcpy(lengths, b->p, sizeof lengths);
	text = span_skip(buf_span(b), sizeof lengths);
	note->code = (struct span){text.p, lengths[0]};
	text = span_skip(text, lengths[0]);
	note->message = (struct span){text.p, lengths[1]};
	text = span_skip(text, lengths[1]);
	if (text.n > 0)
		note->fields = text;
	return true;
}

static void close_file(FILE *file)
{
	if (file)
		fclose(file);
}

void rows_free(struct sfdc_rows *rows)
{
	unmap(rows);
	if (rows->index)
		munmap(rows->index, map_bytes(rows->n));
	if (rows->hash)
		set_digest(rows);
	buf_free(&rows->id);
	close_file(rows->spool);
	close_file(rows->table);
	close_file(rows->notes);
}
