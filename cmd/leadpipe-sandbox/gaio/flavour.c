#include "gaio/flavour.h"

#include "gaio/gaio.h"
#include "gaio/leads.h"
#include "sandbox.h"
#include "server/oauth.h"
#include "server/path.h"

#include "base/time.h"
#include "base/mem.h"
#include "wire/crypt.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- who is asking ---- */

static const char *credentials(const struct listing *l, struct buf *scratch)
{
	const struct flavour *f = l->flavour;
	const char *text = f->who == WHO_QUERY    ? request_query(l->rq, f->who_name)
	                   : f->who == WHO_HEADER ? request_header(l->rq, f->who_name)
	                                          : request_header(l->rq, "Authorization");
	const char *prefix = f->who == WHO_BEARER  ? "Bearer "
	                     : f->who == WHO_BASIC ? "Basic "
	                                           : f->who_prefix;

	if (!text || (prefix && strncmp(text, prefix, strlen(prefix)) != 0))
		return NULL;
	text += prefix ? strlen(prefix) : 0;
	if (f->who != WHO_BASIC)
		return text;
	if (!crypt_unbase64(scratch, span_of(text)))
		return NULL;
	text = strchr(buf_str(scratch), ':');
	return text ? text + 1 : NULL;
}

static bool admitted(struct listing *l)
{
	struct buf scratch;
	const char *text;
	bool good;

	buf_init(&scratch, 4096);
	text = credentials(l, &scratch);
	good = text &&
	       (strcmp(text, SANDBOX_GAIO_TOKEN) == 0 || oauth_token_valid(l->sb, text, "gaio") ||
	           oauth_token_valid(l->sb, text, "google"));
	buf_free(&scratch);
	return good;
}

/* ---- what is asked for ---- */

/*
 * A parameter, or in a POST the text or number at a place of the body; NULL: absent. The caller
 * frees.
 */
static char *value_of(const struct listing *l, const char *name)
{
	const char *text = name ? request_query(l->rq, name) : NULL;
	const jdoc *at = name && !text ? jdoc_at(l->body, name) : NULL;

	if (text)
		return mem_text(text);
	if (jdoc_is_text(at))
		return mem_text(jdoc_text(l->body, name, ""));
	return at && !jdoc_is_object(at) && !jdoc_is_array(at)
	           ? mem_format("%jd", (intmax_t)jdoc_int(l->body, name, -1))
	           : NULL;
}

static bool number_of(const struct listing *l, const char *name, int64_t *n)
{
	char *text = value_of(l, name), *end;
	bool good = true;

	if (text) {
		*n = strtoll(text, &end, 10);
		good = *text && !*end && *n >= 0;
	}
	free(text);
	return good;
}

static bool read_time(const struct listing *l, const char *name, const char *mark, int64_t *us)
{
	char *all = value_of(l, name), *text = all, *end;
	bool good = true;

	if (text && mark) {
		text = strstr(text, mark);
		text = text ? text + strlen(mark) : NULL;
	}
	if (text && mark)
		text[strcspn(text, ",)' ")] = '\0';
	if (text && (l->flavour->format == 's' || l->flavour->format == 'm')) {
		*us = strtoll(text, &end, 10) * (l->flavour->format == 's' ? CLOCK_SECOND : 1000);
		good = *text && !*end;
	} else if (text) {
		good = time_read_when(span_of(text), 0, us);
	}
	free(all);
	return good;
}

/* The row after which a page begins: its id is known, its place is looked up. */
static void find_last(struct listing *l, const char *id)
{
	char *sql = mem_format(
	    "SELECT n FROM \"gaio_%s\" WHERE CAST(json_extract(row, '$.id') AS TEXT) = ?1",
	    l->name);

	l->offset = store_int(l->sb->store, 0, sql, "t", id);
	free(sql);
}

/* A place and a filter, so that a next URL needs no parameters beside it. */
static bool read_token(struct listing *l, const char *text)
{
	intmax_t offset, since, until;

	if (sscanf(text, "t-%jd_%jd_%jd", &offset, &since, &until) != 3)
		return false;
	l->offset = offset;
	l->since = since;
	l->until = until;
	return true;
}

static void write_token(struct listing *l, int64_t offset)
{
	snprintf(l->token, sizeof l->token, "t-%jd_%jd_%jd", (intmax_t)offset, (intmax_t)l->since,
	    (intmax_t)l->until);
}

static bool read_place(struct listing *l)
{
	char *text = value_of(l, l->flavour->at);
	bool good = true;

	switch (l->flavour->by) {
	case BY_NOTHING: l->size = INT64_MAX / 2; break;
	case BY_OFFSET: good = number_of(l, l->flavour->at, &l->offset); break;
	case BY_PAGE:
		l->offset = 1;
		good = number_of(l, l->flavour->at, &l->offset) && l->offset > 0;
		l->offset = (l->offset - 1) * l->size;
		break;
	case BY_TOKEN: good = !text || !*text || read_token(l, text); break;
	case BY_LAST:
		if (text && *text && strcmp(text, "0") != 0)
			find_last(l, text);
		break;
	}
	free(text);
	return good;
}

static bool read_request(struct listing *l)
{
	const struct flavour *f = l->flavour;

	l->size = f->usual;
	l->since = TIME_MIN;
	l->until = TIME_MAX;
	if (!number_of(l, f->size, &l->size) || l->size == 0)
		return false;
	if (l->size > f->most)
		l->size = f->most;
	return read_place(l) && read_time(l, f->since, f->since_mark, &l->since) &&
	       read_time(l, f->until, f->until_mark, &l->until);
}

/* ---- the rows ---- */

static void take_rows(struct listing *l)
{
	char *sql =
	    mem_format("SELECT row FROM \"gaio_%s\" WHERE updated IS NULL OR (updated >= ?1 AND "
	               "updated < ?2) ORDER BY n LIMIT ?3 OFFSET ?4",
	        l->name);
	sqlite3_stmt *stmt =
	    store_query(l->sb->store, sql, "iiii", l->since, l->until, l->size, l->offset);

	free(sql);
	for (; sqlite3_step(stmt) == SQLITE_ROW; l->n++) {
		const void *row = sqlite3_column_text(stmt, 0);

		if (l->n > 0)
			buf_addc(&l->rows, ',');
		buf_add(&l->rows, row, (size_t)sqlite3_column_bytes(stmt, 0));
	}
	sqlite3_finalize(stmt);
	sql = mem_format(
	    "SELECT count(*) FROM \"gaio_%s\" WHERE updated IS NULL OR (updated >= ?1 AND "
	    "updated < ?2)",
	    l->name);
	l->total = store_int(l->sb->store, 0, sql, "ii", l->since, l->until);
	free(sql);
	l->more = l->offset + l->n < l->total;
	write_token(l, l->offset + l->n);
}

/* ---- which collection ---- */

static bool names(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = text; p && (p = strstr(p, word)); p++) {
		bool begins = p == text || !strchr("abcdefghijklmnopqrstuvwxyz_", p[-1]);

		if (begins && (!p[n] || !strchr("abcdefghijklmnopqrstuvwxyz_", p[n])))
			return true;
	}
	return false;
}

static const char *find_collection(const struct listing *l)
{
	static const char *const made[] = {"leads", "touchpoints", "campaigns"};
	const char *places[] = {
	    l->rq->part[1].p, request_query(l->rq, "q"), l->rq->body.n > 0 ? l->rq->body.p : NULL};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		char *text = places[i] == l->rq->body.p && places[i]
		                 ? mem_dup(l->rq->body.p, l->rq->body.n)
		                 : mem_text(places[i] ? places[i] : "");
		const char *found = NULL;

		for (size_t k = 0; !found && k < l->sb->n_resources; k++)
			if (names(text, l->sb->resources[k].name))
				found = l->sb->resources[k].name;
		for (size_t k = 0; !found && k < sizeof made / sizeof *made; k++)
			if (leads_known(made[k]) && names(text, made[k]))
				found = made[k];
		free(text);
		if (found)
			return found;
	}
	return NULL;
}

static const struct flavour *find_flavour(const char *name)
{
	for (const struct flavour *f = flavours; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

/* ---- serving ---- */

static void serve_page(struct listing *l, struct reply *rp)
{
	const char *fault = l->rq->fault;
	bool loop;

	if (fault && flavour_refuse(l->flavour, fault, rp))
		return;
	if (!admitted(l)) {
		if (!flavour_refuse(l->flavour, "expire", rp))
			reply_refuse(rp, "gaio", 401, "the token is missing or wrong");
		return;
	}
	l->name = find_collection(l);
	if (!l->name || !gaio_has(l->sb, l->name)) {
		reply_refuse(rp, "gaio", 404, "no such collection");
		return;
	}
	if (!read_request(l)) {
		reply_refuse(rp, "gaio", 400, "a parameter cannot be read");
		return;
	}
	loop = fault && strcmp(fault, "loop") == 0;
	if (loop && l->flavour->by != BY_TOKEN)
		l->offset = 0;
	take_rows(l);
	if (loop) {
		l->more = true;
		write_token(l, 0);
	}
	l->flavour->write(l, rp);
}

void flavour_serve(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	struct listing l = {.sb = sb, .rq = rq, .flavour = find_flavour(rq->part[0].p)};
	char why[JDOC_WHY];

	if (!l.flavour) {
		reply_refuse(rp, "gaio", 404, "no such API");
		return;
	}
	if (rq->fault && strcmp(rq->fault, "expire") == 0)
		oauth_expire(sb, "gaio");
	buf_init(&l.rows, rp->body.max);
	l.body = rq->body.n > 0 ? jdoc_parse(rq->body, why) : NULL;
	serve_page(&l, rp);
	rp->body.full |= l.rows.full;
	jdoc_free(l.body);
	buf_free(&l.rows);
}

/* ---- tokens ---- */

/* A parameter of a form or JSON body. The caller frees. */
static char *token_value(const struct request *rq, const jdoc *body, const char *name)
{
	const char *text = body ? jdoc_text(body, name, NULL) : NULL;

	return body ? (text ? mem_text(text) : NULL) : path_form_value(rq->body, name);
}

/* Each refresh token is good for once: the next one comes with the reply. */
static bool rotate(struct sandbox *sb, const char *token, char fresh[64])
{
	int64_t n;
	char now[64];

	store_exec(sb->store, "CREATE TABLE IF NOT EXISTS gaio_grant (n INTEGER NOT NULL)");
	n = store_int(sb->store, 0, "SELECT max(n) FROM gaio_grant", "");
	snprintf(now, sizeof now, n == 0 ? SANDBOX_REFRESH_TOKEN : SANDBOX_REFRESH_TOKEN "-%jd",
	    (intmax_t)n);
	if (strcmp(token, now) != 0)
		return false;
	store_run(sb->store, "INSERT INTO gaio_grant VALUES (?1)", "i", n + 1);
	snprintf(fresh, 64, SANDBOX_REFRESH_TOKEN "-%jd", (intmax_t)(n + 1));
	return true;
}

static bool knows_client(const struct request *rq, const jdoc *body)
{
	const char *basic = request_header(rq, "Authorization");
	char *id = token_value(rq, body, "client_id"),
	     *secret = token_value(rq, body, "client_secret");
	struct buf both;
	bool good = id && secret && strcmp(id, SANDBOX_CLIENT_ID) == 0 &&
	            strcmp(secret, SANDBOX_CLIENT_SECRET) == 0;

	buf_init(&both, 4096);
	if (!good && basic && strncmp(basic, "Basic ", 6) == 0)
		good = crypt_unbase64(&both, span_of(basic + 6)) &&
		       strcmp(buf_str(&both), SANDBOX_CLIENT_ID ":" SANDBOX_CLIENT_SECRET) == 0;
	buf_free(&both);
	free(id);
	free(secret);
	return good;
}

void flavour_token(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	char why[JDOC_WHY], fresh[64] = "", *refresh, *access;
	jdoc *body = rq->body.n > 0 && *rq->body.p == '{' ? jdoc_parse(rq->body, why) : NULL;

	refresh = token_value(rq, body, "refresh_token");
	if (!knows_client(rq, body)) {
		rp->status = 401;
		buf_adds(&rp->body, "{\"error\":\"invalid_client\"}");
	} else if (refresh && !rotate(sb, refresh, fresh)) {
		rp->status = 400;
		buf_adds(&rp->body, "{\"error\":\"invalid_grant\"}");
	} else {
		access = oauth_issue(sb, rq, "gaio", "gaio-");
		buf_addf(&rp->body,
		    "{\"access_token\":\"%s\",\"token_type\":\"bearer\",\"expires_in\":\"3600\"",
		    access);
		if (*fresh)
			buf_addf(&rp->body, ",\"refresh_token\":\"%s\"", fresh);
		buf_addf(&rp->body, ",\"instance_url\":\"%s/api/salesforce\"}", sb->url);
		free(access);
	}
	free(refresh);
	jdoc_free(body);
}
