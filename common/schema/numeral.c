#include "schema/numeral.h"

#include "base/text.h"

/* Far beyond every type, and far from the end of an int64_t. */
#define EXPONENT_MAX INT64_C(1000000000000)

static struct span take_run(struct span *s)
{
	struct span run = {s->p, span_digits(*s)};

	*s = span_skip(*s, run.n);
	return run;
}

static bool take_exponent(struct span *s, int64_t *exponent)
{
	bool negative = text_take_byte(s, '-');
	struct span run;

	if (!negative)
		text_take_byte(s, '+');
	run = take_run(s);
	*exponent = 0;
	for (size_t i = 0; i < run.n && *exponent < EXPONENT_MAX; i++)
		*exponent = *exponent * 10 + (run.p[i] - '0');
	if (negative)
		*exponent = -*exponent;
	return run.n > 0;
}

static char digit_at(const struct numeral *d, size_t i)
{
	return i < d->whole.n ? d->whole.p[i] : d->fraction.p[i - d->whole.n];
}

static void find_significant(struct numeral *d, int64_t exponent)
{
	size_t all = d->whole.n + d->fraction.n;

	while (d->lead < all && digit_at(d, d->lead) == '0')
		d->lead++;
	while (all > d->lead && digit_at(d, all - 1) == '0')
		all--;
	d->n = all - d->lead;
	d->point = d->n ? (int64_t)d->whole.n - (int64_t)d->lead + exponent : 0;
}

bool numeral_parse(struct span text, struct numeral *d)
{
	int64_t exponent = 0;
	bool plus = text_take_byte(&text, '+'), dot;

	*d = (struct numeral){.negative = !plus && text_take_byte(&text, '-')};
	d->whole = take_run(&text);
	dot = text_take_byte(&text, '.');
	if (dot)
		d->fraction = take_run(&text);
	d->scale = d->fraction.n;
	if (d->whole.n + d->fraction.n == 0)
		return false;
	if (text_take_byte(&text, 'e') || text_take_byte(&text, 'E')) {
		d->exponent = true;
		if (!take_exponent(&text, &exponent))
			return false;
	}
	if (text.n > 0)
		return false;
	d->json = !plus && d->whole.n > 0 && (d->whole.n == 1 || d->whole.p[0] != '0') &&
	          dot == (d->fraction.n > 0);
	find_significant(d, exponent);
	return true;
}

char numeral_digit(const struct numeral *d, size_t i)
{
	return i < d->n ? digit_at(d, d->lead + i) : '0';
}

bool numeral_is_whole(const struct numeral *d)
{
	return (int64_t)d->n <= d->point;
}

int64_t numeral_before(const struct numeral *d)
{
	return d->point > 0 ? d->point : 0;
}

int64_t numeral_behind(const struct numeral *d)
{
	return (int64_t)d->n > d->point ? (int64_t)d->n - d->point : 0;
}

static int compare_size(const struct numeral *a, const struct numeral *b)
{
	size_t n = a->n > b->n ? a->n : b->n;
	int order = 0;

	if (a->n == 0 || b->n == 0)
		return (a->n > 0) - (b->n > 0);
	if (a->point != b->point)
		return a->point < b->point ? -1 : 1;
	for (size_t i = 0; i < n && order == 0; i++)
		order = numeral_digit(a, i) - numeral_digit(b, i);
	return order;
}

int numeral_compare(const struct numeral *a, const struct numeral *b)
{
	bool less = a->negative && a->n > 0, less_b = b->negative && b->n > 0;

	if (less != less_b)
		return less ? -1 : 1;
	return less ? compare_size(b, a) : compare_size(a, b);
}

void numeral_write(const struct numeral *d, struct buf *out)
{
	int64_t at = d->point > 0 ? 0 : d->point;

	if (d->negative && d->n > 0)
		buf_addc(out, '-');
	if (d->point <= 0)
		buf_addc(out, '0');
	for (; at < d->point; at++)
		buf_addc(out, numeral_digit(d, (size_t)at));
	if (numeral_behind(d) == 0)
		return;
	buf_addc(out, '.');
	for (; at < (int64_t)d->n; at++)
		buf_addc(out, at < 0 ? '0' : numeral_digit(d, (size_t)at));
}
