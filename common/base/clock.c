#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * CLOCK_SECOND + t.tv_nsec / 1000;
}

int64_t clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_mono(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

void clock_sleep(int64_t us)
{
	struct timespec t = {us / CLOCK_SECOND, us % CLOCK_SECOND * 1000};

	if (us <= 0)
		return;
	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &t, &t) == EINTR)
		continue;
}

/* Years begin in March, so that a leap day is the last day of one. */
int64_t clock_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

void clock_civil(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

bool clock_valid_date(int year, int month, int day)
{
	static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= length[month - 1] + (month == 2 && leap);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

size_t clock_rfc3339(char text[CLOCK_TEXT], int64_t us)
{
	int64_t days = floor_div(us, CLOCK_DAY);
	int64_t left = us - days * CLOCK_DAY;
	int seconds = (int)(left / CLOCK_SECOND), micros = (int)(left % CLOCK_SECOND);
	int year, month, day, n;

	clock_civil(days, &year, &month, &day);
	n = snprintf(text, CLOCK_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", year % 10000, month, day,
	    seconds / 3600, seconds / 60 % 60, seconds % 60);
	if (micros)
		n += snprintf(text + n, CLOCK_TEXT - (size_t)n, ".%06d", micros);
	n += snprintf(text + n, CLOCK_TEXT - (size_t)n, "Z");
	return (size_t)n;
}

/* Takes exactly `width` digits off the front of *s. */
static bool take_digits(struct span *s, size_t width, int *value)
{
	if (s->n < width)
		return false;
	*value = 0;
	for (size_t i = 0; i < width; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		*value = *value * 10 + (s->p[i] - '0');
	}
	*s = span_skip(*s, width);
	return true;
}

static bool take_one_of(struct span *s, const char *set)
{
	if (s->n == 0 || s->p[0] == '\0' || !strchr(set, s->p[0]))
		return false;
	*s = span_skip(*s, 1);
	return true;
}

static bool take_date(struct span *s, int64_t *days)
{
	int year, month, day;

	if (!take_digits(s, 4, &year) || !take_one_of(s, "-") || !take_digits(s, 2, &month) ||
	    !take_one_of(s, "-") || !take_digits(s, 2, &day) || !clock_valid_date(year, month, day))
		return false;
	*days = clock_days(year, month, day);
	return true;
}

static bool take_fraction(struct span *s, int64_t *micros)
{
	int64_t scale = 100000;
	size_t digits = 0;
	int digit;

	*micros = 0;
	if (!take_one_of(s, "."))
		return true;
	for (; take_digits(s, 1, &digit); digits++, scale /= 10)
		*micros += digit * scale;
	return digits >= 1 && digits <= 9;
}

static bool take_offset(struct span *s, int64_t *seconds)
{
	int hours, minutes, sign;

	*seconds = 0;
	if (take_one_of(s, "Zz"))
		return true;
	if (s->n == 0)
		return false;
	sign = s->p[0] == '-' ? -1 : 1;
	if (!take_one_of(s, "+-") || !take_digits(s, 2, &hours) || !take_one_of(s, ":") ||
	    !take_digits(s, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool clock_parse_rfc3339(struct span s, int64_t *us)
{
	int64_t days, micros, offset, at;
	int hour, minute, second;
	bool leap;

	if (!take_date(&s, &days) || !take_one_of(&s, "Tt ") || !take_digits(&s, 2, &hour) ||
	    !take_one_of(&s, ":") || !take_digits(&s, 2, &minute) || !take_one_of(&s, ":") ||
	    !take_digits(&s, 2, &second) || !take_fraction(&s, &micros) ||
	    !take_offset(&s, &offset) || s.n > 0 || hour > 23 || minute > 59 || second > 60)
		return false;
	leap = second == 60;
	at = days * 86400 + hour * 3600 + minute * 60 + (leap ? 59 : second) - offset;
	if (leap && at - floor_div(at, 86400) * 86400 != 86399)
		return false;
	*us = at * CLOCK_SECOND + (leap ? CLOCK_SECOND - 1 : micros);
	return *us >= CLOCK_MIN && *us <= CLOCK_MAX;
}

static bool parse_ago(struct span s, int64_t now, int64_t *us)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	int64_t count = 0;
	int digit;

	if (!take_one_of(&s, "-") || s.n < 2 || s.n > 7)
		return false;
	while (take_digits(&s, 1, &digit))
		count = count * 10 + digit;
	if (s.n != 1)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (units[i].letter == s.p[0]) {
			*us = now - count * units[i].seconds * CLOCK_SECOND;
			return *us >= CLOCK_MIN;
		}
	return false;
}

bool clock_parse_when(struct span text, int64_t now, int64_t *us)
{
	int64_t today = floor_div(now, CLOCK_DAY) * CLOCK_DAY, days;
	struct span s = text;

	if (span_eq(text, SPAN("now")))
		*us = now;
	else if (span_eq(text, SPAN("today")))
		*us = today;
	else if (span_eq(text, SPAN("yesterday")))
		*us = today - CLOCK_DAY;
	else if (take_date(&s, &days) && s.n == 0)
		*us = days * CLOCK_DAY;
	else
		return parse_ago(text, now, us) || clock_parse_rfc3339(text, us);
	return true;
}
