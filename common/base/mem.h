#ifndef BASE_MEM_H
#define BASE_MEM_H

/*
 * Memory that is always there: these return memory or end the program
 * (STATUS_BUG, "out of memory"). Sizes are bytes; the caller frees with free().
 */

#include <stddef.h>

void *mem_alloc(size_t size);                           /* zeroed */
void *mem_resize(void *old, size_t count, size_t each); /* count * each, overflow checked */
char *mem_dup(const void *bytes, size_t n);             /* a copy with a NUL after it */
char *mem_text(const char *text);                       /* mem_dup of a C string */
_Noreturn void mem_fail(const char *library);           /* for one that cannot start or compute */
_Noreturn void mem_none(void); /* for a library that has run out of it: the same end */
char *mem_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
