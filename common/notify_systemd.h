/*
 * Telling the service manager how we are: sd_notify(3) by one datagram to
 * $NOTIFY_SOCKET. Without that variable nothing happens.
 */
#ifndef RECARD_NOTIFY_SYSTEMD_H
#define RECARD_NOTIFY_SYSTEMD_H

#include <stdint.h>

/* "READY=1", "STOPPING=1\nSTATUS=…". A message that cannot be delivered is
 * dropped: the manager notices by itself. */
void notify_systemd(const char *message);
/* RELOADING=1 with the time that the protocol wants beside it. */
void notify_systemd_reloading(void);
/* Milliseconds between WATCHDOG=1 messages (half of what the manager
 * allows); 0 when it does not watch this process. */
int64_t notify_systemd_watchdog_ms(void);

#endif
