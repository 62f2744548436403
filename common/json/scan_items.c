#include "json/scan_items.h"

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

/* Each returns the byte after what begins at p, or NULL when that does not end before `end`. */

static inline const char *skip_string(const char *p, const char *end)
{
	for (p = swar_quote(p + 1, end); p < end && *p == '\\'; p = swar_quote(p, end))
		p += end - p > 1 ? 2 : 1;
	return p < end ? p + 1 : NULL;
}

static const char *skip_nest(const char *p, const char *end)
{
	size_t depth = 0;

	while (p && p < end) {
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
	return NULL;
}

static const char *skip_scalar(const char *p, const char *end)
{
	const char *from = p;

	while (p < end && *p != ',' && *p != ']' && *p != '}' && !scan_is_space(*p))
		p++;
	return p > from ? p : NULL;
}

static inline const char *skip_value(const char *p, const char *end)
{
	if (p == end)
		return NULL;
	if (*p == '"')
		return skip_string(p, end);
	if (*p == '{' || *p == '[')
		return skip_nest(p, end);
	return skip_scalar(p, end);
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

/* The value at p is the next one of *rest; false when it has no end. */
static inline bool take_value(struct span *rest, const char *p, struct span *value)
{
	const char *end = rest->p + rest->n, *after = skip_value(p, end);

	if (!after)
		return false;
	*value = (struct span){p, (size_t)(after - p)};
	*rest = (struct span){after, (size_t)(end - after)};
	return true;
}

bool scan_item(struct span *rest, struct span *item)
{
	const char *p = step(*rest);

	return p && take_value(rest, p, item);
}

bool scan_member(struct span *rest, struct span *name, struct span *value)
{
	const char *end = rest->p + rest->n, *p = step(*rest), *after;

	after = p && *p == '"' ? skip_string(p, end) : NULL;
	if (!after)
		return false;
	*name = (struct span){p + 1, (size_t)(after - p - 2)};
	p = scan_space(after, end);
	return p < end && *p == ':' && take_value(rest, scan_space(p + 1, end), value);
}
