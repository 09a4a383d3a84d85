/*
 * Code 128 (ISO/IEC 15417) of digits: pairs of them in code set C.
 */
#ifndef RECARD_CODE128_H
#define RECARD_CODE128_H

#include <stddef.h>
#include <stdint.h>

/* Up to 20 digits and what frames them. */
#define CODE128_DIGITS 20
#define CODE128_ELEMENTS ((CODE128_DIGITS / 2 + 4) * 6 + 1)

/* The widths (modules) of bars and spaces in turn, from the first bar to the
 * last; the quiet zones of 10 modules are not among them. Returns how many
 * there are; 0 when these are not 2 to 20 digits. */
size_t code128_digits(const char *digits, uint8_t widths[CODE128_ELEMENTS]);
/* All modules of count widths. */
unsigned code128_modules(const uint8_t *widths, size_t count);

#endif
