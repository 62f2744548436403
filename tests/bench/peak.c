/*
 * Runs a command and writes the most memory it had, in KiB, to a file:
 *
 *	peak FILE COMMAND [ARGUMENT...]
 */

#define _DEFAULT_SOURCE /* wait4 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct rusage use;
	int status;
	pid_t child;
	FILE *file;

	if (argc < 3)
		return 64;
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &use) < 0 || !(file = fopen(argv[1], "w")))
		return 71;
	fprintf(file, "%ld\n", use.ru_maxrss);
	return fclose(file) != 0 ? 74 : WIFEXITED(status) ? WEXITSTATUS(status) : 70;
}
