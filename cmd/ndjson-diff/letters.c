#include "letters.h"

#include "base/atomic_file.h"
#include "base/file.h"
#include "base/guard.h"

#include <errno.h>
#include <string.h>

bool letters_guard(const char *path, struct error *error)
{
	const char *other = path ? guard_conflict(path, -1) : NULL;

	if (other)
		return error_set(error, STATUS_USAGE,
		    "--dead-letter %s: is also %s, which it would destroy", path, other);
	if (path)
		guard_enter(path);
	return true;
}

static bool copy(FILE *from, int to)
{
	char bytes[65536];
	size_t n;

	rewind(from);
	errno = EIO;
	while ((n = fread(bytes, 1, sizeof bytes, from)) > 0)
		if (!file_write(to, bytes, n))
			return false;
	return !ferror(from);
}

bool letters_keep(FILE *rows, const char *path, struct error *error)
{
	struct atomic_file w;

	if (!atomic_file_open(&w, path, ATOMIC_FILE_PRIVATE))
		return error_set(error, STATUS_CREATE, "%s: %s", path, strerror(errno));
	if (copy(rows, w.fd))
		return atomic_file_commit(&w) ||
		       error_set(error, STATUS_IO, "%s: %s", path, strerror(errno));
	error_set(error, STATUS_IO, "%s: %s", path, strerror(errno));
	atomic_file_drop(&w);
	return false;
}
