/* base/span, buf and file by tables. */

#include "base/buf.h"
#include "base/die.h"
#include "base/file.h"
#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void buffers(void)
{
	struct buf b;

	buf_init(&b, 10);
	buf_adds(&b, "12345");
	buf_addf(&b, "%d", 678);
	check(!b.full && span_eq(buf_span(&b), SPAN("12345678")), "below the ceiling");
	buf_adds(&b, "9012");
	buf_adds(&b, "9");
	check(b.full && b.n == 8, "past the ceiling nothing is added");
	check(strcmp(buf_str(&b), "12345678") == 0, "as a C string");
	for (size_t size = 1; size < 2000; size++) {
		struct buf c;
		size_t n;

		buf_init(&c, size);
		for (n = 0; n < 2 * size && !c.full; n++)
			buf_addc(&c, 'x');
		buf_str(&c);
		buf_addc(&c, 'x');
		if (n != size + 1 || c.n != size || !c.full)
			check(false, "every ceiling holds to the byte");
		buf_free(&c);
	}
	buf_clear(&b);
	buf_add(&b, "a\0b", 3);
	check(!b.full && b.n == 3 && b.p[1] == '\0', "any byte");
	buf_free(&b);
	check(span_eq(span_trim(SPAN(" \t a b\r\n")), SPAN("a b")), "trim");
	check(span_trim(SPAN(" \n")).n == 0, "trim to nothing");
	check(!span_starts(SPAN("ab"), SPAN("abc")), "starts");
}

static void files(void)
{
	char path[] = "/tmp/leadpipe-test.XXXXXX";
	int fd = mkstemp(path);
	struct buf b;

	buf_init(&b, 4);
	check(fd >= 0 && file_write(fd, "four", 4), "write");
	check(file_read(path, &b) == NULL && b.n == 4, "a file as large as the ceiling");
	buf_clear(&b);
	check(file_read_secret(path, &b) == NULL, "a secret of mode 600");
	buf_clear(&b);
	check(file_write(fd, "5", 1) && file_read(path, &b) != NULL, "one byte too large");
	buf_clear(&b);
	fchmod(fd, 0640);
	check(file_read_secret(path, &b) != NULL, "a secret that the group can read");
	check(file_read_secret("/dev/zero", &b) != NULL, "a secret that is no file");
	check(file_read("/nonexistent", &b) != NULL, "no file");
	close(fd);
	unlink(path);
	fd = file_temp();
	check(fd >= 0 && file_write(fd, "x", 1) && lseek(fd, 0, SEEK_END) == 1, "temporary file");
	close(fd);
	buf_free(&b);
}

int main(void)
{
	buffers();
	files();
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
