#include "cast.h"

#include "base/time.h"

enum { TEXT_MAX = sizeof "\"YYYY-MM-DDTHH:MM:SS.ffffffZ\"" };

static char *add_two(char *p, int value)
{
	*p++ = (char)('0' + value / 10);
	*p++ = (char)('0' + value % 10);
	return p;
}

static char *add(char *p, char c)
{
	*p++ = c;
	return p;
}

static char *add_date(char *p, const struct when *w)
{
	p = add_two(p, w->year / 100);
	p = add_two(p, w->year % 100);
	p = add_two(add(p, '-'), w->month);
	return add_two(add(p, '-'), w->day);
}

static char *add_clock(char *p, const struct when *w)
{
	p = add_two(p, w->hour);
	p = add_two(add(p, ':'), w->minute);
	p = add_two(add(p, ':'), w->second);
	if (w->micros == 0)
		return p;
	p = add_two(add(p, '.'), w->micros / 10000);
	p = add_two(p, w->micros / 100 % 100);
	return add_two(p, w->micros % 100);
}

static enum got put_text(struct buf *out, char *text, char *end)
{
	end = add(end, '"');
	put(out, text, (size_t)(end - text));
	return GOT_VALUE;
}

static bool is_plain(const struct cell *cell)
{
	return cell->type == JSON_STRING || cell->type == JSON_NUMBER;
}

static void split(int64_t us, struct when *w)
{
	int64_t days = us / TIME_DAY - (us % TIME_DAY < 0), left = us - days * TIME_DAY;

	time_civil(days, &w->year, &w->month, &w->day);
	w->hour = (int)(left / (3600 * CLOCK_SECOND));
	w->minute = (int)(left / (60 * CLOCK_SECOND) % 60);
	w->second = (int)(left / CLOCK_SECOND % 60);
	w->micros = (int)(left % CLOCK_SECOND);
}

static const char *read_instant(const struct times *t, const struct cell *cell, int64_t *us)
{
	struct when w;

	if (!is_plain(cell))
		return "not a time";
	if (t->epochs)
		return times_epoch(t, cell->text, us) ? NULL : "not a time";
	if (!t->declared && time_read_rfc3339(cell->text, us))
		return NULL;
	return times_parse(t, cell->text, &w) ? times_instant(t, &w, us) : "not a time";
}

/* The instant of a value, as UTC. */
static const char *read_utc(const struct times *t, const struct cell *cell, struct when *w)
{
	const char *why;
	int64_t us;

	if (!t->declared && when_utc(cell->text, w))
		return NULL;
	why = read_instant(t, cell, &us);
	if (!why)
		split(us, w);
	return why;
}

enum got cast_timestamp(struct plan *plan, const struct column *c, const struct cell *cell)
{
	char text[TEXT_MAX] = "\"", *p = text + 1;
	struct when w;
	const char *why = read_utc(&c->times, cell, &w);

	if (why)
		return plan_bad(plan, why);
	p = add_clock(add(add_date(p, &w), 'T'), &w);
	return put_text(plan->out, text, add(p, 'Z'));
}

enum got cast_date(struct plan *plan, const struct column *c, const struct cell *cell)
{
	char text[TEXT_MAX] = "\"";
	struct when w;
	int64_t us;

	if (c->times.epochs) {
		if (!is_plain(cell) || !times_epoch(&c->times, cell->text, &us))
			return plan_bad(plan, "not a date");
		split(us, &w);
	} else if (!is_plain(cell) || !times_parse(&c->times, cell->text, &w)) {
		return plan_bad(plan, "not a date");
	}
	return put_text(plan->out, text, add_date(text + 1, &w));
}

enum got cast_time(struct plan *plan, const struct column *c, const struct cell *cell)
{
	char text[TEXT_MAX] = "\"";
	struct when w;

	if (!is_plain(cell) || !times_parse(&c->times, cell->text, &w) || w.second == 60)
		return plan_bad(plan, "not a time");
	return put_text(plan->out, text, add_clock(text + 1, &w));
}

enum got cast_datetime(struct plan *plan, const struct column *c, const struct cell *cell)
{
	char text[TEXT_MAX] = "\"";
	struct when w;

	if (!is_plain(cell) || !times_parse(&c->times, cell->text, &w) || w.second == 60)
		return plan_bad(plan, "not a time");
	return put_text(plan->out, text, add_clock(add(add_date(text + 1, &w), 'T'), &w));
}
