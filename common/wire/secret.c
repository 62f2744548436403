#include "wire/secret.h"

#include "wire/crypt.h"
#include "wire/form.h"

#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void secret_guard(void)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* a core that is piped to a program knows no limit */
}

/* Where `form` begins in [p, end), or NULL. */
static char *find(char *p, const char *end, struct span form)
{
	for (; (size_t)(end - p) >= form.n; p++) {
		p = memchr(p, *form.p, (size_t)(end - p) - form.n + 1);
		if (!p || memcmp(p, form.p, form.n) == 0)
			return p;
	}
	return NULL;
}

/* "***" is shorter than any form, so the text only shrinks. */
static void hide_form(struct buf *text, struct span form)
{
	char *p = text->p;

	while ((p = find(p, text->p + text->n, form)) != NULL) {
		char *rest = p + form.n;

		memcpy(p, "***", 3);
		memmove(p + 3, rest, (size_t)(text->p + text->n - rest));
		text->n -= form.n - 3;
		p += 3;
	}
}

void secret_hide(struct buf *text, const char *secret)
{
	struct span plain = secret ? span_of(secret) : SPAN("");
	struct buf form;

	if (plain.n < SECRET_LEAST || text->n < plain.n)
		return;
	buf_init(&form, SIZE_MAX);
	buf_reserve(&form, 3 * plain.n + 1); /* so that no copy is left unwiped */
	form_escape(&form, plain);
	hide_form(text, buf_span(&form));
	buf_clear(&form);
	for (size_t i = 0; i < plain.n; i++) {
		if (plain.p[i] == '/')
			buf_addc(&form, '\\');
		buf_addc(&form, plain.p[i]);
	}
	hide_form(text, buf_span(&form));
	hide_form(text, plain);
	crypt_free_buf(&form);
}
