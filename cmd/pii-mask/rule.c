#include "rule.h"

#include "act.h"
#include "option.h"
#include "profile.h"

enum { KEEP = 4, BOUNDS_MOST = 100 };

/* ---- what an action means ---- */

static bool finish_redact(struct maker *m)
{
	const struct contract_field *f = m->field;
	struct rule *rule = m->rule;
	bool text = f->type == TYPE_STRING && f->mode != MODE_REPEATED;

	if (rule->with.p && !text)
		return maker_wrong(m, "with is for one STRING");
	if (f->mode == MODE_REPEATED)
		rule->with = SPAN("[]");
	else if (!text)
		rule->with = SPAN("null");
	else if (!rule->with.p)
		rule->with = SPAN("\"[redacted]\"");
	return text || f->mode != MODE_REQUIRED ||
	       maker_wrong(m, "redact would make it null, but the field is REQUIRED");
}

static bool finish_mask(struct maker *m)
{
	if (!m->kept)
		m->rule->last = KEEP;
	if (!m->rule->with.p)
		m->rule->with = SPAN("*");
	return true;
}

static bool finish_hash(struct maker *m)
{
	struct rule *rule = m->rule;
	struct span word = m->kind.p ? m->kind : m->field->name;
	int newest;

	for (rule->kind = 0; rule->kind < KINDS; rule->kind++)
		if (span_eq(word, span_of(kind_name(rule->kind))))
			break;
	if (rule->kind == KINDS)
		return maker_wrong_word(m,
		    m->kind.p ? "unknown as" : "\"as\" must say what it is; not clear from", word);
	newest = profile_version(rule->profile, rule->kind);
	if (newest == 0)
		return maker_wrong_word(m, "the platform does not want this hashed:", word);
	if (!rule->version)
		rule->version = newest;
	if (rule->version > newest)
		return maker_wrong(m, "a version that is not known here");
	return !rule->country_code.p || rule->kind == KIND_PHONE ||
	       maker_wrong(m, "country_code is for a phone");
}

static bool read_bounds(struct maker *m)
{
	struct rule *rule = m->rule;
	struct span rest = m->to, item;
	int64_t *bounds = doc_alloc(m->doc, BOUNDS_MOST * sizeof *bounds);
	size_t n = 0;

	for (; scan_item(&rest, &item); n++)
		if (n == BOUNDS_MOST || !maker_whole(item, -INT64_MAX, INT64_MAX, &bounds[n]) ||
		    (n > 0 && bounds[n] <= bounds[n - 1]))
			return maker_wrong(m, "to must list at most 100 whole numbers that rise");
	rule->act = act_bucket;
	rule->bounds = bounds;
	rule->n_bounds = n;
	return n > 0 || maker_wrong(m, "to lists nothing");
}

static bool finish_generalise(struct maker *m)
{
	static const char what[] = "to must be \"month\", \"year\", \"prefix\" (with keep), "
	                           "\"/8\", \"/16\", \"/24\", a width or a list of bounds";
	struct rule *rule = m->rule;
	struct span word;

	if (!m->to.p)
		return maker_wrong(m, what);
	if (scan_type(m->to) == JSON_ARRAY)
		return read_bounds(m);
	rule->act = act_bucket;
	if (maker_whole(m->to, 1, INT64_MAX, &rule->width))
		return true;
	if (scan_type(m->to) != JSON_STRING || !doc_text(m->doc, "to", m->to, &word))
		return maker_wrong(m, what);
	rule->width = span_eq(word, SPAN("/8"))    ? 8
	              : span_eq(word, SPAN("/16")) ? 16
	              : span_eq(word, SPAN("/24")) ? 24
	                                           : 0;
	if (rule->width > 0)
		rule->act = act_network;
	else if (span_eq(word, SPAN("month")))
		rule->act = act_month;
	else if (span_eq(word, SPAN("year")))
		rule->act = act_year;
	else if (span_eq(word, SPAN("prefix")) && rule->first > 0)
		rule->act = act_prefix;
	else
		return maker_wrong(m, what);
	return rule->act == act_prefix || !m->kept || maker_wrong(m, "keep is for \"prefix\"");
}

static bool finish_shift(struct maker *m)
{
	if (!m->rule->days)
		return maker_wrong(m, "shift needs days");
	return true;
}

/* ---- the actions ---- */

#define BIT(type) (1u << (type))
#define TEXT      BIT(TYPE_STRING)
#define DATES     (TEXT | BIT(TYPE_DATE) | BIT(TYPE_DATETIME) | BIT(TYPE_TIMESTAMP))
#define NUMBERS   (BIT(TYPE_INT64) | BIT(TYPE_FLOAT64) | BIT(TYPE_NUMERIC) | BIT(TYPE_BIGNUMERIC))
#define ANY       (~0u)

static const struct {
	const char *word;
	enum action action;
	act_fn *act;
	unsigned types;
	bool (*finish)(struct maker *m);
} actions[] = {
    {"drop", ACTION_DROP, NULL, ANY, NULL},
    {"redact", ACTION_REDACT, NULL, ANY, finish_redact},
    {"mask", ACTION_CHANGE, act_mask, TEXT, finish_mask},
    {"hmac", ACTION_CHANGE, act_hmac, TEXT, NULL},
    {"encrypt", ACTION_CHANGE, act_encrypt, TEXT | BIT(TYPE_BYTES), NULL},
    {"hash:google", ACTION_CHANGE, act_hash, TEXT, finish_hash},
    {"hash:meta", ACTION_CHANGE, act_hash, TEXT, finish_hash},
    {"generalise", ACTION_CHANGE, act_month, DATES | NUMBERS, finish_generalise},
    {"shift", ACTION_CHANGE, act_shift, DATES, finish_shift},
};

enum { ACTIONS = sizeof actions / sizeof *actions };

static size_t find_action(struct span word)
{
	size_t i = 0;

	while (i < ACTIONS && !span_eq(word, span_of(actions[i].word)))
		i++;
	return i;
}

/* The types that the rule's `to` fits; for other actions the table says it all. */
static bool fits_type(const struct maker *m, unsigned types)
{
	const struct rule *rule = m->rule;

	if (rule->act == act_bucket)
		types = TEXT | NUMBERS;
	else if (rule->act == act_month || rule->act == act_year)
		types = DATES;
	else if (rule->act == act_network || rule->act == act_prefix)
		types = TEXT;
	return (types & BIT(m->field->type)) != 0;
}

/* A field's only key is the person whose dates are shifted, unless the contract says otherwise. */
static bool find_subject(struct maker *m, const struct contract *c)
{
	struct rule *rule = m->rule;

	if (rule->act != act_shift)
		return true;
	if (!rule->subject.p && c->key.n == 1)
		rule->subject = c->key.item[0];
	if (!rule->subject.p)
		return maker_wrong(m, "shift needs a subject: the field that names the person");
	return contract_find(c, rule->subject) ||
	       maker_wrong_word(m, "no field of the contract is its subject", rule->subject);
}

/* Backwards: what can be revealed, and nothing else, is changed. */
static void turn_round(struct rule *rule)
{
	bool open = rule->act == act_encrypt && !rule->sealed;

	rule->action = open ? ACTION_CHANGE : ACTION_PASS;
	rule->act = open ? act_reveal : NULL;
}

bool rule_read(const struct rule_reader *r, const struct contract_field *f, struct span path,
    struct rule *rule)
{
	struct maker m = {.doc = &r->contract->doc, .field = f, .path = path, .rule = rule};
	size_t i = find_action(f->pii);

	if (i == ACTIONS)
		return maker_wrong_word(&m, "unknown action", f->pii);
	*rule = (struct rule){.action = actions[i].action,
	    .word = actions[i].word,
	    .act = actions[i].act,
	    .domain = path,
	    .profile = span_eq(f->pii, SPAN("hash:meta")) ? PROFILE_META : PROFILE_GOOGLE};
	if (!maker_options(&m) || (actions[i].finish && !actions[i].finish(&m)) ||
	    !find_subject(&m, r->contract))
		return false;
	if (!fits_type(&m, actions[i].types))
		return maker_wrong_word(
		    &m, "this action cannot be done to the type", span_of(type_name(f->type)));
	if (r->reveal)
		turn_round(rule);
	return true;
}

bool rule_needs_key(const struct rule *rule)
{
	return rule->act == act_hmac || rule->act == act_shift || rule_needs_siv(rule);
}

bool rule_needs_siv(const struct rule *rule)
{
	return rule->act == act_encrypt || rule->act == act_reveal;
}
