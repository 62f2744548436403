#ifndef SFDC_ROWS_H
#define SFDC_ROWS_H

/*
 * All rows of the input, and what became of each. Everything lies in unlinked files of
 * TMPDIR that are mapped: memory stays small whatever the input, and nothing is sent before
 * the whole stream has come and is known to be good.
 *
 *	rows_init(&rows, paths, max_line, seal);
 *	while (rows_read(&rows, &line))
 *		rows_keep(&rows, ...);
 *	if (rows.status || !rows_close(&rows)) ...           rows.why
 *	for (size_t i = 0; i < rows.n; i++)
 *		use(rows_line(&rows, i), &rows.at[i]);
 */

#include "stream/input.h"

#include <stdio.h>

enum answer {
	ANSWER_NONE, /* to be sent */
	ANSWER_CREATED,
	ANSWER_UPDATED,
	ANSWER_FAILED,
	ANSWER_AGAIN, /* to be sent again: somebody else held the record, or its call could not be read */
	ANSWER_UNPROCESSED,
};

struct record {
	const char *name; /* of its file */
	uint64_t line;    /* its number there */
	uint64_t start;   /* of its text in the spool */
	uint64_t n;
	uint64_t hash;    /* of its external id, without case; 0: it has none */
	uint64_t note_at; /* in the notes: why it failed */
	uint32_t note_n;
	uint32_t job; /* that it went with, from 1; 0: none */
	uint8_t answer;
	bool is_json;
	bool again; /* another row before it has its external id */
	char id[19];
};

struct rows {
	struct input in;
	enum status status; /* STATUS_OK, or why there are no more rows */
	char why[1024];
	struct record *at; /* from rows_close on */
	size_t n;
	uint64_t print; /* a hash of all lines, in order */
	/* private */
	FILE *spool, *table, *notes;
	char *text;
	uint64_t text_n, note_end;
	bool lost; /* some of the rows did not fit on the disk: none can be read back */
	size_t slots;
	uint32_t *index; /* by hash: 1 + the first row that has it */
};

void rows_init(struct rows *rows, char *const *paths, size_t max_line, bool seal);

/* The next line; false at the end, or when the stream is broken (input.h says how; 73, 74: a file). */
bool rows_read(struct rows *rows, struct span *line);

/* Keeps the line that was read last, as `record` says what is known of it already. */
bool rows_keep(struct rows *rows, struct span line, const struct record *record);

/* The input is complete, or as much of it as came: maps the files. False: status. */
bool rows_close(struct rows *rows);

struct span rows_line(const struct rows *rows, size_t i);

/* The hash of an external id: ASCII case, white space at its ends and line breaks do not count. Never 0. */
uint64_t rows_hash(struct span id);

/*
 * Enters row i under its hash. SIZE_MAX, or the row that stands there already, and stays.
 * rows_find gives it.
 */
size_t rows_enter(struct rows *rows, size_t i);
size_t rows_find(const struct rows *rows, uint64_t hash);

/* Why a row failed: a code, a message, and the names of the fields it is about, as a JSON list. */
struct note {
	struct span code, message, fields;
};

/* Sets the answer of a row that is not done, kept or about to be. False: a file is full (74). */
bool rows_fail(
    struct rows *rows, struct record *record, enum answer answer, const struct note *note);

/* Reads it back into `b`; the note points there. */
struct note rows_note(struct rows *rows, size_t i, struct buf *b);

/* A temporary file failed, as errno says: sets status and why. Gives false. */
bool rows_file_fails(struct rows *rows, enum status status);

void rows_free(struct rows *rows);

#endif
