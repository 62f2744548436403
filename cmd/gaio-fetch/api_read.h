#ifndef GAIO_FETCH_API_READ_H
#define GAIO_FETCH_API_READ_H

/*
 * Reading a source file.
 *
 *	struct api api;
 *	if (!api_read(&api, path, resource, &error)) ...     "stripe.json:7: unknown key "typ""
 *	...
 *	api_read_free(&api);
 */

#include "api.h"

/*
 * Reads the file, checks all of it, and picks the resource; NULL: only checks. False and
 * *error: 78, or 64 where there is no such resource.
 */
bool api_read(struct api *api, const char *path, const char *resource, struct error *error);

/* The Gaio API's own shape. */
bool api_read_own(struct api *api, struct error *error);

/* The names of all resources, for a message. */
void api_read_names(const struct api *api, struct buf *to);

void api_read_free(struct api *api);

#endif
