#include "sql/func.h"

#include <strings.h>

static bool letter_type(char letter, struct ty *ty)
{
	static const struct {
		char letter;
		enum type kind;
	} letters[] = {{'s', TYPE_STRING}, {'b', TYPE_BYTES}, {'i', TYPE_INT64},
	    {'f', TYPE_FLOAT64}, {'n', TYPE_NUMERIC}, {'N', TYPE_BIGNUMERIC}, {'o', TYPE_BOOL},
	    {'d', TYPE_DATE}, {'T', TYPE_TIME}, {'m', TYPE_DATETIME}, {'t', TYPE_TIMESTAMP},
	    {'j', TYPE_JSON}, {'c', TYPE_STRING}, {'V', TYPE_INTERVAL}, {'S', TYPE_STRING},
	    {'I', TYPE_INT64}, {'F', TYPE_FLOAT64}, {'Q', TYPE_NUMERIC}, {'D', TYPE_DATE},
	    {'M', TYPE_TIMESTAMP}, {'J', TYPE_JSON}};

	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		if (letters[i].letter == letter) {
			*ty = ty_of(letters[i].kind);
			ty->array = strchr("SIFQDMJ", letter) != NULL;
			return true;
		}
	return false;
}

/* The letters of n arguments, one each; false when the row does not take that many. */
static bool letters_of(const char *args, size_t n, char *out)
{
	bool optional = false;
	size_t i = 0;
	char last = '\0';

	for (const char *p = args; *p; p++) {
		if (*p == '|') {
			optional = true;
		} else if (*p == '*') {
			while (i < n)
				out[i++] = last;
		} else if (i < n) {
			out[i++] = last = *p;
		} else {
			return optional;
		}
	}
	return i == n;
}

/* T: what all arguments of an x or X have in common, or an a's element. */
static bool find_t(struct sql *q, const struct expr *e, const char *letters, struct ty *t)
{
	struct list same = {0};

	*t = ty_of(TYPE_INT64);
	for (size_t i = 0; i < e->args.n; i++) {
		if (letters[i] == 'a' && !strchr(letters, 'x')) {
			*t = ty_element(tree_expr(&e->args, i)->ty);
			return tree_expr(&e->args, i)->ty.array;
		}
		if (letters[i] == 'x' || letters[i] == 'X')
			tree_add(q, &same, e->args.item[i]);
	}
	return ty_common(&same, 0, 1, t) && !(strchr(letters, 'X') && !ty_orders(*t));
}

static bool takes(const struct expr *arg, char letter, struct ty t, bool exact)
{
	struct ty want;

	switch (letter) {
	case 'p': return arg->kind == E_PART;
	case 'v': return arg->kind == E_INTERVAL;
	case 'y': return true;
	case 'a': return arg->ty.array && ty_takes(arg, ty_array(t));
	case 'x':
	case 'X': want = t; break;
	default:
		if (!letter_type(letter, &want))
			return false;
	}
	return exact ? arg->null || ty_same(arg->ty, want) : ty_takes(arg, want);
}

static struct ty result_of(char letter, struct ty t)
{
	struct ty ty = t;

	if (letter == 'a')
		return ty_array(t);
	letter_type(letter, &ty);
	return ty;
}

/* What the row makes of the arguments: letters, T, and how many of them it coerces. */
struct fit {
	char letters[256];
	struct ty t;
	size_t coerced;
};

static bool fits(struct sql *q, const struct func *f, const struct expr *e, struct fit *fit)
{
	*fit = (struct fit){0};
	if (e->args.n >= sizeof(fit->letters) || !letters_of(f->args, e->args.n, fit->letters) ||
	    !find_t(q, e, fit->letters, &fit->t))
		return false;
	for (size_t i = 0; i < e->args.n; i++) {
		if (!takes(tree_expr(&e->args, i), fit->letters[i], fit->t, false))
			return false;
		fit->coerced += !takes(tree_expr(&e->args, i), fit->letters[i], fit->t, true);
	}
	return true;
}

static void apply(struct sql *q, const struct func *f, struct expr *e, const struct fit *fit)
{
	struct ty t = fit->t, want;

	for (size_t i = 0; i < e->args.n; i++) {
		char letter = fit->letters[i];

		want = letter == 'a' ? ty_array(t) : t;
		if (strchr("xXa", letter) || letter_type(letter, &want))
			e->args.item[i] = ty_coerce(q, tree_expr(&e->args, i), want);
		if (letter == 'c' && tree_expr(&e->args, i)->kind != E_LITERAL)
			tree_unsupported(q, tree_expr(&e->args, i)->at,
			    "%s with a path that is no literal", f->name);
	}
	if (!f->sql)
		tree_unsupported(
		    q, e->at, "%s of %s", f->name + (*f->name == '$'), ty_names(q, &e->args));
	e->func = f;
	e->ty = result_of(f->result, t);
}

/* The row that coerces the fewest arguments; of several the first. */
bool func_match(struct sql *q, const struct func *f, struct expr *e)
{
	const struct func *best = NULL;
	struct fit fit, best_fit = {0};

	for (const struct func *row = f; row->name && strcasecmp(row->name, f->name) == 0; row++)
		if (fits(q, row, e, &fit) && (!best || fit.coerced < best_fit.coerced)) {
			best = row;
			best_fit = fit;
		}
	if (best)
		apply(q, best, e, &best_fit);
	return best != NULL;
}
