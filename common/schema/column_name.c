#include "schema/column_name.h"

#include "base/text.h"
#include "json/jstr.h"
#include "schema/letters.h"

#include <strings.h>

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

static bool is_reserved(struct span name)
{
	static const char *const prefixes[] = {"_TABLE_", "_FILE_", "_PARTITION", "_ROW_TIMESTAMP",
	    "__ROOT__", "_COLIDENTIFIER", "_CHANGE_SEQUENCE_NUMBER", "_CHANGE_TYPE",
	    "_CHANGE_TIMESTAMP"};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		size_t n = strlen(prefixes[i]);

		if (name.n >= n && strncasecmp(name.p, prefixes[i], n) == 0)
			return true;
	}
	return false;
}

bool column_name_identifier(struct span name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!is_letter(name.p[i]) && !text_is_digit(name.p[i]))
			return false;
	return name.n > 0 && !text_is_digit(name.p[0]);
}

bool column_name_plain(struct span name)
{
	return name.n <= COLUMN_NAME_MAX && column_name_identifier(name) && !is_reserved(name);
}

static bool is_allowed(uint32_t point)
{
	if (point < 0x80)
		return is_letter((char)point) || text_is_digit((char)point) ||
		       (point && strchr("- &%=+:'<>#|", (int)point));
	return letters_has(point);
}

const char *column_name_check(struct span name)
{
	size_t characters = 0;

	if (column_name_plain(name))
		return NULL;
	if (name.n == 0)
		return "a column name cannot be empty";
	if (is_reserved(name))
		return "begins with a prefix that BigQuery reserves";
	if (text_valid(name) < name.n)
		return "not UTF-8";
	for (; name.n > 0; characters++)
		if (!is_allowed(text_take(&name)))
			return "has a character that BigQuery does not take in a column name";
	return characters > COLUMN_NAME_MAX ? "longer than 300 characters" : NULL;
}

bool column_name_same(struct span a, struct span b)
{
	while (a.n > 0 && b.n > 0)
		if (text_lower(text_take(&a)) != text_lower(text_take(&b)))
			return false;
	return a.n == b.n;
}

void column_name_fold(struct buf *b, struct span name)
{
	while (name.n > 0)
		buf_add_point(b, text_lower(text_take(&name)));
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
	if (c < 0x80 && (is_letter((char)c) || text_is_digit((char)c)))
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

	while (text.n > 0 && b->n < COLUMN_NAME_MAX - 10) {
		bool literal = text.p[0] == '_';

		fold(letters, text_take(&text));
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

void column_name_make(struct buf *b, struct span prefix, struct span name)
{
	bool gap = false;

	add_folded(b, prefix, &gap);
	add_folded(b, name, &gap);
	if (b->n == 0)
		buf_addc(b, '_');
	if (text_is_digit(b->p[0]) || is_reserved(buf_span(b))) {
		buf_addc(b, '_');
		memmove(b->p + 1, b->p, b->n - 1);
		b->p[0] = text_is_digit(b->p[1]) ? '_' : 'x';
	}
}
