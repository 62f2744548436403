#include "dedup.h"

#include "base/map.h"
#include "base/mem.h"
#include "schema/numeral.h"
#include "json/jstr.h"
#include "json/scan.h"

#include <stdio.h>
#include <stdlib.h>

enum { OVERHEAD = 16 }; /* bytes that malloc adds to an allocation, about */

/* One key and its row: key, order and row stand one after the other in `bytes`. */
struct kept {
	size_t key, order, row; /* how long they are */
	bool no_order;          /* null */
	size_t room;
	char bytes[];
};

struct dedup {
	const struct contract_field **keys, *order_by;
	size_t n_keys;
	struct kept **list; /* as they came */
	size_t n, cap;
	struct map map;   /* keys to places in list */
	size_t used, max; /* bytes */
	uint64_t dropped;
	struct buf key, order, scratch; /* of the row in hand */
	bool no_order;
	char full[128];
};

/* ---- what can be compared ---- */

static bool check_field(
    const struct contract *c, struct span name, const char *what, struct error *error)
{
	const struct contract_field *f = contract_find(c, name);

	if (f->mode != MODE_REPEATED && type_can(f->type, TYPE_ORDER) && f->type != TYPE_BYTES)
		return true;
	return error_set(error, STATUS_CONFIG,
	    "%s:%d: field %.*s: --dedup: cannot compare %s%s as %s", c->path, f->line,
	    SPAN_ARG(f->name), f->mode == MODE_REPEATED ? "REPEATED " : "", type_name(f->type),
	    what);
}

static bool check_contract(const struct contract *c, struct error *error)
{
	if (c->key.n == 0)
		return error_set(
		    error, STATUS_CONFIG, "%s: --dedup: the contract has no \"key\"", c->path);
	for (size_t i = 0; i < c->key.n; i++)
		if (!check_field(c, c->key.item[i], "a key", error))
			return false;
	return !c->order_by.p || check_field(c, c->order_by, "an order", error);
}

static struct span key_of(const void *dedup, size_t i)
{
	const struct kept *kept = ((const struct dedup *)dedup)->list[i];

	return (struct span){kept->bytes, kept->key};
}

struct dedup *dedup_open(const struct contract *c, size_t max, struct error *error)
{
	struct dedup *d;

	if (!check_contract(c, error))
		return NULL;
	d = mem_alloc(sizeof *d);
	d->keys = mem_alloc(c->key.n * sizeof(struct contract_field *));
	for (; d->n_keys < c->key.n; d->n_keys++)
		d->keys[d->n_keys] = contract_find(c, c->key.item[d->n_keys]);
	d->order_by = c->order_by.p ? contract_find(c, c->order_by) : NULL;
	d->max = max;
	map_init(&d->map, key_of, d);
	buf_init(&d->key, SIZE_MAX);
	buf_init(&d->order, SIZE_MAX);
	buf_init(&d->scratch, SIZE_MAX);
	snprintf(d->full, sizeof d->full,
	    "the rows to keep take more than --dedup-memory, %zu bytes", max);
	return d;
}

/* ---- one row ---- */

static struct span find_value(struct span row, struct span name)
{
	struct span key, value;

	while (scan_member(&row, &key, &value))
		if (span_eq(key, name))
			return value;
	return SPAN("null");
}

/* The same bytes for the same number. */
static void add_number(struct buf *b, struct span text)
{
	struct numeral d;

	if (!numeral_parse(text, &d)) {
		buf_addspan(b, text);
		return;
	}
	if (d.negative && d.n > 0)
		buf_addc(b, '-');
	for (size_t i = 0; i < d.n; i++)
		buf_addc(b, numeral_digit(&d, i));
	buf_addf(b, "e%lld", (long long)d.point);
}

static struct span plain_text(struct dedup *d, struct span raw)
{
	buf_clear(&d->scratch);
	return scan_type(raw) == JSON_STRING ? jstr_text(raw, &d->scratch) : raw;
}

static bool read_key(struct dedup *d, struct span row, struct bad *bad)
{
	buf_clear(&d->key);
	for (size_t i = 0; i < d->n_keys; i++) {
		const struct contract_field *f = d->keys[i];
		struct span raw = find_value(row, f->name), text;
		size_t start = d->key.n, length;

		if (scan_type(raw) == JSON_NULL) {
			*bad = (struct bad){.field = f->name, .reason = "null in the key"};
			return false;
		}
		text = plain_text(d, raw);
		buf_add(&d->key, &start, sizeof start);
		if (type_can(f->type, TYPE_NUMBER))
			add_number(&d->key, text);
		else
			buf_addspan(&d->key, text);
		length = d->key.n - start;
		memcpy(d->key.p + start, &length, sizeof length);
	}
	return true;
}

/* A time without its Z: a fraction makes it greater, as it makes it longer. */
static void read_order(struct dedup *d, struct span row)
{
	struct span raw, text;

	buf_clear(&d->order);
	d->no_order = true;
	if (!d->order_by)
		return;
	raw = find_value(row, d->order_by->name);
	if (scan_type(raw) == JSON_NULL)
		return;
	text = plain_text(d, raw);
	if (d->order_by->type == TYPE_TIMESTAMP)
		text.n--;
	buf_addspan(&d->order, text);
	d->no_order = false;
}

/* ---- order ---- */

/* NaN and the infinities: BigQuery has NaN first. */
static int rank(struct span text)
{
	if (span_eq(text, SPAN("NaN")))
		return 0;
	return span_eq(text, SPAN("-Infinity")) ? 1 : span_eq(text, SPAN("Infinity")) ? 3 : 2;
}

static int compare_numbers(struct span a, struct span b)
{
	struct numeral x, y;

	if (numeral_parse(a, &x) && numeral_parse(b, &y))
		return numeral_compare(&x, &y);
	return rank(a) - rank(b);
}

static int compare_bytes(struct span a, struct span b)
{
	int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

/* Does the row in hand come before the one that is kept? */
static bool is_before(const struct dedup *d, const struct kept *kept)
{
	struct span new = buf_span(&d->order), old = {kept->bytes + kept->key, kept->order};

	if (d->no_order || kept->no_order)
		return d->no_order && !kept->no_order;
	if (type_can(d->order_by->type, TYPE_NUMBER))
		return compare_numbers(new, old) < 0;
	return compare_bytes(new, old) < 0;
}

/* ---- keeping ---- */

static bool reserve(struct dedup *d, size_t more)
{
	if (more > d->max - d->used)
		return false;
	d->used += more;
	return true;
}

/* Doubles list and map. */
static bool grow(struct dedup *d)
{
	size_t cap = d->cap ? d->cap * 2 : 64;
	size_t list = (cap - d->cap) * sizeof *d->list, map = map_bytes(cap) - map_bytes(d->cap);

	if (cap > MAP_MOST || !reserve(d, list + map))
		return false;
	d->list = mem_resize(d->list, cap, sizeof(struct kept *));
	d->cap = cap;
	map_reserve(&d->map, cap);
	return true;
}

/* Puts the row in hand into *place, in the block that is there where it is large enough. */
static bool put_row(struct dedup *d, struct kept **place, struct span row)
{
	size_t need = d->key.n + d->order.n + row.n;
	struct kept *kept = *place;
	char *p;

	if (!kept || kept->room < need) {
		size_t more = kept ? need - kept->room : need + sizeof *kept + OVERHEAD;

		if (!reserve(d, more))
			return false;
		kept = mem_resize(kept, 1, sizeof *kept + need);
		kept->room = need;
		*place = kept;
	}
	kept->key = d->key.n;
	kept->order = d->order.n;
	kept->row = row.n;
	kept->no_order = d->no_order;
	p = kept->bytes;
	memcpy(p, buf_span(&d->key).p, d->key.n);
	memcpy(p + d->key.n, buf_span(&d->order).p, d->order.n);
	memcpy(p + d->key.n + d->order.n, row.p, row.n);
	return true;
}

enum dedup_took dedup_take(struct dedup *d, struct span row, struct bad *bad)
{
	size_t at;

	if (!read_key(d, row, bad))
		return DEDUP_BAD;
	read_order(d, row);
	*bad = (struct bad){.reason = d->full};
	if (d->n == d->cap && !grow(d))
		return DEDUP_FULL;
	at = map_enter(&d->map, buf_span(&d->key), d->n);
	if (at != MAP_NONE) {
		struct kept **place = &d->list[at];

		d->dropped++;
		return is_before(d, *place) || put_row(d, place, row) ? DEDUP_TAKEN : DEDUP_FULL;
	}
	d->list[d->n] = NULL;
	if (!put_row(d, &d->list[d->n], row))
		return DEDUP_FULL;
	d->n++;
	return DEDUP_TAKEN;
}

void dedup_write(const struct dedup *d, struct out *out, struct infer *growth)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct kept *kept = d->list[i];
		struct span row = {kept->bytes + kept->key + kept->order, kept->row};

		out_line(out, row);
		if (growth)
			infer_object(growth, row);
	}
}

uint64_t dedup_dropped(const struct dedup *d)
{
	return d->dropped;
}

void dedup_close(struct dedup *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->n; i++)
		free(d->list[i]);
	free(d->list);
	map_free(&d->map);
	free(d->keys);
	buf_free(&d->key);
	buf_free(&d->order);
	buf_free(&d->scratch);
	free(d);
}
