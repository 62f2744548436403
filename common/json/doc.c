#include "json/doc.h"

#include "base/file.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

bool doc_read(struct doc *d, const char *path, size_t max, struct error *error, struct span *text)
{
	file_error why;

	*d = (struct doc){.path = path, .error = error, .line = 1};
	buf_init(&d->text, max);
	buf_init(&d->scratch, max);
	why = file_read(strcmp(path, "-") == 0 ? "./-" : path, &d->text);
	if (why)
		error_set(error, STATUS_CONFIG, "%.500s: %s", path, why);
	*text = buf_span(&d->text);
	d->at = text->p;
	if (span_starts(*text, SPAN("\xef\xbb\xbf")))
		*text = span_skip(*text, 3);
	return !why;
}

void doc_free(struct doc *d)
{
	for (size_t i = 0; i < d->n_owned; i++)
		free(d->owned[i]);
	free(d->owned);
	buf_free(&d->text);
	buf_free(&d->scratch);
	*d = (struct doc){0};
}

/* ---- messages ---- */

int doc_line(struct doc *d, const char *p)
{
	if (p < d->at) {
		d->at = d->text.p;
		d->line = 1;
	}
	for (; d->at < p; d->at++)
		d->line += *d->at == '\n';
	return d->line;
}

bool doc_wrong(struct doc *d, const char *p, const char *format, ...)
{
	char text[ERROR_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return error_set(d->error, STATUS_CONFIG, "%.500s:%d: %s", d->path, doc_line(d, p), text);
}

/* ---- texts ---- */

static void *own(struct doc *d, void *memory)
{
	if ((d->n_owned & (d->n_owned - 1)) == 0)
		d->owned = mem_resize(d->owned, d->n_owned ? d->n_owned * 2 : 1, sizeof *d->owned);
	return d->owned[d->n_owned++] = memory;
}

void *doc_alloc(struct doc *d, size_t size)
{
	return own(d, mem_alloc(size));
}

static bool take_text(struct doc *d, const char *key, struct span raw, struct span *text)
{
	if (scan_type(raw) != JSON_STRING)
		return doc_wrong(d, raw.p, "%s: must be a string", key);
	buf_clear(&d->scratch);
	*text = jstr_text(raw, &d->scratch);
	if (d->scratch.n > 0)
		text->p = own(d, mem_dup(text->p, text->n));
	return true;
}

bool doc_text(struct doc *d, const char *key, struct span raw, struct span *text)
{
	return take_text(d, key, raw, text) &&
	       (text->n > 0 || doc_wrong(d, raw.p, "%s: is empty", key));
}

bool doc_texts(
    struct doc *d, const char *key, struct span raw, enum doc_items also, struct texts *list)
{
	struct span rest = raw, item;
	size_t most = 0;

	if (scan_type(raw) != JSON_ARRAY)
		return doc_wrong(d, raw.p, "%s: must be an array", key);
	while (scan_item(&rest, &item))
		most++;
	list->item = doc_alloc(d, most * sizeof *list->item);
	for (rest = raw; scan_item(&rest, &item);) {
		if (also == DOC_OBJECTS && scan_type(item) == JSON_OBJECT)
			continue;
		if (!(also == DOC_EMPTY ? take_text : doc_text)(d, key, item, &list->item[list->n]))
			return false;
		list->n++;
	}
	return true;
}

static size_t before(struct span text, char mark)
{
	const char *p = memchr(text.p, mark, text.n);

	return p ? (size_t)(p - text.p) : text.n;
}

bool doc_path(struct doc *d, const char *key, struct span raw, struct texts *list)
{
	struct span rest;

	if (!doc_text(d, key, raw, &rest))
		return false;
	list->item = doc_alloc(d, (rest.n + 1) * sizeof *list->item);
	for (;;) {
		size_t n = before(rest, '.');

		if (n == 0)
			return doc_wrong(d, raw.p, "%s: a step of the path is empty", key);
		list->item[list->n++] = (struct span){rest.p, n};
		if (n == rest.n)
			return true;
		rest = span_skip(rest, n + 1);
	}
}

static bool is_word(struct span text, const char *spellings)
{
	for (struct span rest = span_of(spellings); rest.n > 0;) {
		size_t n = before(rest, '|');

		if (n == text.n && strncasecmp(text.p, rest.p, n) == 0)
			return true;
		rest = span_skip(rest, n < rest.n ? n + 1 : n);
	}
	return false;
}

bool doc_word(
    struct doc *d, const char *key, const char *const *words, size_t n, struct span raw, size_t *at)
{
	struct span text;

	if (!doc_text(d, key, raw, &text))
		return false;
	for (size_t i = 0; i < n; i++)
		if (is_word(text, words[i])) {
			*at = i;
			return true;
		}
	return doc_wrong(d, raw.p, "unknown %s \"%.*s\"", key, DOC_SHOWN(text));
}
