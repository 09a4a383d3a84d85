/*
 * What a fuzz target is: one function that takes any bytes, called by
 * libFuzzer or, seed by seed, by replay.c. A broken promise aborts.
 */
#ifndef RECARD_FUZZ_TARGET_H
#define RECARD_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* assert() that no build turns off. */
#define PROMISE(condition)                                               \
	((condition) ? (void)0                                           \
		     : (fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, \
				__LINE__, #condition),                   \
			abort()))

#endif
