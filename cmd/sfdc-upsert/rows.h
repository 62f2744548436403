#ifndef SFDC_ROWS_H
#define SFDC_ROWS_H

/*
 * All rows of the input, and what became of each. Everything lies in unlinked files of
 * TMPDIR that are mapped: memory stays small whatever the input, and nothing is sent before
 * the whole stream has come and is known to be good.
 *
 *	rows_init(&rows);
 *	while (sink_next(sink, &row))
 *		rows_keep(&rows, &row, ...);
 *	if (!rows_close(&rows)) ...                          rows.error
 *	for (size_t i = 0; i < rows.n; i++)
 *		use(rows_line(&rows, i), &rows.at[i]);
 */

#include "base/map.h"
#include "stream/sink.h"
#include "wire/crypt.h"

enum answer {
	ANSWER_NONE, /* to be sent */
	ANSWER_CREATED,
	ANSWER_UPDATED,
	ANSWER_FAILED,
	ANSWER_AGAIN, /* to be sent again: it was locked, or its call could not be read */
	ANSWER_UNPROCESSED,
};

struct record {
	const char *name; /* of its file */
	uint64_t line;    /* its number there */
	uint64_t start;   /* of its text in the spool; its folded external id follows there */
	uint64_t n;
	uint64_t note_at; /* in the notes: why it failed */
	uint32_t id_n;    /* 0: it has no external id */
	uint32_t note_n;
	uint32_t job; /* that it went with, from 1; 0: none */
	uint8_t answer;
	bool is_json;
	bool again; /* another row before it has its external id */
	char id[19];
};

struct sfdc_rows {
	struct error error; /* a file failed: 73, 74 */
	struct record *at;  /* from rows_close on */
	size_t n;
	char digest[2 * CRYPT_SHA256 + 1]; /* from rows_close on: SHA-256 of all lines, in hex */
	/* private */
	struct crypt_hash *hash;
	FILE *spool, *table, *notes;
	char *text;
	uint64_t text_n, note_end;
	bool lost;      /* some of the rows did not fit on the disk: none can be read back */
	struct map map; /* external ids to the first row that has each */
	void *index;    /* the memory of the map */
	struct buf id;  /* folded, of the row in hand */
};

void rows_init(struct sfdc_rows *rows);

/*
 * Keeps a row and its external id (empty: it has none), as `record` says what is known of it
 * already. False: `error`.
 */
bool rows_keep(struct sfdc_rows *rows, const struct sink_row *row, struct span id,
    const struct record *record);

/* The input is complete, or as much of it as came: maps the files. False: `error`. */
bool rows_close(struct sfdc_rows *rows);

struct span rows_line(const struct sfdc_rows *rows, size_t i);

/*
 * External ids are the same when Salesforce says so: ASCII case, white space at their ends and
 * line breaks do not count.
 *
 * rows_enter enters row i under its external id. SIZE_MAX, or the row that is entered there
 * already, and stays. rows_find gives the row that is entered.
 */
size_t rows_enter(struct sfdc_rows *rows, size_t i);
size_t rows_find(struct sfdc_rows *rows, struct span id);
bool rows_same_id(const struct sfdc_rows *rows, size_t i, size_t other);

/* Why a row failed: a code, a message, and the names of the fields it is about, as a JSON list. */
struct note {
	struct span code, message, fields;
};

/* Sets the answer of a row that is not done, kept or about to be. False: a file is full (74). */
bool rows_fail(
    struct sfdc_rows *rows, struct record *record, enum answer answer, const struct note *note);

/* The same answer, for the same reason, as `like` has. */
void rows_fail_alike(struct record *record, const struct record *like);

/* Reads it back into `b`; the note points there. False: the file cannot be read (74). */
bool rows_note(struct sfdc_rows *rows, size_t i, struct buf *b, struct note *note);

/* A temporary file failed, as errno says: sets `error`, returns false. */
bool rows_file_fails(struct sfdc_rows *rows, enum status status);

void rows_free(struct sfdc_rows *rows);

#endif
