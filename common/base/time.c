#include "base/time.h"

#include "base/swar.h"

/* ---- the calendar ---- */

/* Years begin in March, so that a leap day is the last day of one. */
int64_t time_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

void time_civil(int64_t days, int *year, int *month, int *day)
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

bool time_valid_date(int year, int month, int day)
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

void time_split(int64_t us, struct time_parts *t)
{
	int64_t days = floor_div(us, TIME_DAY), left = us - days * TIME_DAY;

	time_civil(days, &t->year, &t->month, &t->day);
	t->hour = (int)(left / (3600 * CLOCK_SECOND));
	t->minute = (int)(left / (60 * CLOCK_SECOND) % 60);
	t->second = (int)(left / CLOCK_SECOND % 60);
	t->micros = (int)(left % CLOCK_SECOND);
}

const char *time_join(const struct time_parts *t, int64_t offset, int64_t *us)
{
	bool leap = t->second == 60;
	int64_t at = time_days(t->year, t->month, t->day) * 86400 + t->hour * 3600 +
	             t->minute * 60 + (leap ? 59 : t->second) - offset;

	if (leap && at - floor_div(at, 86400) * 86400 != 86399)
		return "not a time";
	*us = at * CLOCK_SECOND + (leap ? CLOCK_SECOND - 1 : t->micros);
	return *us < TIME_MIN || *us > TIME_MAX ? "out of range" : NULL;
}

/* ---- pieces ---- */

static inline bool read_two(const char *p, int most, int *value)
{
	*value = (p[0] - '0') * 10 + (p[1] - '0');
	return text_is_digit(p[0]) && text_is_digit(p[1]) && *value <= most;
}

static bool take_two(struct span *s, int most, int *value)
{
	if (s->n < 2 || !read_two(s->p, most, value))
		return false;
	*s = span_skip(*s, 2);
	return true;
}

bool time_take_date(struct span *s, struct time_parts *t)
{
	return text_take_digits(s, 4, 4, &t->year) && text_take_byte(s, '-') &&
	       take_two(s, 12, &t->month) && text_take_byte(s, '-') && take_two(s, 31, &t->day) &&
	       time_valid_date(t->year, t->month, t->day);
}

bool time_take_clock(struct span *s, struct time_parts *t)
{
	return take_two(s, 23, &t->hour) && text_take_byte(s, ':') && take_two(s, 59, &t->minute) &&
	       text_take_byte(s, ':') && take_two(s, 60, &t->second);
}

/*
 * Eight bytes against a form in which 0 stands for any digit: *pairs has, where two digits stand,
 * the number that they are, in the byte of the first one.
 */
static bool read_form(const char *p, const char form[8], const char digits[8], uint64_t *pairs)
{
	uint64_t word = swar_load(p) ^ swar_load(form);

	*pairs = word * 10 + (word >> 8);
	return swar_is_ascii((word + swar_load(digits)) | word);
}

static int pair(uint64_t pairs, int i)
{
	return (int)(pairs >> i * 8 & 0xff);
}

bool time_take_datetime(struct span *s, struct time_parts *t)
{
	const char *p = s->p;
	unsigned ten, one;
	uint64_t date, clock;

	if (s->n < 19 || ((p[10] | 0x20) != 't' && p[10] != ' ') ||
	    !read_form(p, "0000-00-", "\x76\x76\x76\x76\x7f\x76\x76\x7f", &date) ||
	    !read_form(p + 11, "00:00:00", "\x76\x76\x7f\x76\x76\x7f\x76\x76", &clock))
		return false;
	ten = (unsigned)p[8] - '0';
	one = (unsigned)p[9] - '0';
	*t = (struct time_parts){.year = pair(date, 0) * 100 + pair(date, 2),
	    .month = pair(date, 5),
	    .day = (int)(ten * 10 + one),
	    .hour = pair(clock, 0),
	    .minute = pair(clock, 3),
	    .second = pair(clock, 6)};
	*s = span_skip(*s, 19);
	return ten <= 9 && one <= 9 && t->hour <= 23 && t->minute <= 59 && t->second <= 60 &&
	       time_valid_date(t->year, t->month, t->day);
}

bool time_take_micros(struct span *s, int *micros)
{
	int scale = 100000;
	size_t n = 0;

	for (*micros = 0; n < 9 && n < s->n && text_is_digit(s->p[n]); n++, scale /= 10)
		*micros += (s->p[n] - '0') * scale;
	*s = span_skip(*s, n);
	return n > 0;
}

bool time_take_fraction(struct span *s, int *micros)
{
	*micros = 0;
	return !text_take_byte(s, '.') || time_take_micros(s, micros);
}

/* The first n bytes of `name`, which is in lower case, whatever the case in *s. */
static bool take_word(struct span *s, const char *name, size_t n)
{
	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((s->p[i] | 0x20) != name[i])
			return false;
	*s = span_skip(*s, n);
	return true;
}

static bool take_name(struct span *s, const char *const *names, int n, int *value)
{
	for (int i = 0; i < n; i++)
		if (take_word(s, names[i], strlen(names[i])) || take_word(s, names[i], 3)) {
			*value = i + 1;
			return true;
		}
	return false;
}

bool time_take_month(struct span *s, int *month)
{
	static const char *const names[] = {"january", "february", "march", "april", "may", "june",
	    "july", "august", "september", "october", "november", "december"};

	return take_name(s, names, 12, month);
}

bool time_take_weekday(struct span *s, int *weekday)
{
	static const char *const names[] = {
	    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

	return take_name(s, names, 7, weekday);
}

bool time_take_offset(struct span *s, int *offset)
{
	const char *p = s->p;
	int sign = s->n > 0 && *p == '-' ? -1 : 1, hours, minutes;

	*offset = 0;
	if (text_take_byte(s, 'Z') || text_take_byte(s, 'z'))
		return true;
	if (s->n < 6 || (*p != '+' && *p != '-') || p[3] != ':' || !read_two(p + 1, 23, &hours) ||
	    !read_two(p + 4, 59, &minutes))
		return false;
	*offset = sign * (hours * 3600 + minutes * 60);
	*s = span_skip(*s, 6);
	return true;
}

/* -03 or -0300. */
static bool take_short_offset(struct span *s, int *offset)
{
	int sign = s->n > 0 && *s->p == '-' ? -1 : 1, hours, minutes = 0;

	if (!text_take_one_of(s, "+-") || !take_two(s, 23, &hours))
		return false;
	if (s->n > 0 && (*s->p == ':' || text_is_digit(*s->p)) && !take_two(s, 59, &minutes))
		return false;
	*offset = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool time_take_zone(struct span *s, int *offset)
{
	return time_take_offset(s, offset) || take_word(s, "utc", 3) || take_word(s, "gmt", 3) ||
	       take_short_offset(s, offset);
}

/* ---- whole texts ---- */

bool time_read_rfc3339(struct span s, int64_t *us)
{
	struct time_parts t;
	int offset;

	return time_take_datetime(&s, &t) && time_take_fraction(&s, &t.micros) &&
	       time_take_offset(&s, &offset) && s.n == 0 && !time_join(&t, offset, us);
}

/* The day before or after, -1 or 1; mostly it is in the same month. */
static bool step_day(struct time_parts *t, int step)
{
	if (time_valid_date(t->year, t->month, t->day + step)) {
		t->day += step;
		return true;
	}
	time_civil(time_days(t->year, t->month, t->day) + step, &t->year, &t->month, &t->day);
	return t->year >= 1 && t->year <= 9999;
}

bool time_read_utc(struct span text, struct time_parts *t)
{
	int offset, minute, day;

	if (!time_take_datetime(&text, t) || t->second == 60 ||
	    !time_take_fraction(&text, &t->micros) || !time_take_offset(&text, &offset) ||
	    text.n > 0)
		return false;
	minute = t->hour * 60 + t->minute - offset / 60;
	day = minute < 0 ? -1 : minute >= 1440;
	if (day && !step_day(t, day))
		return false;
	minute -= day * 1440;
	t->hour = minute / 60;
	t->minute = minute % 60;
	return true;
}

static bool read_ago(struct span s, int64_t now, int64_t *us)
{
	static const char letters[] = "smhdw";
	static const int seconds[] = {1, 60, 3600, 86400, 604800};
	const char *unit;
	int count;

	if (!text_take_byte(&s, '-') || !text_take_digits(&s, 1, 6, &count) || s.n != 1 || !*s.p)
		return false;
	unit = strchr(letters, *s.p);
	if (unit)
		*us = now - (int64_t)count * seconds[unit - letters] * CLOCK_SECOND;
	return unit && *us >= TIME_MIN;
}

bool time_read_when(struct span text, int64_t now, int64_t *us)
{
	int64_t today = floor_div(now, TIME_DAY) * TIME_DAY;
	struct time_parts t = {0};
	struct span s = text;

	if (span_eq(text, SPAN("now")))
		*us = now;
	else if (span_eq(text, SPAN("today")))
		*us = today;
	else if (span_eq(text, SPAN("yesterday")))
		*us = today - TIME_DAY;
	else if (time_take_date(&s, &t) && s.n == 0)
		return !time_join(&t, 0, us);
	else
		return read_ago(text, now, us) || time_read_rfc3339(text, us);
	return true;
}

static int full_year(int two_digits, int64_t now)
{
	struct time_parts t;

	time_split(now, &t);
	two_digits += (t.year - 50) / 100 * 100;
	return two_digits <= t.year - 50 ? two_digits + 100 : two_digits;
}

/* "06 Nov 1994 08:49:37 GMT", or "06-Nov-94 08:49:37 GMT": what follows the weekday. */
static bool take_http(struct span *s, int64_t now, struct time_parts *t)
{
	char mark = s->n > 2 ? s->p[2] : ' ';

	if (!take_two(s, 31, &t->day) || !text_take_one_of(s, " -") ||
	    !time_take_month(s, &t->month) || !text_take_byte(s, mark) ||
	    !(mark == ' ' ? text_take_digits(s, 4, 4, &t->year) : take_two(s, 99, &t->year)))
		return false;
	if (mark == '-')
		t->year = full_year(t->year, now);
	return text_take_byte(s, ' ') && time_take_clock(s, t) && span_eq(*s, SPAN(" GMT"));
}

/* "Nov  6 08:49:37 1994": as asctime writes it. */
static bool take_asctime(struct span *s, struct time_parts *t)
{
	return time_take_month(s, &t->month) && text_take_byte(s, ' ') &&
	       (text_take_byte(s, ' ') ? text_take_digits(s, 1, 1, &t->day)
	                               : take_two(s, 31, &t->day)) &&
	       text_take_byte(s, ' ') && time_take_clock(s, t) && text_take_byte(s, ' ') &&
	       text_take_digits(s, 4, 4, &t->year) && s->n == 0;
}

bool time_read_http(struct span s, int64_t now, int64_t *us)
{
	struct time_parts t = {0};
	bool comma;
	int weekday;

	if (!time_take_weekday(&s, &weekday))
		return false;
	comma = text_take_byte(&s, ',');
	if (!text_take_byte(&s, ' ') || !(comma ? take_http(&s, now, &t) : take_asctime(&s, &t)) ||
	    !time_valid_date(t.year, t.month, t.day))
		return false;
	*us = time_days(t.year, t.month, t.day) * TIME_DAY +
	      (t.hour * 3600 + t.minute * 60 + t.second) * CLOCK_SECOND;
	return true;
}

/* ---- writing ---- */

static char *put_two(char *p, int value)
{
	*p++ = (char)('0' + value / 10);
	*p++ = (char)('0' + value % 10);
	return p;
}

char *time_put_date(char *p, const struct time_parts *t)
{
	p = put_two(p, t->year / 100 % 100);
	p = put_two(p, t->year % 100);
	*p++ = '-';
	p = put_two(p, t->month);
	*p++ = '-';
	return put_two(p, t->day);
}

char *time_put_clock(char *p, const struct time_parts *t)
{
	p = put_two(p, t->hour);
	*p++ = ':';
	p = put_two(p, t->minute);
	*p++ = ':';
	p = put_two(p, t->second);
	if (t->micros == 0)
		return p;
	*p++ = '.';
	p = put_two(p, t->micros / 10000);
	p = put_two(p, t->micros / 100 % 100);
	return put_two(p, t->micros % 100);
}

size_t time_rfc3339(char text[TIME_TEXT], int64_t us)
{
	struct time_parts t;
	char *end;

	time_split(us, &t);
	end = time_put_date(text, &t);
	*end++ = 'T';
	end = time_put_clock(end, &t);
	*end++ = 'Z';
	*end = '\0';
	return (size_t)(end - text);
}
