#ifndef SCHEMA_LETTERS_H
#define SCHEMA_LETTERS_H

/* Code points beyond ASCII that names may have: Unicode's categories L, M, N, Pc and Pd. */

#include <stdbool.h>
#include <stdint.h>

/* Is it one of them? point >= 0x80. */
bool letters_has(uint32_t point);

#endif
