#define _DEFAULT_SOURCE /* madvise */

#include "table.h"

#include "base/file.h"
#include "base/atomic_file.h"
#include "wire/crypt.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC       "leadpipe-diff 2\n"
#define MAGIC_FIRST "leadpipe-diff 1\n"
#define ORDER       UINT64_C(0x0102030405060708)

enum { FEW = 32, SORT_BYTES = DIGEST + 8 };

struct header {
	char magic[16];
	uint64_t order, kind, n, text_bytes;
	uint8_t columns[DIGEST], base[TABLE_SUM], sum[TABLE_SUM];
	/* not in the first format */
	uint8_t results[TABLE_SUM];
	char sink[TABLE_NAME];
};

enum { FIRST_HEADER = offsetof(struct header, results) };

static bool fail(struct diff_table *t, enum status status, const char *path, const char *why)
{
	return error_set(&t->error, status, "%s: %s", path, why);
}

/* ---- building ---- */

bool table_begin(struct diff_table *t)
{
	*t = (struct diff_table){.entry_file = file_temp_stream(), .text_file = file_temp_stream()};
	return (t->entry_file && t->text_file) ||
	       fail(t, STATUS_CREATE, "temporary file", strerror(errno));
}

static bool put_text(struct diff_table *t, const void *bytes, size_t n)
{
	if (fwrite(bytes, 1, n, t->text_file) != n)
		return fail(t, STATUS_IO, "temporary file", strerror(errno));
	t->text_bytes += n;
	return true;
}

bool table_add(struct diff_table *t, const struct diff_entry *entry, struct span text)
{
	struct diff_entry e = *entry;

	e.text = t->text_bytes;
	e.text_n = text.n & UINT16_MAX;
	if (fwrite(&e, sizeof e, 1, t->entry_file) != 1)
		return fail(t, STATUS_IO, "temporary file", strerror(errno));
	t->n++;
	return put_text(t, text.p, text.n);
}

bool table_add_refused(struct diff_table *t, const struct diff_entry *entry, struct span text,
    const uint8_t refused[DIGEST])
{
	return table_add(t, entry, text) && put_text(t, refused, DIGEST);
}

struct span table_text(const struct diff_table *t, const struct diff_entry *e)
{
	return (struct span){t->texts + e->text, e->text_n};
}

const uint8_t *table_refused(const struct diff_table *t, const struct diff_entry *e)
{
	return (const uint8_t *)t->texts + e->text + e->text_n;
}

/* What entries are ordered by, a byte at a time. */
static unsigned byte_of(const struct diff_entry *e, unsigned depth)
{
	return depth < DIGEST ? e->key[depth]
	                      : (uint64_t)e->line >> 8 * (SORT_BYTES - 1 - depth) & 255;
}

static bool before(const struct diff_entry *a, const struct diff_entry *b)
{
	int order = memcmp(a->key, b->key, DIGEST);

	return order ? order < 0 : a->line < b->line;
}

static void sort_few(struct diff_entry *e, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct diff_entry one = e[i];
		size_t j = i;

		for (; j > 0 && before(&one, &e[j - 1]); j--)
			e[j] = e[j - 1];
		e[j] = one;
	}
}

/* In place, by one byte after the other: hashes spread evenly, so two rounds sort millions. */
static void sort_from(struct diff_entry *e, size_t n, unsigned depth)
{
	size_t from[256] = {0}, to[256], at = 0;

	if (n <= FEW || depth == SORT_BYTES) {
		sort_few(e, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		from[byte_of(&e[i], depth)]++;
	for (unsigned b = 0; b < 256; b++) {
		at += from[b];
		to[b] = at;
		from[b] = at - from[b];
	}
	for (unsigned b = 0; b < 256; b++)
		while (from[b] < to[b]) {
			unsigned home = byte_of(&e[from[b]], depth);
			struct diff_entry one = e[from[b]];

			e[from[b]] = e[from[home]];
			e[from[home]] = one;
			from[home]++;
		}
	for (unsigned b = 0; b < 256; b++) {
		size_t start = b > 0 ? to[b - 1] : 0;

		sort_from(e + start, to[b] - start, depth + 1);
	}
}

static const void *map_file(struct diff_table *t, int fd, size_t i, size_t n, int protection)
{
	void *p = n > 0 ? mmap(NULL, n, protection, MAP_SHARED, fd, 0) : NULL;

	if (p == MAP_FAILED)
		return p;
	t->map[i] = p;
	t->map_n[i] = n;
	return n > 0 ? p : "";
}

bool table_sort(struct diff_table *t)
{
	const void *entries, *texts;

	if (fflush(t->entry_file) != 0 || fflush(t->text_file) != 0)
		return fail(t, STATUS_IO, "temporary file", strerror(errno));
	entries = map_file(
	    t, fileno(t->entry_file), 0, t->n * sizeof(struct diff_entry), PROT_READ | PROT_WRITE);
	texts = map_file(t, fileno(t->text_file), 1, t->text_bytes, PROT_READ);
	if (entries == MAP_FAILED || texts == MAP_FAILED)
		return fail(t, STATUS_IO, "temporary file", strerror(errno));
	sort_from(t->map[0], t->n, 0);
	table_release(t);
	t->entries = entries;
	t->texts = texts;
	return true;
}

const struct diff_entry *table_find(const struct diff_table *t, const uint8_t key[DIGEST])
{
	size_t from = 0, to = t->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = memcmp(t->entries[middle].key, key, DIGEST);

		if (order == 0)
			return &t->entries[middle];
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

/* ---- keeping ---- */

static void sum_of(
    const struct header *h, size_t head, struct span entries, struct span texts, uint8_t *sum)
{
	struct crypt_hash *hash = crypt_hash_new();
	struct header bare = *h;

	memset(bare.sum, 0, sizeof bare.sum);
	crypt_hash_add(hash, (struct span){(const char *)&bare, head});
	crypt_hash_add(hash, entries);
	crypt_hash_add(hash, texts);
	crypt_hash_end(hash, sum);
}

static bool ordered(const struct diff_entry *e, const struct header *h)
{
	for (uint64_t i = 0; i < h->n; i++)
		if (e[i].text > h->text_bytes ||
		    e[i].text_n + (e[i].fails ? (uint64_t)DIGEST : 0) > h->text_bytes - e[i].text ||
		    (i > 0 && memcmp(e[i - 1].key, e[i].key, DIGEST) >= 0))
			return false;
	return true;
}

/* How long the header is; 0: it is none. */
static size_t read_header(struct header *h, const char *file, uint64_t size)
{
	bool first = size >= FIRST_HEADER && memcmp(file, MAGIC_FIRST, sizeof h->magic) == 0;
	size_t head = first ? FIRST_HEADER : sizeof *h;

	if (size < head || (!first && memcmp(file, MAGIC, sizeof h->magic) != 0))
		return 0;
	memcpy(h, file, head);
	return head;
}

/* NULL, or the rule that the file breaks. */
static const char *check(
    struct diff_table *t, const char *file, uint64_t size, enum table_kind kind)
{
	struct header h = {0};
	struct span entries, texts;
	size_t head = read_header(&h, file, size);

	if (head == 0)
		return "not a state of ndjson-diff, or torn";
	if (h.order != ORDER || h.kind != kind || h.sink[sizeof h.sink - 1])
		return "not a state of ndjson-diff";
	size -= head;
	if (h.n > size / sizeof(struct diff_entry) ||
	    h.text_bytes != size - h.n * sizeof(struct diff_entry))
		return "torn: its size is not what it says";
	entries = (struct span){file + head, h.n * sizeof(struct diff_entry)};
	texts = (struct span){entries.p + entries.n, h.text_bytes};
	sum_of(&h, head, entries, texts, t->sum);
	if (memcmp(t->sum, h.sum, TABLE_SUM) != 0)
		return "torn: its checksum is wrong";
	t->n = h.n;
	t->entries = (const struct diff_entry *)(const void *)entries.p;
	t->texts = texts.p;
	memcpy(t->columns, h.columns, DIGEST);
	memcpy(t->base, h.base, TABLE_SUM);
	memcpy(t->results, h.results, TABLE_SUM);
	memcpy(t->sink, h.sink, TABLE_NAME);
	return ordered(t->entries, &h) ? NULL : "its entries are out of order";
}

bool table_load(struct diff_table *t, const char *path, enum table_kind kind)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *why = NULL;
	const void *file = "";
	struct stat st;

	*t = (struct diff_table){.there = fd >= 0};
	if (fd < 0)
		return errno == ENOENT ||
		       fail(t, errno == EACCES ? STATUS_DENIED : STATUS_IO, path, strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		why = "not a regular file";
	else if ((st.st_mode & 077) && fchmod(fd, 0600) != 0)
		why = "group or others can read it: chmod 600 it";
	else if (st.st_size == 0)
		t->there = false;
	else if ((file = map_file(t, fd, 0, (size_t)st.st_size, PROT_READ)) == MAP_FAILED)
		fail(t, STATUS_IO, path, strerror(errno));
	else
		why = check(t, file, (uint64_t)st.st_size, kind);
	close(fd);
	table_release(t);
	return !why ? !t->error.status : fail(t, STATUS_CONFIG, path, why);
}

bool table_save(struct diff_table *t, const char *path, enum table_kind kind)
{
	struct header h = {.order = ORDER, .kind = kind, .n = t->n, .text_bytes = t->text_bytes};
	struct span entries = {(const char *)t->entries, t->n * sizeof *t->entries};
	struct span texts = {t->texts, t->text_bytes};
	struct atomic_file w;

	memcpy(h.magic, MAGIC, sizeof h.magic);
	memcpy(h.columns, t->columns, DIGEST);
	memcpy(h.base, t->base, TABLE_SUM);
	memcpy(h.results, t->results, TABLE_SUM);
	memcpy(h.sink, t->sink, TABLE_NAME);
	sum_of(&h, sizeof h, entries, texts, h.sum);
	table_release(t);
	memcpy(t->sum, h.sum, TABLE_SUM);
	if (!atomic_file_open(&w, path, ATOMIC_FILE_PRIVATE))
		return fail(t, STATUS_CREATE, path, strerror(errno));
	if (!file_write(w.fd, &h, sizeof h) || !file_write(w.fd, entries.p, entries.n) ||
	    !file_write(w.fd, texts.p, texts.n)) {
		fail(t, STATUS_IO, path, strerror(errno));
		atomic_file_drop(&w);
		return false;
	}
	table_release(t);
	return atomic_file_commit(&w) || fail(t, STATUS_IO, path, strerror(errno));
}

void table_release(const struct diff_table *t)
{
	for (size_t i = 0; i < 2; i++)
		if (t->map[i])
			madvise(t->map[i], t->map_n[i], MADV_DONTNEED);
}

void table_free(struct diff_table *t)
{
	for (size_t i = 0; i < 2; i++)
		if (t->map[i])
			munmap(t->map[i], t->map_n[i]);
	if (t->entry_file)
		fclose(t->entry_file);
	if (t->text_file)
		fclose(t->text_file);
	*t = (struct diff_table){0};
}
