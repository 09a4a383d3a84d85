# recardctl: all but its main() in a library, which tests link.
noinst_LIBRARIES += librecardctl.a
librecardctl_a_SOURCES = \
	daemons/recardctl/act.c \
	daemons/recardctl/act.h \
	daemons/recardctl/activation.c \
	daemons/recardctl/activation_import.c \
	daemons/recardctl/batch.c \
	daemons/recardctl/batch_acts.c \
	daemons/recardctl/batch_cut.c \
	daemons/recardctl/batch_reconcile.c \
	daemons/recardctl/belt.c \
	daemons/recardctl/calendar.c \
	daemons/recardctl/claim.c \
	daemons/recardctl/notice.c \
	daemons/recardctl/command.c \
	daemons/recardctl/command.h \
	daemons/recardctl/command_help.h \
	daemons/recardctl/command_help_watch.h \
	daemons/recardctl/command_line.c \
	daemons/recardctl/command_line.h \
	daemons/recardctl/command_match.c \
	daemons/recardctl/command_match.h \
	daemons/recardctl/command_option.c \
	daemons/recardctl/ctl.c \
	daemons/recardctl/ctl.h \
	daemons/recardctl/completion.c \
	daemons/recardctl/conf_files.c \
	daemons/recardctl/conf_files.h \
	daemons/recardctl/db_migrate.c \
	daemons/recardctl/db_status.c \
	daemons/recardctl/doctor.c \
	daemons/recardctl/doctor.h \
	daemons/recardctl/doctor_files.c \
	daemons/recardctl/doctor_lists.c \
	daemons/recardctl/doctor_lists.h \
	daemons/recardctl/embedded_cluster.c \
	daemons/recardctl/embedded_cluster.h \
	daemons/recardctl/exception.c \
	daemons/recardctl/help.c \
	daemons/recardctl/help.h \
	daemons/recardctl/history.c \
	daemons/recardctl/history_files.c \
	daemons/recardctl/history_files.h \
	daemons/recardctl/holder_key.c \
	daemons/recardctl/holder_key.h \
	daemons/recardctl/import.c \
	daemons/recardctl/import.h \
	daemons/recardctl/import_kinds.c \
	daemons/recardctl/import_line.c \
	daemons/recardctl/import_line.h \
	daemons/recardctl/import_result.c \
	daemons/recardctl/import_result.h \
	daemons/recardctl/label.c \
	daemons/recardctl/label_acts.c \
	daemons/recardctl/label_preview.c \
	daemons/recardctl/line.c \
	daemons/recardctl/line_acts.c \
	daemons/recardctl/operator.c \
	daemons/recardctl/option_value.c \
	daemons/recardctl/option_value.h \
	daemons/recardctl/list.c \
	daemons/recardctl/list.h \
	daemons/recardctl/lock.c \
	daemons/recardctl/monitor.c \
	daemons/recardctl/order.c \
	daemons/recardctl/order_acts.c \
	daemons/recardctl/order_find.c \
	daemons/recardctl/order_numbers.c \
	daemons/recardctl/order_numbers.h \
	daemons/recardctl/output.c \
	daemons/recardctl/output.h \
	daemons/recardctl/output_table.c \
	daemons/recardctl/output_table.h \
	daemons/recardctl/pack.c \
	daemons/recardctl/payment_lists.c \
	daemons/recardctl/payment_reports.c \
	daemons/recardctl/payment_resolve.c \
	daemons/recardctl/postal_areas.c \
	daemons/recardctl/postal_areas.h \
	daemons/recardctl/postal_guess.c \
	daemons/recardctl/postal_guess.h \
	daemons/recardctl/preview.c \
	daemons/recardctl/preview.h \
	daemons/recardctl/product.c \
	daemons/recardctl/progress.c \
	daemons/recardctl/progress.h \
	daemons/recardctl/remail.c \
	daemons/recardctl/request.c \
	daemons/recardctl/reset_file.c \
	daemons/recardctl/reset_file.h \
	daemons/recardctl/schema_change.c \
	daemons/recardctl/schema_change.h \
	daemons/recardctl/schema_files.c \
	daemons/recardctl/schema_files.h \
	daemons/recardctl/shape.c \
	daemons/recardctl/stage.c \
	daemons/recardctl/text_width.c \
	daemons/recardctl/text_width.h \
	daemons/recardctl/tracking.c \
	daemons/recardctl/tracking_check.c \
	daemons/recardctl/tracking_sources.c \
	daemons/recardctl/verify.c
librecardctl_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/recardctl \
	-I$(top_srcdir)/common/label -I$(top_srcdir)/common/mail \
	$(LABEL_CFLAGS) $(PNG_CFLAGS)
recardctl_SOURCES = daemons/recardctl/recardctl.c
nodist_recardctl_SOURCES = embedded_files.c
recardctl_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/recardctl
recardctl_LDADD = librecardctl.a liblabel.a libmail.a $(LDADD) $(LABEL_LIBS) $(CUPS_LIBS) \
	$(PNG_LIBS) -lm

# The schema and the postal areas are part of the program, so that the two
# cannot differ.
EMBEDDED = $(SQL_FILES) etc/postal-areas.csv
CLEANFILES += embedded_files.c
embedded_files.c: $(SQL_FILES) etc/postal-areas.csv scripts/embed_files
	$(AM_V_GEN)$(SHELL) $(top_srcdir)/scripts/embed_files $@ \
		$(top_srcdir) $(EMBEDDED)

# Only the program knows its commands.
bashcompletiondir = $(datadir)/bash-completion/completions
nodist_bashcompletion_DATA = etc/bash-completion/recardctl
CLEANFILES += etc/bash-completion/recardctl
etc/bash-completion/recardctl: recardctl$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) etc/bash-completion && \
		./recardctl$(EXEEXT) completion bash >$@.new && mv $@.new $@
