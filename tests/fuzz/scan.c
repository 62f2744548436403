/* json/scan on any bytes: our verdict and values are Jansson's, spans lie inside, a second look agrees. */

#include "compare.h"

#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "%s\n", what);
		abort();
	}
}

static bool inside(struct span part, struct span whole)
{
	return part.p >= whole.p && part.p + part.n <= whole.p + whole.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size}, value, again, rest;
	struct scan scan = {0};
	enum json type, type_again;
	bool taken;
	const char *differ = compare(text, &taken), *why;

	must(!differ, differ);
	why = scan_value(&scan, text, &value, &type, &rest);
	if (why) {
		must(scan.at >= text.p && scan.at <= text.p + text.n, "an error outside the text");
	} else {
		must(inside(value, text) && inside(rest, text), "a span outside the text");
		must(!scan_document(&scan, value, &again, &type_again), "a value that is none");
		must(
		    again.p == value.p && again.n == value.n && type == type_again, "not the same");
	}
	scan_free(&scan);
	return 0;
}
