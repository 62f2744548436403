#include "where.h"

#include "json/jstr.h"
#include "json/scan.h"

/* ---- reading a place ---- */

/* The step at the start of *rest, which moves past it; NULL, or the rule broken. */
static const char *take_step(struct span *rest, struct span *step)
{
	bool quoted = rest->n > 0 && *rest->p == '"';
	const char *end;

	if (quoted)
		*rest = span_skip(*rest, 1);
	end = rest->n > 0 ? memchr(rest->p, quoted ? '"' : '.', rest->n) : NULL;
	if (quoted && !end)
		return "a quote is not closed";
	*step = (struct span){rest->p, end ? (size_t)(end - rest->p) : rest->n};
	*rest = span_skip(*rest, step->n + quoted);
	return step->n == 0 ? "a step is empty" : NULL;
}

const char *where_parse(struct where *w, struct span text)
{
	struct span rest = text;

	*w = (struct where){.text = text};
	for (;;) {
		const char *why = take_step(&rest, &w->step[w->n]);

		if (why)
			return why;
		w->n++;
		if (rest.n == 0)
			return NULL;
		if (*rest.p != '.')
			return "a dot is missing after a quote";
		if (w->n == WHERE_STEPS)
			return "more than 12 steps";
		rest = span_skip(rest, 1);
	}
}

/* ---- finding ---- */

bool where_names(struct span raw, struct span text)
{
	struct buf scratch;
	bool same;

	if (!memchr(raw.p, '\\', raw.n))
		return span_eq(raw, text);
	buf_init(&scratch, raw.n);
	same = span_eq(jstr_name(raw, &scratch), text);
	buf_free(&scratch);
	return same;
}

static struct span find(const struct span *step, size_t n, struct span json);

static struct span in_object(const struct span *step, size_t n, struct span json)
{
	bool any = span_eq(*step, SPAN("*"));
	struct span name, value, found;

	for (struct span rest = json; scan_member(&rest, &name, &value);)
		if (any || where_names(name, *step)) {
			found = find(step + 1, n - 1, value);
			if (found.p || !any)
				return found;
		}
	return (struct span){0};
}

static struct span in_array(const struct span *step, size_t n, struct span json)
{
	struct span item, found = {0};
	uint64_t index;
	bool number = text_number(*step, &index);

	for (struct span rest = json; !found.p && scan_item(&rest, &item);) {
		if (!number)
			found = find(step, n, item);
		else if (index-- == 0)
			return find(step + 1, n - 1, item);
	}
	return found;
}

static struct span find(const struct span *step, size_t n, struct span json)
{
	if (n == 0)
		return json;
	switch (scan_type(json)) {
	case JSON_OBJECT: return in_object(step, n, json);
	case JSON_ARRAY: return in_array(step, n, json);
	default: return (struct span){0};
	}
}

struct span where_find(const struct where *w, struct span json)
{
	return w->n > 0 && json.p ? find(w->step, w->n, json) : (struct span){0};
}

struct span where_text(const struct where *w, struct span json, struct buf *scratch)
{
	struct span raw = where_find(w, json);

	if (!raw.p)
		return raw;
	switch (scan_type(raw)) {
	case JSON_STRING: return jstr_text(raw, scratch);
	case JSON_NUMBER:
	case JSON_TRUE:
	case JSON_FALSE: return raw;
	default: return (struct span){0};
	}
}

bool where_count(const struct where *w, struct span json, uint64_t *n)
{
	struct span raw = where_find(w, json);

	if (raw.n > 1 && *raw.p == '"')
		raw = (struct span){raw.p + 1, raw.n - 2};
	return raw.p && text_number(raw, n);
}

/* ---- setting ---- */

static void set(
    struct buf *to, const struct span *step, size_t n, struct span json, struct span raw);

static void set_member(
    struct buf *to, const struct span *step, size_t n, struct span json, struct span raw)
{
	struct span name, value;
	bool there = false, first = true;

	buf_addc(to, '{');
	for (struct span rest = json; json.p && scan_member(&rest, &name, &value); first = false) {
		bool it = where_names(name, *step);

		if (!first)
			buf_addc(to, ',');
		buf_add(to, name.p - 1, name.n + 2);
		buf_addc(to, ':');
		set(to, step + 1, it ? n - 1 : 0, value, it ? raw : value);
		there = there || it;
	}
	if (!there) {
		if (!first)
			buf_addc(to, ',');
		jstr_quote(to, *step);
		buf_addc(to, ':');
		set(to, step + 1, n - 1, (struct span){0}, raw);
	}
	buf_addc(to, '}');
}

static void set_item(
    struct buf *to, const struct span *step, size_t n, struct span json, struct span raw)
{
	uint64_t index, i = 0;
	struct span item;

	if (!text_number(*step, &index))
		index = UINT64_MAX;
	buf_addc(to, '[');
	for (struct span rest = json; scan_item(&rest, &item); i++) {
		if (i > 0)
			buf_addc(to, ',');
		set(to, step + 1, i == index ? n - 1 : 0, item, i == index ? raw : item);
	}
	buf_addc(to, ']');
}

static void set(
    struct buf *to, const struct span *step, size_t n, struct span json, struct span raw)
{
	if (n == 0)
		buf_addspan(to, raw);
	else if (json.p && scan_type(json) == JSON_ARRAY)
		set_item(to, step, n, json, raw);
	else
		set_member(to, step, n,
		    json.p && scan_type(json) == JSON_OBJECT ? json : (struct span){0}, raw);
}

void where_set(struct buf *to, const struct where *w, struct span json, struct span raw)
{
	set(to, w->step, w->n, json, raw);
}
