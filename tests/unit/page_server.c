/*
 * A web server that says what it is told, for tests of hostile replies:
 *
 *	page_server LOG REPLY...
 *
 * Listens on a free loopback port and prints it. The Nth connection is answered
 * with the Nth REPLY, the last one for ever after: a file of raw bytes (opened when it is
 * its turn), "@drop" (closed without a word), "@stall" (silent until the client goes) or
 * "@stall:FILE" (the bytes, then silence). Every request's head is appended to
 * LOG. It ends by itself after two minutes.
 */

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_MAX = 64 * 1024, LIFE_S = 120 };

static int listen_somewhere(void)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, n) < 0 || listen(fd, 16) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &n) < 0)
		return -1;
	printf("%d\n", ntohs(address.sin_port));
	fclose(stdout);
	return fd;
}

static void read_head(int client, int log)
{
	static char head[HEAD_MAX + 1];
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
	if (write(log, head, n) < 0)
		perror("page_server: log");
}

static void send_file(int client, const char *path)
{
	char block[65536];
	ssize_t n;
	int fd = open(path, O_RDONLY);

	while (fd >= 0 && (n = read(fd, block, sizeof block)) > 0)
		if (write(client, block, (size_t)n) < 0)
			break;
	if (fd < 0)
		perror(path);
	close(fd);
}

static void wait_for_end(int client)
{
	char byte;

	while (read(client, &byte, 1) > 0)
		continue;
}

static void answer(int client, const char *reply)
{
	if (strcmp(reply, "@drop") == 0)
		return;
	if (strncmp(reply, "@stall:", 7) == 0)
		send_file(client, reply + 7);
	if (*reply != '@') {
		send_file(client, reply);
		shutdown(client, SHUT_WR);
	}
	wait_for_end(client);
}

int main(int argc, char **argv)
{
	int fd, log, turn = 2;

	if (argc < 3)
		return 64;
	alarm(LIFE_S);
	signal(SIGPIPE, SIG_IGN);
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
		read_head(client, log);
		answer(client, argv[turn]);
		close(client);
		turn += turn + 1 < argc;
	}
}
