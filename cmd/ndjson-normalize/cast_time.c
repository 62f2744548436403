#include "cast.h"

#include "base/clock.h"

/* Digits, most significant first; `width` is at most 6. */
static void put_digits(struct buf *b, int value, int width)
{
	char text[6];

	for (int i = width; i-- > 0; value /= 10)
		text[i] = (char)('0' + value % 10);
	put(b, text, (size_t)width);
}

static void put_date(struct buf *b, const struct when *w)
{
	put_digits(b, w->year, 4);
	put(b, "-", 1);
	put_digits(b, w->month, 2);
	put(b, "-", 1);
	put_digits(b, w->day, 2);
}

static void put_clock(struct buf *b, const struct when *w)
{
	put_digits(b, w->hour, 2);
	put(b, ":", 1);
	put_digits(b, w->minute, 2);
	put(b, ":", 1);
	put_digits(b, w->second, 2);
	if (w->micros) {
		put(b, ".", 1);
		put_digits(b, w->micros, 6);
	}
}

static bool is_plain(const struct cell *cell)
{
	return cell->type == JSON_STRING || cell->type == JSON_NUMBER;
}

static void split(int64_t us, struct when *w)
{
	int64_t days = us / CLOCK_DAY - (us % CLOCK_DAY < 0), left = us - days * CLOCK_DAY;

	clock_civil(days, &w->year, &w->month, &w->day);
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
	if (!t->declared && clock_parse_rfc3339(cell->text, us))
		return NULL;
	return times_parse(t, cell->text, &w) ? times_instant(t, &w, us) : "not a time";
}

enum got cast_timestamp(struct plan *plan, const struct column *c, const struct cell *cell)
{
	struct buf *out = plan->out;
	struct when w;
	int64_t us;
	const char *why = read_instant(&c->times, cell, &us);

	if (why)
		return plan_bad(plan, why);
	split(us, &w);
	put(out, "\"", 1);
	put_date(out, &w);
	put(out, "T", 1);
	put_clock(out, &w);
	put(out, "Z\"", 2);
	return GOT_VALUE;
}

enum got cast_date(struct plan *plan, const struct column *c, const struct cell *cell)
{
	struct when w;
	int64_t us;

	if (c->times.epochs) {
		if (!is_plain(cell) || !times_epoch(&c->times, cell->text, &us))
			return plan_bad(plan, "not a date");
		split(us, &w);
	} else if (!is_plain(cell) || !times_parse(&c->times, cell->text, &w)) {
		return plan_bad(plan, "not a date");
	}
	put(plan->out, "\"", 1);
	put_date(plan->out, &w);
	put(plan->out, "\"", 1);
	return GOT_VALUE;
}

enum got cast_time(struct plan *plan, const struct column *c, const struct cell *cell)
{
	struct when w;

	if (!is_plain(cell) || !times_parse(&c->times, cell->text, &w) || w.second == 60)
		return plan_bad(plan, "not a time");
	put(plan->out, "\"", 1);
	put_clock(plan->out, &w);
	put(plan->out, "\"", 1);
	return GOT_VALUE;
}

enum got cast_datetime(struct plan *plan, const struct column *c, const struct cell *cell)
{
	struct when w;

	if (!is_plain(cell) || !times_parse(&c->times, cell->text, &w) || w.second == 60)
		return plan_bad(plan, "not a time");
	put(plan->out, "\"", 1);
	put_date(plan->out, &w);
	put(plan->out, "T", 1);
	put_clock(plan->out, &w);
	put(plan->out, "\"", 1);
	return GOT_VALUE;
}
