#ifndef BASE_STATUS_H
#define BASE_STATUS_H

/* The exit statuses of every program, after sysexits(3). From 64 up, nothing was committed. */
enum status {
	STATUS_OK = 0,
	STATUS_REJECTS = 1,   /* done, but some rows were rejected */
	STATUS_USAGE = 64,    /* the command line is wrong */
	STATUS_DATA = 65,     /* bad input */
	STATUS_UPSTREAM = 66, /* the stage before failed, or did not seal its stream */
	STATUS_REFUSED = 69,  /* the remote side refused */
	STATUS_BUG = 70,      /* a bug here, or no memory left */
	STATUS_CREATE = 73,   /* a file cannot be created */
	STATUS_IO = 74,       /* reading or writing failed */
	STATUS_AGAIN = 75,    /* network, 429 or 5xx after all retries: try again later */
	STATUS_DENIED = 77,   /* 401, 403, or a file that we may not read */
	STATUS_CONFIG = 78,   /* configuration: contract, credentials, environment */
	STATUS_STOPPED = 128, /* plus the number of a signal: INT, TERM or HUP ended the run */
};

#endif
