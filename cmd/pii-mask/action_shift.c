/* shift: a date moves by the subject's own number of days. */

#include "maker.h"

#include "json/jstr.h"
#include "pii_date.h"

enum { DAYS_MOST = 36500 };

struct moved {
	int days;            /* at most that many */
	struct span subject; /* the top-level field that names the person */
};

static bool read_days(struct maker *m, struct span raw)
{
	struct moved *moved = m->rule->own;
	int64_t days;

	if (!maker_whole(raw, 1, DAYS_MOST, &days))
		return maker_wrong(m, "days must be a whole number from 1 to 36500");
	moved->days = (int)days;
	return true;
}

static bool read_subject(struct maker *m, struct span raw)
{
	struct moved *moved = m->rule->own;

	return doc_text(&m->contract->doc, "subject", raw, &moved->subject);
}

/* A table's only key is the person whose dates are shifted, unless the contract says otherwise. */
static bool finish(struct maker *m)
{
	struct moved *moved = m->rule->own;

	if (!moved->days)
		return maker_wrong(m, "shift needs days");
	if (!moved->subject.p && m->contract->key.n == 1)
		moved->subject = m->contract->key.item[0];
	if (!moved->subject.p)
		return maker_wrong(m, "shift needs a subject: the field that names the person");
	return contract_find(m->contract, moved->subject) ||
	       maker_wrong_word(m, "no field of the contract is its subject", moved->subject);
}

static bool subject_text(struct action_context *c, struct span subject, struct span *text)
{
	const struct field *f = row_find(c->row, subject);

	if (!f || (f->type != JSON_STRING && f->type != JSON_NUMBER))
		return false;
	*text = f->value;
	buf_clear(&c->scratch);
	if (f->type == JSON_STRING)
		*text = jstr_text(f->value, &c->scratch);
	return text->n > 0;
}

static const char *change(
    struct action_context *c, const struct rule *rule, struct span text, struct buf *out)
{
	const struct moved *moved = rule->own;
	char date[TIME_TEXT];
	struct span subject;
	struct pii_date d;
	const char *why = pii_date_read(text, &d);
	int64_t by, days;

	if (why)
		return why;
	if (!subject_text(c, moved->subject, &subject))
		return "the row's subject, by which the date is to be shifted, is not there";
	by = (int64_t)(keys_shift(c->keys, subject) % (2 * (uint64_t)moved->days)) - moved->days;
	days = time_days(d.day.year, d.day.month, d.day.day) + by + (by >= 0); /* never by 0 */
	if (days < TIME_MIN / TIME_DAY || days > TIME_MAX / TIME_DAY)
		return "shifted out of the years 1 to 9999";
	time_civil(days, &d.day.year, &d.day.month, &d.day.day);
	buf_addc(out, '"');
	buf_add(out, date, (size_t)(time_put_date(date, &d.day) - date));
	buf_addspan(out, d.time);
	buf_addc(out, '"');
	return NULL;
}

extern const struct action action_shift;

const struct action action_shift = {.word = "shift",
    .does = RULE_CHANGE,
    .types = ACTION_TEXT | ACTION_DATES,
    .needs_key = true,
    .change = change,
    .own = sizeof(struct moved),
    .options = {{"days", read_days}, {"subject", read_subject}},
    .finish = finish};
