#include "schema/infer_bind.h"

#include "base/mem.h"
#include "json/jstr.h"

static void add(
    struct infer *in, struct infer_node *node, const struct layout_member *member, unsigned depth)
{
	if (in->n_bound == in->cap_bound) {
		in->cap_bound = in->cap_bound ? in->cap_bound * 2 : 16;
		in->bound = mem_resize(in->bound, in->cap_bound, sizeof *in->bound);
	}
	in->bound[in->n_bound++] = (struct infer_bound){node, member, depth};
}

/* The members of an object that was taken apart, in the fields of `above`. */
static bool bind_members(struct infer *in, const struct infer_node *above,
    const struct layout *layout, const struct layout_member *object, unsigned depth)
{
	const struct layout_member *m = object + 1, *end = layout->members + object->next;
	uint64_t serial = ++in->object;

	for (; m < end; m = layout->members + m->next) {
		struct infer_node *node;

		buf_clear(&in->scratch);
		node =
		    infer_node_find(above, m->plain ? m->name : jstr_name(m->name, &in->scratch));
		if (!node || node->object == serial)
			return false;
		node->object = serial;
		if (node->declared && node->n > 0 && m->object) {
			if (!bind_members(in, node, layout, m, depth + 1))
				return false;
		} else if (!node->declared || node->n > 0) {
			add(in, node, m, depth);
		}
	}
	return true;
}

bool infer_bind(struct infer *in, const struct layout *layout)
{
	if (in->layout == layout->id)
		return true;
	in->layout = 0;
	in->n_bound = 0;
	if (!bind_members(in, &in->root, layout, layout->members, 1))
		return false;
	in->layout = layout->id;
	return true;
}
