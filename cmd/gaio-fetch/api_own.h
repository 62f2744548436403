#ifndef GAIO_FETCH_API_OWN_H
#define GAIO_FETCH_API_OWN_H

/* "auth", "next" and "replies", which have a form of their own. Private to api*.c. */

#include "api_table.h"

/* `to`: struct api_auth, struct api_next; for replies the struct api_resource that they add to. */
bool api_own_auth(struct api *api, const char *name, struct span raw, void *to);
bool api_own_next(struct api *api, const char *name, struct span raw, void *to);
bool api_own_replies(struct api *api, const char *name, struct span raw, void *to);

#endif
