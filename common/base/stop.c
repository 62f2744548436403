#include "base/stop.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t received, alarms;

static void on_stop(int signal)
{
	if (!received)
		alarm(1);
	received = signal;
}

static void on_alarm(int signal)
{
	(void)signal;
	alarms = 1;
	alarm(1);
}

static void handle(int signal, void (*handler)(int))
{
	struct sigaction before, action = {.sa_handler = handler};

	sigaction(signal, NULL, &before);
	if (before.sa_handler != SIG_IGN || signal == SIGALRM)
		sigaction(signal, &action, NULL);
}

void stop_init(void)
{
	handle(SIGINT, on_stop);
	handle(SIGTERM, on_stop);
	handle(SIGHUP, on_stop);
	handle(SIGALRM, on_alarm);
}

int stop_signal(void)
{
	return received;
}

const char *stop_name(void)
{
	switch (received) {
	case SIGINT: return "SIGINT";
	case SIGTERM: return "SIGTERM";
	case SIGHUP: return "SIGHUP";
	default: return "";
	}
}

bool stop_expired(void)
{
	return alarms != 0;
}

void stop_die(void)
{
	int signal = received;
	struct sigaction usual = {.sa_handler = SIG_DFL};
	sigset_t only;

	sigaction(signal, &usual, NULL);
	sigemptyset(&only);
	sigaddset(&only, signal);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	kill(getpid(), signal);
	_exit(128 + signal);
}
