#include "cloud/marketing_token.h"

#include "base/die.h"
#include "base/text.h"
#include "base/time.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/atomic_file.h"
#include "wire/crypt.h"
#include "wire/jdoc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CACHE_MAX = 64 << 10, EARLY_S = 60, LIFETIME_S = 1079, NAMES_MAX = 65536 };

static int64_t now_s(void)
{
	return clock_now() / CLOCK_SECOND;
}

static void forget(struct marketing_token *t)
{
	crypt_free_text(t->text);
	free(t->rest);
	t->text = t->rest = NULL;
}

/* ---- the file ---- */

/* Nobody else can have put there what is read back. */
static bool is_private(const char *folder)
{
	struct stat st;

	return lstat(folder, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	       !(st.st_mode & 022);
}

/* Makes the folder; false: the token is not kept. */
static bool make_folder(const char *base, const char *folder)
{
	mkdir(base, 0700);
	mkdir(folder, 0700);
	if (is_private(folder))
		return true;
	inform(1, "%s: no folder of this user's alone: the token is not kept", folder);
	return false;
}

/* One file for each address, client and account. */
static char *file_in(const struct marketing_token *t, const char *folder)
{
	uint8_t digest[CRYPT_SHA256];
	struct buf b;
	char *path;

	buf_init(&b, NAMES_MAX);
	buf_addf(&b, "%s\n%s\n%s", t->auth, t->client_id, t->account ? t->account : "");
	crypt_sha256(buf_span(&b), digest);
	buf_clear(&b);
	crypt_hex(&b, digest, 8);
	path = mem_format("%s/sfmc-%s.json", folder, buf_str(&b));
	buf_free(&b);
	return path;
}

static void find_cache(struct marketing_token *t)
{
	const char *set = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *base = NULL, *folder;

	if (set && *set == '/')
		base = mem_text(set);
	else if (home && *home == '/')
		base = mem_format("%s/.cache", home);
	if (!base)
		return;
	folder = mem_format("%s/leadpipe", base);
	if (make_folder(base, folder))
		t->cache = file_in(t, folder);
	free(base);
	free(folder);
}

static bool take(struct marketing_token *t, const jdoc *doc, int64_t expires)
{
	const char *token = jdoc_text(doc, "access_token", NULL);
	const char *rest = jdoc_text(doc, "rest_instance_url", NULL);
	size_t n = rest ? strlen(rest) : 0;

	if (!token || n == 0 || expires <= now_s())
		return false;
	while (n > 0 && rest[n - 1] == '/')
		n--;
	forget(t);
	t->text = mem_text(token);
	t->rest = mem_dup(rest, n);
	t->expires = expires;
	return true;
}

static bool from_file(struct marketing_token *t)
{
	char why[JDOC_WHY];
	struct buf b;
	jdoc *doc = NULL;
	bool ok = false;

	if (!t->cache)
		return false;
	buf_init(&b, CACHE_MAX);
	if (!file_read_secret(t->cache, &b) && (doc = jdoc_parse(buf_span(&b), why)))
		ok = take(t, doc, jdoc_int(doc, "expires", 0));
	jdoc_free(doc);
	crypt_free_buf(&b);
	return ok;
}

/* The folder, locked while a file in it is written; -1 and errno: another process writes. */
static int lock_folder(const char *path)
{
	char *folder = mem_dup(path, (size_t)(strrchr(path, '/') - path));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		fd = -1;
		errno = EWOULDBLOCK;
	}
	free(folder);
	return fd;
}

static void write_cache(const struct marketing_token *t)
{
	jdoc *doc = jdoc_object();
	struct atomic_file w;
	char *text;

	jdoc_set_text(doc, "access_token", t->text);
	jdoc_set_text(doc, "rest_instance_url", t->rest);
	jdoc_set_int(doc, "expires", t->expires);
	text = jdoc_dump(doc);
	if (!atomic_file_open(&w, t->cache, ATOMIC_FILE_PRIVATE))
		inform(1, "%s: %s: the token is not kept", t->cache, strerror(errno));
	else if (!file_write(w.fd, text, strlen(text)))
		atomic_file_drop(&w);
	else
		atomic_file_commit(&w);
	crypt_free_text(text);
	jdoc_free(doc);
}

/* A token that cannot be kept is no failure. */
static void to_file(const struct marketing_token *t)
{
	int lock;

	if (!t->cache)
		return;
	lock = lock_folder(t->cache);
	if (lock < 0) {
		inform(1, "%s: %s: the token is not kept", t->cache, strerror(errno));
		return;
	}
	write_cache(t);
	close(lock);
}

/* ---- the service ---- */

static char *request_of(const struct marketing_token *t)
{
	jdoc *doc = jdoc_object();
	int64_t account;
	char *text;

	jdoc_set_text(doc, "grant_type", "client_credentials");
	jdoc_set_text(doc, "client_id", t->client_id);
	jdoc_set_text(doc, "client_secret", t->client_secret);
	if (t->account && text_integer(span_of(t->account), &account))
		jdoc_set_int(doc, "account_id", account);
	text = jdoc_dump(doc);
	jdoc_free(doc);
	return text;
}

/* Seconds; what cannot be (a token lives 20 minutes) counts as not said. */
static int64_t lifetime_of(const jdoc *doc)
{
	int64_t s = jdoc_int(doc, "expires_in", LIFETIME_S);

	return s < 0 || s > TIME_DAY / CLOCK_SECOND ? LIFETIME_S : s;
}

static bool read_token(struct marketing_token *t, bool sent, const struct http_reply *reply)
{
	char why[JDOC_WHY];
	jdoc *doc = jdoc_parse_reply(buf_span(&reply->body), why);
	int64_t lifetime = lifetime_of(doc);
	bool ok = sent && take(t, doc, now_s() + lifetime - (lifetime > 2 * EARLY_S ? EARLY_S : 0));

	if (!sent && (reply->status == 400 || reply->status == 401))
		error_set(&t->error, STATUS_DENIED, "login at SFMC_AUTH_URL: %s: %s",
		    jdoc_text(doc, "error", reply->error),
		    jdoc_text(doc, "error_description", "refused"));
	else if (!sent)
		error_set(&t->error, http_blame(reply), "login at SFMC_AUTH_URL: %s", reply->error);
	else if (!ok)
		error_set(&t->error, STATUS_REFUSED,
		    "login at SFMC_AUTH_URL: the reply holds no token or no REST address");
	jdoc_free(doc);
	return ok;
}

static bool from_service(struct marketing_token *t, struct http *http)
{
	size_t n = strlen(t->auth);
	char *body = request_of(t), *url;
	struct http_reply reply = {0};
	bool ok;

	while (n > 0 && t->auth[n - 1] == '/')
		n--;
	url = mem_format("%.*s/v2/token", (int)n, t->auth);
	struct http_request q = {.method = "POST",
	    .url = url,
	    .type = "application/json",
	    .body = span_of(body),
	    .secrets = (const char *const[]){t->client_secret, NULL}};

	ok = http_send(http, &q, &reply);
	ok = read_token(t, ok, &reply);
	t->fetched += ok;
	crypt_free_text(body);
	free(url);
	crypt_free_buf(&reply.body);
	http_reply_free(&reply);
	return ok;
}

bool marketing_token_get(struct marketing_token *t, struct http *http)
{
	t->error.status = STATUS_OK;
	if (t->text && t->expires > now_s())
		return true;
	if (from_file(t))
		return true;
	if (!from_service(t, http))
		return false;
	to_file(t);
	return true;
}

void marketing_token_drop(struct marketing_token *t)
{
	forget(t);
	if (t->cache)
		unlink(t->cache);
}

/* ---- beginning and end ---- */

static const char *setting(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static bool need(struct marketing_token *t, const char *name, const char **value)
{
	*value = setting(name);
	return *value || error_set(&t->error, STATUS_CONFIG, "%s: not set", name);
}

bool marketing_token_open(struct marketing_token *t, bool cache)
{
	int64_t account;

	*t = (struct marketing_token){.account = setting("SFMC_ACCOUNT_ID")};
	if (!need(t, "SFMC_AUTH_URL", &t->auth) || !need(t, "SFMC_CLIENT_ID", &t->client_id) ||
	    !need(t, "SFMC_CLIENT_SECRET", &t->client_secret))
		return false;
	if (t->account && (*t->account == '-' || !text_integer(span_of(t->account), &account)))
		return error_set(&t->error, STATUS_CONFIG,
		    "SFMC_ACCOUNT_ID: must be the number of a business unit");
	if (cache)
		find_cache(t);
	return true;
}

void marketing_token_close(struct marketing_token *t)
{
	forget(t);
	free(t->cache);
	t->cache = NULL;
}
