#include "wire/csv.h"

#include "base/mem.h"

#include <stdlib.h>
#include <strings.h>

void csv_init(struct csv *csv, struct span text, char delimiter)
{
	*csv = (struct csv){.rest = text, .delimiter = delimiter};
	buf_init(&csv->scratch, SIZE_MAX);
}

static void add_cell(struct csv *csv, struct span cell, size_t copied)
{
	if (csv->n == csv->cap) {
		csv->cap = csv->cap ? 2 * csv->cap : 32;
		csv->cells = mem_resize(csv->cells, csv->cap, sizeof *csv->cells);
		csv->copied = mem_resize(csv->copied, csv->cap, sizeof *csv->copied);
	}
	csv->cells[csv->n] = cell;
	csv->copied[csv->n++] = copied;
}

/* The cell begins after its quote; *p ends after the closing one. */
static bool take_quoted(struct csv *csv, const char **p, const char *end)
{
	const char *start = *p, *quote;
	size_t at = csv->scratch.n;

	while ((quote = memchr(start, '"', (size_t)(end - start))) && quote + 1 < end &&
	       quote[1] == '"') {
		buf_add(&csv->scratch, start, (size_t)(quote + 1 - start));
		start = quote + 2;
	}
	if (!quote) {
		csv->why = "a quote without an end";
		return false;
	}
	if (csv->scratch.n == at) {
		add_cell(csv, (struct span){start, (size_t)(quote - start)}, 0);
	} else {
		buf_add(&csv->scratch, start, (size_t)(quote - start));
		add_cell(csv, (struct span){NULL, csv->scratch.n - at}, at + 1);
	}
	*p = quote + 1;
	return true;
}

static void take_plain(struct csv *csv, const char **p, const char *end)
{
	const char *start = *p;

	while (*p < end && **p != csv->delimiter && **p != '\n')
		++*p;
	if (*p < end && **p == '\n' && *p > start && (*p)[-1] == '\r')
		--*p;
	add_cell(csv, (struct span){start, (size_t)(*p - start)}, 0);
}

static void take_line_end(struct csv *csv, const char **p, const char *end)
{
	csv->crlf = end - *p >= 2 && **p == '\r' && (*p)[1] == '\n';
	csv->lf = *p < end && **p == '\n';
	*p += csv->crlf ? 2 : csv->lf;
}

static void resolve(struct csv *csv)
{
	for (size_t i = 0; i < csv->n; i++)
		if (csv->copied[i] > 0)
			csv->cells[i].p = csv->scratch.p + csv->copied[i] - 1;
}

static bool take_record(struct csv *csv, const char **p, const char *end)
{
	for (;; ++*p) {
		if (*p < end && **p == '"') {
			++*p;
			if (!take_quoted(csv, p, end))
				return false;
		} else {
			take_plain(csv, p, end);
		}
		if (*p < end && **p == csv->delimiter)
			continue;
		take_line_end(csv, p, end);
		if (csv->lf || csv->crlf || *p == end)
			return true;
		csv->why = "text behind a quoted cell";
		return false;
	}
}

bool csv_next(struct csv *csv)
{
	const char *p = csv->rest.p, *end = p + csv->rest.n;

	csv->n = 0;
	buf_clear(&csv->scratch);
	while (p < end && (*p == '\n' || (*p == '\r' && end - p > 1 && p[1] == '\n')))
		p += *p == '\n' ? 1 : 2;
	if (p == end || csv->why || !take_record(csv, &p, end))
		return false;
	csv->rest = (struct span){p, (size_t)(end - p)};
	csv->records++;
	resolve(csv);
	return true;
}

size_t csv_find(const struct csv *csv, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < csv->n; i++)
		if (csv->cells[i].n == n && strncasecmp(csv->cells[i].p, name, n) == 0)
			return i;
	return SIZE_MAX;
}

void csv_free(struct csv *csv)
{
	free(csv->cells);
	free(csv->copied);
	buf_free(&csv->scratch);
	*csv = (struct csv){0};
}

static bool needs_quotes(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (strchr(",\"\r\n;|\t^`", text.p[i]) && text.p[i])
			return true;
	return text.n > 0 && (text.p[0] == ' ' || text.p[text.n - 1] == ' ');
}

void csv_add(struct buf *b, struct span text, bool quote)
{
	size_t from = 0;

	if (!quote && !needs_quotes(text)) {
		buf_addspan(b, text);
		return;
	}
	buf_addc(b, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '"' && text.p[i] != '\r')
			continue;
		buf_add(b, text.p + from, i - from);
		buf_adds(b, text.p[i] == '"' ? "\"\"" : "\n");
		from = i + 1;
		if (text.p[i] == '\r' && from < text.n && text.p[from] == '\n')
			i = from++;
	}
	buf_add(b, text.p + from, text.n - from);
	buf_addc(b, '"');
}
