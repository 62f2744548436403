#ifndef BQ_MERGE_SHAPE_H
#define BQ_MERGE_SHAPE_H

/*
 * A staged value in the shape of the target's column. BigQuery gives a STRUCT to another by the
 * position of its fields, not by their names, and tables get new fields at their end: so where
 * two records are not alike, the staged one is written anew, field by field.
 *
 *	IF(s.`utm` IS NULL, NULL,
 *	   STRUCT(s.`utm`.`source` AS `source`, CAST(NULL AS STRING) AS `medium`))
 *
 * Fields are those of a table's schema, as tables.get gives them.
 */

#include "cloud/bqtable.h"

const char *shape_name(const jdoc *field);
const char *shape_type(const jdoc *field); /* the standard name; RECORD for STRUCT */
bool shape_is(const jdoc *field, const char *mode);

/* Has no order and no equality of its own. */
bool shape_is_tree(const jdoc *field);

/* Can the one's values be the other's, after a cast? */
bool shape_meets(const jdoc *from, const jdoc *into);

/*
 * Appends the staged column `path` ("s.`utm`"), in the shape of `into`. What cannot be cast is
 * NULL: shape_loss finds it.
 */
void shape_value(struct buf *sql, const char *path, const jdoc *from, const jdoc *into);

/*
 * Appends a condition that is true where the value at `path` cannot be cast to the shape of
 * `into`, or (unless `lossy`) would be another value when cast back. False, and nothing, where
 * no value can.
 */
bool shape_loss(struct buf *sql, const char *path, const jdoc *from, const jdoc *into, bool lossy);

/* Appends NULL in the type of the field. */
void shape_null(struct buf *sql, const jdoc *field);

/* Is it the staged column itself? */
bool shape_same(const jdoc *from, const jdoc *into);

#endif
