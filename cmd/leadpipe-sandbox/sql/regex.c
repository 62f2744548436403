#define PCRE2_CODE_UNIT_WIDTH 8
#include "sql/regex.h"

#include "base/buf.h"
#include "base/mem.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

/* Steps and KiB of one search. */
enum { PATTERN_MAX = 1 << 20, STEPS_MAX = 1000000, HEAP_MAX = 64 << 10 };

struct regex {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

/* \w, \d and \b are ASCII as in RE2 (no UCP); $ is the end and nothing before it. */
static const uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
                                PCRE2_NEVER_UCP | PCRE2_ALT_CIRCUMFLEX;

static bool compile(struct regex *re, struct span pattern, char why[REGEX_WHY])
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	PCRE2_UCHAR message[REGEX_WHY];
	PCRE2_SIZE at;
	int error;

	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	re->code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n, options, &error, &at, context);
	pcre2_compile_context_free(context);
	if (re->code)
		return true;
	pcre2_get_error_message(error, message, sizeof message);
	snprintf(why, REGEX_WHY, "%s", (const char *)message);
	return false;
}

struct regex *regex_new(struct span pattern, char why[REGEX_WHY])
{
	struct regex *re = mem_alloc(sizeof *re);
	struct buf rewritten;
	bool ok;

	buf_init(&rewritten, PATTERN_MAX);
	ok = regex_gate(pattern, &rewritten, why) && compile(re, buf_span(&rewritten), why);
	buf_free(&rewritten);
	if (!ok) {
		regex_free(re);
		return NULL;
	}
	re->data = pcre2_match_data_create_from_pattern(re->code, NULL);
	re->limits = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(re->limits, STEPS_MAX);
	pcre2_set_heap_limit(re->limits, HEAP_MAX);
	return re;
}

enum regex_result regex_find(
    const struct regex *re, struct span text, size_t from, struct span groups[REGEX_GROUPS])
{
	int n = pcre2_match(
	    re->code, (PCRE2_SPTR)(text.p ? text.p : ""), text.n, from, 0, re->data, re->limits);
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(re->data);

	if (n == PCRE2_ERROR_NOMATCH)
		return REGEX_NONE;
	if (n < 0)
		return REGEX_GAVE_UP;
	for (int i = 0; i < REGEX_GROUPS; i++) {
		bool took_part = i < n && at[2 * i] != PCRE2_UNSET;

		groups[i] = (struct span){0};
		if (took_part)
			groups[i] = (struct span){text.p + at[2 * i], at[2 * i + 1] - at[2 * i]};
	}
	return REGEX_FOUND;
}

int regex_groups(const struct regex *re)
{
	uint32_t n = 0;

	pcre2_pattern_info(re->code, PCRE2_INFO_CAPTURECOUNT, &n);
	return (int)n;
}

void regex_free(struct regex *re)
{
	if (!re)
		return;
	pcre2_match_context_free(re->limits);
	pcre2_match_data_free(re->data);
	pcre2_code_free(re->code);
	free(re);
}
