#include "style.h"

#include "base/mem.h"
#include "judge.h"
#include "sign.h"
#include "wire/http_url.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { TOKEN_MAX = 1 << 20, EMPTY_MAX = 1000, KNOWN_MAX = 8, MARKED = 4096 };

#define STYLE_DECLARE(name) extern const struct style style_##name;
STYLES(STYLE_DECLARE)

#define STYLE_ENTRY(name) &style_##name,
static const struct style *const styles[] = {STYLES(STYLE_ENTRY)};

const struct style *style_find(struct span name)
{
	for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
		if (span_eq(span_of(styles[i]->name), name))
			return styles[i];
	return NULL;
}

void style_begin(struct paging *p, const struct api_next *next)
{
	*p = (struct paging){.next = next, .at = next->first, .size = next->size};
	buf_init(&p->token, TOKEN_MAX);
	if (next->style && next->style->ahead)
		p->number = true;
	else if (next->has_first)
		buf_addf(&p->token, "%" PRIu64, next->first);
}

bool style_shrink(struct paging *p)
{
	const struct style *style = p->next->style;

	if (!p->next->limit.p || p->size < 2 || p->size % 2 != 0)
		return false;
	p->size /= 2;
	p->stride = 0;
	return !style || !style->resize || style->resize(p);
}

void style_free(struct paging *p)
{
	free(p->url);
	buf_free(&p->token);
	seen_free(&p->seen);
}

/* ---- for the styles ---- */

/*
 * Relative references are resolved (RFC 3986); what is absolute stays as it is, without a
 * fragment.
 */
static char *resolve(const char *here, struct span text)
{
	char *ref, *url;

	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f)
			return NULL;
	ref = mem_dup(text.p, text.n);
	url = http_url_resolve(here, ref);
	if (url && (strncasecmp(ref, "https://", 8) == 0 || strncasecmp(ref, "http://", 7) == 0)) {
		free(url);
		url = mem_dup(ref, strcspn(ref, "#"));
	}
	free(ref);
	return url;
}

bool style_go(
    struct paging *p, const char *here, struct span text, const char *what, struct error *error)
{
	char *url = text.n > 0 ? resolve(here, text) : NULL;

	free(p->url);
	p->url = url;
	if (!url)
		return error_set(error, STATUS_DATA, "%s: not a URL", what);
	if (!http_url_same_origin(here, url))
		return error_set(
		    error, STATUS_DATA, "%s: leads to another scheme, host or port", what);
	if (!seen_new(&p->seen, span_of(url)))
		return error_set(error, STATUS_DATA, "%s: leads to a page that came before", what);
	return true;
}

bool style_carry(struct paging *p, struct span text, bool number, struct error *error)
{
	buf_clear(&p->token);
	p->number = number;
	p->ended =
	    !text.p || text.n == 0 || span_eq(text, SPAN("null")) || span_eq(text, SPAN("false"));
	if (p->ended)
		return true;
	buf_addspan(&p->token, text);
	if (p->token.full)
		return error_set(
		    error, STATUS_DATA, "the token of the next page: longer than 1 MiB");
	if (!seen_new(&p->seen, text))
		return error_set(error, STATUS_DATA, "the next page's token came before: a loop");
	return true;
}

bool style_counted_out(const struct paging *p, const struct style_reply *page)
{
	if (p->has_pages && p->pages >= p->total_pages)
		return true;
	if (p->has_total && !p->next->estimate && p->rows >= p->total)
		return true;
	return page->page->number == 0;
}

/* ---- what all have ---- */

static bool read_number(const struct where *place, struct span header,
    const struct style_reply *page, bool *has, uint64_t *n, struct error *error)
{
	struct span text = header.p ? (struct span){0} : where_find(place, page->page->envelope);
	uint64_t number;

	if (header.p)
		text = judge_header(page->reply, header);
	else if (text.p && scan_type(text) == JSON_NULL)
		return true;
	if (text.n > 1 && *text.p == '"')
		text = (struct span){text.p + 1, text.n - 2};
	if (!text.p)
		return true;
	if (!text_number(text, &number)) {
		text = header.p ? header : place->text;
		return error_set(error, STATUS_DATA, "%.*s: not a whole number", DOC_SHOWN(text));
	}
	*has = true;
	*n = number;
	return true;
}

enum flag { NO_FLAG, LAST, GONE, MORE };

/* GONE: it is not there, which ends the sequence too, but says nothing of other signs. */
static enum flag read_flag(const struct api_next *next, struct span envelope)
{
	struct span raw = where_find(&next->more, envelope);
	bool set;

	if (next->more.n == 0)
		return NO_FLAG;
	if (!raw.p || scan_type(raw) == JSON_NULL)
		return GONE;
	set = scan_type(raw) != JSON_FALSE && !span_eq(raw, SPAN("0")) &&
	      !span_eq(raw, SPAN("\"\"")) && !span_eq(raw, SPAN("\"false\""));
	return set != next->more_not ? MORE : LAST;
}

/* A server that does not know the parameter sends the same rows again and again. */
static bool repeats(struct paging *p, struct span rows)
{
	struct span head = {rows.p, rows.n < MARKED ? rows.n : MARKED};
	uint8_t mark[2 * CRYPT_SHA256 + sizeof rows.n], digest[CRYPT_SHA256];
	bool same;

	crypt_sha256(head, mark);
	crypt_sha256((struct span){rows.p + rows.n - head.n, head.n}, mark + CRYPT_SHA256);
	memcpy(mark + 2 * CRYPT_SHA256, &rows.n, sizeof rows.n);
	crypt_sha256((struct span){(const char *)mark, sizeof mark}, digest);
	same = p->pages > 1 && memcmp(digest, p->rows_mark, sizeof digest) == 0;
	memcpy(p->rows_mark, digest, sizeof digest);
	return same;
}

static bool count(struct paging *p, const struct style_reply *page, struct error *error)
{
	const struct api_next *next = p->next;

	p->pages++;
	p->rows += page->page->number;
	p->empty = page->page->number == 0 ? p->empty + 1 : 0;
	if (p->empty == EMPTY_MAX)
		return error_set(error, STATUS_DATA, "%d pages without rows: a loop", EMPTY_MAX);
	if (next->style && next->style->blind && page->page->block.n > 0 &&
	    repeats(p, page->page->block))
		return error_set(error, STATUS_DATA,
		    "the same rows as on the page before: the API does not know the parameter");
	return read_number(
	           &next->total, next->total_header, page, &p->has_total, &p->total, error) &&
	       read_number(&next->total_pages, next->total_pages_header, page, &p->has_pages,
	           &p->total_pages, error);
}

bool style_next(struct paging *p, const struct style_reply *page, struct error *error)
{
	enum flag flag = read_flag(p->next, page->page->envelope);

	if (p->pages == 0)
		seen_new(&p->seen, span_of(page->url));
	if (!count(p, page, error))
		return false;
	free(p->url);
	p->url = NULL;
	p->flagged = flag == LAST;
	p->ended = flag == LAST || flag == GONE || !p->next->style;
	if (p->ended)
		return true;
	if (!p->next->style->next(p, page, error))
		return false;
	if (p->ended && flag == MORE)
		return error_set(error, STATUS_DATA,
		    "%.*s: says that more pages follow, but the page does not lead to one",
		    DOC_SHOWN(p->next->more.text));
	return true;
}

bool style_end(const struct paging *p, const struct style_reply *page,
    const struct api_resource *resource, struct error *error)
{
	struct where known[KNOWN_MAX + 64];
	struct sign_seen seen = {.envelope = page->page->envelope,
	    .reply = page->reply,
	    .rows = p->rows,
	    .pages = p->pages,
	    .known = known,
	    .ended = p->flagged};
	const struct api_next *next = p->next;
	char text[SIGN_TEXT];

	if (p->has_total && !next->estimate && p->rows < p->total)
		return error_set(error, STATUS_DATA,
		    "the last one: %" PRIu64 " rows came, %" PRIu64 " were promised", p->rows,
		    p->total);
	known[seen.n_known++] = next->total;
	known[seen.n_known++] = next->total_pages;
	if (next->place.n > 0)
		known[seen.n_known++] = next->place;
	for (size_t i = 0; i < resource->ignore.n && i < 64; i++)
		known[seen.n_known++] = resource->ignore.item[i];
	if (sign_find(&seen, text))
		return error_set(error, STATUS_DATA, "the last one: %s", text);
	return true;
}
