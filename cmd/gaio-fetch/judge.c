#include "judge.h"

#include "base/clock.h"
#include "base/mem.h"
#include "json/jstr.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { WAIT_MAX_S = 7 * 86400, GUESS_EPOCH_S = 1000000000 };

/* ---- values ---- */

/* Not null, false, 0, or empty. */
static bool is_set(struct span value)
{
	struct span rest = value, item;

	switch (scan_type(value)) {
	case JSON_TRUE: return true;
	case JSON_STRING: return value.n > 2;
	case JSON_NUMBER: return !span_eq(value, SPAN("0"));
	case JSON_ARRAY: return scan_item(&rest, &item);
	case JSON_OBJECT: return scan_member(&rest, &item, &item);
	default: return false;
	}
}

static bool contains(struct span text, struct span part)
{
	for (size_t i = 0; i + part.n <= text.n; i++)
		if (strncasecmp(text.p + i, part.p, part.n) == 0)
			return true;
	return false;
}

static bool one_of(const struct texts *list, struct span text)
{
	for (size_t i = 0; i < list->n; i++)
		if (span_eq(list->item[i], text))
			return true;
	return false;
}

struct span judge_header(const struct http_reply *reply, struct span name)
{
	char *text = mem_dup(name.p, name.n);
	struct span value = http_header(reply, text);

	free(text);
	return value;
}

/* ---- tests ---- */

static bool value_fits(const struct api_test *t, struct span raw, struct span text)
{
	if (t->is.n > 0 && !(text.p && one_of(&t->is, text)))
		return false;
	if (t->contains.n > 0) {
		size_t i = 0;

		while (i < t->contains.n && !(text.p && contains(text, t->contains.item[i])))
			i++;
		return i < t->contains.n;
	}
	return t->is.n > 0 || (raw.p && is_set(raw));
}

static bool fits(const struct api_test *t, const struct http_reply *reply, struct span json)
{
	char number[16];
	struct buf scratch;
	bool good = true;

	snprintf(number, sizeof number, "%d", reply->status);
	if ((t->status.n > 0 && !one_of(&t->status, span_of(number))) ||
	    (t->has_json && t->json != (json.p != NULL)))
		return false;
	if (t->header.p) {
		struct span value = judge_header(reply, t->header);

		if (!value.p || (t->where.n == 0 && (t->is.n > 0 || t->contains.n > 0) &&
		                    !value_fits(t, value, value)))
			return false;
	}
	if (t->where.n > 0) {
		struct span raw = where_find(&t->where, json);

		buf_init(&scratch, json.n + 1);
		good = value_fits(t, raw, where_text(&t->where, json, &scratch));
		buf_free(&scratch);
	}
	return good;
}

/* ---- how long to wait ---- */

/* "for 86400 second(s)": the number before the word. */
static bool number_in_text(struct span text, double *n)
{
	for (size_t i = 0; i < text.n; i++) {
		size_t digits = span_digits(span_skip(text, i));

		if (digits > 0 && digits < 10 &&
		    contains(span_skip(text, i + digits), SPAN(" second"))) {
			*n = strtod(text.p + i, NULL);
			return true;
		}
		i += digits;
	}
	return false;
}

static int64_t in_unit(double n, size_t unit, int64_t now)
{
	double seconds = n;

	switch (unit) {
	case API_MILLISECONDS: seconds = n / 1e3; break;
	case API_MINUTES: seconds = n * 60; break;
	case API_UNIT_EPOCH_S: seconds = n - (double)now / 1e6; break;
	case API_UNIT_EPOCH_MS: seconds = (n - (double)now / 1e3) / 1e3; break;
	default: break;
	}
	if (!(seconds > 0))
		return 0;
	return (int64_t)((seconds < WAIT_MAX_S ? seconds : WAIT_MAX_S) * 1e6);
}

static int64_t wait_of_text(const struct api_wait *w, struct span text, int64_t now)
{
	char digits[40];
	double n;
	char *end;

	if (w->unit == API_TEXT)
		return number_in_text(text, &n) ? in_unit(n, API_SECONDS, now) : -1;
	if (text.n == 0 || text.n >= sizeof digits || span_digits(text) == 0)
		return -1;
	memcpy(digits, text.p, text.n);
	digits[text.n] = '\0';
	n = strtod(digits, &end);
	return *end == '\0' ? in_unit(n, w->unit, now) : -1;
}

/* A header may hold JSON (Meta's X-Business-Use-Case-Usage). */
static int64_t wait_of(
    const struct api_wait *w, const struct http_reply *reply, struct span json, int64_t now)
{
	struct span text = {0};
	struct scan scan = {0};
	struct buf scratch;
	int64_t wait;
	enum json type;

	buf_init(&scratch, 1 << 20);
	if (w->header.p)
		text = judge_header(reply, w->header);
	if (text.p && w->path.n > 0 && scan_document(&scan, text, &json, &type))
		json = text = (struct span){0};
	if (w->path.n > 0)
		text = where_text(&w->path, json, &scratch);
	wait = text.p ? wait_of_text(w, text, now) : -1;
	if (wait < 0 && w->seconds > 0)
		wait = in_unit((double)w->seconds, API_SECONDS, now);
	scan_free(&scan);
	buf_free(&scratch);
	return wait;
}

/* ---- words ---- */

/* Where APIs put the words that a person should read. */
static const char *const usual[] = {"error.error_user_msg", "error.message", "error_description",
    "errors.detail", "errors.message", "errors.error_message", "errors.title", "message", "detail",
    "title", "error", "errors", "errorMessage", "error_msg", "msg", "reason"};

static struct span words(const struct api_test *t, struct span json, struct buf *scratch)
{
	struct span text = {0};
	struct where w;

	if (t && t->message.n > 0)
		text = where_text(&t->message, json, scratch);
	for (size_t i = 0; !text.p && i < sizeof usual / sizeof *usual; i++) {
		where_parse(&w, span_of(usual[i]));
		text = where_text(&w, json, scratch);
		if (text.p &&
		    (text.n == 0 || span_eq(text, SPAN("true")) || span_eq(text, SPAN("false"))))
			text = (struct span){0};
	}
	return text;
}

/* The status of a reply that is not an error is not worth telling. */
static void tell(struct judgement *j, const struct http_reply *reply, const struct api_test *t,
    struct span json, const char *meaning)
{
	struct buf text, scratch;
	struct span said;

	buf_init(&text, JUDGE_TEXT - 1);
	buf_init(&scratch, json.n + 1);
	said = json.p ? words(t, json, &scratch) : (struct span){0};
	buf_addf(&text, "%s%s", *reply->error ? reply->error : "the API reports an error", meaning);
	if (said.p && said.n > 0) {
		buf_adds(&text, ": ");
		judge_show(&text, said);
	}
	snprintf(j->text, sizeof j->text, "%s", buf_str(&text));
	buf_free(&scratch);
	buf_free(&text);
}

/* ---- the verdict ---- */

static enum status blame(enum api_means means, const struct http_reply *reply)
{
	switch (means) {
	case API_WAIT:
	case API_STOP: return STATUS_AGAIN;
	case API_RENEW:
	case API_DEAD: return STATUS_DENIED;
	case API_INCOMPLETE:
	case API_RESTART:
	case API_SHRINK: return STATUS_DATA;
	default: break;
	}
	return http_succeeded(reply) ? STATUS_REFUSED : http_blame(reply);
}

/* What the status of a refusal says to its reader. */
static const char *meaning(int status)
{
	switch (status) {
	case 401: return ": the API does not take the token";
	case 403: return ": the token may not read this";
	case 404: return ": the API has no such collection";
	default: return "";
	}
}

static bool has_error(struct span json)
{
	static const struct {
		const char *place;
		bool wanted;
	} signs[] = {{"error", true}, {"errors", true}, {"success", false}, {"ok", false}};

	for (size_t i = 0; json.p && i < sizeof signs / sizeof *signs; i++) {
		struct where w;
		struct span raw;

		where_parse(&w, span_of(signs[i].place));
		raw = where_find(&w, json);
		if (raw.p && (signs[i].wanted ? is_set(raw) : scan_type(raw) == JSON_FALSE))
			return true;
	}
	return false;
}

static enum api_means by_status(const struct http_reply *reply, struct span json)
{
	struct retry_case c = {.fault = reply->fault, .status = reply->status, .attempt = 1};

	if (http_succeeded(reply))
		return has_error(json) ? API_BAD : API_OK;
	if (retry_worth(&c) || (reply->status == 403 && http_header(reply, "Retry-After").p))
		return API_WAIT;
	return reply->status == 401 ? API_RENEW : API_BAD;
}

struct judgement judge(const struct api_resource *resource, const struct http_reply *reply,
    struct span json, int64_t now)
{
	struct judgement j = {.wait_us = -1};
	const struct api_test *t = NULL;

	for (size_t i = 0; !t && reply->status > 0 && i < resource->n_replies; i++)
		if (fits(&resource->replies[i], reply, json))
			t = &resource->replies[i];
	j.means = t ? (enum api_means)t->means : by_status(reply, json);
	if (j.means == API_OK)
		return j;
	if (t && t->wait.given)
		j.wait_us = wait_of(&t->wait, reply, json, now);
	if (j.wait_us < 0 && reply->status > 0)
		j.wait_us =
		    retry_after(http_header(reply, "Retry-After"), http_header(reply, "Date"), now);
	j.status = blame(j.means, reply);
	tell(&j, reply, t, json, t ? "" : meaning(reply->status));
	return j;
}
