/*
 * wire/http against a server in a child process that keeps connections, and counts: how often
 * a request is sent, what is sent again, which limits end it, and what is let through.
 *
 * Each request is answered by the next letter of a script, the last one for ever after.
 */

#include "base/clock.h"
#include "base/die.h"
#include "base/mem.h"
#include "wire/http.h"
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HEAD_MAX = 65536, BODY = 3 << 20, LIFE_S = 60 };

/* ---- the server ---- */

/* What the child has seen; shared. */
static struct seen {
	int connections, requests;
	uint64_t body, sum; /* bytes of the last whole body, and what they add up to */
} * seen;

struct client {
	int fd;
	char head[HEAD_MAX + 1];
	size_t n, end; /* bytes read; where the body begins */
};

static void say(int fd, const char *text, size_t n)
{
	while (n > 0) {
		ssize_t sent = write(fd, text, n);

		if (sent <= 0)
			return;
		text += sent;
		n -= (size_t)sent;
	}
}

static bool read_head(struct client *c)
{
	char *end = NULL;

	c->n = 0;
	while (!end && c->n < HEAD_MAX) {
		ssize_t got = read(c->fd, c->head + c->n, HEAD_MAX - c->n);

		if (got <= 0)
			return false;
		c->n += (size_t)got;
		c->head[c->n] = '\0';
		end = strstr(c->head, "\r\n\r\n");
	}
	c->end = end ? (size_t)(end + 4 - c->head) : c->n;
	return end != NULL;
}

static void add_up(const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		seen->sum += (unsigned char)bytes[i];
	seen->body += n;
}

/* Up to `most` bytes of the body, which may come with the head. */
static void read_body(struct client *c, uint64_t most)
{
	const char *length = strstr(c->head, "Content-Length: ");
	uint64_t n = length ? strtoull(length + 16, NULL, 10) : 0;
	char block[65536];
	ssize_t got;

	seen->body = seen->sum = 0;
	add_up(c->head + c->end, c->n - c->end);
	n = n < most ? n : most;
	while (seen->body < n && (got = read(c->fd, block, sizeof block)) > 0)
		add_up(block, (size_t)got);
}

static void reply(int fd, const char *status, size_t length, const char *body)
{
	char head[200];
	int n = snprintf(
	    head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n", status, length);

	say(fd, head, (size_t)n);
	say(fd, body, strlen(body));
}

static void say_much(int fd, const char *status)
{
	static char block[65536];

	memset(block, 'x', sizeof block);
	reply(fd, status, 100 * sizeof block, "");
	for (int i = 0; i < 100; i++)
		say(fd, block, sizeof block);
}

/* False: the connection is to be closed. */
static bool answer(struct client *c, char letter)
{
	read_body(c, letter == 'c' ? 100000 : UINT64_MAX);
	switch (letter) {
	case 'o': reply(c->fd, "200 OK", 2, "ok"); return true;
	case 'w': clock_sleep(CLOCK_SECOND * 8 / 5); return reply(c->fd, "200 OK", 2, "ok"), true;
	case 's': reply(c->fd, "200 OK", 100, "half"); return sleep(LIFE_S), false;
	case 'b': return say_much(c->fd, "503 Busy"), false;
	case 'l': return say_much(c->fd, "200 OK"), false;
	case 'e': reply(c->fd, "400 Bad", c->end, c->head); return true;
	case '1':
		for (int i = 0; i < 100000; i++)
			say(c->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25);
		return false;
	default: return false; /* 'x', 'c': closed without a word */
	}
}

static _Noreturn void serve(int listener, const char *script)
{
	static struct client c;

	signal(SIGPIPE, SIG_IGN);
	alarm(LIFE_S);
	while ((c.fd = accept(listener, NULL, NULL)) >= 0) {
		seen->connections++;
		while (read_head(&c)) {
			char letter = *script;

			seen->requests++;
			script += script[1] != '\0';
			if (!answer(&c, letter))
				break;
		}
		close(c.fd);
	}
	_exit(0);
}

struct server {
	pid_t pid;
	char url[64];
};

static void start(struct server *s, const char *script)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(seen, 0, sizeof *seen);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, n) < 0 || listen(fd, 16) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &n) < 0)
		exit(1);
	snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d/p", ntohs(address.sin_port));
	fflush(stdout);
	s->pid = fork();
	if (s->pid == 0)
		serve(fd, script);
	close(fd);
}

static void stop(struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
}

/* ---- the tests ---- */

static bool get(struct http *http, const struct server *s, struct http_reply *reply)
{
	return http_send(http, &(struct http_request){.method = "GET", .url = s->url}, reply);
}

static struct http *with_tries(int tries)
{
	return http_open(&(struct http_options){.retry = {.tries = tries}, .stall_s = 1});
}

/* A kept connection that is closed before the reply: sent as often as it is said, and no more. */
static void dead_connections(void)
{
	struct http_reply reply = {0};
	struct http *http = with_tries(1);
	struct server s;
	int64_t began;

	start(&s, "oxo");
	check(get(http, &s, &reply), "the first request");
	check(!get(http, &s, &reply), "the second fails with --tries 1");
	check(strcmp(reply.error, "connection closed without a reply") == 0, reply.error);
	check(reply.tries == 1 && seen->requests == 2, "and was sent once");
	check(http_blame(&reply) == STATUS_AGAIN, "it may pass by itself");
	stop(&s);
	http_close(http);

	http = with_tries(2);
	start(&s, "oxo");
	began = clock_mono();
	check(get(http, &s, &reply) && get(http, &s, &reply), "two tries do");
	check(reply.tries == 2 && seen->requests == 3 && seen->connections == 2, "three were sent");
	check(clock_mono() - began < CLOCK_SECOND / 2, "without a pause");
	check(http_retries(http) == 1, "one counts as sent again");
	stop(&s);
	http_close(http);
	http_reply_free(&reply);
}

static void kept_connections(void)
{
	struct http_reply reply = {0};
	struct http *http = with_tries(1);
	struct server s;

	start(&s, "o");
	for (int i = 0; i < 20; i++)
		check(get(http, &s, &reply), "a page");
	check(seen->connections == 1 && seen->requests == 20, "twenty pages on one connection");
	stop(&s);
	http_close(http);
	http_reply_free(&reply);
}

static ssize_t counted(void *ctx, uint64_t at, char *to, size_t n)
{
	(void)ctx;
	n = n < BODY - at ? n : BODY - at;
	for (size_t i = 0; i < n; i++)
		to[i] = (char)((at + i) % 251);
	return (ssize_t)n;
}

/* A streamed body goes again from its first byte, also where libcurl itself wants to rewind it. */
static void streamed_bodies(void)
{
	struct http_reply reply = {0};
	struct http *http = with_tries(2);
	uint64_t sum = 0;
	struct server s;

	for (uint64_t i = 0; i < BODY; i++)
		sum += i % 251;
	for (int cut = 0; cut < 2; cut++) {
		start(&s, cut ? "oco" : "oxo");
		struct http_request q = {
		    .method = "PUT", .url = s.url, .read = counted, .size = BODY};

		check(get(http, &s, &reply), "a connection is kept");
		check(http_send(http, &q, &reply), reply.error);
		check(reply.tries == 2 && seen->requests == 3, "the body was sent twice");
		check(seen->body == BODY && seen->sum == sum, "and whole the second time");
		stop(&s);
	}
	http_close(http);
	http_reply_free(&reply);
}

static void limits(void)
{
	struct http *http = with_tries(1), *hurried;
	struct http_reply reply = {0};
	struct server s;

	start(&s, "ws");
	check(get(http, &s, &reply) && seen->requests == 1, "a slow reply is waited for");
	check(!get(http, &s, &reply), "one that stops is not");
	check(strcmp(reply.error, "no byte within the stall limit") == 0, reply.error);
	stop(&s);
	start(&s, "1b");
	check(!get(http, &s, &reply), "a storm of 100 Continue");
	check(strcmp(reply.error, "the reply's headers are longer than 256 KiB") == 0, reply.error);
	check(!get(http, &s, &reply) && reply.status == 503, "the status of a long refusal");
	check(reply.body.n == HTTP_MAX_REFUSAL && reply.again, "and the beginning of its body");
	stop(&s);
	hurried = http_open(&(struct http_options){.retry = {.tries = 1}, .total_s = 1});
	start(&s, "w");
	check(!get(hurried, &s, &reply) && reply.again, "a slow reply above the total limit");
	stop(&s);
	/* Data may take longer than that; the wait for the reply may not. */
	start(&s, "w");
	check(!http_send(hurried,
	          &(struct http_request){.method = "GET", .url = s.url, .total_s = 60}, &reply),
	    "a wait above the limit");
	check(strcmp(reply.error, "no reply within the time limit") == 0, reply.error);
	stop(&s);
	http_close(hurried);
	http_close(http);
	http_reply_free(&reply);
}

static void saving(void)
{
	struct http *http = with_tries(1);
	struct http_reply reply = {0};
	FILE *file = tmpfile();
	struct http_request q = {.method = "GET", .save_fd = fileno(file), .save_max = 2};
	struct server s;

	start(&s, "oool");
	q.url = s.url;
	check(write(q.save_fd, "from before", 11) == 11, "something is there");
	check(http_send(http, &q, &reply) && reply.body.n == 0, "saved");
	check(lseek(q.save_fd, 0, SEEK_END) == 2, "both bytes");
	check(http_send(http, &q, &reply) && lseek(q.save_fd, 0, SEEK_END) == 2, "and only they");
	q.save_max = 1;
	check(!http_send(http, &q, &reply) && !reply.again, "above the ceiling");
	q.save_max = 1 << 20;
	check(!http_send(http, &q, &reply), "far above it");
	check(lseek(q.save_fd, 0, SEEK_END) <= 1 << 20, "and no more was saved");
	stop(&s);
	fclose(file);
	http_close(http);
	http_reply_free(&reply);
}

/* A server that echoes what it was sent does not bring our secrets into a message. */
static void secrets(void)
{
	static const char *const others[] = {"other s3cret", NULL};
	static const char *const headers[] = {"X-Other: other s3cret", NULL};
	struct http *http = with_tries(1);
	struct http_reply reply = {0};
	struct server s;

	start(&s, "e");
	check(!http_send(http,
	          &(struct http_request){.method = "GET",
	              .url = s.url,
	              .bearer = "tok-en",
	              .headers = headers,
	              .secrets = others},
	          &reply),
	    "refused");
	check(strstr(buf_str(&reply.body), "Authorization: Bearer ***\r\n") != NULL, "the token");
	check(strstr(buf_str(&reply.body), "X-Other: ***\r\n") != NULL, "the other secret");
	stop(&s);
	http_close(http);
	http_reply_free(&reply);
}

int main(void)
{
	FILE *shared = tmpfile();

	prog_init("http_test");
	prog_verbosity(-1);
	if (!shared || ftruncate(fileno(shared), sizeof *seen) != 0)
		return 1;
	seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(shared), 0);
	dead_connections();
	kept_connections();
	streamed_bodies();
	limits();
	saving();
	secrets();
	return check_end();
}
