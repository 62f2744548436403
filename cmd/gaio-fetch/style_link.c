/* The header Link: <URL>; rel="next" (RFC 8288) leads to the next page: Shopify, GitHub. */

#include "sign.h"
#include "style.h"

static bool next(struct paging *p, const struct style_reply *page, struct error *error)
{
	struct span target = sign_link(page->reply, p->next->from);

	p->ended = !target.p;
	return p->ended || style_go(p, page->url, target, "Link", error);
}

const struct style style_link = {
    .name = "link",
    .takes = STYLE_WORD,
    .options = STYLE_ANY,
    .next = next,
};
