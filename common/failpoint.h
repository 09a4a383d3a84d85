/*
 * Named places where a test can make the program die or fail. Compiled away
 * unless configured with --enable-failpoints. RECARD_FAILPOINT in the
 * environment names one: "NAME:kill" kills the process with SIGKILL,
 * "NAME:error" makes FAILPOINT_FAILS(name) true once. "NAME:kill:3" waits
 * for the third time it is reached. RECARD_FAILPOINT_TRACE names a file to
 * which each reached failpoint's name is appended.
 */
#ifndef RECARD_FAILPOINT_H
#define RECARD_FAILPOINT_H

#include <stdbool.h>

#ifdef ENABLE_FAILPOINTS
bool failpoint_hit(const char *name);
#define FAILPOINT(name) ((void)failpoint_hit(name))
#define FAILPOINT_FAILS(name) failpoint_hit(name)
#else
#define FAILPOINT(name) ((void)0)
#define FAILPOINT_FAILS(name) false
#endif

#endif
