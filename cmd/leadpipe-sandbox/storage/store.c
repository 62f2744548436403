#include "storage/store.h"

#include "storage/scratch.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool make_dir(struct store *s, const char *dir, struct error *error)
{
	bool made;

	s->temporary = !dir;
	if (dir) {
		s->dir = mem_text(dir);
		made = mkdir(dir, 0700) == 0 || errno == EEXIST;
	} else {
		made = scratch_make(NULL, "leadpipe-sandbox", &s->dir);
	}
	return made || error_set(error, STATUS_CREATE, "%s: %s", s->dir, strerror(errno));
}

/*
 * What is loaded may be personal: the database is its owner's alone, whatever the directory
 * allows. SQLite makes the files beside it with the mode of the database.
 */
static bool make_private(const char *path, struct error *error)
{
	static const char *const beside[] = {"", "-wal", "-shm"};
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_set(error, STATUS_CREATE, "%s: %s", path, strerror(errno));
	close(fd);
	for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
		char *name = mem_format("%s%s", path, beside[i]);
		bool ok = chmod(name, 0600) == 0 || errno == ENOENT ||
		          error_set(error, STATUS_CREATE, "%s: %s", name, strerror(errno));

		free(name);
		if (!ok)
			return false;
	}
	return true;
}

static bool open_database(struct store *s, const char *path, struct error *error)
{
	const char *synchronous =
	    s->temporary ? "PRAGMA synchronous = OFF" : "PRAGMA synchronous = NORMAL";

	if (!make_private(path, error))
		return false;
	if (sqlite3_open(path, &s->db) == SQLITE_OK &&
	    sqlite3_busy_timeout(s->db, 5000) == SQLITE_OK &&
	    sqlite3_exec(s->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(s->db, synchronous, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(s->db, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return error_set(error, STATUS_CREATE, "%s: %s", path, sqlite3_errmsg(s->db));
}

struct store *store_open(const char *dir, struct error *error)
{
	struct store *s = mem_alloc(sizeof *s);
	bool ok = make_dir(s, dir, error);
	char *path = mem_format("%s/sandbox.db", s->dir);

	ok = ok && open_database(s, path, error);
	free(path);
	if (ok)
		return s;
	store_close(s);
	return NULL;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < STORE_KEPT; i++)
		sqlite3_finalize(s->kept[i]);
	sqlite3_close_v2(s->db);
	if (s->temporary)
		scratch_remove(s->dir);
	free(s->dir);
	free(s);
}

static _Noreturn void broken(struct store *s, const char *sql)
{
	struct error error = {0};

	error_set(&error, STATUS_BUG, "sandbox.db: %s: %.200s", sqlite3_errmsg(s->db), sql);
	s->broken(&error);
}

void store_exec(struct store *s, const char *sql)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		broken(s, sql);
}

static int bind(sqlite3_stmt *stmt, int at, char letter, va_list *args)
{
	struct span span;

	switch (letter) {
	case 't':
		return sqlite3_bind_text(
		    stmt, at, va_arg(*args, const char *), -1, SQLITE_TRANSIENT);
	case 'i': return sqlite3_bind_int64(stmt, at, va_arg(*args, int64_t));
	case 'd': return sqlite3_bind_double(stmt, at, va_arg(*args, double));
	case 's':
		span = va_arg(*args, struct span);
		return sqlite3_bind_text64(stmt, at, span.p, span.n, SQLITE_TRANSIENT, SQLITE_UTF8);
	default: return SQLITE_MISUSE;
	}
}

static sqlite3_stmt *prepare(struct store *s, const char *sql, unsigned flags)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v3(s->db, sql, -1, flags, &stmt, NULL) != SQLITE_OK)
		broken(s, sql);
	return stmt;
}

/* The statement itself, with its parameters bound. */
static sqlite3_stmt *bound(struct store *s, sqlite3_stmt *stmt, const char *format, va_list *args)
{
	for (int i = 0; format && format[i]; i++)
		if (bind(stmt, i + 1, format[i], args) != SQLITE_OK)
			broken(s, sqlite3_sql(stmt));
	return stmt;
}

/* ---- statements that are kept ---- */

static sqlite3_stmt **place_of(struct store *s, const char *sql)
{
	uint32_t hash = 2166136261u;

	for (; *sql; sql++)
		hash = (hash ^ (unsigned char)*sql) * 16777619u;
	return &s->kept[hash % STORE_KEPT];
}

/* The place is empty while its statement is lent, so that none is lent twice. */
sqlite3_stmt *store_borrow(struct store *s, const char *sql)
{
	sqlite3_stmt **place = place_of(s, sql), *stmt = *place;

	if (!stmt || strcmp(sqlite3_sql(stmt), sql) != 0)
		return prepare(s, sql, SQLITE_PREPARE_PERSISTENT);
	*place = NULL;
	return stmt;
}

void store_give_back(struct store *s, sqlite3_stmt *stmt)
{
	sqlite3_stmt **place = place_of(s, sqlite3_sql(stmt));

	sqlite3_finalize(*place);
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	*place = stmt;
}

/* ---- statements that are run at once ---- */

sqlite3_stmt *store_query(struct store *s, const char *sql, const char *format, ...)
{
	va_list args;
	sqlite3_stmt *stmt;

	va_start(args, format);
	stmt = bound(s, prepare(s, sql, 0), format, &args);
	va_end(args);
	return stmt;
}

void store_run(struct store *s, const char *sql, const char *format, ...)
{
	va_list args;
	sqlite3_stmt *stmt;
	int rc;

	va_start(args, format);
	stmt = bound(s, store_borrow(s, sql), format, &args);
	va_end(args);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		;
	if (rc != SQLITE_DONE)
		broken(s, sql);
	store_give_back(s, stmt);
}

static bool first_row(struct store *s, sqlite3_stmt *stmt, const char *sql)
{
	int rc = sqlite3_step(stmt);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		broken(s, sql);
	return rc == SQLITE_ROW && sqlite3_column_type(stmt, 0) != SQLITE_NULL;
}

int64_t store_int(struct store *s, int64_t otherwise, const char *sql, const char *format, ...)
{
	va_list args;
	sqlite3_stmt *stmt;

	va_start(args, format);
	stmt = bound(s, store_borrow(s, sql), format, &args);
	va_end(args);
	if (first_row(s, stmt, sql))
		otherwise = sqlite3_column_int64(stmt, 0);
	store_give_back(s, stmt);
	return otherwise;
}

char *store_text(struct store *s, const char *sql, const char *format, ...)
{
	va_list args;
	sqlite3_stmt *stmt;
	char *text = NULL;

	va_start(args, format);
	stmt = bound(s, store_borrow(s, sql), format, &args);
	va_end(args);
	if (first_row(s, stmt, sql)) {
		const void *p = sqlite3_column_text(stmt, 0);
		text = mem_dup(p, (size_t)sqlite3_column_bytes(stmt, 0));
	}
	store_give_back(s, stmt);
	return text;
}

void store_quote(struct buf *b, const char *name)
{
	buf_addc(b, '"');
	for (; *name; name++) {
		if (*name == '"')
			buf_addc(b, '"');
		buf_addc(b, *name);
	}
	buf_addc(b, '"');
}

void store_begin(struct store *s)
{
	store_run(s, "SAVEPOINT sandbox", "");
}

void store_commit(struct store *s)
{
	store_run(s, "RELEASE sandbox", "");
}

void store_rollback(struct store *s)
{
	store_exec(s, "ROLLBACK TO sandbox; RELEASE sandbox");
}
