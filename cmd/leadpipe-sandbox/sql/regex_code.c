#include "sql/regex_code.h"

#include "base/mem.h"

#include <string.h>

bool regex_fail(struct parse *p, const char *why)
{
	if (!p->why)
		p->why = why;
	return false;
}

bool regex_room(struct parse *p, size_t at, size_t count)
{
	struct regex *re = p->re;

	if (re->n + count > REGEX_CODE_MAX)
		return regex_fail(p, "the pattern is too long");
	re->code = mem_resize(re->code, re->n + count, sizeof *re->code);
	memmove(re->code + at + count, re->code + at, (re->n - at) * sizeof *re->code);
	re->n += count;
	return true;
}

void regex_insert(struct parse *p, size_t at, enum regex_op op, int x, int y)
{
	if (regex_room(p, at, 1))
		p->re->code[at] = (struct regex_code){op, x, y};
}

void regex_add(struct parse *p, enum regex_op op, int x, int y)
{
	regex_insert(p, p->re->n, op, x, y);
}

void regex_add_split(struct parse *p, size_t at, int first, int second, bool lazy)
{
	regex_insert(p, at, RX_SPLIT, lazy ? second : first, lazy ? first : second);
}
