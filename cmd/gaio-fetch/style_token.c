/*
 * The page, or one of its headers, holds a token that the next request carries: HubSpot,
 * Google Ads, Notion.
 */

#include "judge.h"
#include "style.h"

static bool next(struct paging *p, const struct style_reply *page, struct error *error)
{
	const struct api_next *n = p->next;
	struct span text = {0};
	struct buf scratch;
	bool good;

	buf_init(&scratch, page->page->envelope.n);
	if (n->header.p)
		text = judge_header(page->reply, n->header);
	else
		text = where_text(&n->place, page->page->envelope, &scratch);
	good = style_carry(p, text, false, error);
	buf_free(&scratch);
	return good;
}

const struct style style_token = {
    .name = "token",
    .takes = STYLE_PLACE_OR_HEADER,
    .options = STYLE_ANY | STYLE_QUERY | STYLE_BODY | STYLE_ENCODED,
    .needs = STYLE_QUERY | STYLE_BODY,
    .next = next,
};
