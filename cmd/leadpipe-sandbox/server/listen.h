#ifndef SANDBOX_LISTEN_H
#define SANDBOX_LISTEN_H

/*
 * A socket that listens on 127.0.0.1:*port (0: any free port, which is set); -1 and errno when
 * there is none. Ours rather than libmicrohttpd's, whose errno says nothing from 1.0 on.
 */
int listen_loopback(int *port);

#endif
