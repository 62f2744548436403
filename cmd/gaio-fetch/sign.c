#include "sign.h"

#include "json/jstr.h"
#include "json/scan.h"

#include <stdio.h>
#include <strings.h>

enum { DEPTH = 6, NAME = 64 };

/* What kind of value announces more. */
enum kind {
	LINK,  /* a text or object that is not empty; a number */
	TOKEN, /* the same */
	MORE,  /* true */
	LAST,  /* false */
	TOTAL, /* a number above the rows that came */
	PAGES, /* a number above the pages that came */
	CUT,   /* true, or an object whose type is "incomplete" */
};

static const struct {
	const char *names;
	enum kind kind;
} table[] = {
    {" next nextlink nexturl nexturi nexthref nextpage nextpageurl nextpagelink nextpageuri "
     "nextrecordsurl odatanextlink ",
        LINK},
    {" nextpagetoken nexttoken nextcursor nextstart nextoffset nextmarker continuationtoken "
     "continuation continuetoken scrollid nextpagecursor nextpageid endingbefore ",
        TOKEN},
    {" hasmore hasnext hasnextpage moreitemsincollection morerecords moreresults morepages more "
     "istruncated hasmorepages hasmoreresults hasmoreitems moreavailable ",
        MORE},
    {" done islast islastpage last endofstream lastpage ", LAST},
    {" count total totalcount totalitems totalsize rowcount totalnumber totalresults totalrows "
     "totalrecords totalelements totalobjects recordstotal numfound totalhits resultcount ",
        TOTAL},
    {" totalpages totalpage pagecount pages lastpage numpages numberofpages pagestotal ", PAGES},
    {" incompleteresults requeststatus ", CUT},
};

static const char *const fit[] = {
    [LINK] = "\"next\": {\"url\": ...}",
    [TOKEN] = "\"next\": {\"token\": ..., \"query\": ...}",
    [MORE] = "\"next\": {\"token\" or \"last\": ..., \"more\": ...}",
    [LAST] = "\"next\": {\"url\" or \"token\": ...}",
    [TOTAL] = "\"next\": {\"offset\" or \"page\": ..., \"total\": ...}",
    [PAGES] = "\"next\": {\"page\": ..., \"total_pages\": ...}",
};

/* " name " in lower case, as the table has it; "" where it is too long. */
static void fold(struct span name, char folded[NAME])
{
	size_t n = 0;

	folded[n++] = ' ';
	for (size_t i = 0; i < name.n && n < NAME - 2; i++) {
		char c = name.p[i];

		if (c >= 'A' && c <= 'Z')
			folded[n++] = (char)(c + 'a' - 'A');
		else if (!strchr("_-.@$ ", c))
			folded[n++] = c;
	}
	folded[n++] = ' ';
	folded[n] = '\0';
	if (n == NAME - 1)
		folded[0] = '\0';
}

/* ---- values ---- */

static bool is_filled(struct span value)
{
	struct span rest = value, item;

	switch (scan_type(value)) {
	case JSON_STRING: return value.n > 2;
	case JSON_NUMBER: return true;
	case JSON_OBJECT: return scan_member(&rest, &item, &item);
	default: return false;
	}
}

static bool is_above(struct span value, uint64_t most)
{
	uint64_t n;

	if (value.n > 1 && *value.p == '"')
		value = (struct span){value.p + 1, value.n - 2};
	return text_number(value, &n) && n > most;
}

static bool is_cut(struct span value)
{
	struct where type;
	struct span text;

	if (scan_type(value) == JSON_TRUE)
		return true;
	where_parse(&type, SPAN("type"));
	text = where_find(&type, value);
	return text.p && span_eq(text, SPAN("\"incomplete\""));
}

static bool announces(enum kind kind, struct span value, const struct sign_seen *seen)
{
	switch (kind) {
	case LINK:
	case TOKEN: return !seen->ended && is_filled(value);
	case MORE: return scan_type(value) == JSON_TRUE;
	case LAST: return !seen->ended && scan_type(value) == JSON_FALSE;
	case TOTAL: return is_above(value, seen->rows);
	case PAGES: return is_above(value, seen->pages);
	case CUT: return is_cut(value);
	}
	return false;
}

/* ---- the envelope ---- */

/* The members on the way to the value at hand. */
struct trail {
	struct span name[DEPTH];
	size_t n;
};

static bool is_known(const struct sign_seen *seen, struct span value)
{
	for (size_t i = 0; i < seen->n_known; i++) {
		struct span found = where_find(&seen->known[i], seen->envelope);

		if (found.p && found.p <= value.p && value.p < found.p + found.n)
			return true;
	}
	return false;
}

static void tell(char text[SIGN_TEXT], const struct trail *trail, enum kind kind)
{
	int n = 0;

	for (size_t i = 0; i < trail->n && n < SIGN_TEXT / 2; i++)
		n += snprintf(text + n, SIGN_TEXT - (size_t)n, "%s%.*s", i > 0 ? "." : "",
		    (int)(trail->name[i].n < 30 ? trail->name[i].n : 30), trail->name[i].p);
	if (kind == CUT)
		snprintf(text + n, SIGN_TEXT - (size_t)n, " says that the list is incomplete");
	else
		snprintf(text + n, SIGN_TEXT - (size_t)n,
		    " announces more rows; the source file can say %s", fit[kind]);
}

static bool look(
    const struct sign_seen *seen, struct span json, struct trail *trail, char text[SIGN_TEXT]);

/* "count" beside "start" or "total" is the size of a page. */
static bool is_size(struct span object, const char folded[NAME])
{
	struct span name, value;

	if (strcmp(folded, " count ") != 0)
		return false;
	for (struct span rest = object; scan_member(&rest, &name, &value);)
		if (where_names(name, SPAN("start")) || where_names(name, SPAN("total")))
			return true;
	return false;
}

/* One member. An object inside it is a sign itself (paging.next), or holds some. */
static bool look_at(const struct sign_seen *seen, struct span object, struct span value,
    struct trail *trail, char text[SIGN_TEXT])
{
	char folded[NAME];

	fold(trail->name[trail->n - 1], folded);
	for (size_t i = 0; *folded && i < sizeof table / sizeof *table; i++)
		if (strstr(table[i].names, folded) && announces(table[i].kind, value, seen) &&
		    !is_size(object, folded) && !is_known(seen, value)) {
			tell(text, trail, table[i].kind);
			return true;
		}
	return look(seen, value, trail, text);
}

/* [{"rel":"next","href":...}] */
static bool has_rel_next(struct span array)
{
	struct span item, name, value;

	for (struct span rest = array; scan_item(&rest, &item);) {
		if (scan_type(item) != JSON_OBJECT)
			continue;
		for (struct span in = item; scan_member(&in, &name, &value);)
			if (span_eq(name, SPAN("rel")) && span_eq(value, SPAN("\"next\"")))
				return true;
	}
	return false;
}

static bool look(
    const struct sign_seen *seen, struct span json, struct trail *trail, char text[SIGN_TEXT])
{
	struct span name, value;
	bool found = false;

	if (scan_type(json) == JSON_ARRAY && trail->n > 0 && !seen->ended && has_rel_next(json) &&
	    !is_known(seen, json)) {
		tell(text, trail, LINK);
		return true;
	}
	if (scan_type(json) != JSON_OBJECT || trail->n == DEPTH)
		return false;
	for (struct span rest = json; !found && scan_member(&rest, &name, &value);) {
		trail->name[trail->n++] = name;
		found = look_at(seen, json, value, trail, text);
		trail->n--;
	}
	return found;
}

/* A page may be an array of pages: the last one counts. */
static bool look_through(const struct sign_seen *seen, char text[SIGN_TEXT])
{
	struct trail trail = {.n = 0};
	struct span item, last = seen->envelope;

	if (!last.p)
		return false;
	if (scan_type(last) == JSON_ARRAY)
		for (struct span rest = seen->envelope; scan_item(&rest, &item);)
			last = item;
	return look(seen, last, &trail, text);
}

/* ---- headers ---- */

static bool look_at_headers(const struct sign_seen *seen, char text[SIGN_TEXT])
{
	static const struct {
		const char *name;
		enum kind kind;
	} headers[] = {{"X-Total-Count", TOTAL}, {"X-Total", TOTAL}, {"Total-Count", TOTAL},
	    {"Pagination-Total-Rows", TOTAL}, {"X-WP-Total", TOTAL}, {"X-Total-Pages", PAGES},
	    {"X-WP-TotalPages", PAGES}, {"X-Next-Page", LINK}, {"Sforce-Locator", TOKEN}};

	if (!seen->ended && sign_link(seen->reply, SPAN("next")).p) {
		snprintf(text, SIGN_TEXT,
		    "Link: rel=\"next\" announces more rows; the source file can say "
		    "\"next\": {\"link\": \"next\"}");
		return true;
	}
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		struct span value = http_header(seen->reply, headers[i].name);
		enum kind kind = headers[i].kind;
		bool text_more = !seen->ended && value.n > 0 && !span_eq(value, SPAN("null"));

		if (value.p &&
		    (kind == LINK || kind == TOKEN
		            ? text_more
		            : is_above(value, kind == TOTAL ? seen->rows : seen->pages))) {
			struct trail trail = {.name = {span_of(headers[i].name)}, .n = 1};

			tell(text, &trail, kind);
			return true;
		}
	}
	return false;
}

bool sign_find(const struct sign_seen *seen, char text[SIGN_TEXT])
{
	return look_through(seen, text) || (seen->reply && look_at_headers(seen, text));
}
