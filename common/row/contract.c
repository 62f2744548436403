#include "row/contract.h"

#include "row/row.h"

#include "base/file.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* One reading: what stands where is needed for messages only. */
struct reader {
	struct contract *c;
	char *why;
	size_t count; /* fields so far, nested ones too */
	int line;     /* of `at`, from 1 */
	const char *at;
	struct span key, order_by, partition, cluster; /* raw JSON */
};

/* ---- messages ---- */

static int line_of(struct reader *r, const char *p)
{
	if (p < r->at) {
		r->at = r->c->text.p;
		r->line = 1;
	}
	for (; r->at < p; r->at++)
		r->line += *r->at == '\n';
	return r->line;
}

__attribute__((format(printf, 3, 4))) static bool wrong(
    struct reader *r, const char *p, const char *format, ...)
{
	int n = snprintf(r->why, CONTRACT_WHY, "%.500s:%d: ", r->c->path, line_of(r, p));
	va_list args;

	va_start(args, format);
	vsnprintf(r->why + n, CONTRACT_WHY - (size_t)n, format, args);
	va_end(args);
	return false;
}

/* For printf's %.*s: a text from the file, cut to a sensible length. */
#define SHOWN(s) (int)((s).n < 100 ? (s).n : 100), (s).p

/* ---- texts ---- */

static void *own(struct contract *c, void *memory)
{
	if ((c->n_owned & (c->n_owned - 1)) == 0)
		c->owned = mem_resize(c->owned, c->n_owned ? c->n_owned * 2 : 1, sizeof *c->owned);
	return c->owned[c->n_owned++] = memory;
}

static struct span unescape(struct contract *c, struct span raw)
{
	struct span text;

	buf_clear(&c->scratch);
	text = jstr_text(raw, &c->scratch);
	if (c->scratch.n > 0)
		text.p = own(c, mem_dup(text.p, text.n));
	return text;
}

static bool read_text(struct reader *r, const char *key, struct span raw, struct span *text)
{
	if (scan_type(raw) != JSON_STRING)
		return wrong(r, raw.p, "%s: must be a string", key);
	*text = unescape(r->c, raw);
	return text->n > 0 || wrong(r, raw.p, "%s: is empty", key);
}

static void add_text(struct contract *c, struct texts *list, size_t most, struct span text)
{
	if (!list->item)
		list->item = own(c, mem_alloc(most * sizeof *list->item));
	list->item[list->n++] = text;
}

/* An array of strings. `objects`: objects may stand in it too, and are passed over. */
static bool read_texts(
    struct reader *r, const char *key, struct span raw, bool objects, struct texts *list)
{
	struct span rest = raw, item, text;
	size_t most = 0;

	if (scan_type(raw) != JSON_ARRAY)
		return wrong(r, raw.p, "%s: must be an array", key);
	while (scan_item(&rest, &item))
		most++;
	for (rest = raw; scan_item(&rest, &item);) {
		if (objects && scan_type(item) == JSON_OBJECT)
			continue;
		if (!read_text(r, key, item, &text))
			return false;
		add_text(r->c, list, most, text);
	}
	return true;
}

/* ---- words ---- */

static const struct {
	const char *name;
	enum type type;
} types[] = {
    {"STRING", TYPE_STRING},
    {"BYTES", TYPE_BYTES},
    {"INT64", TYPE_INT64},
    {"FLOAT64", TYPE_FLOAT64},
    {"NUMERIC", TYPE_NUMERIC},
    {"BIGNUMERIC", TYPE_BIGNUMERIC},
    {"BOOL", TYPE_BOOL},
    {"DATE", TYPE_DATE},
    {"TIME", TYPE_TIME},
    {"DATETIME", TYPE_DATETIME},
    {"TIMESTAMP", TYPE_TIMESTAMP},
    {"JSON", TYPE_JSON},
    {"GEOGRAPHY", TYPE_GEOGRAPHY},
    {"RECORD", TYPE_RECORD},
    /* the other names; type_name gives those above */
    {"INTEGER", TYPE_INT64},
    {"INT", TYPE_INT64},
    {"SMALLINT", TYPE_INT64},
    {"BIGINT", TYPE_INT64},
    {"TINYINT", TYPE_INT64},
    {"BYTEINT", TYPE_INT64},
    {"FLOAT", TYPE_FLOAT64},
    {"DECIMAL", TYPE_NUMERIC},
    {"BIGDECIMAL", TYPE_BIGNUMERIC},
    {"BOOLEAN", TYPE_BOOL},
    {"STRUCT", TYPE_RECORD},
};

static const char *const modes[] = {"NULLABLE", "REQUIRED", "REPEATED"};
static const char *const partitions[] = {"DAY", "HOUR", "MONTH", "YEAR"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *type_name(enum type type)
{
	return types[type].name;
}

const char *mode_name(enum mode mode)
{
	return modes[mode];
}

static bool same_word(struct span a, struct span b)
{
	return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

static bool read_type(struct reader *r, struct contract_field *f, struct span raw)
{
	struct span text;
	size_t i = 0;

	if (!read_text(r, "type", raw, &text))
		return false;
	while (i < COUNT(types) && !same_word(text, span_of(types[i].name)))
		i++;
	if (i == COUNT(types))
		return wrong(r, raw.p, "unknown type \"%.*s\"", SHOWN(text));
	f->type = types[i].type;
	return true;
}

/* One of n words; *at is its place in the list. */
static bool read_word(struct reader *r, const char *key, const char *const *words, size_t n,
    struct span raw, size_t *at)
{
	struct span text;

	if (!read_text(r, key, raw, &text))
		return false;
	for (*at = 0; *at < n; ++*at)
		if (same_word(text, span_of(words[*at])))
			return true;
	return wrong(r, raw.p, "unknown %s \"%.*s\"", key, SHOWN(text));
}

static bool read_mode(struct reader *r, struct contract_field *f, struct span raw)
{
	size_t at = 0;
	bool good = read_word(r, "mode", modes, COUNT(modes), raw, &at);

	f->mode = good ? (enum mode)at : MODE_NULLABLE;
	return good;
}

/* ---- a field ---- */

static bool read_name(struct reader *r, struct contract_field *f, struct span raw)
{
	if (!read_text(r, "name", raw, &f->name))
		return false;
	for (size_t i = 0; i < f->name.n; i++) {
		char c = f->name.p[i], letter = (char)(c | 0x20);
		bool digit = c >= '0' && c <= '9' && i > 0;

		if (!digit && c != '_' && (letter < 'a' || letter > 'z'))
			return wrong(r, raw.p,
			    "name: must be letters, digits and _, and not begin with a digit");
	}
	return f->name.n <= 300 || wrong(r, raw.p, "name: longer than 300 characters");
}

static bool read_description(struct reader *r, struct contract_field *f, struct span raw)
{
	if (span_eq(raw, SPAN("\"\"")))
		return true;
	return read_text(r, "description", raw, &f->description);
}

static bool read_from(struct reader *r, struct contract_field *f, struct span raw)
{
	struct span path, part;

	if (scan_type(raw) == JSON_ARRAY)
		return read_texts(r, "from", raw, false, &f->from) &&
		       (f->from.n > 0 || wrong(r, raw.p, "from: is empty"));
	if (!read_text(r, "from", raw, &path))
		return false;
	for (size_t most = path.n; path.p; path = part) {
		const char *dot = memchr(path.p, '.', path.n);

		part = dot ? span_skip(path, (size_t)(dot - path.p) + 1) : (struct span){0};
		path.n = dot ? (size_t)(dot - path.p) : path.n;
		if (path.n == 0)
			return wrong(r, raw.p, "from: a step of the path is empty");
		add_text(r->c, &f->from, most, path);
	}
	return true;
}

static bool read_clean(struct reader *r, struct contract_field *f, struct span raw)
{
	f->clean_raw = raw;
	return read_texts(r, "clean", raw, true, &f->clean);
}

static bool read_default(struct reader *r, struct contract_field *f, struct span raw)
{
	(void)r;
	f->default_raw = raw;
	return true;
}

static bool read_format(struct reader *r, struct contract_field *f, struct span raw)
{
	struct texts formats = {0};
	struct span format;

	f->format_raw = raw;
	if (scan_type(raw) == JSON_ARRAY)
		return read_texts(r, "format", raw, false, &formats);
	return read_text(r, "format", raw, &format);
}

static bool read_tz(struct reader *r, struct contract_field *f, struct span raw)
{
	return read_text(r, "tz", raw, &f->tz);
}

static bool read_pii(struct reader *r, struct contract_field *f, struct span raw)
{
	struct row row = {0};
	const struct field *action;
	struct span word = raw;

	f->pii_raw = raw;
	if (scan_type(raw) == JSON_OBJECT) {
		row_split(&row, raw);
		action = row_find(&row, SPAN("action"));
		word = action ? action->value : (struct span){0};
		row_free(&row);
	}
	if (!word.p)
		return wrong(r, raw.p, "pii: no \"action\"");
	return read_text(r, "pii", word, &f->pii);
}

typedef bool field_reader(struct reader *r, struct contract_field *f, struct span raw);

static const struct {
	const char *key;
	field_reader *read;
} field_keys[] = {
    {"name", read_name},
    {"type", read_type},
    {"mode", read_mode},
    {"from", read_from},
    {"description", read_description},
    {"clean", read_clean},
    {"default", read_default},
    {"format", read_format},
    {"tz", read_tz},
    {"pii", read_pii},
};

static bool read_fields(
    struct reader *r, struct span raw, int depth, struct contract_field **fields, size_t *n);

static bool read_key(struct reader *r, struct contract_field *f, const struct field *key)
{
	for (size_t i = 0; i < COUNT(field_keys); i++)
		if (span_eq(key->name, span_of(field_keys[i].key)))
			return field_keys[i].read(r, f, key->value);
	if (span_eq(key->name, SPAN("fields")))
		return true;
	return wrong(r, key->name.p, "unknown key \"%.*s\"", SHOWN(key->name));
}

static bool check_field(
    struct reader *r, struct contract_field *f, const struct row *row, struct span raw, int depth)
{
	const struct field *nested = row_find(row, SPAN("fields"));

	if (!f->name.p)
		return wrong(r, raw.p, "field without a name");
	if (!row_find(row, SPAN("type")))
		return wrong(r, raw.p, "field %.*s: no type", SHOWN(f->name));
	if (!f->from.item)
		add_text(r->c, &f->from, 1, f->name);
	if (f->type != TYPE_RECORD)
		return !nested || wrong(r, nested->name.p, "field %.*s: fields on a %s",
		                      SHOWN(f->name), type_name(f->type));
	if (nested && !read_fields(r, nested->value, depth + 1, &f->fields, &f->n))
		return false;
	return f->n > 0 || wrong(r, raw.p, "field %.*s: a RECORD without fields", SHOWN(f->name));
}

static bool read_field(struct reader *r, struct contract_field *f, struct span raw, int depth)
{
	struct row row = {0};
	bool good = true;

	if (scan_type(raw) != JSON_OBJECT)
		return wrong(r, raw.p, "fields: must hold objects");
	if (++r->count > CONTRACT_MAX_FIELDS)
		return wrong(r, raw.p, "more than %d fields", CONTRACT_MAX_FIELDS);
	f->line = line_of(r, raw.p);
	row_split(&row, raw);
	for (size_t i = 0; i < row.n && good; i++)
		good = read_key(r, f, &row.fields[i]);
	good = good && check_field(r, f, &row, raw, depth);
	row_free(&row);
	return good;
}

static bool name_is_new(const struct contract_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (same_word(fields[i].name, fields[n].name))
			return false;
	return true;
}

static bool read_fields(
    struct reader *r, struct span raw, int depth, struct contract_field **fields, size_t *n)
{
	struct span rest = raw, item;
	size_t most = 0;

	if (scan_type(raw) != JSON_ARRAY)
		return wrong(r, raw.p, "fields: must be an array");
	if (depth > CONTRACT_MAX_NESTING)
		return wrong(r, raw.p, "fields: nested deeper than %d", CONTRACT_MAX_NESTING);
	while (scan_item(&rest, &item))
		most++;
	*fields = own(r->c, mem_alloc(most * sizeof **fields));
	for (rest = raw; scan_item(&rest, &item); ++*n) {
		struct contract_field *f = &(*fields)[*n];

		if (!read_field(r, f, item, depth))
			return false;
		if (!name_is_new(*fields, *n))
			return wrong(r, item.p, "field %.*s: named twice", SHOWN(f->name));
	}
	return true;
}

/* ---- the whole ---- */

static bool read_partition(struct reader *r, struct span raw)
{
	struct row row = {0};
	size_t type = 0;
	bool good = true;

	r->partition = raw;
	if (scan_type(raw) != JSON_OBJECT)
		return wrong(r, raw.p, "partition: must be an object");
	row_split(&row, raw);
	for (size_t i = 0; i < row.n && good; i++) {
		const struct field *f = &row.fields[i];

		if (span_eq(f->name, SPAN("field")))
			good = read_text(r, "partition field", f->value, &r->c->partition_field);
		else if (span_eq(f->name, SPAN("type")))
			good = read_word(
			    r, "partition type", partitions, COUNT(partitions), f->value, &type);
		else
			good = wrong(r, f->name.p, "unknown key \"%.*s\"", SHOWN(f->name));
	}
	row_free(&row);
	r->c->partition_type = span_of(partitions[good ? type : 0]);
	return good && (r->c->partition_field.p || wrong(r, raw.p, "partition: no field"));
}

static bool read_top(struct reader *r, const struct field *f)
{
	struct contract *c = r->c;
	struct span ignored;

	if (span_eq(f->name, SPAN("name")))
		return read_text(r, "name", f->value, &c->name);
	if (span_eq(f->name, SPAN("description")))
		return read_text(r, "description", f->value, &ignored);
	if (span_eq(f->name, SPAN("key"))) {
		r->key = f->value;
		return read_texts(r, "key", f->value, false, &c->key);
	}
	if (span_eq(f->name, SPAN("order_by"))) {
		r->order_by = f->value;
		return read_text(r, "order_by", f->value, &c->order_by);
	}
	if (span_eq(f->name, SPAN("partition")))
		return read_partition(r, f->value);
	if (span_eq(f->name, SPAN("cluster"))) {
		r->cluster = f->value;
		return read_texts(r, "cluster", f->value, false, &c->cluster);
	}
	if (span_eq(f->name, SPAN("fields")))
		return read_fields(r, f->value, 1, &c->fields, &c->n);
	return wrong(r, f->name.p, "unknown key \"%.*s\"", SHOWN(f->name));
}

static bool check_name(struct reader *r, const char *key, struct span raw, struct span name)
{
	return !name.p || contract_find(r->c, name) ||
	       wrong(r, raw.p, "%s: no field %.*s", key, SHOWN(name));
}

static bool check_names(struct reader *r, const char *key, struct span raw, struct texts names)
{
	for (size_t i = 0; i < names.n; i++)
		if (!check_name(r, key, raw, names.item[i]))
			return false;
	return true;
}

static bool check_whole(struct reader *r)
{
	const struct contract *c = r->c;
	const struct contract_field *day;

	if (c->n == 0)
		return wrong(r, c->text.p, "no fields");
	if (!check_names(r, "key", r->key, c->key) ||
	    !check_name(r, "order_by", r->order_by, c->order_by) ||
	    !check_name(r, "partition", r->partition, c->partition_field) ||
	    !check_names(r, "cluster", r->cluster, c->cluster))
		return false;
	if (c->cluster.n > 4)
		return wrong(r, r->cluster.p, "cluster: more than 4 fields");
	day = c->partition_field.p ? contract_find(c, c->partition_field) : NULL;
	if (day && ((day->type != TYPE_DATE && day->type != TYPE_DATETIME &&
	                day->type != TYPE_TIMESTAMP) ||
	               day->mode == MODE_REPEATED))
		return wrong(r, r->partition.p,
		    "partition: field %.*s must be one DATE, DATETIME or TIMESTAMP",
		    SHOWN(day->name));
	return true;
}

static bool read_whole(struct reader *r, struct span text)
{
	struct row row = {0};
	const char *broken = row_parse(&row, text);
	bool good = true;

	if (broken && row.bad.p)
		good = wrong(r, row.scan.at, "%s \"%.*s\"", broken, SHOWN(row.bad));
	else if (broken)
		good = wrong(r, row.scan.at, "%s", broken);
	for (size_t i = 0; i < row.n && good; i++)
		good = read_top(r, &row.fields[i]);
	row_free(&row);
	return good && check_whole(r);
}

bool contract_read(struct contract *c, const char *path, char why[CONTRACT_WHY])
{
	struct reader r = {.c = c, .why = why, .line = 1};
	struct span text;
	file_error error;

	*c = (struct contract){.path = path};
	buf_init(&c->text, CONTRACT_MAX_BYTES);
	buf_init(&c->scratch, CONTRACT_MAX_BYTES);
	error = file_read(strcmp(path, "-") == 0 ? "./-" : path, &c->text);
	if (error) {
		snprintf(why, CONTRACT_WHY, "%.500s: %s", path, error);
	} else {
		text = buf_span(&c->text);
		r.at = text.p;
		if (span_starts(text, SPAN("\xef\xbb\xbf")))
			text = span_skip(text, 3);
		if (read_whole(&r, text))
			return true;
	}
	contract_free(c);
	return false;
}

const struct contract_field *contract_find(const struct contract *c, struct span name)
{
	for (size_t i = 0; i < c->n; i++)
		if (span_eq(c->fields[i].name, name))
			return &c->fields[i];
	return NULL;
}

void contract_free(struct contract *c)
{
	for (size_t i = 0; i < c->n_owned; i++)
		free(c->owned[i]);
	free(c->owned);
	buf_free(&c->text);
	buf_free(&c->scratch);
	*c = (struct contract){0};
}
