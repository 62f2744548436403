#include "digest.h"

#include "base/mem.h"
#include "wire/crypt.h"

#include <stdlib.h>

struct member {
	struct span name; /* its text */
	const struct field *field;
};

bool digest_init(struct digest *d, const char *columns)
{
	*d = (struct digest){0};
	buf_init(&d->text, SIZE_MAX);
	buf_init(&d->scratch, SIZE_MAX);
	buf_init(&d->names, SIZE_MAX);
	for (;; columns++) {
		size_t n = strcspn(columns, ",");

		if (n == 0 || *columns == '@' || d->n == DIGEST_KEYS)
			return false;
		d->key[d->n++] = (struct span){columns, n};
		columns += n;
		if (!*columns)
			return true;
	}
}

void digest_free(struct digest *d)
{
	free(d->members);
	buf_free(&d->text);
	buf_free(&d->scratch);
	buf_free(&d->names);
}

static void hash_text(struct digest *d, uint8_t hash[DIGEST])
{
	uint8_t whole[CRYPT_SHA256];

	crypt_sha256(buf_span(&d->text), whole);
	memcpy(hash, whole, DIGEST);
}

/* With its length before it, so that no two lists of texts read the same. */
static void add_text(struct buf *b, struct span text)
{
	uint64_t n = text.n;

	buf_add(b, &n, sizeof n);
	buf_addspan(b, text);
}

void digest_columns(struct digest *d, uint8_t hash[DIGEST])
{
	buf_clear(&d->text);
	for (size_t i = 0; i < d->n; i++)
		add_text(&d->text, d->key[i]);
	hash_text(d, hash);
}

/* ---- keys ---- */

static const char *add_key(struct digest *d, struct span value)
{
	enum json type = scan_type(value);

	if (type == JSON_NULL)
		return "a key cannot be null";
	if (type == JSON_ARRAY || type == JSON_OBJECT)
		return "a key cannot be an array or an object";
	buf_clear(&d->scratch);
	add_text(&d->text, type == JSON_STRING ? jstr_text(value, &d->scratch) : value);
	return NULL;
}

const char *digest_key(struct digest *d, const struct row *row, uint8_t hash[DIGEST],
    struct buf *members, struct span *column)
{
	size_t start = members->n;

	buf_clear(&d->text);
	for (size_t i = 0; i < d->n; i++) {
		const struct field *f = row_find(row, d->key[i]);
		const char *why = f ? add_key(d, f->value) : "the key is missing";

		*column = d->key[i];
		if (why)
			return why;
		if (i > 0)
			buf_addc(members, ',');
		jstr_quote_any(members, d->key[i]);
		buf_addc(members, ':');
		buf_addspan(members, f->value);
	}
	if (members->n - start > DIGEST_KEY_MAX)
		return "the key is longer than 65535 bytes";
	hash_text(d, hash);
	return NULL;
}

bool digest_result(struct digest *d, struct span external_id, uint8_t hash[DIGEST])
{
	bool one = scan_type(external_id) != JSON_ARRAY, ok = true;
	struct span rest = external_id, item = external_id;

	buf_clear(&d->text);
	if (one)
		ok = add_key(d, item) == NULL;
	while (!one && ok && scan_item(&rest, &item))
		ok = add_key(d, item) == NULL;
	hash_text(d, hash);
	return ok;
}

/* ---- rows ---- */

static int by_name(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = memcmp(a->name.p, b->name.p, a->name.n < b->name.n ? a->name.n : b->name.n);

	return order ? order : (a->name.n > b->name.n) - (a->name.n < b->name.n);
}

/* Names with escapes are resolved into a buffer that must not move while they are in use. */
static void take_members(struct digest *d, const struct row *row)
{
	size_t bytes = 0;

	if (row->n > d->cap) {
		d->cap = row->n + 32;
		d->members = mem_resize(d->members, d->cap, sizeof *d->members);
	}
	for (size_t i = 0; i < row->n; i++)
		bytes += row->fields[i].plain ? 0 : row->fields[i].name.n;
	buf_clear(&d->names);
	buf_reserve(&d->names, bytes + 1);
	for (size_t i = 0; i < row->n; i++) {
		const struct field *f = &row->fields[i];

		d->members[i].field = f;
		d->members[i].name = f->plain ? f->name : jstr_name(f->name, &d->names);
	}
	if (row->n > 1)
		qsort(d->members, row->n, sizeof *d->members, by_name);
}

/* An array or object without the white space between its tokens. */
static void add_packed(struct buf *b, struct span value)
{
	bool inside = false;

	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (!inside && (c == ' ' || c == '\t' || c == '\r' || c == '\n'))
			continue;
		if (c == '"')
			inside = !inside;
		buf_addc(b, c);
		if (c == '\\' && inside)
			buf_addc(b, value.p[++i]);
	}
}

static void add_value(struct digest *d, const struct field *f)
{
	uint64_t n;
	size_t start;

	buf_addc(&d->text, (char)('0' + (int)f->type));
	start = d->text.n;
	buf_add(&d->text, &(uint64_t){0}, sizeof n);
	if (f->type == JSON_STRING)
		buf_addspan(&d->text, jstr_text(f->value, &d->scratch));
	else
		add_packed(&d->text, f->value);
	n = d->text.n - start - sizeof n;
	memcpy(d->text.p + start, &n, sizeof n);
}

void digest_row(struct digest *d, const struct row *row, uint8_t hash[DIGEST])
{
	take_members(d, row);
	buf_clear(&d->text);
	for (size_t i = 0; i < row->n; i++) {
		buf_clear(&d->scratch);
		add_text(&d->text, d->members[i].name);
		add_value(d, d->members[i].field);
	}
	hash_text(d, hash);
}
