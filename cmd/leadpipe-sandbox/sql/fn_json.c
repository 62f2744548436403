#include "sql/cast.h"
#include "sql/fn.h"
#include "json/jstr.h"
#include "json/scan.h"
#include "wire/crypt.h"

enum { JSON_MAX = 256 << 20 };

void fn_json_element(struct buf *b, char kind, sqlite3_value *v)
{
	char text[CAST_DOUBLE];
	struct span s;

	if (sqlite3_value_type(v) == SQLITE_NULL) {
		buf_adds(b, "null");
	} else if (kind == 'f') {
		cast_double_json(text, fn_double(v));
		buf_adds(b, text);
	} else if (kind == 'b') {
		buf_addc(b, '"');
		crypt_base64(b, fn_text(v));
		buf_addc(b, '"');
	} else if (kind == 'r' || sqlite3_value_type(v) == SQLITE_INTEGER) {
		buf_addspan(b, fn_text(v));
	} else {
		s = fn_text(v);
		jstr_quote(b, s);
	}
}

/* bq_array('kinds', a, b ...) */
static char *array(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const char *kinds = (const char *)sqlite3_value_text(v[0]);
	struct buf b;

	buf_init(&b, JSON_MAX);
	buf_addc(&b, '[');
	for (int i = 1; i < n; i++) {
		if (i > 1)
			buf_addc(&b, ',');
		fn_json_element(&b, kinds[i - 1], v[i]);
	}
	buf_addc(&b, ']');
	return fn_finish(ctx, &b, false);
}

/* bq_element('kind', value): the value as an element of bq_array */
static char *element(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf b;

	(void)n;
	buf_init(&b, JSON_MAX);
	fn_json_element(&b, *(const char *)sqlite3_value_text(v[0]), v[1]);
	return fn_finish(ctx, &b, false);
}

/* bq_elements(array, column): the array to store: [] for NULL, and without NULLs in it */
static char *elements(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct span s = fn_text(v[0]), rest = s, item;

	(void)n;
	if (sqlite3_value_type(v[0]) == SQLITE_NULL) {
		fn_result_text(ctx, SPAN("[]"));
		return NULL;
	}
	while (s.n > 2 && scan_item(&rest, &item))
		if (span_eq(item, SPAN("null")))
			return sqlite3_mprintf(
			    "Array cannot have a null element; error in writing field %s",
			    sqlite3_value_text(v[1]));
	sqlite3_result_value(ctx, v[0]);
	return NULL;
}

/* bq_array_join(array, array ...): one after the other */
static char *array_join(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf b;

	buf_init(&b, JSON_MAX);
	buf_addc(&b, '[');
	for (int i = 0; i < n; i++) {
		struct span s = fn_text(v[i]);
		if (s.n <= 2)
			continue;
		if (b.n > 1)
			buf_addc(&b, ',');
		buf_add(&b, s.p + 1, s.n - 2);
	}
	buf_addc(&b, ']');
	return fn_finish(ctx, &b, false);
}

static void write_shape(struct buf *b, const char **shape, struct span raw, struct buf *scratch);

/* Over one shape without writing. */
static void skip_shape(const char **shape)
{
	while (**shape == 'A')
		++*shape;
	if (**shape != '{') {
		++*shape;
		return;
	}
	for (int depth = 0;; ++*shape) {
		depth += (**shape == '{') - (**shape == '}');
		if (depth == 0) {
			++*shape;
			return;
		}
	}
}

static void write_record(struct buf *b, const char **shape, struct span raw, struct buf *scratch)
{
	struct span rest = raw, item;

	++*shape;
	buf_addc(b, '{');
	for (bool more = scan_item(&rest, &item); **shape != '}';
	     more = more && scan_item(&rest, &item)) {
		const char *end = strchr(*shape, ':');

		if (**shape == ',') {
			buf_addc(b, ',');
			++*shape;
		}
		buf_add(b, *shape, (size_t)(end + 1 - *shape));
		*shape = end + 1;
		write_shape(b, shape, more ? item : SPAN("null"), scratch);
	}
	++*shape;
	buf_addc(b, '}');
}

static void write_array(struct buf *b, const char **shape, struct span raw, struct buf *scratch)
{
	struct span rest = raw, item;
	const char *element = ++*shape, *again;
	bool first = true;

	buf_addc(b, '[');
	while (raw.n > 2 && scan_item(&rest, &item)) {
		if (!first)
			buf_addc(b, ',');
		first = false;
		again = element;
		write_shape(b, &again, item, scratch);
	}
	buf_addc(b, ']');
	skip_shape(shape);
}

static void write_int(struct buf *b, struct span text)
{
	int64_t value;
	bool big =
	    !cast_int(text, &value) || value > (INT64_C(1) << 53) || value < -(INT64_C(1) << 53);

	buf_addf(b, big ? "\"%.*s\"" : "%.*s", SPAN_ARG(text));
}

/* A scalar by its letter; `text` is what is stored. */
static void write_scalar(struct buf *b, char letter, struct span text)
{
	char out[CIVIL_TEXT + 4];
	int64_t us;

	switch (letter) {
	case 'i': write_int(b, text); break;
	case 'w': buf_addspan(b, text); break; /* wide numbers as they are: TO_JSON */
	case 'n':
		if (memchr(text.p, '.', text.n))
			jstr_quote(b, text);
		else
			write_int(b, text);
		break;
	case 'o': buf_adds(b, text.n && *text.p == '1' ? "true" : "false"); break;
	case 't':
		if (cast_int(text, &us)) {
			struct civil c = civil_of_us(us);
			civil_datetime(out, &c);
			buf_addf(b, "\"%sZ\"", out);
		}
		break;
	case 'j': buf_addspan(b, text); break;
	default: jstr_quote(b, text);
	}
}

static void write_double(struct buf *b, double value)
{
	char text[CAST_DOUBLE];
	size_t n;

	if (value - value != 0) {
		buf_adds(b, value != value ? "\"NaN\""
		            : value > 0    ? "\"Infinity\""
		                           : "\"-Infinity\"");
		return;
	}
	cast_double_text(text, value);
	n = strlen(text);
	buf_add(b, text, n > 2 && strcmp(text + n - 2, ".0") == 0 ? n - 2 : n);
}

/* One stored JSON value in its TO_JSON_STRING form. */
static void write_shape(struct buf *b, const char **shape, struct span raw, struct buf *scratch)
{
	char letter = **shape;
	struct span text = raw;
	double value;

	if (span_eq(raw, SPAN("null"))) {
		buf_adds(b, "null");
		skip_shape(shape);
		return;
	}
	if (letter == 'A') {
		write_array(b, shape, raw, scratch);
		return;
	}
	if (letter == '{') {
		write_record(b, shape, raw, scratch);
		return;
	}
	++*shape;
	if (*raw.p == '"') {
		buf_clear(scratch);
		text = jstr_text(raw, scratch);
	}
	if (letter == 'f')
		write_double(b, cast_double(text, &value) ? value
		                : *raw.p == '"'           ? value - value
		                : text.p[0] == '-'        ? -1e308 * 10
		                                          : 1e308 * 10);
	else
		write_scalar(b, letter, text);
}

/* bq_to_json(shape, value) */
static char *to_json(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const char *shape = (const char *)sqlite3_value_text(v[0]);
	struct buf b, scratch;

	(void)n;
	buf_init(&b, JSON_MAX);
	buf_init(&scratch, JSON_MAX);
	if (sqlite3_value_type(v[1]) == SQLITE_NULL) {
		buf_adds(&b, "null");
	} else if (*shape == 'A' || *shape == '{') {
		write_shape(&b, &shape, fn_text(v[1]), &scratch);
	} else if (*shape == 'f') {
		write_double(&b, fn_double(v[1]));
	} else if (*shape == 'b') {
		fn_json_element(&b, 'b', v[1]);
	} else {
		write_scalar(&b, *shape, fn_text(v[1]));
	}
	buf_free(&scratch);
	return fn_finish(ctx, &b, false);
}

const struct fn_entry fn_table_json[] = {{"bq_array", array, fn_nulls},
    {"bq_element", element, fn_nulls}, {"bq_elements", elements, fn_nulls},
    {"bq_array_join", array_join, fn_nulls}, {"bq_array_concat", array_join, NULL},
    {"bq_to_json", to_json, fn_nulls}, {0}};
