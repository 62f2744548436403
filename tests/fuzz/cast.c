/*
 * Every cast and every clean word of ndjson-normalize on any value: it is refused with a reason, or
 * what is written is a row, and that row cast once more stays the same. A second
 * row of the same layout gives the same.
 *
 * The first byte picks the field's type and whether unknown fields pass, the rest is the raw value.
 */

#include "../../cmd/ndjson-normalize/compile.h"
#include "../../cmd/ndjson-normalize/write.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_LINE = 1 << 20 };

/* `again`: what is written means the same when it is read once more. */
static const struct {
	const char *field;
	bool again;
} fields[] = {
    {"\"type\":\"STRING\"", true},
    {"\"type\":\"STRING\",\"clean\":[\"trim\",\"lower\"]", false},
    {"\"type\":\"STRING\",\"clean\":[\"upper\"]", false},
    {"\"type\":\"STRING\",\"clean\":[\"digits\"]", true},
    {"\"type\":\"BYTES\"", true},
    {"\"type\":\"INT64\"", true},
    {"\"type\":\"FLOAT64\"", true},
    {"\"type\":\"NUMERIC\"", true},
    {"\"type\":\"BIGNUMERIC\"", true},
    {"\"type\":\"BOOL\"", true},
    {"\"type\":\"DATE\"", true},
    {"\"type\":\"TIME\"", true},
    {"\"type\":\"DATETIME\"", true},
    {"\"type\":\"TIMESTAMP\"", true},
    {"\"type\":\"TIMESTAMP\",\"tz\":\"-03:00\"", true},
    {"\"type\":\"TIMESTAMP\",\"format\":\"epoch_s\"", false},
    {"\"type\":\"TIMESTAMP\",\"format\":\"epoch_ns\"", false},
    {"\"type\":\"TIMESTAMP\",\"tz\":\"Z\",\"format\":[\"%d/%m/%Y %I:%M %p\",\"%a %e %b %y %T.%f\","
     "\"%j %Y %H%z\"]",
        false},
    {"\"type\":\"DATE\",\"format\":\"epoch_ms\"", false},
    {"\"type\":\"JSON\"", true},
    {"\"type\":\"GEOGRAPHY\"", true},
    {"\"type\":\"INT64\",\"mode\":\"REPEATED\"", true},
    {"\"type\":\"STRING\",\"mode\":\"REPEATED\"", true},
    {"\"type\":\"RECORD\",\"fields\":[{\"name\":\"v\",\"type\":\"NUMERIC\"},{\"name\":\"w\","
     "\"type\":\"DATE\"}]",
        true},
    {"\"type\":\"STRING\",\"clean\":[\"squeeze\",\"alnum\",\"empty_null\"]", true},
    {"\"type\":\"STRING\",\"clean\":[\"email\"]", true},
    {"\"type\":\"STRING\",\"clean\":[\"phone:BR\"]", true},
    {"\"type\":\"STRING\",\"clean\":[{\"map\":{\"a\":\"b\",\"\":null}},{\"null_if\":[\"-\"]}]",
        false},
    {"\"type\":\"NUMERIC\",\"clean\":[{\"number\":{\"decimal\":\",\",\"thousands\":\".\"}}]",
        false},
    {"\"type\":\"STRING\",\"mode\":\"REPEATED\",\"clean\":[{\"split\":\",\"},\"trim\"]", false},
    {"\"type\":\"STRING\",\"mode\":\"REPEATED\",\"clean\":[\"wrap\"]", true},
    {"\"type\":\"TIMESTAMP\",\"tz\":\"America/Sao_Paulo\"", true},
};

enum { FIELDS = sizeof fields / sizeof *fields };

static struct contract contracts[FIELDS];
static struct cast_plan *plans[FIELDS][2];

static void must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "%s\n", what);
		abort();
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	for (size_t i = 0; i < FIELDS; i++) {
		char path[40], text[1000];
		int fd = file_temp();
		struct error e = {0};
		int n = snprintf(
		    text, sizeof text, "{\"fields\":[{\"name\":\"v\",%s}]}", fields[i].field);

		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		must(file_write(fd, text, (size_t)n), "temporary file");
		must(contract_read(&contracts[i], path, &e), e.text);
		close(fd);
		plans[i][0] = compile_plan(&contracts[i], UNKNOWN_DISCARD_VALUE, MAX_LINE, &e);
		plans[i][1] = compile_plan(&contracts[i], UNKNOWN_EVOLVE, MAX_LINE, &e);
		must(plans[i][0] && plans[i][1], e.text);
	}
	return 0;
}

static bool cast(struct cast_plan *plan, struct row *row, struct span line, struct buf *out)
{
	struct bad bad = {0};
	enum got got;

	buf_clear(out);
	if (row_parse(row, line))
		return false;
	got = write_row(plan, row, out, &bad);
	must(got == GOT_VALUE || bad.reason, "refused without a reason");
	return got == GOT_VALUE;
}

/* The first time a row is scanned as a whole, the second time by its layout. */
static bool cast_both(
    struct cast_plan *plan, struct row *row, struct span line, struct buf *out, struct buf *again)
{
	bool good = cast(plan, row, line, out);

	must(cast(plan, row, line, again) == good, "another verdict by the layout");
	must(!good || span_eq(buf_span(out), buf_span(again)), "another value by the layout");
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t which = size > 0 ? (data[0] & 0x7f) % FIELDS : 0;
	struct row row = {.unlisted = true};
	struct buf line, once, twice;

	if (size == 0)
		return 0;
	buf_init(&line, MAX_LINE);
	buf_init(&once, SIZE_MAX);
	buf_init(&twice, SIZE_MAX);
	buf_adds(&line, "{\"v\":");
	buf_add(&line, data + 1, size - 1);
	buf_adds(&line, "}");
	if (cast_both(plans[which][data[0] >> 7], &row, buf_span(&line), &once, &twice)) {
		must(!row_parse(&row, buf_span(&once)), "what was written is no row");
		if (fields[which].again) {
			must(cast(plans[which][0], &row, buf_span(&once), &twice),
			    "not taken twice");
			must(data[0] >> 7 || span_eq(buf_span(&once), buf_span(&twice)),
			    "changed twice");
		}
	}
	buf_free(&line);
	buf_free(&once);
	buf_free(&twice);
	row_free(&row);
	return 0;
}
