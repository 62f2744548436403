#ifndef SANDBOX_CATALOG_SIZE_H
#define SANDBOX_CATALOG_SIZE_H

#include "storage/catalog.h"

/*
 * Rows, and the logical bytes by BigQuery's sizes: of the columns that `only` marks,
 * or of all (NULL). `part`: SQLite's SQL after the table's name (" AS t WHERE ..."), or
 * "". Each reads the table.
 */
int64_t catalog_size_rows(struct store *s, const struct catalog_table *t, const char *part);
int64_t catalog_size_bytes(
    struct store *s, const struct catalog_table *t, const bool *only, const char *part);

#endif
