#include "cast_time.h"

#include "cast.h"

#include "base/time.h"

enum { TEXT_MAX = sizeof "\"YYYY-MM-DDTHH:MM:SS.ffffffZ\"" };

static enum got put_text(struct buf *out, char *text, char *end)
{
	*end++ = '"';
	plan_put(out, text, (size_t)(end - text));
	return GOT_VALUE;
}

static bool is_plain(const struct plan_cell *cell)
{
	return cell->type == JSON_STRING || cell->type == JSON_NUMBER;
}

static const char *read_instant(const struct times *t, const struct plan_cell *cell, int64_t *us)
{
	struct when w;

	if (!is_plain(cell))
		return "not a time";
	if (t->epochs)
		return when_epoch(t, cell->text, us) ? NULL : "not a time";
	if (!t->declared && time_read_rfc3339(cell->text, us))
		return NULL;
	return when_parse(t, cell->text, &w) ? when_instant(t, &w, us) : "not a time";
}

/* The instant of a value, as UTC. */
static const char *read_utc(
    const struct times *t, const struct plan_cell *cell, struct time_parts *w)
{
	const char *why;
	int64_t us;

	if (!t->declared && time_read_utc(cell->text, w))
		return NULL;
	why = read_instant(t, cell, &us);
	if (!why)
		time_split(us, w);
	return why;
}

enum got cast_time_timestamp(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	char text[TEXT_MAX] = "\"", *p = text + 1;
	struct time_parts t;
	const char *why = read_utc(&c->times, cell, &t);

	if (why)
		return plan_bad(to, why);
	p = time_put_date(p, &t);
	*p++ = 'T';
	p = time_put_clock(p, &t);
	*p++ = 'Z';
	return put_text(to->out, text, p);
}

enum got cast_time_date(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	char text[TEXT_MAX] = "\"";
	struct when w;
	int64_t us;

	if (c->times.epochs) {
		if (!is_plain(cell) || !when_epoch(&c->times, cell->text, &us))
			return plan_bad(to, "not a date");
		time_split(us, &w.at);
	} else if (!is_plain(cell) || !when_parse(&c->times, cell->text, &w)) {
		return plan_bad(to, "not a date");
	}
	return put_text(to->out, text, time_put_date(text + 1, &w.at));
}

enum got cast_time_time(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	char text[TEXT_MAX] = "\"";
	struct when w;

	if (!is_plain(cell) || !when_parse(&c->times, cell->text, &w) || w.at.second == 60)
		return plan_bad(to, "not a time");
	return put_text(to->out, text, time_put_clock(text + 1, &w.at));
}

enum got cast_time_datetime(
    struct plan_target *to, const struct plan_column *c, const struct plan_cell *cell)
{
	char text[TEXT_MAX] = "\"", *p = text + 1;
	struct when w;

	if (!is_plain(cell) || !when_parse(&c->times, cell->text, &w) || w.at.second == 60)
		return plan_bad(to, "not a time");
	p = time_put_date(p, &w.at);
	*p++ = 'T';
	return put_text(to->out, text, time_put_clock(p, &w.at));
}
