#include "maker.h"

static bool read_with(struct maker *m, struct span raw)
{
	struct span text;

	m->rule->with = raw;
	return doc_text(&m->contract->doc, "with", raw, &text);
}

static bool finish(struct maker *m)
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

extern const struct action action_redact;

const struct action action_redact = {.word = "redact",
    .does = RULE_REDACT,
    .types = ACTION_ANY,
    .options = {{"with", read_with}},
    .finish = finish};
