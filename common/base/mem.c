#define _GNU_SOURCE /* vasprintf */
#include "base/mem.h"

#include "base/die.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mem_none(void)
{
	die(STATUS_BUG, "out of memory");
}

void mem_fail(const char *library)
{
	die(STATUS_BUG, "%s: out of memory, or unusable", library);
}

static void *sure(void *p)
{
	if (!p)
		mem_none();
	return p;
}

void *mem_alloc(size_t size)
{
	return sure(calloc(1, size ? size : 1));
}

void *mem_resize(void *old, size_t count, size_t each)
{
	if (each && count > SIZE_MAX / each)
		mem_none();
	return sure(realloc(old, count > 0 && each > 0 ? count * each : 1));
}

char *mem_dup(const void *bytes, size_t n)
{
	char *copy = sure(malloc(n + 1));

	if (n)
		memcpy(copy, bytes, n);
	copy[n] = '\0';
	return copy;
}

char *mem_text(const char *text)
{
	return mem_dup(text, strlen(text));
}

char *mem_format(const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	return sure(text);
}
