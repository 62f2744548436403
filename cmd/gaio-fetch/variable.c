#include "variable.h"

#include "base/mem.h"

#include <stdlib.h>

enum { FILLED_MAX = 64 * 1024 };

bool variable_of(struct span name, struct span *value, struct error *error)
{
	char *variable;
	const char *text;

	if (!span_starts(name, SPAN("env.")))
		return false;
	variable = mem_dup(name.p + 4, name.n - 4);
	text = getenv(variable);
	*value = span_of(text);
	if (!text || !*text)
		error_set(error, STATUS_CONFIG, "%s: not set", variable);
	free(variable);
	return true;
}

char *variable_fill(struct span text, struct error *error)
{
	struct buf to;
	char *filled;

	buf_init(&to, FILLED_MAX);
	while (text.n > 0) {
		const char *end = *text.p == '{' ? memchr(text.p, '}', text.n) : NULL;
		struct span name, value;

		name = (struct span){text.p + 1, end ? (size_t)(end - text.p) - 1 : 0};
		if (end && variable_of(name, &value, error)) {
			buf_addspan(&to, value);
			text = span_skip(text, name.n + 2);
		} else {
			buf_addc(&to, *text.p);
			text = span_skip(text, 1);
		}
	}
	filled = mem_text(buf_str(&to));
	buf_free(&to);
	return filled;
}
