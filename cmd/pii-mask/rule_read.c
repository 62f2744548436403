#include "rule_read.h"

#include "actions.h"
#include "maker.h"

static bool read_option(
    struct maker *m, const struct action *action, struct span key, struct span raw)
{
	for (const struct action_option *o = action->options; o->key; o++)
		if (span_eq(key, span_of(o->key)))
			return o->read(m, raw);
	return span_eq(key, SPAN("action")) ||
	       maker_wrong_word(m, "this action has no option", key);
}

static bool read_options(struct maker *m, const struct action *action)
{
	struct span rest = m->field->pii_raw, key, value;

	if (scan_type(rest) == JSON_OBJECT)
		while (scan_member(&rest, &key, &value))
			if (!read_option(m, action, key, value))
				return false;
	return true;
}

static void turn_round(struct rule *rule, const struct action *action)
{
	if (action->reveal && (!action->reveals || action->reveals(rule)))
		rule->change = action->reveal;
	else
		*rule = (struct rule){.does = RULE_PASS, .word = action->word};
}

bool rule_read(struct contract *contract, const struct contract_field *f, struct span path,
    bool reveal, struct rule *rule)
{
	struct maker m = {.contract = contract, .field = f, .path = path, .rule = rule};
	const struct action *action = actions_find(f->pii);

	if (!action)
		return maker_wrong_word(&m, "unknown action", f->pii);
	m.types = action->types;
	*rule = (struct rule){.does = action->does,
	    .word = action->word,
	    .change = action->change,
	    .bind = action->bind,
	    .needs_key = action->needs_key,
	    .needs_siv = action->needs_siv,
	    .own = action->own > 0 ? doc_alloc(&contract->doc, action->own) : NULL};
	if (!read_options(&m, action) || (action->finish && !action->finish(&m)))
		return false;
	if (!(m.types & ACTION_TYPE(f->type)))
		return maker_wrong_word(
		    &m, "this action cannot be done to the type", span_of(type_name(f->type)));
	if (reveal)
		turn_round(rule, action);
	return true;
}
