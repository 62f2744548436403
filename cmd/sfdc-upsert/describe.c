#include "describe.h"

#include "base/die.h"

#include <stdio.h>
#include <strings.h>

enum { NAMES_MOST = 800, OBJECTS_MOST = 8 };

/* What is asked of Salesforce, and what it said. */
struct inquiry {
	struct salesforce *sf;
	const char *external_id;
	jdoc *doc[OBJECTS_MOST]; /* descriptions: the object's own, then those that it refers to */
	size_t n;
};

/* NULL: sf->error.status; an object that is not there (for this user) is NOT_FOUND. */
static jdoc *fetch(struct salesforce *sf, const char *object)
{
	char path[128], why[JDOC_WHY];
	struct http_reply reply = {0};
	bool ok;
	jdoc *doc;

	snprintf(path, sizeof path, "/sobjects/%.80s/describe", object);
	ok = salesforce_call(sf, "GET", path, (struct span){0}, &reply);
	doc = ok ? jdoc_parse_reply(buf_span(&reply.body), why) : NULL;
	http_reply_free(&reply);
	if (jdoc_is_array(jdoc_at(doc, "fields")))
		return doc;
	jdoc_free(doc);
	if (ok)
		salesforce_fail(
		    sf, STATUS_REFUSED, "BAD_REPLY", "%s: the reply describes no fields", path);
	else if (strcmp(sf->code, "NOT_FOUND") == 0)
		salesforce_fail(sf, STATUS_REFUSED, NULL,
		    "%s: no such object, for this user and API version", object);
	return NULL;
}

/* The same, asked for once. */
static const jdoc *describe(struct inquiry *q, const char *object)
{
	jdoc *doc;

	for (size_t i = 0; i < q->n; i++)
		if (strcasecmp(jdoc_text(q->doc[i], "name", ""), object) == 0)
			return q->doc[i];
	doc = fetch(q->sf, object);
	if (doc)
		q->doc[q->n++] = doc;
	return doc;
}

/* The field whose `key` is this name; or NULL. */
static const jdoc *find(const jdoc *object, const char *key, struct span name)
{
	const jdoc *fields = jdoc_at(object, "fields");

	for (size_t i = 0; i < jdoc_count(fields); i++) {
		const jdoc *f = jdoc_item(fields, i, NULL);
		const char *text = jdoc_text(f, key, "");

		if (strlen(text) == name.n && strncasecmp(text, name.p, name.n) == 0)
			return f;
	}
	return NULL;
}

static bool leads_to_record(const jdoc *field)
{
	return jdoc_bool(field, "externalId", false) || jdoc_bool(field, "idLookup", false);
}

static bool is_writable(const jdoc *field)
{
	return jdoc_bool(field, "createable", false) || jdoc_bool(field, "updateable", false);
}

static enum sf_kind kind_of(const char *type)
{
	static const struct {
		const char *type;
		enum sf_kind kind;
	} kinds[] = {{"string", SF_TEXT}, {"textarea", SF_TEXT}, {"email", SF_TEXT},
	    {"phone", SF_TEXT}, {"url", SF_TEXT}, {"picklist", SF_TEXT}, {"multipicklist", SF_TEXT},
	    {"combobox", SF_TEXT}, {"encryptedstring", SF_TEXT}, {"int", SF_NUMBER},
	    {"double", SF_NUMBER}, {"currency", SF_NUMBER}, {"percent", SF_NUMBER},
	    {"boolean", SF_BOOLEAN}, {"date", SF_DATE}, {"datetime", SF_DATETIME}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].type, type) == 0)
			return kinds[i].kind;
	return SF_PLAIN;
}

static const char *judge_field(const struct inquiry *q, struct column *column, const jdoc *field)
{
	bool is_key = strcasecmp(column->name, q->external_id) == 0;

	if (!field)
		return "no such field";
	column->kind = kind_of(jdoc_text(field, "type", ""));
	if (is_key)
		return leads_to_record(field) ? NULL : "no external id";
	return is_writable(field) ? NULL : "read-only";
}

/* A reference may lead to records of several objects: one of them must have the external id. */
static const char *judge_reference(struct inquiry *q, struct column *column, const jdoc *field)
{
	const jdoc *objects = jdoc_at(field, "referenceTo");

	if (!field)
		return "no such relationship";
	if (!is_writable(field))
		return "read-only";
	for (size_t i = 0; i < jdoc_count(objects) && q->n < OBJECTS_MOST; i++) {
		const jdoc *object = describe(q, jdoc_text(jdoc_item(objects, i, NULL), "", ""));
		const jdoc *id = find(object, "name", span_of(column->name + column->dot + 1));

		if (!object && strcmp(q->sf->code, "NOT_FOUND") != 0)
			return NULL;
		q->sf->error.status = STATUS_OK;
		if (!id || !leads_to_record(id))
			continue;
		column->kind = kind_of(jdoc_text(id, "type", ""));
		return NULL;
	}
	return q->n < OBJECTS_MOST ? "no such external id" : NULL;
}

/* NULL when the column can be sent, or sf->error.status is set; else what is wrong with it. */
static const char *judge(struct inquiry *q, struct column *column)
{
	struct span head = {column->name, column->dot};

	if (column->local)
		return NULL;
	if (column->dot)
		return judge_reference(q, column, find(q->doc[0], "relationshipName", head));
	return judge_field(q, column, find(q->doc[0], "name", span_of(column->name)));
}

/* Names all bad columns: those that the message has no room for on lines of their own before it. */
static bool judge_all(struct inquiry *q, struct columns *c, const char *object)
{
	struct buf b;
	size_t bad = 0, more = 0;

	buf_init(&b, ERROR_TEXT);
	for (size_t i = 0; i < c->n && !q->sf->error.status; i++) {
		const char *name = c->list[i].name, *rule = judge(q, &c->list[i]);

		if (!rule)
			continue;
		if (b.n + strlen(name) + strlen(rule) < NAMES_MOST) {
			buf_addf(&b, "%s%s (%s)", bad ? ", " : "", name, rule);
		} else {
			complain("%s cannot take: %s (%s)", object, name, rule);
			more++;
		}
		bad++;
	}
	if (more > 0)
		buf_addf(&b, "%s%zu more", b.n ? " and " : "", more);
	if (bad > 0 && !q->sf->error.status)
		salesforce_fail(
		    q->sf, STATUS_DATA, "INVALID_FIELD", "%s cannot take: %s", object, buf_str(&b));
	buf_free(&b);
	return !q->sf->error.status;
}

bool describe_check(
    struct columns *c, struct salesforce *sf, const char *object, const char *external_id)
{
	struct inquiry q = {.sf = sf, .external_id = external_id};
	bool ok = describe(&q, object) && judge_all(&q, c, object);

	for (size_t i = 0; i < q.n; i++)
		jdoc_free(q.doc[i]);
	return ok;
}
