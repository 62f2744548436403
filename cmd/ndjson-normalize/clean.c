#include "clean.h"

#include "row/ucase.h"

static struct span trim(struct span text, struct buf *into)
{
	struct span rest;
	size_t n;

	(void)into;
	for (rest = text; rest.n > 0 && ucase_space(utf8_take(&rest)); text = rest)
		continue;
	while (text.n > 0 && ucase_space(utf8_last(text, &n)))
		text.n -= n;
	return text;
}

static struct span map_case(struct span text, struct buf *into, uint32_t (*map)(uint32_t))
{
	struct span rest = text;

	while (rest.n > 0) {
		struct span here = rest;
		uint32_t old = utf8_take(&rest), new = map(old);

		if (new == old)
			continue;
		buf_add(into, text.p, (size_t)(here.p - text.p));
		utf8_put(into, new);
		text = rest;
	}
	if (into->n == 0)
		return text;
	buf_addspan(into, text);
	return buf_span(into);
}

static struct span lower(struct span text, struct buf *into)
{
	return map_case(text, into, ucase_lower);
}

static struct span upper(struct span text, struct buf *into)
{
	return map_case(text, into, ucase_upper);
}

static struct span digits(struct span text, struct buf *into)
{
	size_t same = 0;

	while (same < text.n && text.p[same] >= '0' && text.p[same] <= '9')
		same++;
	if (same == text.n)
		return text;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= '0' && text.p[i] <= '9')
			buf_addc(into, text.p[i]);
	return buf_span(into);
}

clean_fn *clean_find(struct span word)
{
	static const struct {
		struct span word;
		clean_fn *fn;
	} words[] = {{{"trim", 4}, trim}, {{"lower", 5}, lower}, {{"upper", 5}, upper},
	    {{"digits", 6}, digits}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_eq(words[i].word, word))
			return words[i].fn;
	return NULL;
}
