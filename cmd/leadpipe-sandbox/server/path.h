#ifndef SANDBOX_PATH_H
#define SANDBOX_PATH_H

/*
 * Paths and the patterns of route.h that they are matched with; form bodies, which
 * are encoded the same way.
 */

#include "base/span.h"

enum { PATH_PARTS = 32, PATH_HOLES = 8 };

struct path {
	char *text; /* normalised, undecoded: "/a/b", or "/" */
	size_t n;
	struct span part[PATH_PARTS]; /* decoded, NUL-terminated */
	size_t at[PATH_PARTS];        /* where each begins in `text` */
	/* private */
	char *decoded;
};

/*
 * Reads the path of a request target ("/v1//leads/?page_size=1"). False when a %XX
 * is none, stands for NUL, or there are more than PATH_PARTS segments; *path can
 * be freed either way.
 */
bool path_read(struct path *path, const char *target);
void path_free(struct path *path);

/* Does the path fit the pattern? The parts that {} and {*} stood for are set in order. */
bool path_match(const struct path *path, const char *pattern, struct span parts[PATH_HOLES]);

/* The value of `name` in a form body; NULL when it is absent or badly encoded. The caller frees. */
char *path_form_value(struct span body, const char *name);

#endif
