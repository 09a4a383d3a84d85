/*
 * What the commands that watch and look after the belt say about themselves at
 * length: details and examples for the table in command.c, in lines.
 */
#ifndef RECARD_COMMAND_HELP_WATCH_H
#define RECARD_COMMAND_HELP_WATCH_H

#define SHAPE_DETAILS                                                         \
	"A row for each status that is no end: how many orders came there "   \
	"less than an\n"                                                      \
	"hour ago, less than a day, and so on. A belt that keeps up has its " \
	"orders on\n"                                                         \
	"the left.\n"
#define MONITOR_DETAILS                                                      \
	"For each status, what came and went since the last look, per "      \
	"second, what\n"                                                     \
	"stands there, and for how long the first. The last row is the "     \
	"worklists. On a\n"                                                  \
	"terminal it redraws in place; elsewhere each look is so many more " \
	"lines. Ends\n"                                                      \
	"after --count looks, or when it is interrupted.\n"
#define MONITOR_EXAMPLES      \
	"recardctl monitor\n" \
	"recardctl monitor --every 10s --count 6 --format csv >minute.csv\n"

#define ORDER_FIND_DETAILS                                                   \
	"By order number, card number (the old card's or the new one's) or " \
	"tracking\n"                                                         \
	"number (14 or 20 digits, or 13 characters); blanks and dashes do "  \
	"not matter.\n"                                                      \
	"With - the number is read from stdin, and may be a national ID, "   \
	"which is\n"                                                         \
	"hashed under recardctl.holder_key. Who is looked up by ID or card " \
	"is recorded,\n"                                                     \
	"with --reason if there is one. Orders whose data was deleted are "  \
	"found by\n"                                                         \
	"their numbers alone.\n"
#define ORDER_FIND_EXAMPLES                       \
	"recardctl order find 000001-100001-18\n" \
	"recardctl order find - --reason 'holder calls'\n"
#define ORDER_SHOW_DETAILS                                                    \
	"Where it stands and why, payment, cards, labels, letters, claims, "  \
	"what is open\nabout it, its history, notices, and what was done by " \
	"hand.\n"                                                             \
	"Personal data is masked. With --reveal and --reason it is shown in " \
	"clear; who\n"                                                        \
	"looked at whom, and why, is recorded.\n"
#define ORDER_SHOW_EXAMPLES                                                   \
	"recardctl order show 26112300000012\n"                               \
	"recardctl order show 26112300000012 --reveal --reason 'holder asks " \
	"where it goes'\n"

#define PAUSE_DETAILS                                                          \
	"Without STAGE, lists the stages and which of them are paused. A "     \
	"stage is a\n"                                                         \
	"program (label) or one of its works (label.print). What is in hand "  \
	"is finished\n"                                                        \
	"first; then nothing of the stage is begun in any instance on any "    \
	"host, now or\n"                                                       \
	"after a restart, until resume or --until. Waits until each instance " \
	"that runs\n"                                                          \
	"has stopped it; ends with 1 when one has not within ten seconds, "    \
	"and names it.\n"                                                      \
	"With --once a paused work counts as done. Payment notices are "       \
	"always taken in,\n"                                                   \
	"and alarms go on. Recorded with your login name and --reason.\n"
#define PAUSE_EXAMPLES      \
	"recardctl pause\n" \
	"recardctl pause label.print --until 2h --reason 'toner is changed'\n"
#define DAEMON_LIST_DETAILS                                                  \
	"Each instance that runs, on any host, and the last run of those "   \
	"that ended.\n"                                                      \
	"They say so themselves once a minute, between two works; one that " \
	"is silent\n"                                                        \
	"for longer has a work in hand, is gone, or is cut off from the "    \
	"database.\n"
#define STATUS_DETAILS                                                       \
	"For each status: orders, held ones, and since when the oldest "     \
	"stands there. What\n"                                               \
	"is wrong is told on stderr, a line each of what doctor finds; the " \
	"exit code is\n"                                                     \
	"that of doctor.\n"
#define DOCTOR_DETAILS                                                        \
	"Files and certificates that the configuration names, space, "        \
	"inboxes; the\n"                                                      \
	"server's settings, clock, old transactions, dead rows; invariants, " \
	"feeds,\n"                                                            \
	"sources, imports, calendar, stages, daemons, operators, history, "   \
	"worklists.\n"                                                        \
	"Lists what is wrong and what to do about it, with --all also what "  \
	"is well. Exit\n"                                                     \
	"code 0 when nothing is wrong, 1 when something is, 7 when an "       \
	"invariant is broken\n"                                               \
	"or what was confirmed can be lost. Run it as the daemons' user, "    \
	"who may read\n"                                                      \
	"their keys.\n"
#define HISTORY_SEAL_DETAILS                                                   \
	"Moves of orders, acts of operators and looks at personal data are "   \
	"counted and\n"                                                        \
	"digested, a seal a day, each chained to the one before; what was "    \
	"missed is\n"                                                          \
	"caught up. With recardctl.history_folder each seal is also a signed " \
	"file.\n"
#define HISTORY_VERIFY_DETAILS                                                \
	"Computes each sealed day again, or those from --from on, and lists " \
	"where it is\n"                                                       \
	"not what was sealed, or what was signed; exit code 7 when there is " \
	"such a day.\n"
#define PRUNE_DETAILS                                                          \
	"Looks at personal data after five years, files gone at their source " \
	"for 90\n"                                                             \
	"days, daemons not seen for 30, pauses that are over. Nothing else "   \
	"is ever\n"                                                            \
	"deleted here. With --dry-run it is done and taken back.\n"
#define LOCK_DETAILS                                                         \
	"COMMAND runs while this recardctl holds the lock NAME of the "      \
	"database; its\n"                                                    \
	"exit code is that of the command, or 5 when somebody else has the " \
	"lock. Put --\n"                                                     \
	"in front of a command that has options.\n"
#endif
