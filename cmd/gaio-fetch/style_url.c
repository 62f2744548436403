/*
 * The page holds the URL of the next one: "next", "paging.next", "links.next",
 * "@odata.nextLink".
 */

#include "style.h"

#include "json/jstr.h"

#include <stdio.h>

static bool next(struct paging *p, const struct style_reply *page, struct error *error)
{
	struct span raw = where_find(&p->next->place, page->page->envelope), text;
	char what[120];
	struct buf scratch;
	bool good;

	p->ended = !raw.p || scan_type(raw) == JSON_NULL || scan_type(raw) == JSON_FALSE ||
	           span_eq(raw, SPAN("\"\""));
	if (p->ended)
		return true;
	snprintf(what, sizeof what, "%.*s", DOC_SHOWN(p->next->place.text));
	if (scan_type(raw) != JSON_STRING)
		return error_set(error, STATUS_DATA, "%s: not a URL", what);
	buf_init(&scratch, raw.n);
	text = jstr_text(raw, &scratch);
	good = style_go(p, page->url, text, what, error);
	buf_free(&scratch);
	return good;
}

const struct style style_url = {
    .name = "url",
    .takes = STYLE_PLACE,
    .options = STYLE_ANY,
    .next = next,
};
