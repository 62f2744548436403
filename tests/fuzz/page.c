/*
 * gaio-fetch's pages: whatever the body, its rows are strict JSON objects on lines of their
 * own; and where the body is strict JSON, they are the items of the array at the place.
 */

#include "../../cmd/gaio-fetch/fetched.h"
#include "stream/end.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "%s\n", what);
		abort();
	}
}

static void check_rows(const struct fetched *f)
{
	struct span block = f->block, row, value;
	struct scan scan = {0};
	uint64_t n = 0, bad = 0;
	enum json type;

	for (; fetched_row(&block, &row); n++) {
		must(!scan_document(&scan, row, &value, &type) && type == JSON_OBJECT, "not a row");
		must(!end_is(row) && !memchr(row.p, '\r', row.n), "not a line");
	}
	must(block.n == 0 && n == f->rows, "another count");
	must((n == 0) == (f->last.p == NULL) && (n == 0 || span_eq(f->last, row)),
	    "another last row");
	block = buf_span(&f->bad);
	for (struct fetched_bad one; fetched_bad(&block, &one); bad++)
		must(one.why && one.number > 0 && one.number <= f->number,
		    "a bad row without a reason");
	must(n + bad == f->number, "rows are lost");
	scan_free(&scan);
}

/* The item as it comes out: without line ends. */
static bool same(struct span item, struct span row)
{
	size_t n = 0;

	for (size_t i = 0; i < item.n; i++)
		if (item.p[i] != '\n' && item.p[i] != '\r') {
			if (n == row.n || row.p[n] != item.p[i])
				return false;
			n++;
		}
	return n == row.n;
}

static void check_items(const struct fetched *f, struct span array)
{
	struct span block = f->block, row, item;

	for (struct span rest = array; scan_item(&rest, &item);)
		if (scan_type(item) == JSON_OBJECT && !end_is(item))
			must(fetched_row(&block, &row) && same(item, row), "another row");
	must(block.n == 0, "a row too many");
}

static void one(const char *place, bool lines, const uint8_t *data, size_t size)
{
	struct span whole = {(const char *)data, size}, json, array = {0};
	struct where where = {0};
	struct fetched f = {0};
	struct scan scan = {0};
	struct buf body;
	enum json type;
	const char *why;

	buf_init(&body, SIZE_MAX);
	buf_add(&body, data, size);
	if (*place)
		must(!where_parse(&where, span_of(place)), "not a place");
	why = fetched_read(&f, &body, &where, lines);
	if (!why)
		check_rows(&f);
	if (!lines && *place && !scan_document(&scan, whole, &json, &type) && type == JSON_OBJECT) {
		must(!why, "strict JSON is refused");
		array = where_find(&where, json);
	}
	if (array.p && scan_type(array) == JSON_ARRAY)
		check_items(&f, array);
	scan_free(&scan);
	fetched_free(&f);
	buf_free(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	one("r", false, data, size);
	one("a.b", false, data, size);
	one("", false, data, size);
	one("", true, data, size);
	return 0;
}
