#include "dialled.h"

#include "base/phone.h"
#include "base/text.h"
#include "check_digits.h"

enum { DIGITS_LEAST = 8, DIGITS_MOST = 15, GROUPS_MOST = 8, MARKS_MOST = 2 };

struct written {
	char digits[DIGITS_MOST];
	size_t n, groups;
	size_t group[GROUPS_MOST];       /* how many digits each has */
	bool plus, bracket, dots, tight; /* some mark is a dot; some is neither space nor dot */
};

static bool is_mark(char c)
{
	return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')';
}

static bool ends(struct span text, size_t at)
{
	char c = at < text.n ? text.p[at] : ' ';

	if (text_is_digit(c) || text_is_letter(c) || c == '_' || (c & 0x80))
		return false;
	return !(at + 1 < text.n && strchr(".,-/:", c) && text_is_digit(text.p[at + 1]));
}

/* ---- which groups are a number ---- */

static bool has_groups(const struct written *w, const char *sizes)
{
	if (strlen(sizes) != w->groups)
		return false;
	for (size_t i = 0; i < w->groups; i++)
		if (w->group[i] != (size_t)(sizes[i] - '0'))
			return false;
	return true;
}

static bool is_date(const struct written *w)
{
	if (w->groups < 3 || w->bracket)
		return false;
	return (w->group[0] == 4 && w->group[1] == 2 && w->group[2] == 2) ||
	       (w->group[0] == 2 && w->group[1] == 2 && w->group[2] == 4);
}

static bool is_cpf(const struct written *w)
{
	return (w->groups == 1 || has_groups(w, "3332") || has_groups(w, "92")) &&
	       check_digits_cpf((struct span){w->digits, w->n});
}

static bool is_north_american(const struct written *w)
{
	return (has_groups(w, "334") || (has_groups(w, "1334") && *w->digits == '1')) &&
	       (w->bracket || w->tight || w->dots);
}

static bool is_service(const struct written *w)
{
	struct span d = {w->digits, w->n};

	if (has_groups(w, "44") && w->tight)
		return span_starts(d, SPAN("400")) || span_starts(d, SPAN("300"));
	return w->groups > 1 && w->group[0] == 4 && (w->n == 10 || w->n == 11) &&
	       (span_starts(d, SPAN("0800")) || span_starts(d, SPAN("0300")));
}

/* The area code and the number, after what may stand before them. */
static bool is_brazilian(struct span d)
{
	static const char *const before[] = {"", "0", "55", "0055", "550"};
	const struct phone_plan *brazil = phone_calling(SPAN("55"));

	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		if (span_starts(d, span_of(before[i])) &&
		    phone_fits(brazil, span_skip(d, strlen(before[i]))))
			return true;
	return d.n >= 13 && *d.p == '0' && phone_fits(brazil, span_skip(d, 3));
}

/* 11 98765-4321, (11)987654321, 1198765-4321, 9 8765-4321: the last group is 4 or the whole. */
static bool is_brazilian_form(const struct written *w)
{
	size_t last = w->group[w->groups - 1], before = w->group[w->groups - 2];

	if (last != 4 && !((last == 8 || last == 9) && (before == 2 || before == 3)))
		return false;
	return !(last == 4 && before > 7) && is_brazilian((struct span){w->digits, w->n});
}

static bool is_bare(const struct written *w)
{
	struct span d = {w->digits, w->n};
	struct buf b;
	bool good;

	if (span_starts(d, SPAN("00"))) {
		buf_init(&b, DIGITS_MOST);
		good = phone_write(NULL, d, false, &b);
		buf_free(&b);
		return good;
	}
	return w->n >= 12 && span_starts(d, SPAN("55")) && is_brazilian(d);
}

static enum dialled judge(const struct written *w)
{
	if (w->n < DIGITS_LEAST || (!w->plus && (is_date(w) || is_cpf(w))))
		return DIALLED_NO;
	if (w->plus || ((w->groups == 1 || *w->digits == '0') && is_bare(w)))
		return DIALLED_YES;
	if (w->groups > 1 && (is_north_american(w) || is_service(w) || is_brazilian_form(w)))
		return DIALLED_YES;
	return DIALLED_MAYBE;
}

/* ---- reading ---- */

/* One more group of digits, and the marks before it; false where there is none. */
static bool read_group(struct written *w, struct span text, size_t *at)
{
	size_t i = *at, marks = 0, n;

	for (; i < text.n && is_mark(text.p[i]) && marks <= MARKS_MOST; i++) {
		w->bracket |= text.p[i] == '(';
		w->dots |= text.p[i] == '.';
		w->tight |= text.p[i] == '-';
		marks++;
	}
	n = span_digits(span_skip(text, i));
	if (n == 0 || marks > MARKS_MOST || w->n + n > DIGITS_MOST || w->groups == GROUPS_MOST)
		return false;
	memcpy(w->digits + w->n, text.p + i, n);
	w->n += n;
	w->group[w->groups++] = n;
	*at = i + n;
	return true;
}

enum dialled dialled_at(struct span text, size_t at)
{
	struct written w = {0};
	enum dialled most = DIALLED_NO, now;

	w.plus = text.p[at] == '+';
	at += w.plus;
	if (w.plus && at < text.n && is_mark(text.p[at]) && text.p[at] != '(')
		return DIALLED_NO;
	while (most < DIALLED_YES && read_group(&w, text, &at)) {
		now = ends(text, at) ? judge(&w) : DIALLED_NO;
		most = now > most ? now : most;
	}
	return most;
}
