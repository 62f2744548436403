#include "fetched.h"

#include "stream/end.h"

#include <inttypes.h>
#include <stdio.h>

enum { DEEP_MOST = 64 }; /* arrays in arrays on the way to the rows */

/* ---- finding an end without a look at the rules ---- */

/* p is after the opening quote. NULL: there is no end. */
static char *past_string(char *p, const char *end)
{
	for (; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : NULL;
}

static char *past_nest(char *p, const char *end)
{
	size_t depth = 0;

	while (p && p < end) {
		char c = *p++;

		if (c == '"')
			p = past_string(p, end);
		else if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			return p;
	}
	return NULL;
}

static char *past_value(char *p, const char *end)
{
	if (p < end && *p == '"')
		return past_string(p + 1, end);
	if (p < end && (*p == '{' || *p == '['))
		return past_nest(p, end);
	while (p < end && !scan_is_space(*p) && *p != ',' && *p != ']' && *p != '}')
		p++;
	return p;
}

/* ---- the way through a page ---- */

static void past_space(struct fetched *f)
{
	while (f->p < f->end && scan_is_space(*f->p))
		f->p++;
}

static bool take(struct fetched *f, char c)
{
	past_space(f);
	if (f->p == f->end || *f->p != c)
		return false;
	f->p++;
	return true;
}

/* Why there is not what must be here. */
static const char *odd(struct fetched *f)
{
	past_space(f);
	return f->p < f->end ? "not JSON" : "ends too early";
}

static const char *in_row(struct fetched *f, const char *why)
{
	snprintf(f->why, sizeof f->why, "row %" PRIu64 ": %s", f->number, why);
	return f->why;
}

/* ---- rows ---- */

static void add_bad(struct fetched *f, struct span raw, const char *why)
{
	struct fetched_bad bad = {f->number, {NULL, raw.n}, why};

	buf_add(&f->bad, &bad, sizeof bad);
	buf_addspan(&f->bad, raw);
}

/* A line end never stands inside a string, so all of them may go. */
static void move_row(struct fetched *f, struct span row)
{
	char *to = f->to;

	if (!memchr(row.p, '\n', row.n) && !memchr(row.p, '\r', row.n)) {
		memmove(to, row.p, row.n);
		to += row.n;
	} else {
		for (size_t i = 0; i < row.n; i++)
			if (row.p[i] != '\n' && row.p[i] != '\r')
				*to++ = row.p[i];
	}
	f->last = (struct span){f->to, (size_t)(to - f->to)};
	*to++ = '\n';
	f->to = to;
	f->rows++;
}

static const char *refuse(const char *why, struct span row, enum json type)
{
	if (!why && type != JSON_OBJECT)
		return "not a JSON object";
	return why || !end_is(row) ? why : "the key @end is for end records";
}

static bool ends_item(struct fetched *f, char *p)
{
	while (p < f->end && scan_is_space(*p))
		p++;
	return p < f->end && (*p == ',' || *p == ']');
}

/*
 * The row at f->p, and what follows it: *more is false where that is the closing bracket. The
 * line end may take its place, so it is read before the row is moved.
 */
static const char *one_row(struct fetched *f, bool *more)
{
	struct span text = {f->p, (size_t)(f->end - f->p)}, row = {0}, rest = {0};
	enum json type = JSON_NULL;
	const char *why = scan_value(&f->scan, text, &row, &type, &rest);
	char *past;

	why = refuse(why, row, type);
	past = why ? past_value(f->p, f->end) : f->p + (rest.p - text.p);
	f->number++;
	if (!past || past == f->p || (why && !ends_item(f, past)))
		return in_row(f, why);
	if (why)
		add_bad(f, (struct span){f->p, (size_t)(past - f->p)}, why);
	f->p = past;
	*more = take(f, ',');
	if (!*more && !take(f, ']'))
		return in_row(f, odd(f));
	if (!why)
		move_row(f, row);
	return NULL;
}

/* f->p is after the opening bracket. */
static const char *rows(struct fetched *f)
{
	const char *why = NULL;
	bool more = true;

	f->found = true;
	buf_add(&f->rest, f->copied, (size_t)(f->p - f->copied));
	if (!f->to)
		f->to = f->begin = f->p;
	if (take(f, ']'))
		more = false;
	while (more && !why) {
		past_space(f);
		why = one_row(f, &more);
	}
	buf_addc(&f->rest, ']');
	f->copied = f->p;
	return why;
}

/* NDJSON. A last line without an end may have been cut: it must be whole. */
static const char *lines(struct fetched *f)
{
	f->found = true;
	f->to = f->begin = f->p;
	while (past_space(f), f->p < f->end) {
		char *end = memchr(f->p, '\n', (size_t)(f->end - f->p)), *p = f->p;
		struct span text = {p, (size_t)((end ? end : f->end) - p)}, row = {0};
		enum json type = JSON_NULL;
		const char *why = scan_document(&f->scan, text, &row, &type);

		why = refuse(why, row, type);
		f->number++;
		f->p = end ? end + 1 : f->end;
		if (why && !end)
			return in_row(f, why);
		if (why)
			add_bad(f, text, why);
		else
			move_row(f, row);
	}
	return NULL;
}

/* ---- the envelope ---- */

static const char *value_at(struct fetched *f, size_t step);

static const char *skip(struct fetched *f)
{
	char *past = past_value(f->p, f->end);

	if (!past)
		return "ends too early";
	if (past == f->p)
		return odd(f);
	f->p = past;
	return NULL;
}

/* A name is scanned before it is compared: an escape that is cut would lead beyond the body. */
static const char *member(struct fetched *f, size_t step)
{
	struct span text, name, rest;
	enum json type;
	const char *why;

	past_space(f);
	text = (struct span){f->p, (size_t)(f->end - f->p)};
	why = scan_value(&f->scan, text, &name, &type, &rest);
	if (why || type != JSON_STRING)
		return why ? why : "not JSON";
	f->p += rest.p - text.p;
	if (!take(f, ':'))
		return odd(f);
	past_space(f);
	if (where_names((struct span){name.p + 1, name.n - 2}, f->place->step[step]))
		return value_at(f, step + 1);
	return skip(f);
}

static const char *object(struct fetched *f, size_t step)
{
	const char *why;

	f->p++;
	if (take(f, '}'))
		return NULL;
	do {
		why = member(f, step);
		if (why)
			return why;
	} while (take(f, ','));
	return take(f, '}') ? NULL : odd(f);
}

static const char *array(struct fetched *f, size_t step)
{
	const char *why;

	f->p++;
	if (take(f, ']'))
		return NULL;
	if (++f->deep > DEEP_MOST)
		return "nested too deep";
	do {
		why = value_at(f, step);
		if (why)
			return why;
	} while (take(f, ','));
	f->deep--;
	return take(f, ']') ? NULL : odd(f);
}

static const char *value_at(struct fetched *f, size_t step)
{
	past_space(f);
	if (f->p == f->end)
		return "ends too early";
	if (step == f->place->n && *f->p == '[') {
		f->p++;
		return rows(f);
	}
	if (step > 0 && *f->p == 'n')
		f->null = true;
	if (step == f->place->n)
		return skip(f);
	if (*f->p == '{')
		return object(f, step);
	return *f->p == '[' ? array(f, step) : skip(f);
}

/* ---- the whole ---- */

/* Several objects, one after the other? */
static bool has_lines(struct fetched *f)
{
	char *past = past_value(f->p, f->end);

	while (past && past < f->end && scan_is_space(*past))
		past++;
	return past && past < f->end && *past == '{';
}

static const char *document(struct fetched *f)
{
	struct span all = {f->p, (size_t)(f->end - f->p)};
	enum json type;
	const char *why;

	f->deep = 0;
	f->copied = f->p;
	why = *f->p == '{' || *f->p == '[' ? value_at(f, 0)
	                                   : scan_document(&f->scan, all, &f->envelope, &type);
	if (why)
		return why;
	buf_add(&f->rest, f->copied, (size_t)(f->end - f->copied));
	return scan_document(&f->scan, buf_span(&f->rest), &f->envelope, &type);
}

static void begin(struct fetched *f, struct buf *body, const struct where *place)
{
	f->found = f->null = false;
	f->rows = f->number = 0;
	f->block = f->last = f->envelope = (struct span){0};
	f->place = place;
	f->rest.max = f->bad.max = SIZE_MAX;
	buf_clear(&f->rest);
	buf_clear(&f->bad);
	if (body->max == body->n)
		body->max++;
	buf_reserve(body, 1); /* for the line end of a last row */
	f->p = body->p;
	f->end = body->p + body->n;
	f->to = f->begin = NULL;
	if (span_starts(buf_span(body), SPAN("\xef\xbb\xbf")))
		f->p += 3;
	past_space(f);
}

const char *fetched_read(
    struct fetched *f, struct buf *body, const struct where *place, bool as_lines)
{
	const char *why = NULL;

	begin(f, body, place);
	if (as_lines || (place->n == 0 && f->p < f->end && *f->p == '{' && has_lines(f)))
		why = lines(f);
	else
		why = f->p < f->end ? document(f) : "ends too early";
	if (f->to)
		f->block = (struct span){f->begin, (size_t)(f->to - f->begin)};
	return why;
}

bool fetched_bad(struct span *rest, struct fetched_bad *bad)
{
	if (rest->n == 0)
		return false;
	memcpy(bad, rest->p, sizeof *bad);
	bad->raw.p = rest->p + sizeof *bad;
	*rest = span_skip(*rest, sizeof *bad + bad->raw.n);
	return true;
}

bool fetched_row(struct span *block, struct span *row)
{
	const char *end = block->n > 0 ? memchr(block->p, '\n', block->n) : NULL;

	if (!end)
		return false;
	*row = (struct span){block->p, (size_t)(end - block->p)};
	*block = span_skip(*block, row->n + 1);
	return true;
}

void fetched_free(struct fetched *f)
{
	buf_free(&f->rest);
	buf_free(&f->bad);
	scan_free(&f->scan);
}
