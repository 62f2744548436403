#include "columns.h"

/* ---- what is known ---- */

static void declare_contract(
    struct infer *in, struct infer_node *node, const struct contract_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		declare_contract(
		    in, infer_declare(in, node, fields[i].name), fields[i].fields, fields[i].n);
}

static void declare_table(struct infer *in, struct infer_node *node, const jdoc *fields)
{
	for (size_t i = 0; i < jdoc_count(fields); i++) {
		const jdoc *field = jdoc_item(fields, i, NULL);

		declare_table(in, infer_declare(in, node, span_of(jdoc_text(field, "name", ""))),
		    jdoc_at(field, "fields"));
	}
}

void columns_init(struct new_columns *c, const struct contract *contract, const jdoc *have)
{
	*c = (struct new_columns){0};
	infer_init(&c->in,
	    &(struct infer_options){.strings = INFER_TEXTS, .caseless = true, .final = true});
	declare_contract(&c->in, &c->in.root, contract->fields, contract->n);
	declare_table(&c->in, &c->in.root, have);
}

/* ---- what comes ---- */

void columns_settle(struct new_columns *c)
{
	if (!c->settled)
		infer_settle(&c->in);
	c->settled = true;
}

const char *columns_see(struct new_columns *c, const struct row *row, struct span *bad)
{
	size_t before = c->in.names;

	if (!infer_row(&c->in, row)) {
		*bad = c->in.bad;
		return c->in.why;
	}
	if (!c->settled || c->in.names == before)
		return NULL;
	*bad = c->in.newest;
	return "a column that is new, and the load has begun; name it in the contract, or load "
	       "without --once";
}

/* ---- the schema ---- */

static jdoc *new_field(const struct infer_node *node)
{
	struct infer_verdict v = infer_verdict(node);
	jdoc *field = jdoc_object(), *nested;

	jdoc_set_span(field, "name", node->name);
	jdoc_set_text(field, "type", type_name(v.type));
	jdoc_set_text(field, "mode", mode_name(v.repeated ? MODE_REPEATED : MODE_NULLABLE));
	if (v.type != TYPE_RECORD)
		return field;
	nested = jdoc_array();
	for (size_t i = 0; i < node->n; i++)
		jdoc_push(nested, new_field(node->fields[i]));
	jdoc_set(field, "fields", nested);
	return field;
}

static jdoc *join(const struct infer_node *node, const jdoc *fields)
{
	jdoc *all = jdoc_array();

	for (size_t i = 0; i < jdoc_count(fields); i++) {
		jdoc *field = jdoc_copy(jdoc_item(fields, i, NULL));
		const struct infer_node *known =
		    infer_node_find(node, span_of(jdoc_text(field, "name", "")));

		if (known && jdoc_at(field, "fields"))
			jdoc_set(field, "fields", join(known, jdoc_at(field, "fields")));
		jdoc_push(all, field);
	}
	for (size_t i = 0; i < node->n; i++)
		if (!node->fields[i]->declared)
			jdoc_push(all, new_field(node->fields[i]));
	return all;
}

jdoc *columns_join(const struct new_columns *c, const jdoc *fields)
{
	return join(&c->in.root, fields);
}

void columns_free(struct new_columns *c)
{
	infer_free(&c->in);
}
