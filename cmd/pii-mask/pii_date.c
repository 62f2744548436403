#include "pii_date.h"

static bool is_zone(struct span s)
{
	int offset;

	return s.n == 0 || span_eq(s, SPAN(" UTC")) ||
	       ((s.n == 1 || s.n >= 5) && time_take_zone(&s, &offset) && s.n == 0);
}

static bool take_time(struct span s, struct pii_date *d)
{
	int hour, minute, second = 0;

	d->time = s;
	d->zone = (struct span){s.p + s.n, 0};
	if (s.n == 0)
		return true;
	if (!text_take_one_of(&s, "Tt ") || !text_take_digits(&s, 2, 2, &hour) ||
	    !text_take_byte(&s, ':') || !text_take_digits(&s, 2, 2, &minute))
		return false;
	if (text_take_byte(&s, ':') && !text_take_digits(&s, 2, 2, &second))
		return false;
	if (text_take_byte(&s, '.'))
		s = span_skip(s, span_digits(s));
	d->zone = s;
	return hour < 24 && minute < 60 && second <= 60 && is_zone(s);
}

const char *pii_date_read(struct span text, struct pii_date *d)
{
	return time_take_date(&text, &d->day) && take_time(text, d)
	           ? NULL
	           : "not a date of the form YYYY-MM-DD, with a time behind it or not";
}
