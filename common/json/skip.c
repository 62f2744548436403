#include "json/scan.h"

#include "base/swar.h"

/* Kept as the difference from JSON_NUMBER, which every other byte begins. */
const unsigned char scan_first[256] = {
    ['{'] = JSON_OBJECT ^ JSON_NUMBER,
    ['['] = JSON_ARRAY ^ JSON_NUMBER,
    ['"'] = JSON_STRING ^ JSON_NUMBER,
    ['t'] = JSON_TRUE ^ JSON_NUMBER,
    ['f'] = JSON_FALSE ^ JSON_NUMBER,
    ['n'] = JSON_NULL ^ JSON_NUMBER,
};

static inline const char *skip_string(const char *p, const char *end)
{
	for (p = swar_quote(p + 1, end); p < end && *p == '\\'; p = swar_quote(p, end))
		p += 2;
	return p + 1;
}

static const char *skip_nest(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if ((*p == '}' || *p == ']') && --depth == 0)
			return p + 1;
		p++;
	}
	return p;
}

static inline const char *skip_value(const char *p, const char *end)
{
	if (*p == '"')
		return skip_string(p, end);
	if (*p == '{' || *p == '[')
		return skip_nest(p, end);
	while (p < end && *p != ',' && *p != ']' && *p != '}' && !scan_is_space(*p))
		p++;
	return p;
}

/* At the next item or name of an array or object, or NULL at its end. */
static inline const char *step(struct span rest)
{
	const char *end = rest.p + rest.n, *p = scan_space(rest.p, end);

	if (p == end || *p == ']' || *p == '}')
		return NULL;
	p = scan_space(p + 1, end);
	return p == end || *p == ']' || *p == '}' ? NULL : p;
}

bool scan_item(struct span *rest, struct span *item)
{
	const char *end = rest->p + rest->n, *p = step(*rest), *behind;

	if (!p)
		return false;
	behind = skip_value(p, end);
	*item = (struct span){p, (size_t)(behind - p)};
	*rest = (struct span){behind, (size_t)(end - behind)};
	return true;
}

bool scan_member(struct span *rest, struct span *name, struct span *value)
{
	const char *end = rest->p + rest->n, *p = step(*rest), *behind;

	if (!p)
		return false;
	behind = skip_string(p, end);
	*name = (struct span){p + 1, (size_t)(behind - p - 2)};
	p = scan_space(behind, end);
	p = scan_space(p + 1, end);
	behind = skip_value(p, end);
	*value = (struct span){p, (size_t)(behind - p)};
	*rest = (struct span){behind, (size_t)(end - behind)};
	return true;
}
