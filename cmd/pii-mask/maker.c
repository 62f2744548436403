#include "maker.h"

#include "base/text.h"

#include <stdio.h>

enum { KEEP_MOST = 1000 };

bool maker_wrong(const struct maker *m, const char *what)
{
	const struct span at = m->field->pii_raw;

	return doc_wrong(&m->contract->doc, at.p, "field %.*s: pii: %s", DOC_SHOWN(m->path), what);
}

bool maker_wrong_word(const struct maker *m, const char *what, struct span word)
{
	char text[300];

	snprintf(text, sizeof text, "%s \"%.*s\"", what, DOC_SHOWN(word));
	return maker_wrong(m, text);
}

bool maker_whole(struct span raw, int64_t least, int64_t most, int64_t *number)
{
	return text_integer(raw, number) && *number >= least && *number <= most;
}

bool maker_keep(const struct maker *m, struct span raw, size_t *keep)
{
	int64_t number;

	if (!maker_whole(raw, 0, KEEP_MOST, &number))
		return maker_wrong(m, "how much to keep must be a whole number from 0 to 1000");
	*keep = (size_t)number;
	return true;
}

bool maker_bool(const struct maker *m, const char *what, struct span raw, bool *value)
{
	enum json type = scan_type(raw);

	*value = type == JSON_TRUE;
	return type == JSON_TRUE || type == JSON_FALSE || maker_wrong(m, what);
}
