#include "stream/reject.h"

#include "base/die.h"
#include "base/guard.h"
#include "base/text.h"
#include "json/jstr.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* "N" or "P%": digits, and in a percentage a point if wished. */
static bool read_limit(struct reject *r, const char *text)
{
	size_t n = span_digits(span_of(text));
	const char *p = text + n;
	uint64_t whole;
	double unit = 1;

	if (!text_number((struct span){text, n}, &whole) || whole > UINT64_C(1000000000000000))
		return false;
	if (!*p) {
		r->max = whole;
		return true;
	}
	r->max_percent = (double)whole;
	if (*p == '.')
		for (p++; text_is_digit(*p); p++)
			r->max_percent += (*p - '0') * (unit /= 10);
	return strcmp(p, "%") == 0 && r->max_percent <= 100;
}

/* Neither truncated nor followed by a row before it is known to be nobody else's. */
static bool open_file(struct reject *r, const char *path)
{
	bool made = access(path, F_OK) != 0;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	const char *other = fd >= 0 ? guard_conflict(path, fd) : NULL;
	struct stat st;

	if (fd < 0)
		return error_set(&r->error, STATUS_CREATE, "%s: %s", path, strerror(errno));
	if (other) {
		if (made)
			unlink(path);
		close(fd);
		return error_set(&r->error, STATUS_USAGE,
		    "%s: is also %s, which writing rejects would destroy", path, other);
	}
	guard_enter_fd(path, fd);
	out_init(&r->out, fd);
	r->open = true;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (fchmod(fd, 0600) != 0 || ftruncate(fd, 0) != 0))
		return error_set(&r->error, STATUS_IO, "%s: %s", path, strerror(errno));
	return true;
}

bool reject_init(struct reject *r, const char *path, const char *limit)
{
	*r = (struct reject){.path = path, .limit = limit, .max = UINT64_MAX, .max_percent = -1};
	if (limit && !read_limit(r, limit))
		return error_set(&r->error, STATUS_USAGE,
		    "--max-rejects: must be a number or a percentage up to 100%%");
	if (limit && !path)
		return error_set(&r->error, STATUS_USAGE, "--max-rejects: needs --rejects FILE");
	return !path || open_file(r, path);
}

static void add_reject(
    struct buf *b, uint64_t line, const struct bad *bad, struct span raw, bool is_json)
{
	buf_addf(b, "{\"line\":%ju", (uintmax_t)line);
	if (bad->field.p) {
		buf_adds(b, ",\"field\":");
		jstr_quote_any(b, bad->field);
	}
	buf_adds(b, ",\"reason\":");
	jstr_quote_any(b, span_of(bad->reason));
	buf_adds(b, ",\"tool\":");
	jstr_quote_any(b, span_of(prog_name()));
	buf_adds(b, is_json ? ",\"row\":" : ",\"raw\":");
	if (is_json)
		buf_addspan(b, raw);
	else
		jstr_quote_any(b, raw);
	buf_addc(b, '}');
}

static bool unwritable(struct reject *r)
{
	return error_set(&r->error, STATUS_IO, "%s: %s", r->path, strerror(r->out.error));
}

void reject_where(char *text, size_t size, const char *name, uint64_t line, const struct bad *bad)
{
	int n = bad->field.n < 300 ? (int)bad->field.n : 300;

	if (bad->field.p)
		snprintf(text, size, "%s:%ju: field %.*s: %s", name, (uintmax_t)line, n,
		    bad->field.p, bad->reason);
	else
		snprintf(text, size, "%s:%ju: %s", name, (uintmax_t)line, bad->reason);
}

bool reject_row(struct reject *r, const char *name, uint64_t line, const struct bad *bad,
    struct span raw, bool is_json)
{
	char where[REJECT_WHERE];

	r->count++;
	if (r->open) {
		add_reject(&r->out.buf, line, bad, raw, is_json);
		out_row(&r->out);
		if (r->out.error)
			return unwritable(r);
		if (r->count <= r->max)
			return true;
	}
	reject_where(where, sizeof where, name, line, bad);
	if (!r->open)
		return error_set(&r->error, STATUS_DATA, "%s", where);
	return error_set(&r->error, STATUS_DATA, "%s; more than --max-rejects %s rows do not fit",
	    where, r->limit);
}

bool reject_close(struct reject *r, uint64_t rows)
{
	struct error closing = {.status = STATUS_OK};
	bool written = !r->open || out_close(&r->out, &closing);

	r->open = false;
	if (r->error.status)
		return false;
	if (!written)
		return unwritable(r);
	if (r->max_percent >= 0 && (double)r->count * 100 > r->max_percent * (double)rows)
		return error_set(&r->error, STATUS_DATA,
		    "%ju of %ju rows do not fit: more than --max-rejects %s", (uintmax_t)r->count,
		    (uintmax_t)rows, r->limit);
	return true;
}
