#include "wire/form.h"

void form_escape(struct buf *b, struct span text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                            "0123456789-._~";

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] && strchr(plain, text.p[i]))
			buf_addc(b, text.p[i]);
		else
			buf_addf(b, "%%%02X", (unsigned char)text.p[i]);
}

void form_add(struct buf *b, const char *name, const char *value)
{
	if (!value)
		return;
	buf_addf(b, "%s%s=", b->n > 0 ? "&" : "", name);
	form_escape(b, span_of(value));
}
