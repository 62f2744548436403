#include "safe.h"

#include "base/ucase.h"

/* The plain letters of U+00C0 to U+024F and of U+1E00 to U+1EFF; '_' where there is none. */
static const char latin[] =
    "AAAAAA_CEEEEIIIIDNOOOOO_OUUUUY__aaaaaa_ceeeeiiiidnooooo_ouuuuy_yAaAaAaCcCcCcCcDdDdEeEeEeEeEeGg"
    "GgGgGgHhHhIiIiIiIiIi__JjKkkLlLlLl__LlNnNnNn_NnOoOoOo__"
    "RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZz"
    "Zzsb________D_____E_______I__l_____Oo_____________Uu____Zz______________________"
    "AaIiOoUuUuUuUuUu"
    "_AaAa____GgKkOoOo__j___Gg__NnAa____AaAaEeEeIiIiOoOoRrRrUuUuSsTt__Hh______AaEeOoOoOoOoYy______"
    "A__"
    "LT____BU_EeJj__RrYy";
static const char vietnamese[] = "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmM"
                                 "mMmNnNnNnNnOoOoOoOoPpPpRrRrRrRr"
                                 "SsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwy_s____"
                                 "AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEe"
                                 "EeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy______";

_Static_assert(sizeof latin - 1 == 0x250 - 0xc0, "one letter for each code point");
_Static_assert(sizeof vietnamese - 1 == 0x1f00 - 0x1e00, "one letter for each code point");

static bool is_letter(char c)
{
	char letter = (char)(c | 0x20);

	return (letter >= 'a' && letter <= 'z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_reserved(struct span name)
{
	static const char *const prefixes[] = {"_table_", "_file_", "_partition", "_row_timestamp",
	    "__root__", "_colidentifier", "_change_sequence_number", "_change_type",
	    "_change_timestamp"};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		const char *p = prefixes[i];
		size_t k = 0;

		while (p[k] && k < name.n &&
		       (is_letter(name.p[k]) && name.p[k] != '_' ? (name.p[k] | 0x20)
		                                                 : name.p[k]) == p[k])
			k++;
		if (!p[k])
			return true;
	}
	return false;
}

bool safe_is(struct span name)
{
	if (name.n == 0 || name.n > SAFE_NAME_MAX || is_digit(name.p[0]) || is_reserved(name))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_letter(name.p[i]) && !is_digit(name.p[i]))
			return false;
	return true;
}

/* The ASCII letters of one code point: "" drops it, "_" is none. */
static void fold(char text[3], uint32_t c)
{
	static const struct {
		uint32_t point;
		char text[3];
	} pairs[] = {{0xaa, "a"}, {0xba, "o"}, {0xc6, "AE"}, {0xde, "TH"}, {0xdf, "ss"},
	    {0xe6, "ae"}, {0xfe, "th"}, {0x152, "OE"}, {0x153, "oe"}, {0x1e9e, "SS"}};

	memcpy(text, "_", 2);
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i].point == c) {
			memcpy(text, pairs[i].text, 3);
			return;
		}
	if (c < 0x80 && (is_letter((char)c) || is_digit((char)c)))
		text[0] = (char)c;
	else if (c >= 0xc0 && c < 0x250)
		text[0] = latin[c - 0xc0];
	else if (c >= 0x1e00 && c < 0x1f00)
		text[0] = vietnamese[c - 0x1e00];
	else if (c >= 0x300 && c < 0x370)
		text[0] = '\0';
}

/* Appends the letters of `text`; *gap: foreign characters were passed over. */
static void add_folded(struct buf *b, struct span text, bool *gap)
{
	char letters[3];

	while (text.n > 0 && b->n < SAFE_NAME_MAX - 10) {
		bool literal = text.p[0] == '_';

		fold(letters, utf8_take(&text));
		if (letters[0] == '_' && !literal) {
			*gap = true;
			continue;
		}
		if (*gap && letters[0]) {
			buf_addc(b, '_');
			*gap = false;
		}
		buf_adds(b, letters);
	}
}

void safe_make(struct buf *b, struct span prefix, struct span name)
{
	bool gap = false;

	add_folded(b, prefix, &gap);
	add_folded(b, name, &gap);
	if (b->n == 0)
		buf_addc(b, '_');
	if (is_digit(b->p[0]) || is_reserved(buf_span(b))) {
		buf_addc(b, '_');
		memmove(b->p + 1, b->p, b->n - 1);
		b->p[0] = is_digit(b->p[1]) ? '_' : 'x';
	}
}
