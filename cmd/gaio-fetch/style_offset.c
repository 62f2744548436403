/*
 * The request says how many rows to pass over: offset=0, offset=100 ... until total, or a page
 * without rows: GA4, Mailchimp. It moves on by the rows that came, never by the size asked for,
 * since APIs cut that down in silence.
 */

#include "style.h"

#include <inttypes.h>

static bool next(struct paging *p, const struct style_reply *page, struct error *error)
{
	(void)error;
	p->at += page->page->number;
	if (p->pages == 1)
		p->stride = page->page->number;
	p->ended = style_counted_out(p, page);
	return true;
}

static bool ahead(const struct paging *p, uint64_t n, struct buf *text)
{
	uint64_t at = p->at + n * p->stride;

	if (n > 0 && (p->pages == 0 || p->stride == 0))
		return false;
	if (n > 0 && p->has_total && !p->next->estimate && at - p->next->first >= p->total)
		return false;
	buf_addf(text, "%" PRIu64, at);
	return true;
}

const struct style style_offset = {
    .name = "offset",
    .takes = STYLE_NAME,
    .options = STYLE_ANY | STYLE_BODY | STYLE_FIRST,
    .blind = true,
    .next = next,
    .ahead = ahead,
};
