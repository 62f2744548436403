#include "auth.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "wire/form.h"
#include "wire/crypt.h"
#include "wire/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { SECRET_MAX = 64 * 1024 };

/* ---- secrets ---- */

/* Line ends after it are not part of it. */
static char *take(struct buf *b, const char *name, file_error why, struct error *error)
{
	char *text = NULL;

	while (!why && b->n > 0 && strchr("\r\n", b->p[b->n - 1]))
		b->n--;
	if (!why && (b->n == 0 || memchr(b->p, '\0', b->n)))
		why = "holds no token";
	if (why)
		error_set(error, STATUS_CONFIG, "%s: %s", name, why);
	else
		text = mem_dup(b->p, b->n);
	crypt_free_buf(b);
	return text;
}

char *auth_secret(const struct api_secret *secret, struct error *error)
{
	char *name = secret->name.p ? mem_dup(secret->name.p, secret->name.n)
	                            : mem_format("descriptor %d", (int)secret->fd);
	const char *value;
	char *text = NULL;
	struct buf b;

	buf_init(&b, SECRET_MAX);
	switch (secret->from) {
	case API_ENV:
		value = getenv(name);
		if (value && *value)
			text = mem_text(value);
		else
			error_set(error, STATUS_CONFIG, "%s: not set", name);
		break;
	case API_FILE: text = take(&b, name, file_read_secret(name, &b), error); break;
	case API_FD: text = take(&b, name, file_read_secret_fd((int)secret->fd, &b), error); break;
	case API_GIVEN: text = mem_text(name); break;
	case API_NOWHERE: text = mem_text(""); break;
	}
	free(name);
	return text;
}

/* ---- opening ---- */

static bool make_basic(struct auth *a)
{
	struct buf both, line;

	buf_init(&both, 3 * SECRET_MAX);
	buf_init(&line, 6 * SECRET_MAX);
	buf_addf(&both, "%s:%s", a->user, a->secret);
	buf_adds(&line, "Authorization: Basic ");
	crypt_base64(&line, buf_span(&both));
	a->line = mem_text(buf_str(&line));
	crypt_free_buf(&both);
	crypt_free_buf(&line);
	return true;
}

static bool open_google(struct auth *a, struct error *error)
{
	a->has_google = true;
	if (!google_open(&a->google, a->http, false))
		return error_copy(error, &a->google.ask.error);
	if (a->how->scope.p)
		a->scope = mem_dup(a->how->scope.p, a->how->scope.n);
	google_scope(&a->google, a->scope);
	return true;
}

bool auth_open(struct auth *a, const struct api_auth *how, const char *token,
    const struct http_options *options, struct error *error)
{
	*a = (struct auth){.how = how};
	if (how->kind == API_AUTH_OAUTH2 || how->kind == API_AUTH_GOOGLE)
		a->http = http_open(options);
	if (how->kind == API_AUTH_OAUTH2)
		return auth_oauth2_open(a, error);
	if (how->kind == API_AUTH_GOOGLE)
		return open_google(a, error);
	if (how->kind == API_AUTH_NONE)
		return true;
	a->secret = token ? mem_text(token) : auth_secret(&how->secret, error);
	if (a->secret && how->kind == API_AUTH_BASIC)
		a->user = auth_secret(&how->user, error);
	if (error->status)
		return false;
	if (how->kind == API_AUTH_BASIC)
		return make_basic(a);
	if (how->kind == API_AUTH_HEADER)
		a->line = mem_format(
		    "%.*s: %.*s%s", SPAN_ARG(how->name), SPAN_ARG(how->prefix), a->secret);
	return true;
}

void auth_open_nothing(struct auth *a, const struct api_auth *how)
{
	*a = (struct auth){.how = how, .nothing = true};
	if (how->oauth2.base.n > 0)
		a->base = mem_text(AUTH_NO_BASE);
}

void auth_close(struct auth *a)
{
	char **const all[] = {&a->secret, &a->user, &a->refresh, &a->token, &a->line, &a->client_id,
	    &a->client_secret};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		crypt_free_text(*all[i]);
	if (a->has_google)
		google_close(&a->google);
	free(a->base);
	free(a->scope);
	http_close(a->http);
	*a = (struct auth){0};
}

/* ---- using ---- */

static bool google_ready(struct auth *a, struct error *error)
{
	const char *bearer;

	if (!google_token(&a->google, &bearer))
		return error_copy(error, &a->google.ask.error);
	if (bearer && (!a->token || strcmp(bearer, a->token) != 0)) {
		crypt_free_text(a->token);
		a->token = mem_text(bearer);
		a->generation++;
	}
	return true;
}

bool auth_ready(struct auth *a, struct error *error)
{
	if (a->nothing)
		return true;
	if (a->how->kind == API_AUTH_GOOGLE)
		return google_ready(a, error);
	if (a->how->kind != API_AUTH_OAUTH2 ||
	    (a->token && (a->expires == 0 || clock_mono() < a->expires)))
		return true;
	return auth_oauth2(a, error);
}

const char *auth_bearer(const struct auth *a)
{
	switch (a->how->kind) {
	case API_AUTH_BEARER: return a->secret;
	case API_AUTH_OAUTH2:
	case API_AUTH_GOOGLE: return a->token;
	default: return NULL;
	}
}

const char *auth_header(const struct auth *a)
{
	return a->line;
}

bool auth_query(const struct auth *a, struct span *name, struct span *value)
{
	*name = a->how->name;
	*value = span_of(a->secret);
	return a->how->kind == API_AUTH_QUERY;
}

bool auth_renew(struct auth *a, unsigned generation)
{
	if (a->how->kind != API_AUTH_OAUTH2 && a->how->kind != API_AUTH_GOOGLE)
		return false;
	if (generation != a->generation)
		return true;
	crypt_free_text(a->token);
	a->token = NULL;
	if (a->how->kind == API_AUTH_GOOGLE)
		google_expire(&a->google);
	return true;
}

void auth_hide(const struct auth *a, struct buf *text)
{
	const char *const all[] = {a->secret, a->token, a->refresh, a->client_secret};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		secret_hide(text, all[i]);
	if (a->how->kind == API_AUTH_BASIC && a->line)
		secret_hide(text, a->line + sizeof "Authorization: Basic");
}
