/*
 * What others tell of paused stages.
 */
#ifndef RECARD_STAGE_H
#define RECARD_STAGE_H

struct ctl;

/* Says on stderr which stages are paused. 0, or an exit code, said why. */
int stage_say_paused(const struct ctl *ctl);

#endif
