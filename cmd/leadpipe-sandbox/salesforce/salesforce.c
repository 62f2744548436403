#include "salesforce/salesforce.h"
#include "salesforce/sf_batch.h"
#include "salesforce/sf_client.h"
#include "salesforce/sf_query.h"

#include "base/mem.h"
#include "server/oauth.h"
#include "json/jstr.h"
#include "json/scan.h"

#include <stdio.h>
#include <stdlib.h>

static void not_found(struct reply *rp)
{
	sf_refuse_plain(rp, 404, "NOT_FOUND", "The requested resource does not exist");
}

static const struct sf_object *admit_object(
    struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const struct sf_object *o;

	if (!sf_admit(sb, rq, rp))
		return NULL;
	o = sf_object_find(rq->part[1]);
	if (o)
		sf_object_table(sb->store, o);
	else
		not_found(rp);
	return o;
}

static const struct sf_field *external_field(
    const struct sf_object *o, struct span name, struct reply *rp)
{
	const struct sf_field *f = sf_object_field(o, name);
	struct sf_error e = {0};

	if (f && f->flags & SF_EXTERNAL)
		return f;
	sf_error_set(&e, 404, "NOT_FOUND", NULL,
	    "Provided external ID field does not exist or is not accessible: %.*s", SPAN_ARG(name));
	sf_refuse(rp, &e);
	return NULL;
}

static bool scan_body(
    const struct request *rq, struct scan *scan, struct span *body, struct reply *rp)
{
	enum json type;

	if (!scan_document(scan, rq->body, body, &type) && type == JSON_OBJECT)
		return true;
	sf_refuse_plain(rp, 400, "JSON_PARSER_ERROR", "The HTTP entity body is not a JSON object.");
	return false;
}

/* ---- Collections ---- */

static bool read_records(struct sf_batch *b, const struct sf_object *o, const struct sf_field *key,
    struct span list, struct sf_error *e)
{
	struct span item;

	while (scan_item(&list, &item)) {
		if (b->n == SF_BATCH)
			sf_error_set(e, 400, "EXCEEDED_ID_LIMIT", NULL,
			    "record limit reached. cannot submit more than %d records into this "
			    "call",
			    SF_BATCH);
		else if (scan_type(item) != JSON_OBJECT)
			sf_error_set(e, 400, "INVALID_INPUT", NULL, "a record must be an object");
		else if (sf_record_read(&b->records[b->n], o, key, item, e))
			b->n++;
		if (*e->code)
			return false;
	}
	return true;
}

static bool read_batch(struct sf_batch *b, const struct sf_object *o, const struct sf_field *key,
    struct span body, struct sf_error *e)
{
	struct span name, value, list = {0};

	while (scan_member(&body, &name, &value)) {
		if (span_eq(name, SPAN("records")))
			list = value;
		else if (span_eq(name, SPAN("allOrNone")))
			b->all_or_none = scan_type(value) == JSON_TRUE;
	}
	if (list.p && scan_type(list) == JSON_ARRAY)
		return read_records(b, o, key, list, e);
	sf_error_set(e, 400, "INVALID_INPUT", NULL, "records must be a list");
	return false;
}

static void write_outcome(struct buf *body, const struct sf_record *r)
{
	bool failed = *r->error.code != '\0';

	buf_addc(body, '{');
	if (*r->id && (!failed || strcmp(r->error.code, "ALL_OR_NONE_OPERATION_ROLLED_BACK") == 0))
		buf_addf(body, "\"id\":\"%s\",", r->id);
	buf_addf(body, "\"success\":%s,\"errors\":[", failed ? "false" : "true");
	if (failed)
		sf_error_write(body, &r->error, "statusCode");
	buf_adds(body, failed ? "]}" : r->created ? "],\"created\":true}" : "],\"created\":false}");
}

static void upsert_collection(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const struct sf_object *o = admit_object(sb, rq, rp);
	const struct sf_field *key = o ? external_field(o, rq->part[2], rp) : NULL;
	struct sf_batch b = {.records = mem_alloc(SF_BATCH * sizeof *b.records)};
	struct scan scan = {0};
	struct sf_error e = {0};
	struct span body;

	if (!key || !scan_body(rq, &scan, &body, rp))
		goto out;
	if (!read_batch(&b, o, key, body, &e)) {
		sf_refuse(rp, &e);
		goto out;
	}
	b.locked = rq->fault && strcmp(rq->fault, "lock") == 0;
	sf_batch_save(sb->store, &b, key);
	buf_addc(&rp->body, '[');
	for (size_t i = 0; i < b.n; i++) {
		if (i > 0)
			buf_addc(&rp->body, ',');
		write_outcome(&rp->body, &b.records[i]);
	}
	buf_addc(&rp->body, ']');
out:
	scan_free(&scan);
	free(b.records);
}

/* ---- single records ---- */

static void upsert_one(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const struct sf_object *o = admit_object(sb, rq, rp);
	const struct sf_field *key = o ? external_field(o, rq->part[2], rp) : NULL;
	struct sf_record *r = mem_alloc(sizeof *r);
	struct scan scan = {0};
	struct sf_error e = {0};
	struct buf value;
	struct span body;

	buf_init(&value, 1 << 20);
	jstr_quote_any(&value, rq->part[3]);
	if (!key || !scan_body(rq, &scan, &body, rp))
		goto out;
	if (sf_record_read(r, o, key, body, &e) && r->n < SF_FIELDS_MAX && !*r->key) {
		snprintf(r->key, sizeof r->key, "%.*s", SPAN_ARG(rq->part[3]));
		r->field[r->n] = key;
		r->raw[r->n++] = buf_span(&value);
		sf_record_save(sb->store, r, key);
		e = r->error;
	} else if (!*e.code) {
		sf_error_set(&e, 400, "INVALID_FIELD", NULL,
		    "The %s field should not be specified in the sobject data.", key->name);
	}
	if (*e.code)
		sf_refuse(rp, &e);
	else
		write_outcome(&rp->body, r);
	if (!*e.code && r->created)
		rp->status = 201;
out:
	buf_free(&value);
	scan_free(&scan);
	free(r);
}

static void write_record(struct sandbox *sb, const struct request *rq, struct reply *rp,
    const struct sf_object *o, const char *where, struct span value)
{
	const struct sf_field *fields[SF_FIELDS_MAX];
	struct buf sql;
	sqlite3_stmt *stmt;

	buf_init(&sql, SF_SQL_MAX);
	buf_adds(&sql, "SELECT Id");
	for (size_t i = 0; i < o->n; i++) {
		fields[i] = &o->fields[i];
		buf_addf(&sql, ", \"%s\"", o->fields[i].name);
	}
	buf_addf(&sql, " FROM \"sf_%s\" WHERE %s = ?1", o->name, where);
	stmt = store_query(sb->store, buf_str(&sql), "s", value);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		sf_record_write(&rp->body, o, rq->part[0].p, fields, o->n, stmt);
	else
		not_found(rp);
	sqlite3_finalize(stmt);
	buf_free(&sql);
}

static void get_by_external_id(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const struct sf_object *o = admit_object(sb, rq, rp);
	const struct sf_field *key = o ? external_field(o, rq->part[2], rp) : NULL;

	if (key)
		write_record(sb, rq, rp, o, key->name, rq->part[3]);
}

/* An id may come with or without its three checksum characters. */
static void get_by_id(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const struct sf_object *o = admit_object(sb, rq, rp);

	if (o)
		write_record(
		    sb, rq, rp, o, rq->part[2].n == 15 ? "substr(Id, 1, 15)" : "Id", rq->part[2]);
}

static void describe(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const struct sf_object *o = admit_object(sb, rq, rp);

	if (o)
		sf_object_describe(&rp->body, o);
}

/* ---- the rest ---- */

static void query(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	const char *soql = request_query(rq, "q");
	struct sf_error e = {0};

	if (!sf_admit(sb, rq, rp))
		return;
	if (soql && sf_client_query(soql, &rp->body))
		return;
	if (!sf_query(sb->store, rq->part[0].p, soql ? soql : "", &rp->body, &e))
		sf_refuse(rp, &e);
}

static void versions(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	(void)sb;
	(void)rq;
	buf_addc(&rp->body, '[');
	for (int v = SF_VERSION_LEAST; v <= SF_VERSION_MOST; v++)
		buf_addf(&rp->body,
		    "%s{\"label\":\"Sandbox\",\"url\":\"/services/data/"
		    "v%d.0\",\"version\":\"%d.0\"}",
		    v > SF_VERSION_LEAST ? "," : "", v, v);
	buf_addc(&rp->body, ']');
}

static void resources(struct sandbox *sb, const struct request *rq, struct reply *rp)
{
	if (!sf_admit(sb, rq, rp))
		return;
	buf_addf(&rp->body,
	    "{\"sobjects\":\"/services/data/%s/sobjects\",\"query\":\"/services/data/%s/query\","
	    "\"composite\":\"/services/data/%s/composite\"}",
	    rq->part[0].p, rq->part[0].p, rq->part[0].p);
}

#define DATA "/services/data/{}"

const struct route salesforce_routes[] = {
    {"GET", "/services/data", "sf", versions},
    {"GET", DATA, "sf", resources},
    {"PATCH", DATA "/composite/sobjects/{}/{}", "sf", upsert_collection},
    {"PATCH", DATA "/sobjects/{}/{}/{}", "sf", upsert_one},
    {"GET", DATA "/sobjects/{}/describe", "sf", describe},
    {"GET", DATA "/sobjects/{}/{}", "sf", get_by_id},
    {"GET", DATA "/sobjects/{}/{}/{}", "sf", get_by_external_id},
    {"GET", DATA "/query", "sf", query},
    {0},
};
