/*
 * Calls that do not compile in recard, because a safer one exists. Included
 * in every C file by the compiler's -include option.
 */
#ifndef RECARD_BANNED_H
#define RECARD_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECARD_BANNED(call) call##_is_banned_see_common_banned_h

#undef strcpy
#define strcpy(d, s) RECARD_BANNED(strcpy)
#undef strcat
#define strcat(d, s) RECARD_BANNED(strcat)
#undef strncpy
#define strncpy(d, s, n) RECARD_BANNED(strncpy)
#undef strncat
#define strncat(d, s, n) RECARD_BANNED(strncat)
#undef sprintf
#define sprintf(...) RECARD_BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) RECARD_BANNED(vsprintf)
#undef strtok
#define strtok(s, d) RECARD_BANNED(strtok)
#undef atoi
#define atoi(s) RECARD_BANNED(atoi)
#undef atol
#define atol(s) RECARD_BANNED(atol)
#undef atof
#define atof(s) RECARD_BANNED(atof)
#undef system
#define system(s) RECARD_BANNED(system)
#undef popen
#define popen(c, m) RECARD_BANNED(popen)
#undef gets
#define gets(s) RECARD_BANNED(gets)
#undef localtime
#define localtime(t) RECARD_BANNED(localtime)
#undef gmtime
#define gmtime(t) RECARD_BANNED(gmtime)
#undef PQexec
#define PQexec(c, q) RECARD_BANNED(PQexec)

#endif
