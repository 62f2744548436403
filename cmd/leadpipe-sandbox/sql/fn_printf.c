#include "sql/fn_printf.h"

#include "sql/cast.h"

enum { TEXT_MOST = 1 << 20, WIDTH_MOST = 1 << 16, PRECISION_MOST = 400 };

bool printf_fail(struct work *w, char *error)
{
	w->error = error;
	return false;
}

/* ---- arguments ---------------------------------------------------------------------------- */

/* The next argument, of one of these kinds ("" is any); NULL: an error. */
static sqlite3_value *take(struct work *w, const char *kinds, char letter)
{
	if (w->at == w->n)
		printf_fail(w, sqlite3_mprintf("Too few arguments to FORMAT"));
	else if (*kinds && !strchr(kinds, w->kinds[w->at]) &&
	         sqlite3_value_type(w->v[w->at]) != SQLITE_NULL)
		printf_fail(
		    w, sqlite3_mprintf("Invalid type for argument %d to FORMAT: not one for %%%c",
		           w->at + 2, letter));
	else
		return w->v[w->at++];
	return NULL;
}

/* The same, where NULL makes the result NULL. */
sqlite3_value *printf_take(struct work *w, const char *kinds, char letter)
{
	sqlite3_value *v = take(w, kinds, letter);

	if (v && sqlite3_value_type(v) == SQLITE_NULL)
		w->null = true;
	return w->null ? NULL : v;
}

/* ---- the format --------------------------------------------------------------------------- */

static char peek(const struct work *w)
{
	return w->rest.n ? *w->rest.p : '\0';
}

static char next(struct work *w)
{
	char c = peek(w);

	if (w->rest.n)
		w->rest = span_skip(w->rest, 1);
	return c;
}

static void read_flags(struct work *w, struct item *it)
{
	for (;; next(w))
		switch (peek(w)) {
		case '-': it->left = true; break;
		case '+': it->plus = true; break;
		case ' ': it->space = true; break;
		case '#': it->sharp = true; break;
		case '0': it->zero = true; break;
		case '\'': it->group = true; break;
		default: return;
		}
}

/* Digits, or * and the next argument. */
static bool read_size(struct work *w, int64_t *size, int64_t most)
{
	int64_t n = 0;

	if (peek(w) == '*') {
		sqlite3_value *v = printf_take(w, "i", '*');

		next(w);
		n = v ? sqlite3_value_int64(v) : 0;
	} else {
		while (peek(w) >= '0' && peek(w) <= '9' && n <= most)
			n = n * 10 + (next(w) - '0');
	}
	*size = n;
	return !w->error && n <= most && n >= -most;
}

static bool read_item(struct work *w, struct item *it)
{
	bool ok;
	char letter;

	*it = (struct item){.precision = -1};
	read_flags(w, it);
	ok = read_size(w, &it->width, WIDTH_MOST);
	if (it->width < 0) {
		it->left = true;
		it->width = -it->width;
	}
	if (ok && peek(w) == '.') {
		next(w);
		ok = read_size(w, &it->precision, PRECISION_MOST);
	}
	letter = next(w);
	it->letter = letter > ' ' && letter < 0x7F ? letter : '?';
	return ok || w->error ||
	       printf_fail(
	           w, sqlite3_mprintf("Not supported by leadpipe-sandbox: so wide a FORMAT"));
}

/* ---- text --------------------------------------------------------------------------------- */

static size_t characters(struct span text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += (text.p[i] & 0xC0) != 0x80;
	return n;
}

static void pad(struct buf *b, char c, int64_t n)
{
	for (; n > 0; n--)
		buf_addc(b, c);
}

void printf_put(struct work *w, const struct item *it, const char *head, struct span text)
{
	int64_t n = it->width - (int64_t)(strlen(head) + characters(text));

	if (!it->left && !it->zero)
		pad(&w->out, ' ', n);
	buf_adds(&w->out, head);
	if (!it->left && it->zero)
		pad(&w->out, '0', n);
	buf_addspan(&w->out, text);
	if (it->left)
		pad(&w->out, ' ', n);
}

static void put_string(struct work *w, struct item *it, struct span text)
{
	size_t n = 0;

	if (it->precision >= 0 && characters(text) > (size_t)it->precision) {
		for (int64_t left = it->precision + 1; n < text.n; n++)
			if ((text.p[n] & 0xC0) != 0x80 && --left == 0)
				break;
		text.n = n;
	}
	it->zero = false;
	printf_put(w, it, "", text);
}

/* ---- %t and %T ---------------------------------------------------------------------------- */

static void add_escaped(struct buf *b, struct span text, char quote, bool bytes)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '\n' || c == '\r' || c == '\t')
			buf_addf(b, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
		else if (c == '\\' || (quote && c == quote))
			buf_addf(b, "\\%c", c);
		else if (c < 0x20 || c == 0x7F || (bytes && c >= 0x80))
			buf_addf(b, "\\x%02x", c);
		else
			buf_addc(b, (char)c);
	}
}

static void add_literal(struct buf *b, struct span text, bool bytes)
{
	char quote = memchr(text.p, '"', text.n) && !memchr(text.p, '\'', text.n) ? '\'' : '"';

	if (bytes)
		buf_addc(b, 'b');
	buf_addc(b, quote);
	add_escaped(b, text, quote, bytes);
	buf_addc(b, quote);
}

static bool add_any(struct work *w, struct buf *b, char kind, bool literal, sqlite3_value *v)
{
	struct span text = fn_text(v);
	char real[CAST_DOUBLE];

	if (literal &&
	    (!strchr("iofsb", kind) || (kind == 'f' && fn_double(v) - fn_double(v) != 0)))
		return printf_fail(
		    w, sqlite3_mprintf("Not supported by leadpipe-sandbox: %%T of that type"));
	if (kind == 'f') {
		cast_double_text(real, fn_double(v));
		buf_adds(b, real);
	} else if (kind == 'o') {
		buf_adds(b, sqlite3_value_int(v) ? "true" : "false");
	} else if (literal && kind != 'i') {
		add_literal(b, text, kind == 'b');
	} else if (kind == 'b') {
		add_escaped(b, text, '\0', true);
	} else {
		buf_addspan(b, text);
		if (kind == 'n' && !memchr(text.p, '.', text.n))
			buf_adds(b, ".0");
	}
	return true;
}

static bool put_any(struct work *w, struct item *it)
{
	sqlite3_value *v = take(w, "", it->letter);
	struct buf b;
	bool ok = v != NULL;

	buf_init(&b, TEXT_MOST);
	if (v && sqlite3_value_type(v) == SQLITE_NULL)
		buf_adds(&b, "NULL");
	else if (v)
		ok = add_any(w, &b, w->kinds[w->at - 1], it->letter == 'T', v);
	if (ok)
		put_string(w, it, buf_span(&b));
	buf_free(&b);
	return ok;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static bool put_item(struct work *w, struct item *it)
{
	sqlite3_value *v;

	if (it->group && !strchr("difF", it->letter))
		return printf_fail(
		    w, sqlite3_mprintf("Not supported by leadpipe-sandbox: %%'%c", it->letter));
	switch (it->letter) {
	case 'd':
	case 'i':
	case 'o':
	case 'x':
	case 'X': return printf_int(w, it);
	case 'f':
	case 'F':
	case 'e':
	case 'E':
	case 'g':
	case 'G': return printf_real(w, it);
	case 't':
	case 'T': return put_any(w, it);
	case 's':
	case 'p':
		v = printf_take(w, it->letter == 's' ? "s" : "j", it->letter);
		if (v)
			put_string(w, it, fn_text(v));
		return !w->error;
	case '%': buf_addc(&w->out, '%'); return true;
	default:
		return printf_fail(
		    w, sqlite3_mprintf("Invalid format specifier \"%%%c\" in FORMAT", it->letter));
	}
}

/* bq_format(kinds, format, argument, ...) */
static char *format(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct work w = {.kinds = (const char *)sqlite3_value_text(v[0]), .v = v + 2, .n = n - 2};
	struct item it;

	if (sqlite3_value_type(v[1]) == SQLITE_NULL)
		return NULL;
	w.rest = fn_text(v[1]);
	buf_init(&w.out, TEXT_MOST);
	while (w.rest.n && !w.error) {
		char c = next(&w);

		if (c != '%')
			buf_addc(&w.out, c);
		else if (read_item(&w, &it))
			put_item(&w, &it);
	}
	if (!w.error && w.at < w.n)
		printf_fail(&w, sqlite3_mprintf("Too many arguments to FORMAT"));
	if (!w.error && !w.null)
		return fn_finish(ctx, &w.out, false);
	buf_free(&w.out);
	return w.error;
}

const struct sql_fn sql_fn_printf[] = {{"bq_format", format, true}, {0}};
