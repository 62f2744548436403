#include "option.h"

#include "act.h"
#include "base/text.h"

#include <stdio.h>

enum { KEEP_MOST = 1000, DAYS_MOST = 36500, WORD_MOST = 40 };

bool maker_wrong(const struct maker *m, const char *what)
{
	const struct span at = m->field->pii_raw;

	return doc_wrong(m->doc, at.p, "field %.*s: pii: %s", DOC_SHOWN(m->path), what);
}

bool maker_wrong_word(const struct maker *m, const char *what, struct span word)
{
	char text[300];

	snprintf(text, sizeof text, "%s \"%.*s\"", what, DOC_SHOWN(word));
	return maker_wrong(m, text);
}

/* ---- options ---- */

bool maker_whole(struct span raw, int64_t least, int64_t most, int64_t *number)
{
	return text_integer(raw, number) && *number >= least && *number <= most;
}

static bool read_keep(struct maker *m, struct span raw, size_t *keep)
{
	int64_t number;

	if (!maker_whole(raw, 0, KEEP_MOST, &number))
		return maker_wrong(m, "how much to keep must be a whole number from 0 to 1000");
	*keep = (size_t)number;
	m->kept = true;
	return true;
}

static bool read_first(struct maker *m, struct span raw)
{
	return read_keep(m, raw, &m->rule->first);
}

static bool read_last(struct maker *m, struct span raw)
{
	return read_keep(m, raw, &m->rule->last);
}

static bool read_skip(struct maker *m, struct span raw)
{
	return doc_text(m->doc, "skip", raw, &m->rule->skip);
}

static bool read_with(struct maker *m, struct span raw)
{
	struct span text;

	if (!doc_text(m->doc, "with", raw, &text))
		return false;
	m->rule->with = raw;
	if (m->rule->act != act_mask)
		return true;
	m->rule->with = text;
	text_take(&text);
	return text.n == 0 || maker_wrong(m, "with must be one character");
}

static bool read_domain(struct maker *m, struct span raw)
{
	return doc_text(m->doc, "domain", raw, &m->rule->domain);
}

static bool read_bool(struct maker *m, const char *what, struct span raw, bool *value)
{
	enum json type = scan_type(raw);

	*value = type == JSON_TRUE;
	return type == JSON_TRUE || type == JSON_FALSE || maker_wrong(m, what);
}

static bool read_key_id(struct maker *m, struct span raw)
{
	return read_bool(m, "key_id must be true or false", raw, &m->rule->key_id);
}

static bool read_reveal(struct maker *m, struct span raw)
{
	bool reveal;

	if (!read_bool(m, "reveal must be true or false", raw, &reveal))
		return false;
	m->rule->sealed = !reveal;
	return true;
}

static bool read_as(struct maker *m, struct span raw)
{
	return doc_text(m->doc, "as", raw, &m->kind);
}

static bool read_version(struct maker *m, struct span raw)
{
	int64_t number;

	if (!maker_whole(raw, 1, 1000, &number))
		return maker_wrong(m, "version must be a whole number from 1 up");
	m->rule->version = (int)number;
	return true;
}

static bool read_country_code(struct maker *m, struct span raw)
{
	struct span *code = &m->rule->country_code;

	if (scan_type(raw) != JSON_STRING || raw.n > 5)
		return maker_wrong(m, "country_code must be a string of at most three digits");
	*code = (struct span){raw.p + 1, raw.n - 2};
	return span_digits(*code) == code->n ||
	       maker_wrong(m, "country_code must be a string of at most three digits");
}

static bool read_to(struct maker *m, struct span raw)
{
	m->to = raw;
	return true;
}

static bool read_days(struct maker *m, struct span raw)
{
	int64_t days;

	if (!maker_whole(raw, 1, DAYS_MOST, &days))
		return maker_wrong(m, "days must be a whole number from 1 to 36500");
	m->rule->days = (int)days;
	return true;
}

static bool read_subject(struct maker *m, struct span raw)
{
	return doc_text(m->doc, "subject", raw, &m->rule->subject);
}

static const struct {
	const char *key, *actions; /* the actions that have it, with a space behind each */
	bool (*read)(struct maker *m, struct span raw);
} options[] = {
    {"with", "redact mask ", read_with},
    {"keep_first", "mask ", read_first},
    {"keep_last", "mask ", read_last},
    {"skip", "mask ", read_skip},
    {"domain", "hmac encrypt ", read_domain},
    {"key_id", "hmac ", read_key_id},
    {"reveal", "encrypt ", read_reveal},
    {"as", "hash:google hash:meta ", read_as},
    {"version", "hash:google hash:meta ", read_version},
    {"country_code", "hash:google hash:meta ", read_country_code},
    {"to", "generalise ", read_to},
    {"keep", "generalise ", read_first},
    {"days", "shift ", read_days},
    {"subject", "shift ", read_subject},
};

static bool has_option(const char *words, const char *action)
{
	char word[WORD_MOST];

	snprintf(word, sizeof word, "%s ", action);
	return strstr(words, word) != NULL;
}

static bool read_option(struct maker *m, struct span key, struct span raw)
{
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (span_eq(key, span_of(options[i].key)) &&
		    has_option(options[i].actions, m->rule->word))
			return options[i].read(m, raw);
	return span_eq(key, SPAN("action")) ||
	       maker_wrong_word(m, "this action has no option", key);
}

bool maker_options(struct maker *m)
{
	struct span rest = m->field->pii_raw, key, value;

	if (scan_type(rest) == JSON_OBJECT)
		while (scan_member(&rest, &key, &value))
			if (!read_option(m, key, value))
				return false;
	return true;
}
