/*
 * One run of recardctl: what was asked for, and how commands answer. What is
 * asked for goes to stdout, what there is to say about it to stderr.
 */
#ifndef RECARD_CTL_H
#define RECARD_CTL_H

#include <stdbool.h>
#include <stdint.h>

#include "command.h"
#include "db.h"
#include "output.h"
#include "program.h"

/* Section recardctl of recard.conf. */
struct ctl_settings {
	char *holder_key;
	int64_t user_code_cost;
	int64_t max_line;
	char *history_certificate;
	char *history_key;
	char *history_folder;
	char *counter_certificates;
};

struct ctl {
	struct program program;
	struct ctl_settings settings;
	const struct command *command;
	const char *options[OPTION_COUNT]; /* "" for one without argument */
	enum output_format format;
	char **args;
	int arg_count;
};

/* Connects as recard_ctl to a schema of our version. 0 or an exit code,
 * everything said. statements may be NULL. */
int ctl_connect(struct ctl *ctl, const struct db_statement *statements);
/* Says why a call failed and the way out if there is one, and returns its exit
 * code. doing: "order show". */
int ctl_failed(const struct ctl *ctl, const char *doing, enum db_status status);
/* Says why program_connect() failed, with a way out; the exit code. */
int ctl_unconnected(const struct ctl *ctl, enum db_status status);
/* True when the configuration names no database: it is the embedded one. */
bool ctl_embedded(const struct ctl *ctl);
/* Adds the first rows of a result, whose columns are those of out: times and
 * ages as seconds. */
void ctl_add_rows(struct output *out, const struct db_result *result, int rows);
/* All of them. */
void ctl_add_result(struct output *out, const struct db_result *result);
/* Asks the database; 0 with *result, or an exit code, everything said.
 * doing: "payment list". */
int ctl_ask(const struct ctl *ctl, const char *doing, const char *sql,
	    int count, const struct db_param *params,
	    struct db_result **result);
/* Prints a result as ctl_add_result() and ctl_print() do. */
int ctl_print_result(const struct ctl *ctl, const struct output_column *columns,
		     enum output_layout layout, const struct db_result *result);
/*
 * Connects, asks for sections of names and values, and prints them: 0 or an
 * exit code, everything said. doing: "order show"; nothing: what to say when
 * there are none, "there is no order 7".
 */
int ctl_show(struct ctl *ctl, const char *doing, const char *sql, int count,
	     const struct db_param *params, const char *nothing);
/* Who runs us, for the record of acts: the login name of the real user, or
 * its number. To be freed. Nothing overrides it. */
char *ctl_operator(void);
/* Writes out to stdout in the wanted format and frees it. 0, or EXIT_RETRY
 * when stdout does not take it. */
int ctl_print(const struct ctl *ctl, struct output *out);
/* How many columns the terminal has; 0: not known. */
size_t ctl_screen_width(void);
/* Whether stdout is a terminal that can be told more than text. */
bool ctl_on_terminal(void);
/* The same for text that is ready. */
int ctl_put(const char *text);
/* `recardctl: words` on stderr, control characters made visible. */
void ctl_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The commands. */
int help_run(struct ctl *ctl);
int completion_run(struct ctl *ctl);
int version_run(struct ctl *ctl);
int belt_run(struct ctl *ctl);
int shape_run(struct ctl *ctl);
int monitor_run(struct ctl *ctl);
int pause_run(struct ctl *ctl);
int resume_run(struct ctl *ctl);
int daemon_list_run(struct ctl *ctl);
int doctor_run(struct ctl *ctl);
int history_seal_run(struct ctl *ctl);
int history_verify_run(struct ctl *ctl);
int lock_run(struct ctl *ctl);
int prune_run(struct ctl *ctl);
int verify_run(struct ctl *ctl);
int order_import_run(struct ctl *ctl);
int order_list_run(struct ctl *ctl);
int order_find_run(struct ctl *ctl);
int order_show_run(struct ctl *ctl);
int order_history_run(struct ctl *ctl);
int order_hold_run(struct ctl *ctl);
int order_release_run(struct ctl *ctl);
int order_cancel_run(struct ctl *ctl);
int order_retry_run(struct ctl *ctl);
int order_remail_run(struct ctl *ctl);
int order_close_run(struct ctl *ctl);
int activation_import_run(struct ctl *ctl);
int activation_list_run(struct ctl *ctl);
int activation_show_run(struct ctl *ctl);
int activation_unlock_run(struct ctl *ctl);
int certificate_import_run(struct ctl *ctl);
int payment_list_run(struct ctl *ctl);
int payment_show_run(struct ctl *ctl);
int payment_exceptions_run(struct ctl *ctl);
int payment_resolve_run(struct ctl *ctl);
int payment_refunds_run(struct ctl *ctl);
int payment_totals_run(struct ctl *ctl);
int payment_feeds_run(struct ctl *ctl);
int operator_add_run(struct ctl *ctl);
int operator_list_run(struct ctl *ctl);
int operator_remove_run(struct ctl *ctl);
int product_list_run(struct ctl *ctl);
int product_price_run(struct ctl *ctl);
int product_feeds_run(struct ctl *ctl);
int batch_list_run(struct ctl *ctl);
int batch_show_run(struct ctl *ctl);
int batch_cards_run(struct ctl *ctl);
int batch_reconcile_run(struct ctl *ctl);
int batch_cut_run(struct ctl *ctl);
int batch_hold_run(struct ctl *ctl);
int batch_release_run(struct ctl *ctl);
int batch_resend_run(struct ctl *ctl);
int batch_abandon_run(struct ctl *ctl);
int line_list_run(struct ctl *ctl);
int line_alarms_run(struct ctl *ctl);
int line_stock_run(struct ctl *ctl);
int line_resume_run(struct ctl *ctl);
int label_list_run(struct ctl *ctl);
int label_show_run(struct ctl *ctl);
int label_preview_run(struct ctl *ctl);
int label_reprint_run(struct ctl *ctl);
int label_void_run(struct ctl *ctl);
int print_list_run(struct ctl *ctl);
int print_confirm_run(struct ctl *ctl);
int pack_run(struct ctl *ctl);
int calendar_import_run(struct ctl *ctl);
int calendar_list_run(struct ctl *ctl);
int claim_open_run(struct ctl *ctl);
int notice_list_run(struct ctl *ctl);
int notice_show_run(struct ctl *ctl);
int notice_preview_run(struct ctl *ctl);
int notice_retry_run(struct ctl *ctl);
int claim_list_run(struct ctl *ctl);
int claim_show_run(struct ctl *ctl);
int claim_note_run(struct ctl *ctl);
int claim_close_run(struct ctl *ctl);
int tracking_check_run(struct ctl *ctl);
int tracking_list_run(struct ctl *ctl);
int tracking_sources_run(struct ctl *ctl);
int tracking_revert_run(struct ctl *ctl);
int tracking_overdue_run(struct ctl *ctl);
int request_list_run(struct ctl *ctl);
int request_show_run(struct ctl *ctl);
int request_approve_run(struct ctl *ctl);
int request_decline_run(struct ctl *ctl);
int exception_list_run(struct ctl *ctl);
int exception_close_run(struct ctl *ctl);
int db_migrate_run(struct ctl *ctl);
int db_status_run(struct ctl *ctl);
int cluster_start_run(struct ctl *ctl);
int cluster_stop_run(struct ctl *ctl);
int cluster_status_run(struct ctl *ctl);

#endif
