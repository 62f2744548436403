#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

bool error_set(struct error *error, enum status status, const char *format, ...)
{
	va_list args;

	if (error->status)
		return false;
	error->status = status;
	va_start(args, format);
	vsnprintf(error->text, sizeof error->text, format, args);
	va_end(args);
	return false;
}

bool error_copy(struct error *error, const struct error *from)
{
	return error_set(error, from->status, "%s", from->text);
}
