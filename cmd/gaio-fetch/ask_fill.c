#include "ask_fill.h"

#include "json/jstr.h"
#include "variable.h"
#include "wire/form.h"

static void add(struct buf *to, struct span text, enum ask_escape how)
{
	struct buf quoted;

	if (how == ASK_PLAIN) {
		buf_addspan(to, text);
	} else if (how == ASK_PERCENT) {
		form_escape(to, text);
	} else {
		buf_init(&quoted, 6 * text.n + 2);
		jstr_quote_any(&quoted, text);
		buf_add(to, quoted.p + 1, quoted.n - 2);
		buf_free(&quoted);
	}
}

size_t ask_fill_time(char text[STAMP_TEXT], const struct api_when *when, int64_t us)
{
	enum api_format format = (enum api_format)when->format;

	if (when->exclusive)
		us -= stamp_unit(format);
	return stamp_write(text, format, when->inclusive ? us - 1 : us);
}

static bool time_value(const struct ask_making *m, bool has, int64_t us,
    const struct api_when *when, const char *option, char text[STAMP_TEXT], struct span *value)
{
	if (!has)
		error_set(m->error, STATUS_USAGE, "%s: this resource needs it", option);
	*value = (struct span){text, ask_fill_time(text, when, us)};
	return true;
}

/*
 * The value of the placeholder `name`; false: it is none. *whole: it is a part of a URL as it
 * is, not a value inside one.
 */
static bool value_of(const struct ask_making *m, struct span name, char text[STAMP_TEXT],
    struct span *value, bool *whole)
{
	const struct ask_values *v = m->values;

	*whole = false;
	if (span_eq(name, SPAN("since")))
		return time_value(m, v->has_since, v->since, &m->r->since, "--since", text, value);
	if (span_eq(name, SPAN("until")))
		return time_value(m, v->has_until, v->until, &m->r->until, "--until", text, value);
	if (span_eq(name, SPAN("token"))) {
		*value = m->token;
		return true;
	}
	if (span_eq(name, SPAN("id"))) {
		*value = v->id;
		return v->id.p != NULL;
	}
	*whole = true;
	if (variable_of(name, value, m->error))
		return true;
	*value = span_of(m->auth ? m->auth->base : NULL);
	return span_eq(name, SPAN("base"));
}

void ask_fill(const struct ask_making *m, struct buf *to, struct span text, enum ask_escape how)
{
	while (text.n > 0) {
		const char *open = memchr(text.p, '{', text.n);
		size_t before = open ? (size_t)(open - text.p) : text.n;
		const char *end = open ? memchr(open, '}', text.n - before) : NULL;
		struct span name, value;
		char stamp[STAMP_TEXT];
		bool whole;

		buf_add(to, text.p, before);
		text = span_skip(text, before);
		if (!end) {
			buf_addspan(to, text);
			return;
		}
		name = (struct span){open + 1, (size_t)(end - open) - 1};
		if (value_of(m, name, stamp, &value, &whole)) {
			add(to, value, whole && how == ASK_PERCENT ? ASK_PLAIN : how);
			text = span_skip(text, name.n + 2);
		} else {
			buf_addc(to, '{');
			text = span_skip(text, 1);
		}
	}
}
