#include "base/error.h"

#include "base/stop.h"

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

void error_name_stop(struct error *error)
{
	struct error was = *error;

	if (!stop_signal() || error->status > STATUS_STOPPED)
		return;
	error->status = STATUS_STOPPED + stop_signal();
	snprintf(error->text, sizeof error->text, "stopped by %s%s%.900s", stop_name(),
	    *was.text ? "; " : "", was.text);
}
