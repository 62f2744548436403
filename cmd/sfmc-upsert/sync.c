#include "sync.h"

#include <stdio.h>

static void add_members(struct sfmc_upsert *u, bool keys)
{
	const char *comma = "";

	for (size_t i = 0; i < u->part.n; i++) {
		const struct field *f = &u->part.fields[i];

		if (upsert_is_key(u, f) != keys)
			continue;
		buf_addf(&u->body, "%s\"", comma);
		buf_addspan(&u->body, f->name);
		buf_adds(&u->body, "\":");
		buf_addspan(&u->body, f->value);
		comma = ",";
	}
}

static void build(struct sfmc_upsert *u, const size_t *list, size_t n)
{
	buf_clear(&u->body);
	buf_addc(&u->body, '[');
	for (size_t i = 0; i < n; i++) {
		row_split(&u->part, upsert_raw(u, &u->queue[list[i]]));
		buf_adds(&u->body, i > 0 ? ",{\"keys\":{" : "{\"keys\":{");
		add_members(u, true);
		buf_adds(&u->body, "},\"values\":{");
		add_members(u, false);
		buf_adds(&u->body, "}}");
	}
	buf_addc(&u->body, ']');
}

/* Was it a row that was refused, not the call? Then why, in *code. */
static bool is_about_a_row(const struct sfmc_upsert *u, char code[24])
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse_reply(buf_span(&u->reply.body), why);
	bool about = u->reply.status == 400 && jdoc_count(jdoc_at(doc, "additionalErrors")) > 0;

	snprintf(code, 24, "%jd", (intmax_t)jdoc_int(doc, "additionalErrors.0.errorcode", 0));
	jdoc_free(doc);
	return about;
}

static bool send(struct sfmc_upsert *u, const size_t *list, size_t n)
{
	char code[24];

	build(u, list, n);
	if (marketing_call(u->mc, "POST", u->path, buf_span(&u->body), &u->reply)) {
		for (size_t i = 0; i < n; i++)
			u->queue[list[i]].outcome = OUTCOME_DONE;
		return true;
	}
	if (!is_about_a_row(u, code))
		return false;
	u->mc->error.status = STATUS_OK;
	if (n == 1) {
		upsert_fail(&u->queue[*list], code, u->mc->message, NULL);
		return true;
	}
	u->again += n;
	return send(u, list, n / 2) && send(u, list + n / 2, n - n / 2);
}

bool sync_send(struct sfmc_upsert *u, size_t n)
{
	return send(u, u->list, n);
}
