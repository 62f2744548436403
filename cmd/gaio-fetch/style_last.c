/* The next request carries a field of the last row, as starting_after=ID: Stripe. */

#include "style.h"

static bool next(struct paging *p, const struct style_reply *page, struct error *error)
{
	struct span row = page->page->last, raw, text;
	struct buf scratch;
	bool good;

	p->ended = !row.p;
	if (p->ended)
		return true;
	buf_init(&scratch, row.n);
	text = where_text(&p->next->place, row, &scratch);
	raw = where_find(&p->next->place, row);
	if (!text.p || text.n == 0)
		good = error_set(error, STATUS_DATA, "the last row has no %.*s to go on from",
		    DOC_SHOWN(p->next->place.text));
	else
		good = style_carry(p, text, scan_type(raw) == JSON_NUMBER, error);
	buf_free(&scratch);
	return good;
}

const struct style style_last = {
    .name = "last",
    .takes = STYLE_PLACE,
    .options = STYLE_ANY | STYLE_QUERY | STYLE_BODY | STYLE_FIRST,
    .needs = STYLE_QUERY | STYLE_BODY,
    .blind = true,
    .next = next,
};
