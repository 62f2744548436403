/*
 * A web server that says what it is told, for tests of hostile replies:
 *
 *	page_server LOG REPLY...
 *
 * Listens on a free loopback port and prints it. The Nth connection is answered
 * with the Nth REPLY, the last one for ever after: a file of raw bytes (opened when it is
 * its turn; @PORT@ in its first 64 KiB is the server's own), "@drop" (closed without a word),
 * "@reset", "@stall" (silent until the client goes), "@stall:FILE" (the bytes, then silence),
 * one of the kinds in the table below, which are too large for files, or "@pages:PAGES:ROWS:MS":
 * from then on each connection has a process of its own, which after MS milliseconds (below 0:
 * after a part of them, another one for each page) gives the page that the request's page=N asks
 * for, {"data":[ROWS rows],"total_pages":PAGES}. Every request's head is appended to LOG. It
 * ends by itself after two minutes.
 */

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum { HEAD_MAX = 64 * 1024, LIFE_S = 120, MANY = 5000000, LONG = 40 << 20 };

static char head[HEAD_MAX + 1]; /* of the request at hand */
static int port;

static int listen_somewhere(void)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, n) < 0 || listen(fd, 128) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &n) < 0)
		return -1;
	port = ntohs(address.sin_port);
	printf("%d\n", port);
	fclose(stdout);
	return fd;
}

static void read_head(int client, int log)
{
	size_t n = 0;

	while (n < HEAD_MAX) {
		ssize_t got = read(client, head + n, HEAD_MAX - n);

		if (got <= 0)
			break;
		n += (size_t)got;
		head[n] = '\0';
		if (strstr(head, "\r\n\r\n"))
			break;
	}
	head[n] = '\0';
	if (write(log, head, n) < 0)
		perror("page_server: log");
}

/* False: the client has gone. */
static bool say(int client, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t sent = write(client, bytes, n);

		if (sent <= 0)
			return false;
		bytes += sent;
		n -= (size_t)sent;
	}
	return true;
}

static bool say_text(int client, const char *text)
{
	return say(client, text, strlen(text));
}

/* `text` again and again, n times or until the client goes. */
static void repeat(int client, const char *text, size_t n)
{
	char block[65536];
	size_t each = strlen(text), fit = sizeof block / each;

	for (size_t i = 0; i < fit; i++)
		memcpy(block + i * each, text, each);
	for (; n > 0 && say(client, block, (n < fit ? n : fit) * each); n -= n < fit ? n : fit)
		continue;
}

static void send_file(int client, const char *path)
{
	char block[65536], number[8], *mark;
	ssize_t n;
	int fd = open(path, O_RDONLY);

	snprintf(number, sizeof number, "%d", port);
	while (fd >= 0 && (n = read(fd, block, sizeof block - 1)) > 0) {
		block[n] = '\0';
		mark = strstr(block, "@PORT@");
		if (!mark) {
			say(client, block, (size_t)n);
			continue;
		}
		say(client, block, (size_t)(mark - block));
		say_text(client, number);
		say(client, mark + 6, (size_t)(block + n - mark - 6));
	}
	if (fd < 0)
		perror(path);
	close(fd);
}

/* ---- kinds of replies that no file holds ---- */

#define OK   "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
#define BUSY "HTTP/1.1 503 Busy\r\nContent-Type: application/json\r\nConnection: close\r\n"

struct kind {
	const char *name;
	const char *begin, *again; /* the text, and what follows it `times` times */
	size_t times;
	const char *end;
};

static const struct kind kinds[] = {
    {"@wide", OK "\r\n[", "{},", MANY, "{}]"},
    {"@wide-object", OK "\r\n{\"a\":[", "{\"b\":[]},", MANY / 3, "1]}"},
    {"@wide-texts", OK "\r\n[", "\"\",", MANY, "1]"},
    {"@wide-rows", OK "\r\n{\"results\":[", "{},", MANY, "{}]}"},
    {"@wide-refusal", BUSY "\r\n[", "{},", MANY, "{}]"},
    {"@deep", OK "\r\n", "[", MANY, ""},
    {"@deep-object", OK "\r\n", "{\"a\":", MANY, "1"},
    {"@long-text", OK "\r\n{\"a\":\"", "x", LONG, "\"}"},
    {"@long-number", OK "\r\n{\"count\":", "9", LONG, "}"},
    {"@endless", OK "\r\n{\"a\":\"", "x", SIZE_MAX, ""},
    {"@endless-refusal", BUSY "\r\n{\"a\":\"", "x", SIZE_MAX, ""},
    {"@endless-chunks", OK "Transfer-Encoding: chunked\r\n\r\n", "4\r\n    \r\n", SIZE_MAX, ""},
    {"@endless-trailer", OK "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", "T: x\r\n",
        SIZE_MAX, ""},
    {"@long-header", OK "X: ", "x", SIZE_MAX, ""},
    {"@many-headers", OK, "X: y\r\n", SIZE_MAX, ""},
    {"@headers-1M", OK, "X-Filler: 0123456789\r\n", 50000, "\r\n{}"},
    {"@continues", "", "HTTP/1.1 100 Continue\r\n\r\n", SIZE_MAX, ""},
    {"@early-hints", "", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", SIZE_MAX, ""},
    {"@status-line", "HTTP/1.1 200 ", "x", SIZE_MAX, ""},
    {"@no-head", "", "x", LONG, ""},
};

/* A gigabyte of spaces in a megabyte. */
static void bomb(int client)
{
	static unsigned char plain[65536], packed[65536];
	z_stream z = {0};

	memset(plain, ' ', sizeof plain);
	say_text(client, OK "Content-Encoding: gzip\r\n\r\n");
	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	for (int i = 0; i < 16384; i++) {
		z.next_in = plain;
		z.avail_in = sizeof plain;
		do {
			z.next_out = packed;
			z.avail_out = sizeof packed;
			deflate(&z, i == 16383 ? Z_FINISH : Z_NO_FLUSH);
			if (!say(client, (char *)packed, sizeof packed - z.avail_out)) {
				deflateEnd(&z);
				return;
			}
		} while (z.avail_out == 0);
	}
	deflateEnd(&z);
}

/* A byte each tenth of a second. */
static void drip(int client)
{
	say_text(client, OK "\r\n{");
	while (say(client, " ", 1))
		nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
}

/* An error whose text is what was sent, in each of the shapes that the services use. */
static void echo(int client)
{
	static char text[2 * HEAD_MAX], reply[8 * HEAD_MAX];
	size_t n = 0;

	for (const char *p = head; *p; p++) {
		if (*p == '"' || *p == '\\')
			text[n++] = '\\';
		text[n++] = (unsigned char)*p < ' ' ? ' ' : *p;
	}
	text[n] = '\0';
	say_text(client, "HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n");
	snprintf(reply, sizeof reply,
	    "{\"error\":\"%s\",\"error_description\":\"%s\",\"message\":\"%s\"}", text, text, text);
	say_text(client, reply);
}

/* The close that follows resets the connection. */
static void reset(int client)
{
	setsockopt(
	    client, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
}

/* False: no such kind. */
static bool send_kind(int client, const char *name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, name) == 0) {
			say_text(client, kinds[i].begin);
			repeat(client, kinds[i].again, kinds[i].times);
			say_text(client, kinds[i].end);
			return true;
		}
	return false;
}

static bool send_special(int client, const char *name)
{
	static const struct {
		const char *name;
		void (*send)(int client);
	} specials[] = {{"@bomb", bomb}, {"@drip", drip}, {"@echo", echo}};

	for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
		if (strcmp(specials[i].name, name) == 0) {
			specials[i].send(client);
			return true;
		}
	return send_kind(client, name);
}

/* ---- numbered pages ---- */

static void send_page(int client, long pages, long rows, long ms)
{
	const char *at = strstr(head, "page=");
	long page = at ? atol(at + 5) : 1;
	long delay = ms < 0 ? -ms * (page * 7 % 5) / 4 : ms;
	struct timespec wait = {delay / 1000, delay % 1000 * 1000000};
	size_t n = 0;
	char *body = malloc((size_t)rows * 128 + 256);

	if (!body)
		return;
	nanosleep(&wait, NULL);
	n += (size_t)sprintf(body + n, "{\"data\":[");
	for (long i = 0; i < rows && page <= pages; i++)
		n += (size_t)sprintf(body + n,
		    "%s{\"id\":%ld,\"updated_at\":\"2026-01-02T03:04:05Z\",\"name\":\"row\"}",
		    i > 0 ? "," : "", (page - 1) * rows + i);
	n += (size_t)sprintf(body + n, "],\"total_pages\":%ld}", pages);
	dprintf(client, "HTTP/1.1 200 x\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", n);
	say(client, body, n);
	free(body);
}

static void wait_for_end(int client)
{
	char byte;

	while (read(client, &byte, 1) > 0)
		continue;
}

/* In a process of its own. */
static bool answer_page(int client, int log, const char *reply)
{
	long pages, rows, ms;

	if (sscanf(reply, "@pages:%ld:%ld:%ld", &pages, &rows, &ms) != 3)
		return false;
	if (fork() == 0) {
		read_head(client, log);
		send_page(client, pages, rows, ms);
		_exit(0);
	}
	close(client);
	return true;
}

static void answer(int client, const char *reply)
{
	if (strcmp(reply, "@reset") == 0)
		reset(client);
	if (strcmp(reply, "@drop") == 0 || strcmp(reply, "@reset") == 0)
		return;
	if (strncmp(reply, "@stall:", 7) == 0)
		send_file(client, reply + 7);
	if (*reply != '@')
		send_file(client, reply);
	if (*reply != '@' || send_special(client, reply))
		shutdown(client, SHUT_WR);
	wait_for_end(client);
}

int main(int argc, char **argv)
{
	int fd, log, turn = 2;

	if (argc < 3)
		return 64;
	alarm(LIFE_S);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	log = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0600);
	fd = listen_somewhere();
	if (log < 0 || fd < 0) {
		perror("page_server");
		return 1;
	}
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client < 0)
			return 1;
		if (answer_page(client, log, argv[turn]))
			continue;
		read_head(client, log);
		answer(client, argv[turn]);
		close(client);
		turn += turn + 1 < argc;
	}
}
