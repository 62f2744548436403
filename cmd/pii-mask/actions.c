#include "actions.h"

/* Each is the only name of its file, action_*.c. */
extern const struct action action_drop, action_redact, action_mask, action_hmac, action_encrypt,
    action_google, action_meta, action_generalise, action_shift;

static const struct action *const actions[] = {&action_drop, &action_redact, &action_mask,
    &action_hmac, &action_encrypt, &action_google, &action_meta, &action_generalise, &action_shift};

const struct action *actions_find(struct span word)
{
	for (size_t i = 0; i < sizeof actions / sizeof(struct action *); i++)
		if (span_eq(word, span_of(actions[i]->word)))
			return actions[i];
	return NULL;
}
