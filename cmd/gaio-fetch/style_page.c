/*
 * Pages have numbers: page=1, page=2 ... until total_pages, total, or a page without rows:
 * TikTok, RD Station.
 */

#include "style.h"

#include <inttypes.h>

static bool next(struct paging *p, const struct style_reply *page, struct error *error)
{
	(void)error;
	p->at++;
	p->ended = style_counted_out(p, page);
	return true;
}

static bool ahead(const struct paging *p, uint64_t n, struct buf *text)
{
	uint64_t pages = p->pages + n;

	if (n > 0 && p->pages == 0)
		return false;
	if (p->has_pages && pages > 0 && pages >= p->total_pages)
		return false;
	if (n > 0 && p->has_total && !p->next->estimate &&
	    (p->size ? pages * p->size >= p->total : true))
		return false;
	buf_addf(text, "%" PRIu64, p->at + n);
	return true;
}

/* Two small pages for each large one. */
static bool resize(struct paging *p)
{
	p->at += p->at - p->next->first;
	p->pages = p->at - p->next->first;
	return true;
}

const struct style style_page = {
    .name = "page",
    .takes = STYLE_NAME,
    .options = STYLE_ANY | STYLE_BODY | STYLE_FIRST,
    .blind = true,
    .next = next,
    .ahead = ahead,
    .resize = resize,
};
