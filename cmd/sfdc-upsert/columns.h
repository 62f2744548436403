#ifndef SFDC_COLUMNS_H
#define SFDC_COLUMNS_H

/*
 * The columns of the rows (names without case, the union of all rows' keys), and what the
 * object's description says of each. A column leads to the object's own field, or by
 * "Account.Ext__c" to another record's external id; a row says that as a key with a point or
 * as {"Account":{"Ext__c":"X"}}.
 */

#include "sf_value.h"

#include "base/map.h"
#include "json/row.h"

struct column {
	char *name; /* as the first row that has it writes it; owned */
	size_t dot; /* where its point stands, or 0 */
	enum sf_kind kind;
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

void columns_init(struct columns *c);
void columns_free(struct columns *c);

/* Takes in the keys of a row. NULL, or the rule that a value of it breaks; *bad is its name. */
const char *columns_learn(struct columns *c, const struct row *row, struct span *bad);

/* The place of a column, or SIZE_MAX. */
size_t columns_find(const struct columns *c, struct span name);

/* Makes a row's field a value to send: nulls, empty texts, "#N/A", and what its kind asks for. */
void columns_value(
    struct columns *c, const struct field *field, enum empty empty, struct sf_value *value);

/* Appends "name":value to a record in JSON; nothing, and false, for SF_LEAVE. */
bool columns_write_json(const struct columns *c, const struct sf_value *value, struct buf *b);

#endif
