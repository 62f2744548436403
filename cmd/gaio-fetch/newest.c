#define _GNU_SOURCE /* memmem */
#include "newest.h"

#include "json/jstr.h"
#include "stamp.h"

void newest_init(struct newest *n, const struct api_watermark *how)
{
	*n = (struct newest){.how = how};
	buf_init(&n->name, 4096);
	if (how->given)
		jstr_quote(&n->name, how->field.step[how->field.n - 1]);
}

/* The string or number at the start of `rest`, after a colon; false when neither is. */
static bool value_at(struct span rest, struct span *raw)
{
	const char *p = scan_space(rest.p, rest.p + rest.n), *end = rest.p + rest.n, *quote;

	if (p == end || *p != ':')
		return false;
	p = scan_space(p + 1, end);
	if (p == end)
		return false;
	if (*p != '"') {
		const char *to = p;

		while (to < end && !strchr(",}] \t\r\n", *to))
			to++;
		*raw = (struct span){p, (size_t)(to - p)};
		return raw->n > 0;
	}
	quote = memchr(p + 1, '"', (size_t)(end - p - 1));
	if (!quote || quote[-1] == '\\')
		return false;
	*raw = (struct span){p, (size_t)(quote + 1 - p)};
	return true;
}

/* A time that can be read and is not newer. */
static bool is_dull(const struct newest *n, struct span raw)
{
	int64_t at;

	return stamp_read(raw, (enum api_format)n->how->format, &at) && n->any && at <= n->at;
}

/*
 * Could this row matter? Looks for the name at any depth, which costs a tenth of a split
 * (2026-11-23).
 */
static bool may_matter(const struct newest *n, struct span row)
{
	const char *p = row.p, *end = row.p + row.n;
	struct span raw;

	while ((p = memmem(p, (size_t)(end - p), n->name.p, n->name.n))) {
		p += n->name.n;
		if (!value_at((struct span){p, (size_t)(end - p)}, &raw) || !is_dull(n, raw))
			return true;
	}
	return false;
}

void newest_see(struct newest *n, struct span row, int64_t now)
{
	struct span raw;
	int64_t at;

	if (!n->how->given || !may_matter(n, row))
		return;
	raw = where_find(&n->how->field, row);
	if (!raw.p || scan_type(raw) == JSON_NULL)
		return;
	if (!stamp_read(raw, (enum api_format)n->how->format, &at)) {
		n->unreadable++;
	} else if (at > now) {
		n->future++;
	} else if (!n->any || at > n->at) {
		n->any = true;
		n->at = at;
	}
}

void newest_free(struct newest *n)
{
	buf_free(&n->name);
}
