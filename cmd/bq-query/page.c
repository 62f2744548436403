#include "page.h"

#include "base/text.h"

static const char odd[] = "the reply is not as BigQuery documents it";

struct span page_member(struct span object, struct span wanted)
{
	struct span rest = object, name, value;

	if (object.n && *object.p == '{')
		while (scan_member(&rest, &name, &value))
			if (span_eq(name, wanted))
				return value;
	return (struct span){0};
}

struct span page_bare(struct span value)
{
	return value.n >= 2 && *value.p == '"' ? (struct span){value.p + 1, value.n - 2} : value;
}

bool page_whole(struct span value, int64_t *number)
{
	return text_integer(page_bare(value), number);
}

const char *page_read(struct page *p, struct span body, struct scan *scan)
{
	struct span all, total, token, complete;
	enum json type;
	const char *why = scan_document(scan, body, &all, &type);

	if (why || type != JSON_OBJECT)
		return why ? why : odd;
	total = page_member(all, SPAN("totalRows"));
	token = page_member(all, SPAN("pageToken"));
	complete = page_member(all, SPAN("jobComplete"));
	*p = (struct page){.rows = page_member(all, SPAN("rows")),
	    .schema = page_member(all, SPAN("schema")),
	    .complete = !complete.p || span_eq(complete, SPAN("true")),
	    .total = -1};
	if (total.p && !page_whole(total, &p->total))
		return odd;
	if (p->rows.p && *p->rows.p != '[')
		return odd;
	if (token.p && *token.p == '"')
		p->token = token;
	return NULL;
}
