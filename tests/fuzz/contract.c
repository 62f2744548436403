/* schema/contract on any file: it is read or refused with the path and a line; what it names is there. */

#define _GNU_SOURCE /* memfd_create */
#include "base/file.h"
#include "schema/contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "%s\n", what);
		abort();
	}
}

static void look(const struct contract *c)
{
	for (size_t i = 0; i < c->key.n; i++)
		must(contract_find(c, c->key.item[i]), "a key that is no field");
	for (size_t i = 0; i < c->cluster.n; i++)
		must(contract_find(c, c->cluster.item[i]), "a cluster that is no field");
	must(!c->order_by.p || contract_find(c, c->order_by), "an order_by that is no field");
	for (size_t i = 0; i < c->n; i++) {
		const struct contract_field *f = &c->fields[i];

		must(contract_find(c, f->name) == f, "a field that is not found");
		must(f->line > 0 && f->from.n > 0, "a field without line or path");
		must((f->type == TYPE_RECORD) == (f->n > 0), "a record without fields");
		must(type_name(f->type) && mode_name(f->mode), "a type without name");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct error error = {0};
	char path[40];
	struct contract c;

	if (fd < 0)
		fd = memfd_create("contract", MFD_CLOEXEC);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	must(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0 && file_write(fd, data, size),
	    "memfd");
	if (contract_read(&c, path, &error)) {
		look(&c);
		contract_free(&c);
	} else {
		must(strncmp(error.text, path, strlen(path)) == 0, "a message without the path");
	}
	return 0;
}
