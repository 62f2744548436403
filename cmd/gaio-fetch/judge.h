#ifndef GAIO_FETCH_JUDGE_H
#define GAIO_FETCH_JUDGE_H

/*
 * What a reply means: the source file's tests in their order, the first that fits; then
 * the status, and what APIs commonly say of an error inside a 200 (error, errors,
 * success: false, ok: false).
 */

#include "api.h"
#include "wire/http.h"

enum { JUDGE_TEXT = 512, JUDGE_SHOWN = 200 };

struct judgement {
	enum api_means means;
	int64_t wait_us;       /* wait, stop: how long, as the reply says; -1: it does not */
	enum status status;    /* of a run that ends by it */
	char text[JUDGE_TEXT]; /* for people: "HTTP 400: Unknown field speed" */
};

/*
 * `json`: the reply's body, or a page's envelope; absent: it is not JSON. `now`: the
 * clock_now of this moment.
 */
struct judgement judge(const struct api_resource *resource, const struct http_reply *reply,
    struct span json, int64_t now);

/* http_header, of a name that is a span. */
struct span judge_header(const struct http_reply *reply, struct span name);

/*
 * Appends a text that came from the API, at most JUDGE_SHOWN bytes, in one line: e-mail
 * addresses, long numbers, quoted values that are not plain words, and queries of URLs
 * are shown as ***.
 */
void judge_show(struct buf *to, struct span text);

#endif
