#include "load.h"

#include "base/mem.h"
#include "cloud/bqname.h"

#include <stdlib.h>

/* A table that the job itself made must never look younger than the job: rows would come twice. */
enum { SKEW_MS = 10000 };

static const char *const dispositions[] = {
    "WRITE_APPEND", "WRITE_TRUNCATE", "WRITE_EMPTY", "WRITE_TRUNCATE_DATA"};

/* The table's own columns stay as they are, and others may come. */
static bool keeps_columns(const struct load *l)
{
	return l->write == WRITE_APPEND || l->write == WRITE_TRUNCATE_DATA ||
	       (l->write == WRITE_TRUNCATE && bqtable_has_partition(&l->table));
}

static bool replaces(const struct load *l)
{
	return l->write == WRITE_TRUNCATE || l->write == WRITE_TRUNCATE_DATA;
}

/* Where the dataset is, which must be there. */
static bool find_dataset(struct load *l)
{
	char *location;

	if (!bqtable_dataset(&l->bq, &l->table, &location))
		return false;
	if (!location)
		return bigquery_fail(&l->bq, STATUS_REFUSED,
		    "no such dataset; make it with: bq-query 'CREATE SCHEMA `%s.%s`'",
		    l->table.project, l->table.dataset);
	if (*location)
		l->location = location;
	else
		free(location);
	return true;
}

bool load_look(struct load *l)
{
	const char *location;

	if (!bqtable_get(&l->bq, &l->table, &l->have))
		return false;
	location = jdoc_text(l->have, "location", NULL);
	if (location)
		l->location = mem_text(location);
	else if (!l->have && !find_dataset(l))
		return false;
	if (l->has_contract)
		columns_init(&l->columns, &l->contract,
		    keeps_columns(l) ? jdoc_at(l->have, "schema.fields") : NULL);
	return true;
}

/*
 * The contract's columns and those that the rows bring; an append must also name what only the
 * table has.
 */
static jdoc *schema_of(const struct load *l)
{
	const jdoc *have = keeps_columns(l) ? jdoc_at(l->have, "schema.fields") : NULL;
	jdoc *schema = bqtable_schema(&l->contract);
	jdoc *fields = bqtable_join(jdoc_at(schema, "fields"), have, false, NULL);

	jdoc_set(schema, "fields", columns_join(&l->columns, fields));
	jdoc_free(fields);
	return schema;
}

static jdoc *uris_of(const struct load *l)
{
	jdoc *uris = jdoc_array();

	for (char *const *uri = l->uris; *uri; uri++)
		jdoc_push(uris, jdoc_of_text(span_of(*uri)));
	return uris;
}

jdoc *load_configuration(const struct load *l)
{
	jdoc *configuration = jdoc_object(), *load = jdoc_object();

	bqtable_reference(load, "destinationTable", &l->table, true);
	jdoc_set_text(load, "sourceFormat", "NEWLINE_DELIMITED_JSON");
	jdoc_set_text(load, "writeDisposition", dispositions[l->write]);
	jdoc_set_text(load, "createDisposition", "CREATE_IF_NEEDED");
	if (l->max_bad_records)
		jdoc_set_int(load, "maxBadRecords", (int64_t)l->max_bad_records);
	if (l->uris)
		jdoc_set(load, "sourceUris", uris_of(l));
	if (l->has_contract) {
		jdoc_set(load, "schema", schema_of(l));
		if (!l->have)
			bqtable_layout(load, &l->contract);
		if (keeps_columns(l)) {
			jdoc *options = jdoc_array();

			jdoc_push(options, jdoc_of_text(SPAN("ALLOW_FIELD_ADDITION")));
			jdoc_push(options, jdoc_of_text(SPAN("ALLOW_FIELD_RELAXATION")));
			jdoc_set(load, "schemaUpdateOptions", options);
		}
	} else if (!l->have) {
		jdoc_set_bool(load, "autodetect", true);
	}
	jdoc_set(configuration, "load", load);
	return configuration;
}

void load_name(const struct load *l, struct span content, const char *watermark, struct buf *id,
    struct buf *fingerprint)
{
	jdoc *shape = l->has_contract ? bqtable_schema(&l->contract) : jdoc_object();
	struct span day = replaces(l) ? span_of(watermark) : SPAN("");
	char *text;

	if (l->has_contract)
		bqtable_layout(shape, &l->contract);
	if (l->max_bad_records)
		jdoc_set_int(shape, "maxBadRecords", (int64_t)l->max_bad_records);
	if (l->uris)
		jdoc_set(shape, "sourceUris", uris_of(l));
	text = jdoc_dump(shape);
	bqname_fingerprint(fingerprint, (const struct span[]){SPAN("load"), span_of(l->table.text),
	                                    span_of(dispositions[l->write]), span_of(text), {0}});
	if (l->once)
		bqname_once(id, l->table.text, l->once, l->shard);
	else
		bqname_job(id, (const struct span[]){buf_span(fingerprint), content, day,
		                   l->shard ? span_of(l->shard) : (struct span){0}, {0}});
	free(text);
	jdoc_free(shape);
}

bool load_stands(struct bigquery *bq, const jdoc *job, void *ctx)
{
	const struct load *l = ctx;
	int64_t ended = jdoc_int(job, "statistics.endTime", 0);
	int64_t rows = jdoc_int(job, "statistics.load.outputRows", 0);
	bool stands = false;
	jdoc *now;

	if (!bqtable_get(bq, &l->table, &now))
		return false;
	if (now && ended) {
		stands = jdoc_int(now, "creationTime", 0) <= ended + SKEW_MS &&
		         jdoc_int(now, "numRows", rows) >= rows;
		if (replaces(l) && jdoc_int(now, "lastModifiedTime", 0) > ended)
			stands = false;
	}
	jdoc_free(now);
	return stands;
}

void load_free(struct load *l)
{
	jdoc_free(l->have);
	free(l->location);
	bqtable_free(&l->table);
	columns_free(&l->columns);
	if (l->has_contract)
		contract_free(&l->contract);
	bigquery_close(&l->bq);
}
