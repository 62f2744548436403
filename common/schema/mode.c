#include "schema/mode.h"

#include <strings.h>

static const char *const names[] = {"NULLABLE", "REQUIRED", "REPEATED"};

const char *mode_name(enum mode mode)
{
	return names[mode];
}

bool mode_find(enum mode *mode, struct span name)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == name.n && strncasecmp(name.p, names[i], name.n) == 0) {
			*mode = (enum mode)i;
			return true;
		}
	return false;
}
