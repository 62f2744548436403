#include "keyset.h"

#include "base/atomic_file.h"
#include "base/text.h"
#include "base/file.h"
#include "json/row.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ID_DIGITS = 10, SIV_VALUE = 2 + SIV_KEY };

/* A source under way: its name for messages, its bytes, and where a message goes. */
struct reader {
	char name[300];
	struct buf text;
	struct error *error;
};

static bool wrong(const struct reader *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool wrong(const struct reader *r, const char *format, ...)
{
	char rule[200];
	va_list args;

	va_start(args, format);
	vsnprintf(rule, sizeof rule, format, args);
	va_end(args);
	return error_set(r->error, STATUS_CONFIG, "%s: %s", r->name, rule);
}

/* ---- the bytes ---- */

static bool read_source(struct reader *r, const struct key_source *from)
{
	file_error error;

	buf_init(&r->text, KEYSET_BYTES);
	buf_reserve(&r->text, KEYSET_BYTES); /* so that no copy is left behind by growing */
	if (from->path) {
		snprintf(r->name, sizeof r->name, "%s", from->path);
		error = file_read_secret(from->path, &r->text);
	} else {
		snprintf(r->name, sizeof r->name, "--key-fd %d", from->fd);
		error = file_read_secret_fd(from->fd, &r->text);
	}
	return !error || wrong(r, "%s", error);
}

/* ---- a keyset ---- */

static struct span member(struct span object, struct span name)
{
	struct span rest = object, key, value;

	if (!object.p || scan_type(object) != JSON_OBJECT)
		return (struct span){0};
	while (scan_member(&rest, &key, &value))
		if (span_eq(key, name))
			return value;
	return (struct span){0};
}

/* Strings of a keyset are plain words: an escape in one makes it another word, so it is refused. */
static bool is_text(struct span raw, const char *text)
{
	return raw.p && raw.n == strlen(text) + 2 && *raw.p == '"' &&
	       memcmp(raw.p + 1, text, raw.n - 2) == 0;
}

static bool read_id(struct span raw, uint32_t *id)
{
	uint64_t number;

	if (raw.n > ID_DIGITS || !text_number(raw, &number))
		return false;
	*id = (uint32_t)number;
	return number <= UINT32_MAX;
}

static bool read_prefix(struct span raw, enum key_prefix *prefix)
{
	if (is_text(raw, "TINK"))
		*prefix = KEY_TINK;
	else if (is_text(raw, "LEGACY") || is_text(raw, "CRUNCHY"))
		*prefix = KEY_LEGACY;
	else if (is_text(raw, "RAW"))
		*prefix = KEY_RAW;
	else
		return false;
	return true;
}

/* An AesSivKey message: field 2, 64 bytes; field 1, the version, is 0 and so not there. */
static bool read_value(struct span raw, struct buf *value)
{
	if (!raw.p || *raw.p != '"' || !crypt_unbase64(value, (struct span){raw.p + 1, raw.n - 2}))
		return false;
	return value->n == SIV_VALUE && value->p[0] == 0x12 && value->p[1] == SIV_KEY;
}

static bool add_key(struct reader *r, struct keys *keys, struct span key, uint32_t primary)
{
	struct span data = member(key, SPAN("keyData")), status = member(key, SPAN("status"));
	enum key_prefix prefix;
	struct buf value;
	uint32_t id;
	bool good;

	if (!read_id(member(key, SPAN("keyId")), &id))
		return wrong(r, "a key without a keyId");
	if (is_text(status, "DISABLED") || is_text(status, "DESTROYED"))
		return true;
	if (!is_text(status, "ENABLED"))
		return wrong(r, "key %u: unknown status", (unsigned)id);
	if (!is_text(
	        member(data, SPAN("typeUrl")), "type.googleapis.com/google.crypto.tink.AesSivKey"))
		return wrong(r, "key %u: is no AesSivKey", (unsigned)id);
	if (!read_prefix(member(key, SPAN("outputPrefixType")), &prefix))
		return wrong(r, "key %u: unknown outputPrefixType", (unsigned)id);
	if (keys->n == KEYS_MOST)
		return wrong(r, "more than %d enabled keys", KEYS_MOST);
	buf_init(&value, KEYSET_BYTES);
	buf_reserve(&value, SIV_VALUE + 2);
	good = read_value(member(data, SPAN("value")), &value);
	if (good)
		keys_add(keys, (struct span){value.p + 2, SIV_KEY}, id, prefix,
		    id == primary && !keys->primary);
	crypt_free_buf(&value);
	return good || wrong(r, "key %u: its value is no AES-SIV key of 64 bytes", (unsigned)id);
}

static bool read_keyset(struct reader *r, struct span text, struct keys *keys)
{
	struct span list, item;
	uint32_t primary;

	if (member(text, SPAN("encryptedKeyset")).p)
		return wrong(r, "is an encrypted keyset; it is needed in the clear");
	if (!read_id(member(text, SPAN("primaryKeyId")), &primary))
		return wrong(r, "no primaryKeyId");
	list = member(text, SPAN("key"));
	if (!list.p || scan_type(list) != JSON_ARRAY)
		return wrong(r, "no list of keys");
	while (scan_item(&list, &item))
		if (!add_key(r, keys, item, primary))
			return false;
	return keys->primary ||
	       wrong(r, "its primary key %u is not there, or not enabled", (unsigned)primary);
}

/* The keyset as one object, its shape checked. */
static bool parse(struct reader *r, struct span *object)
{
	struct scan scan = {0};
	enum json type;
	const char *broken = scan_document(&scan, buf_span(&r->text), object, &type);

	scan_free(&scan);
	if (broken || type != JSON_OBJECT)
		return wrong(r, "neither 32 nor 64 bytes, nor a keyset in JSON");
	return true;
}

bool keyset_load(struct keys *keys, const struct key_source *from, struct error *error)
{
	struct reader r = {.error = error};
	bool good = read_source(&r, from);
	struct span text = buf_span(&r.text);

	if (good && (text.n == CRYPT_AES_KEY || text.n == SIV_KEY))
		keys_add(keys, text, keys_fingerprint(text), KEY_RAW, true);
	else if (good)
		good = parse(&r, &text) && read_keyset(&r, text, keys);
	crypt_free_buf(&r.text);
	return good;
}

/* ---- a new keyset ---- */

static void add_new(struct buf *b, struct span others)
{
	uint8_t random[4 + SIV_VALUE];
	uint32_t id;

	crypt_random(random, sizeof random);
	id = (uint32_t)random[0] << 24 | (uint32_t)random[1] << 16 | (uint32_t)random[2] << 8 |
	     random[3];
	random[4] = 0x12;
	random[5] = SIV_KEY;
	buf_addf(b,
	    "{\"primaryKeyId\":%u,\"key\":[{\"keyData\":{"
	    "\"typeUrl\":\"type.googleapis.com/google.crypto.tink.AesSivKey\",\"value\":\"",
	    (unsigned)id);
	crypt_base64(b, (struct span){(const char *)random + 4, SIV_VALUE});
	buf_addf(b,
	    "\",\"keyMaterialType\":\"SYMMETRIC\"},\"status\":\"ENABLED\",\"keyId\":%u,"
	    "\"outputPrefixType\":\"TINK\"}",
	    (unsigned)id);
	if (others.n > 0)
		buf_addc(b, ',');
	buf_addspan(b, others);
	buf_adds(b, "]}\n");
	crypt_wipe(random, sizeof random);
}

/* The text between the brackets of a keyset's list. */
static bool old_keys(struct reader *r, const struct key_source *old, struct span *others)
{
	struct keys keys = {0};
	struct span text;
	bool good = read_source(r, old) && parse(r, &text) && read_keyset(r, text, &keys);

	if (good) {
		*others = member(text, SPAN("key"));
		*others = (struct span){others->p + 1, others->n - 2};
	}
	keys_free(&keys);
	return good;
}

static bool write_whole(const char *path, struct span text, struct error *error)
{
	struct atomic_file f;
	int why;

	if (!atomic_file_open(&f, path, ATOMIC_FILE_PRIVATE))
		return error_set(error, STATUS_CREATE, "%s: %s", path, strerror(errno));
	if (!file_write(f.fd, text.p, text.n)) {
		why = errno;
		atomic_file_drop(&f);
		return error_set(error, STATUS_CREATE, "%s: %s", path, strerror(why));
	}
	return atomic_file_commit_new(&f) ||
	       error_set(error, STATUS_CREATE, "%s: %s", path,
	           errno == EEXIST ? "is there already; a keyset is never overwritten"
	                           : strerror(errno));
}

bool keyset_new(const char *path, const struct key_source *old, struct error *error)
{
	struct reader r = {.error = error};
	struct span others = {0};
	struct buf text;
	bool good = !old || old_keys(&r, old, &others);

	buf_init(&text, 2 * KEYSET_BYTES);
	buf_reserve(&text, KEYSET_BYTES + 1024);
	if (good) {
		add_new(&text, others);
		good = text.full ? error_set(error, STATUS_CREATE, "%s: too large", path)
		                 : write_whole(path, buf_span(&text), error);
	}
	crypt_free_buf(&text);
	crypt_free_buf(&r.text);
	return good;
}
