#include "cloud/bqwords.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Around other texts; an N stands for digits. */
static const char *const wrappers[] = {"Error while reading data, error message: ",
    "JSON parsing error in row starting at position N: ",
    "Error while reading data, error message: JSON processing encountered too many errors, "};

/* They hold names, numbers and places in the SQL, and nothing of a row. */
static const char *const named[] = {"Access Denied: ", "Already Exists: ", "Cannot add required",
    "Cannot query over table", "Clustering", "Could not serialize access", "Dataset ",
    "Duplicate column", "Exceeded rate limits", "Function not found", "Incompatible table",
    "Invalid table ID", "JSON table encountered too many errors", "leadpipe ",
    "Missing required field", "Name ", "No matching signature", "Not found: ", "Not supported",
    "Partition", "Permission", "Provided Schema", "Query column", "Query exceeded",
    "Quota exceeded", "Required field", "Required parameter", "Resources exceeded", "Schema ",
    "Syntax error: ", "Table ", "Too many partitions", "Transaction is aborted",
    "Unrecognized name: ", "UPDATE or DELETE statement over table", "UPDATE/MERGE must match",
    NULL};

/* A value comes after them. Of two that begin alike the longer one is first. */
static const char *const valued[] = {"Value out of range", "Unable to parse",
    "Repeated field must be imported as a JSON array", "Parser terminated before end of string",
    "Only optional fields can be set to NULL", "No such field",
    "JSON object specified for non-record field", "Invalid value", "Invalid timestamp",
    "Invalid time", "Invalid interval", "Invalid datetime", "Invalid date", "Invalid base64",
    "Invalid NUMERIC", "Invalid BIGNUMERIC", "Failed to parse", "Division by zero",
    "Could not parse", "Could not convert", "Could not cast", "Cannot parse", "Bad numeric value",
    "Bad int64 value", "Bad double value", "Bad bytes value", "Bad bool value",
    "Array specified for non-repeated field", NULL};

/* The length of `form` at the beginning of the text; 0: it does not begin so. */
static size_t begins(const char *text, const char *form)
{
	const char *p = text;

	for (; *form; form++) {
		size_t digits = strspn(p, "0123456789");

		if (*form == 'N' && form[1] == ':' && digits)
			p += digits;
		else if (tolower((unsigned char)*p) != tolower((unsigned char)*form))
			return 0;
		else
			p++;
	}
	return (size_t)(p - text);
}

static size_t begins_with_any(const char *text, const char *const *forms)
{
	size_t n = 0;

	for (; *forms && !n; forms++)
		n = begins(text, *forms);
	return n;
}

static bool is_name_byte(char c)
{
	return text_is_letter(c) || text_is_digit(c) || (c && strchr("_.:$-", c)) ||
	       (unsigned char)c >= 0x80;
}

/* An apostrophe within a word ("doesn't") opens nothing. */
static bool opens_quote(const char *message, const char *p)
{
	return strchr("'\"`", *p) && (p == message || !isalnum((unsigned char)p[-1]));
}

/* A name in quotes is shown, but a literal of the SQL is not. What comes after it. */
static const char *add_quoted(struct buf *b, const char *message, const char *p)
{
	static const char literal[] = "literal ";
	const size_t n = sizeof literal - 1;
	bool shown = (size_t)(p - message) < n || strncasecmp(p - n, literal, n) != 0;
	const char *end = p + 1;

	while (is_name_byte(*end))
		end++;
	if (shown && *end == *p) {
		buf_add(b, p, (size_t)(end + 1 - p));
		return end + 1;
	}
	end = strrchr(p + 1, *p); /* the last one: what is quoted may hold others */
	buf_adds(b, "...");
	return end ? end + 1 : p + strlen(p);
}

static void add_named(struct buf *b, const char *message)
{
	const char *p = message;

	while (*p && *p != '\n' && *p != '\r')
		if (opens_quote(message, p))
			p = add_quoted(b, message, p);
		else
			buf_addc(b, *p++);
}

/* The column, where the text names just one: a value could hold the same words. */
static void add_field(struct buf *b, const char *message)
{
	static const char head[] = "Field: ";
	const char *at = strstr(message, head);
	size_t n = 0;

	if (!at || strstr(at + 1, head))
		return;
	at += sizeof head - 1;
	while (is_name_byte(at[n]))
		n++;
	if (at[n] == ';')
		buf_addf(b, "; Field: %.*s", (int)n, at);
}

void bqwords_add(struct buf *b, const char *message)
{
	size_t n = 1;

	while (n) {
		n = 0;
		for (size_t i = 0; i < sizeof wrappers / sizeof wrappers[0] && !n; i++)
			n = begins(message, wrappers[i]);
		buf_add(b, message, n);
		message += n;
	}
	if (!*message)
		return;
	n = begins_with_any(message, valued);
	if (n) {
		buf_add(b, message, n);
		buf_adds(b, " ...");
		add_field(b, message);
	} else if (begins_with_any(message, named)) {
		add_named(b, message);
	} else {
		buf_adds(b, "its text is not shown, since it may hold values");
	}
}
