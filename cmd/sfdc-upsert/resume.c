#include "resume.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_MOST = 1 << 20 };

static bool fail(struct resume *r, enum status status, const char *why)
{
	r->status = status;
	snprintf(r->why, sizeof r->why, "%.400s: %.150s", r->path, why);
	return false;
}

static bool check_head(struct resume *r, const char *head)
{
	char line[400];

	if (!fgets(line, sizeof line, r->file) || !strchr(line, '\n')) {
		rewind(r->file);
		if (ftruncate(fileno(r->file), 0) != 0 || fputs(head, r->file) == EOF)
			return fail(r, STATUS_IO, strerror(errno));
		return resume_sync(r);
	}
	if (strcmp(line, head) != 0)
		return fail(r, STATUS_DATA,
		    strncmp(line, "leadpipe-resume ", 16) == 0
		        ? "is of another input, object or external id"
		        : "is no file of --resume");
	r->found = true;
	return true;
}

bool resume_open(struct resume *r, const char *path, const char *what, const char *digest)
{
	char head[400];
	int fd;

	*r = (struct resume){.path = path};
	if (!path)
		return true;
	snprintf(head, sizeof head, "leadpipe-resume 2 %s %s\n", what, digest);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	r->file = fd >= 0 ? fdopen(fd, "r+") : NULL;
	if (fd >= 0 && !r->file)
		close(fd);
	return r->file ? check_head(r, head) : fail(r, STATUS_CREATE, strerror(errno));
}

static void take_row(struct rows *rows, const char *text)
{
	size_t i;
	unsigned answer;
	int n = 0;
	struct note note = {0};
	struct record *record;

	if (sscanf(text, "row %zu %u %n", &i, &answer, &n) < 2 || n == 0 || i >= rows->n ||
	    answer == ANSWER_NONE || answer > ANSWER_FAILED)
		return;
	record = &rows->at[i];
	if (answer == ANSWER_FAILED) {
		note.code = (struct span){text + n, strcspn(text + n, "\t\n")};
		text += n + note.code.n;
		text += *text == '\t';
		note.fields = (struct span){text, strcspn(text, "\t\n")};
		text += note.fields.n;
		text += *text == '\t';
		note.message = (struct span){text, strcspn(text, "\n")};
		rows_fail(rows, record, ANSWER_FAILED, &note);
		return;
	}
	record->answer = (uint8_t)answer;
	snprintf(record->id, sizeof record->id, "%.*s", (int)strcspn(text + n, "\n"), text + n);
}

/* Behind the last whole line the file is cut, and written on. */
static bool end_reading(struct resume *r, off_t at)
{
	if (fseeko(r->file, at, SEEK_SET) != 0 || ftruncate(fileno(r->file), at) != 0)
		return fail(r, STATUS_IO, strerror(errno));
	return false;
}

bool resume_next(struct resume *r, struct rows *rows, struct resume_job *job)
{
	char *line = NULL;
	size_t cap = 0;
	off_t at;
	bool got = false;

	if (!r->file || !r->found || r->status)
		return false;
	for (;;) {
		ssize_t n;

		at = ftello(r->file);
		n = getline(&line, &cap, r->file);
		if (n <= 0 || n > LINE_MOST || line[n - 1] != '\n')
			break;
		job->locked = strncmp(line, "again ", 6) == 0;
		if (sscanf(line, "job %18s %zu %zu", job->id, &job->from, &job->to) == 3 ||
		    sscanf(line, "again %18s %zu %zu", job->id, &job->from, &job->to) == 3) {
			got = job->from <= job->to && job->to <= rows->n;
			break;
		}
		take_row(rows, line);
	}
	free(line);
	return got || end_reading(r, at);
}

bool resume_sync(struct resume *r)
{
	if (!r->file || (fflush(r->file) == 0 && fsync(fileno(r->file)) == 0))
		return true;
	return fail(r, STATUS_IO, strerror(errno));
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

bool resume_keep_row(struct resume *r, struct rows *rows, size_t i, struct buf *scratch)
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
	return fputc('\n', r->file) != EOF || fail(r, STATUS_IO, strerror(errno));
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
