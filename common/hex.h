/*
 * Hexadecimal digits. Pure.
 */
#ifndef RECARD_HEX_H
#define RECARD_HEX_H

#include <stddef.h>

/* Lower case; out holds 2 * len digits and a NUL. */
void hex_encode(const void *bytes, size_t len, char *out);
/* Value of a digit of either case, or -1. */
int hex_digit(char c);

#endif
