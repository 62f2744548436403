#include "cloud/google.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "cloud/google_grant.h"
#include "wire/crypt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 1 << 20 };

#define VARIABLE "GOOGLE_APPLICATION_CREDENTIALS"

static const int64_t EARLY_US = 225 * CLOCK_SECOND;

/* ---- choice ------------------------------------------------------------------------------- */

static bool read_key(struct google *g, const char *path)
{
	char why[JDOC_WHY];
	struct buf text;
	file_error error;
	bool ok = false;

	buf_init(&text, KEY_FILE_MAX);
	error = file_read_secret(path, &text);
	if (error)
		google_ask_fail(&g->ask, STATUS_CONFIG, "%s: %s", g->ask.from, error);
	else if (!(g->key = jdoc_parse(buf_span(&text), why)))
		google_ask_fail(&g->ask, STATUS_CONFIG, "%s: %s", g->ask.from, why);
	else
		ok = (g->kind = google_grant_kind(&g->ask, g->key)) != NULL;
	crypt_free_buf(&text);
	return ok;
}

/*
 * Where `gcloud auth application-default login` leaves its file; NULL when it has not. The
 * caller frees.
 */
static char *well_known(void)
{
	static const char name[] = "application_default_credentials.json";
	const char *config = google_ask_env("CLOUDSDK_CONFIG"), *home = google_ask_env("HOME");
	char *path = NULL;

	if (config)
		path = mem_format("%s/%s", config, name);
	else if (home)
		path = mem_format("%s/.config/gcloud/%s", home, name);
	if (path && access(path, F_OK) != 0) {
		free(path);
		path = NULL;
	}
	return path;
}

bool google_open(struct google *g, struct http *http, bool none)
{
	const char *path = google_ask_env(VARIABLE);
	char *left;
	bool ok = true;

	*g = (struct google){.ask = {.http = http, .from = VARIABLE}};
	if (none)
		return true;
	if (path)
		return read_key(g, path);
	left = well_known();
	g->kind = &google_grant_machine;
	if (left) {
		g->ask.from = "gcloud's application_default_credentials.json";
		ok = read_key(g, left);
	}
	free(left);
	return ok;
}

void google_scope(struct google *g, const char *scope)
{
	g->scope = scope;
}

static void forget(struct google *g)
{
	crypt_free_text(g->token);
	g->token = NULL;
}

void google_close(struct google *g)
{
	forget(g);
	jdoc_free(g->key);
	free(g->project);
	*g = (struct google){0};
}

/* ---- tokens ------------------------------------------------------------------------------- */

static bool renew(struct google *g)
{
	struct google_token token = {0};

	forget(g);
	g->ask.error.status = STATUS_OK;
	if (!g->kind->grant(&g->ask, g->key, g->scope ? g->scope : GOOGLE_SCOPE, &token))
		return false;
	g->token = token.text;
	g->expires = clock_mono() + token.life_s * CLOCK_SECOND - EARLY_US;
	return true;
}

bool google_token(struct google *g, const char **bearer)
{
	*bearer = NULL;
	if (!g->kind)
		return true;
	if ((!g->token || clock_mono() >= g->expires) && !renew(g))
		return false;
	*bearer = g->token;
	return true;
}

bool google_expire(struct google *g)
{
	if (!g->kind)
		return false;
	forget(g);
	return true;
}

static void ask_project(struct google *g)
{
	struct http_reply reply = {0};

	if (google_grant_metadata(&g->ask, "project/project-id", &reply)) {
		struct span id = span_trim(buf_span(&reply.body));

		g->project = mem_dup(id.p, id.n);
	}
	http_reply_free(&reply);
}

const char *google_project(struct google *g)
{
	const char *project = google_ask_env("GOOGLE_CLOUD_PROJECT");

	if (!project)
		project = google_ask_env("GCLOUD_PROJECT");
	if (!project)
		project = jdoc_text(g->key, "project_id", NULL);
	if (!project && g->kind == &google_grant_machine && !g->project)
		ask_project(g);
	return project ? project : g->project;
}

const char *google_quota_project(const struct google *g)
{
	const char *project = google_ask_env("GOOGLE_CLOUD_QUOTA_PROJECT");

	if (!g->kind)
		return NULL;
	return project ? project : jdoc_text(g->key, "quota_project_id", NULL);
}
