#ifndef CLOUD_MARKETING_TOKEN_H
#define CLOUD_MARKETING_TOKEN_H

/*
 * The token of a Marketing Cloud session. marketing.c owns one and nobody else needs it.
 *
 * A token lives 20 minutes, and the service asks clients not to fetch more than one in that
 * time. So it is kept in $XDG_CACHE_HOME/leadpipe (or ~/.cache/leadpipe), in a file of mode
 * 0600 in a folder of mode 0700, until a minute before it expires. A file that others can
 * read is not used, nor is a folder that others may write in.
 */

#include "base/error.h"
#include "wire/http.h"

struct marketing_token {
	struct error error; /* why the last step failed: 69, 75, 77; without secrets */
	char *text, *rest;  /* the token and its REST address; owned, NULL while there is none */
	uint64_t fetched;   /* tokens that the service gave */
	/* private */
	const char *auth, *client_id, *client_secret, *account;
	char *cache;     /* the token's file, or NULL: it is not kept */
	int64_t expires; /* seconds since 1970 */
};

/* Reads the environment (marketing.h); `cache`: keep the token in a file. False: status 78. */
bool marketing_token_open(struct marketing_token *t, bool cache);
void marketing_token_close(struct marketing_token *t);

/* Gets a token that is valid: from memory, the file, or the service. False: t->error. */
bool marketing_token_get(struct marketing_token *t, struct http *http);

/* The token was refused: it is forgotten, here and in the file. */
void marketing_token_drop(struct marketing_token *t);

#endif
