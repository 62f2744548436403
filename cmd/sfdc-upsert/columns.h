#ifndef SFDC_COLUMNS_H
#define SFDC_COLUMNS_H

/*
 * The columns of the rows (names without case, the union of all rows' keys), and what the
 * object's description says of each. A column leads to the object's own field, or by
 * "Account.Ext__c" to another record's external id; a row says that as a key with a point or
 * as {"Account":{"Ext__c":"X"}}.
 */

#include "base/map.h"
#include "cloud/salesforce.h"
#include "json/row.h"

enum column_kind {
	COLUMN_PLAIN, /* not known: values go as they are */
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_BOOLEAN,
	COLUMN_DATE,
	COLUMN_DATETIME,
};

struct column {
	char *name; /* as the first row that has it writes it; owned */
	size_t dot; /* where its point stands, or 0 */
	enum column_kind kind;
	uint64_t row; /* the last row that had it */
	bool local;   /* Id, attributes: never sent, the rows that have it fail */
};

struct columns {
	struct column *list;
	size_t n;
	/* private */
	uint64_t rows;
	size_t cap;
	struct map map;
	struct buf name;
};

/* What "" in a row means. */
enum empty { EMPTY_NULL, EMPTY_KEEP, EMPTY_SKIP };

/* One field of a row on its way out. */
struct cell {
	size_t column;
	enum { CELL_VALUE, CELL_NULL, CELL_SKIP } kind;
	enum json type;
	struct span raw; /* JSON of type: string, number, true or false; may point into `text` */
	bool quoted;     /* as JSON it goes between quotes, which `raw` lacks */
	char text[40];
};

void columns_init(struct columns *c);
void columns_free(struct columns *c);

/* Takes in the keys of a row. NULL, or the rule that a value of it breaks; *bad is its name. */
const char *columns_learn(struct columns *c, const struct row *row, struct span *bad);

/* The place of a column, or SIZE_MAX. */
size_t columns_find(const struct columns *c, struct span name);

/*
 * Compares with the description of `object`, and of those that columns refer to (describe.c).
 * False: status 65 where the object lacks columns, or they cannot be written (all are named), else
 * as salesforce_call.
 */
bool columns_check(
    struct columns *c, struct salesforce *sf, const char *object, const char *external_id);

/* Makes a row's field a cell: nulls, empty texts, "#N/A", and what the column's kind asks for. */
void columns_cell(
    struct columns *c, const struct field *field, enum empty empty, struct cell *cell);

/*
 * What Salesforce's parser takes for a field, where the value can be that (cell.c): dates as
 * 2026-11-22, times as 2026-11-22T10:00:00.000Z; 5511 and true as texts, "5.5" as a number; "true",
 * "1" and 1 as booleans.
 */
void cell_convert(struct cell *cell, enum column_kind kind);

/* Appends "name":value to a record in JSON; false and nothing for a CELL_SKIP. */
bool cell_write_json(const struct columns *c, const struct cell *cell, struct buf *b);

/* Appends the cell of a CSV. */
void cell_write_csv(const struct cell *cell, struct buf *b, struct buf *scratch);

#endif
