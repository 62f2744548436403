#include "resume.h"

#include "base/atomic_file.h"
#include "base/die.h"
#include "base/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD_MOST = 1024 };

static bool fail(struct resume *r, enum status status, const char *why)
{
	return error_set(&r->error, status, "%s: %s", r->path, why);
}

static bool io_fails(struct resume *r)
{
	return fail(r, STATUS_IO, strerror(errno ? errno : EIO));
}

void resume_init(struct resume *r, const char *path)
{
	*r = (struct resume){.path = path};
}

/* ---- opening ---- */

static bool take_lock(struct resume *r, int fd)
{
	const char *other = guard_conflict(r->path, fd);

	if (other)
		return error_set(&r->error, STATUS_USAGE,
		    "--resume %s: is also %s, which it would destroy", r->path, other);
	guard_enter_fd(r->path, fd);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (errno == EWOULDBLOCK)
		return fail(r, STATUS_AGAIN, "another run is using it");
	return io_fails(r);
}

static bool write_head(struct resume *r, const char *head)
{
	int fd = fileno(r->file);

	rewind(r->file);
	if (ftruncate(fd, 0) != 0 || fchmod(fd, 0600) != 0 || fputs(head, r->file) == EOF)
		return io_fails(r);
	if (!resume_sync(r))
		return false;
	return atomic_file_sync_directory(r->path) || io_fails(r);
}

/* Nothing, or a head that a killed run did not finish, is a new file. */
static bool check_head(struct resume *r, const char *head)
{
	char line[HEAD_MOST];
	size_t n;

	errno = 0;
	n = fgets(line, sizeof line, r->file) ? strlen(line) : 0;
	if (n == 0 && ferror(r->file))
		return io_fails(r);
	if (n == 0 || (feof(r->file) && strncmp(line, head, n) == 0))
		return write_head(r, head);
	r->found = strcmp(line, head) == 0;
	r->line = 1;
	if (r->found)
		return fchmod(fileno(r->file), 0600) == 0 || io_fails(r);
	if (strncmp(line, "leadpipe-resume ", 16) == 0)
		return fail(r, STATUS_DATA,
		    "is of another input, object or external id, of another organization, or of an "
		    "earlier version; name a new one");
	return fail(r, STATUS_DATA, "is not a file that --resume wrote; name a new one");
}

bool resume_open(struct resume *r, const char *what, const char *digest)
{
	char head[HEAD_MOST];
	int fd;

	if (!r->path)
		return true;
	snprintf(head, sizeof head, "leadpipe-resume 3 %s %s\n", what, digest);
	fd = open(r->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	if (fd < 0)
		return fail(r, STATUS_CREATE, strerror(errno));
	r->file = fdopen(fd, "r+");
	if (!r->file) {
		close(fd);
		return fail(r, STATUS_CREATE, strerror(errno));
	}
	return take_lock(r, fd) && check_head(r, head);
}

/* ---- reading ---- */

static bool take_row(struct sfdc_rows *rows, const char *text)
{
	size_t i;
	unsigned answer;
	int n = 0;
	struct note note = {0};
	struct record *record;

	if (sscanf(text, "row %zu %u %n", &i, &answer, &n) < 2 || n == 0 || i >= rows->n ||
	    answer == ANSWER_NONE || answer > ANSWER_FAILED)
		return false;
	record = &rows->at[i];
	if (answer == ANSWER_FAILED) {
		note.code = (struct span){text + n, strcspn(text + n, "\t\n")};
		text += n + note.code.n;
		text += *text == '\t';
		note.fields = (struct span){text, strcspn(text, "\t\n")};
		text += note.fields.n;
		text += *text == '\t';
		note.message = (struct span){text, strcspn(text, "\n")};
		return rows_fail(rows, record, ANSWER_FAILED, &note);
	}
	record->answer = (uint8_t)answer;
	snprintf(record->id, sizeof record->id, "%.*s", (int)strcspn(text + n, "\n"), text + n);
	return true;
}

static bool take_job(const struct sfdc_rows *rows, const char *text, struct resume_job *job)
{
	job->locked = strncmp(text, "again ", 6) == 0;
	return (sscanf(text, "job %18s %zu %zu", job->id, &job->from, &job->to) == 3 ||
	           sscanf(text, "again %18s %zu %zu", job->id, &job->from, &job->to) == 3) &&
	       job->from <= job->to && job->to <= rows->n;
}

/* After the last whole line the file is cut, and written on. */
static bool end_reading(struct resume *r, off_t at)
{
	if (fseeko(r->file, at, SEEK_SET) != 0 || ftruncate(fileno(r->file), at) != 0)
		return io_fails(r);
	return false;
}

/* The next whole line; false at the end, where the file is cut, and on an error. */
static bool next_line(struct resume *r, char **line, size_t *cap)
{
	off_t at = ftello(r->file);
	ssize_t n;

	errno = 0;
	n = getline(line, cap, r->file);
	if (n < 0 && !feof(r->file))
		return io_fails(r);
	if (n <= 0 || (*line)[n - 1] != '\n')
		return end_reading(r, at);
	r->line++;
	return true;
}

bool resume_next(struct resume *r, struct sfdc_rows *rows, struct resume_job *job)
{
	char *line = NULL;
	size_t cap = 0;
	bool got = false;

	if (!r->file || !r->found || r->error.status)
		return false;
	while (!got && next_line(r, &line, &cap)) {
		got = take_job(rows, line, job);
		if (!got && !take_row(rows, line)) {
			error_set(&r->error, STATUS_DATA, "%s:%ju: is damaged", r->path,
			    (uintmax_t)r->line);
			break;
		}
	}
	free(line);
	return got;
}

/* ---- writing ---- */

bool resume_sync(struct resume *r)
{
	if (!r->file || (fflush(r->file) == 0 && fsync(fileno(r->file)) == 0))
		return true;
	return io_fails(r);
}

bool resume_keep_job(struct resume *r, const struct resume_job *job)
{
	if (!r->file)
		return true;
	fprintf(
	    r->file, "%s %s %zu %zu\n", job->locked ? "again" : "job", job->id, job->from, job->to);
	return resume_sync(r);
}

static void put_clean(FILE *file, struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		fputc((unsigned char)text.p[i] < ' ' ? ' ' : text.p[i], file);
}

bool resume_keep_row(struct resume *r, struct sfdc_rows *rows, size_t i, struct buf *scratch)
{
	const struct record *record = &rows->at[i];
	struct note note;

	if (!r->file)
		return true;
	if (!rows_note(rows, i, scratch, &note))
		return false;
	fprintf(r->file, "row %zu %u ", i, record->answer);
	if (record->answer == ANSWER_FAILED) {
		put_clean(r->file, note.code);
		fputc('\t', r->file);
		put_clean(r->file, note.fields);
		fputc('\t', r->file);
		put_clean(r->file, note.message);
	} else {
		fputs(record->id, r->file);
	}
	return fputc('\n', r->file) != EOF || io_fails(r);
}

void resume_close(struct resume *r, bool done)
{
	bool emptied;

	if (!r->file)
		return;
	emptied = done && fflush(r->file) == 0 && ftruncate(fileno(r->file), 0) == 0;
	fclose(r->file);
	r->file = NULL;
	if (done && unlink(r->path) != 0 && !emptied)
		warn("%s: cannot be removed: %s; remove it before these rows are sent again",
		    r->path, strerror(errno));
}
