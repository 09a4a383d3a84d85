# Tests. `make check` runs the unit tests and replays the fuzzers' seeds;
# scripts/check runs everything.
check_PROGRAMS += tests/postal/postal_probe tests/system/card_probe \
	tests/system/fetch_probe \
	tests/system/label_probe tests/system/page_probe \
	tests/system/revocation_probe tests/system/transfer_probe
tests_postal_postal_probe_SOURCES = tests/postal/postal_probe.c
tests_system_card_probe_SOURCES = tests/system/card_probe.c
tests_system_card_probe_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/portal
tests_system_card_probe_LDADD = libportal.a $(LDADD)
tests_system_fetch_probe_SOURCES = tests/system/fetch_probe.c
tests_system_label_probe_SOURCES = tests/system/label_probe.c
tests_system_label_probe_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/common/label -I$(top_srcdir)/daemons/label $(LABEL_CFLAGS)
tests_system_label_probe_LDADD = liblabel.a $(LDADD) $(LABEL_LIBS) -lm
tests_system_page_probe_SOURCES = tests/system/page_probe.c
tests_system_page_probe_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/portal
tests_system_page_probe_LDADD = libportal.a $(LDADD)
tests_system_revocation_probe_SOURCES = tests/system/revocation_probe.c
tests_system_revocation_probe_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/portal
tests_system_revocation_probe_LDADD = libportal.a $(LDADD)
tests_system_transfer_probe_SOURCES = tests/system/transfer_probe.c

# The client of a benchmark: tests/bench/run builds it.
EXTRA_PROGRAMS += tests/bench/post_notices
tests_bench_post_notices_SOURCES = tests/bench/post_notices.c
tests_bench_post_notices_CPPFLAGS = -D_GNU_SOURCE
tests_bench_post_notices_LDADD = $(COMMON_LIBS) -lpthread
EXTRA_PROGRAMS += tests/bench/seal_speed
tests_bench_seal_speed_SOURCES = tests/bench/seal_speed.c

if HAVE_CMOCKA
UNIT_LIBS = librecard.a $(COMMON_LIBS) $(CMOCKA_LIBS)
UNIT_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
UNIT_TESTS = \
	tests/unit/test_backoff \
	tests/unit/test_batch \
	tests/unit/test_buffer \
	tests/unit/test_challenge \
	tests/unit/test_portal \
	tests/unit/test_characters \
	tests/unit/test_charset \
	tests/unit/test_child \
	tests/unit/test_clock \
	tests/unit/test_command_match \
	tests/unit/test_conf \
	tests/unit/test_console \
	tests/unit/test_db_array \
	tests/unit/test_db_fault \
	tests/unit/test_fields \
	tests/unit/test_identity \
	tests/unit/test_import_line \
	tests/unit/test_label_forms tests/unit/test_line_break \
	tests/unit/test_lines \
	tests/unit/test_log \
	tests/unit/test_mail \
	tests/unit/test_mail_number \
	tests/unit/test_output \
	tests/unit/test_portal_pages \
	tests/unit/test_postal_file \
	tests/unit/test_posting_list \
	tests/unit/test_posting_form \
	tests/unit/test_render_pdf tests/unit/test_render_zpl \
	tests/unit/test_report \
	tests/unit/test_reset_file \
	tests/unit/test_result \
	tests/unit/test_revoked_set \
	tests/unit/test_scheme \
	tests/unit/test_scheme_content \
	tests/unit/test_seal \
	tests/unit/test_settlement \
	tests/unit/test_sheet \
	tests/unit/test_spool \
	tests/unit/test_transfer \
	tests/unit/test_zip_archive
check_PROGRAMS += $(UNIT_TESTS)
TESTS = $(UNIT_TESTS)
AM_TESTS_ENVIRONMENT = \
	LSAN_OPTIONS="$${LSAN_OPTIONS:-suppressions=$(abs_top_srcdir)/tests/lsan.supp:print_suppressions=0}"; \
	export LSAN_OPTIONS;

tests_unit_test_backoff_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_backoff_LDADD = $(UNIT_LIBS)
tests_unit_test_batch_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/manufacture
tests_unit_test_batch_LDADD = libmanufacture.a $(UNIT_LIBS)
tests_unit_test_buffer_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_buffer_LDADD = $(UNIT_LIBS)
tests_unit_test_portal_SOURCES = tests/unit/test_portal.c \
	daemons/portal/cookie.c daemons/portal/limit.c
tests_unit_test_portal_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/portal
tests_unit_test_portal_LDADD = $(UNIT_LIBS)
tests_unit_test_challenge_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/portal
tests_unit_test_challenge_LDADD = libportal.a $(UNIT_LIBS)
tests_unit_test_charset_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_charset_LDADD = $(UNIT_LIBS)
tests_unit_test_child_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_child_LDADD = $(UNIT_LIBS)
tests_unit_test_clock_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_clock_LDADD = $(UNIT_LIBS)
tests_unit_test_command_match_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/recardctl
tests_unit_test_command_match_LDADD = librecardctl.a $(UNIT_LIBS)
tests_unit_test_conf_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_conf_LDADD = $(UNIT_LIBS)
tests_unit_test_db_array_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_db_array_LDADD = $(UNIT_LIBS)
tests_unit_test_db_fault_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_db_fault_LDADD = $(UNIT_LIBS)
tests_unit_test_console_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/console
tests_unit_test_console_LDADD = libconsole.a $(UNIT_LIBS) -lm
tests_unit_test_fields_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_fields_LDADD = $(UNIT_LIBS)
tests_unit_test_identity_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_identity_LDADD = $(UNIT_LIBS)
tests_unit_test_import_line_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/recardctl
tests_unit_test_import_line_LDADD = librecardctl.a $(UNIT_LIBS)
tests_unit_test_label_forms_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/common/label -I$(top_srcdir)/daemons/label \
	$(LABEL_CFLAGS)
tests_unit_test_label_forms_LDADD = liblabel.a $(UNIT_LIBS) \
	$(LABEL_LIBS) -lm
tests_unit_test_line_break_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/common/label -I$(top_srcdir)/daemons/label \
	$(LABEL_CFLAGS)
tests_unit_test_line_break_LDADD = liblabel.a $(UNIT_LIBS) \
	$(LABEL_LIBS) -lm
tests_unit_test_lines_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_lines_LDADD = $(UNIT_LIBS)
tests_unit_test_log_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_log_LDADD = $(UNIT_LIBS)
tests_unit_test_mail_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/common/mail
tests_unit_test_mail_LDADD = libmail.a $(UNIT_LIBS)
tests_unit_test_mail_number_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_mail_number_LDADD = $(UNIT_LIBS)
tests_unit_test_output_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/recardctl
tests_unit_test_output_LDADD = librecardctl.a $(UNIT_LIBS)
tests_unit_test_portal_pages_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/portal
tests_unit_test_portal_pages_LDADD = libportal.a $(UNIT_LIBS)
tests_unit_test_postal_file_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_postal_file_LDADD = $(UNIT_LIBS)
tests_unit_test_posting_list_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/common/label -I$(top_srcdir)/daemons/label \
	$(LABEL_CFLAGS)
tests_unit_test_posting_list_LDADD = liblabel.a $(UNIT_LIBS) \
	$(LABEL_LIBS) -lm
tests_unit_test_posting_form_SOURCES = tests/unit/test_posting_form.c \
	tests/unit/run_tool.c tests/unit/run_tool.h
tests_unit_test_posting_form_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/common/label -I$(top_srcdir)/daemons/label \
	$(LABEL_CFLAGS)
tests_unit_test_posting_form_LDADD = liblabel.a $(UNIT_LIBS) \
	$(LABEL_LIBS) -lm
tests_unit_test_render_pdf_SOURCES = tests/unit/test_render_pdf.c \
	tests/unit/run_tool.c tests/unit/run_tool.h
tests_unit_test_render_pdf_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/common/label -I$(top_srcdir)/daemons/label \
	$(LABEL_CFLAGS)
tests_unit_test_render_pdf_LDADD = liblabel.a $(UNIT_LIBS) \
	$(LABEL_LIBS) -lm
tests_unit_test_render_zpl_SOURCES = tests/unit/test_render_zpl.c \
	tests/unit/run_tool.c tests/unit/run_tool.h
tests_unit_test_render_zpl_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/common/label -I$(top_srcdir)/daemons/label \
	$(LABEL_CFLAGS)
tests_unit_test_render_zpl_LDADD = liblabel.a $(UNIT_LIBS) \
	$(LABEL_LIBS) -lm
tests_unit_test_report_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_report_LDADD = $(UNIT_LIBS)
tests_unit_test_characters_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/manufacture
tests_unit_test_characters_LDADD = libmanufacture.a $(UNIT_LIBS)
tests_unit_test_reset_file_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/recardctl
tests_unit_test_reset_file_LDADD = librecardctl.a $(UNIT_LIBS)
tests_unit_test_result_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/manufacture
tests_unit_test_result_LDADD = libmanufacture.a $(UNIT_LIBS)
tests_unit_test_revoked_set_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/portal
tests_unit_test_revoked_set_LDADD = libportal.a $(UNIT_LIBS)
tests_unit_test_scheme_SOURCES = tests/unit/test_scheme.c \
	tests/unit/sign_notice.c tests/unit/sign_notice.h
tests_unit_test_scheme_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/payment
tests_unit_test_scheme_LDADD = libpayment.a $(UNIT_LIBS)
tests_unit_test_scheme_content_SOURCES = tests/unit/test_scheme_content.c \
	tests/unit/sign_notice.c tests/unit/sign_notice.h
tests_unit_test_scheme_content_CPPFLAGS = $(UNIT_CPPFLAGS) \
	-I$(top_srcdir)/daemons/payment
tests_unit_test_scheme_content_LDADD = libpayment.a $(UNIT_LIBS)
tests_unit_test_seal_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_seal_LDADD = $(UNIT_LIBS)
tests_unit_test_settlement_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/daemons/payment
tests_unit_test_settlement_LDADD = libpayment.a $(UNIT_LIBS)
tests_unit_test_sheet_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/common/label -I$(top_srcdir)/daemons/label \
	$(LABEL_CFLAGS)
tests_unit_test_sheet_LDADD = liblabel.a $(UNIT_LIBS) \
	$(LABEL_LIBS) -lm
tests_unit_test_spool_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_spool_LDADD = $(UNIT_LIBS)
tests_unit_test_transfer_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_transfer_LDADD = $(UNIT_LIBS)
tests_unit_test_zip_archive_SOURCES = tests/unit/test_zip_archive.c \
	tests/unit/run_tool.c tests/unit/run_tool.h
tests_unit_test_zip_archive_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_zip_archive_LDADD = $(UNIT_LIBS)
endif

include $(top_srcdir)/tests/fuzz/local.mk

EXTRA_DIST += \
	tests/bench/bench_console \
	tests/bench/bench_freeze \
	tests/bench/bench_labels \
	tests/bench/bench_mail \
	tests/bench/bench_notices \
	tests/bench/bench_portal \
	tests/bench/bench_purge \
	tests/bench/bench_seal \
	tests/bench/bench_tracking \
	tests/bench/bench_watch \
	tests/bench/cluster.py \
	tests/bench/graphile_worker.js \
	tests/bench/label_pango_cairo.c \
	tests/bench/pg_boss.js \
	tests/bench/run \
	tests/conftest.py \
	tests/lint/facts.py \
	tests/lint/rules.test.yml \
	tests/lint/test_lint.py \
	tests/lint/test_portal_words.py \
	tests/lint/test_style.py \
	tests/lsan.supp \
	tests/peers/addresses.py \
	tests/peers/api_description.py \
	tests/peers/applications.py \
	tests/peers/broken_wire.py \
	tests/peers/card_line.py \
	tests/peers/card_reader.py \
	tests/peers/check_digits.py \
	tests/peers/citizen_pages.py \
	tests/peers/citizen_portal.py \
	tests/peers/citizens.py \
	tests/peers/console_pages.py \
	tests/peers/der.py \
	tests/peers/free_ports.py \
	tests/peers/full_belt.py \
	tests/peers/handover.py \
	tests/peers/https_server.py \
	tests/peers/mail_host.py \
	tests/peers/mail_server.py \
	tests/peers/make_authority.py \
	tests/peers/operators.py \
	tests/peers/payment_notices.py \
	tests/peers/payment_service.py \
	tests/peers/post.py \
	tests/peers/sftp_server.py \
	tests/peers/sign_component.py \
	tests/postal/hkscs.conf \
	tests/postal/mail-house \
	tests/postal/native \
	tests/postal/own \
	tests/postal/own.conf \
	tests/postal/post-status \
	tests/postal/posting-list \
	tests/postal/shipped.conf \
	tests/postal/test_postal.py \
	tests/sql/activation.sql \
	tests/sql/archives.sql \
	tests/sql/citizens.sql \
	tests/sql/desk.sql \
	tests/sql/fetch.sql \
	tests/sql/find.sql \
	tests/sql/freeze.sql \
	tests/sql/history.sql \
	tests/sql/labels.sql tests/sql/lines.sql \
	tests/sql/mail.sql \
	tests/sql/manufacture.sql \
	tests/sql/moves.sql \
	tests/sql/notices.sql \
	tests/sql/operators.sql \
	tests/sql/outbox.sql \
	tests/sql/payment_desk.sql \
	tests/sql/payments.sql \
	tests/sql/post.sql \
	tests/sql/purge.sql \
	tests/sql/remail.sql \
	tests/sql/roles.sql \
	tests/sql/sources.sql \
	tests/sql/steps.psql \
	tests/sql/submit.sql \
	tests/sql/test_lock_order.py \
	tests/sql/test_schema.py \
	tests/sql/verify.sql \
	tests/sql/watch.sql \
	tests/system/host.py \
	tests/system/hosts.py \
	tests/system/printer.py \
	tests/system/test_activation.py \
	tests/system/test_archives.py \
	tests/system/test_bad_input.py \
	tests/system/test_batch_desk.py \
	tests/system/test_belt.py \
	tests/system/test_canary.py \
	tests/system/test_card_lines.py \
	tests/system/test_card_signature.py \
	tests/system/test_check_recard.py \
	tests/system/test_citizen_browser.py \
	tests/system/test_citizen_pages.py \
	tests/system/test_cluster.py \
	tests/system/test_completion.py \
	tests/system/test_console.py \
	tests/system/test_console_acts.py \
	tests/system/test_console_belt.py \
	tests/system/test_console_browser.py \
	tests/system/test_daemon.py \
	tests/system/test_desk_acts.py \
	tests/system/test_doctor.py \
	tests/system/test_every_verb.py \
	tests/system/test_faults.py \
	tests/system/test_fetch.py \
	tests/system/test_find.py \
	tests/system/test_idle.py \
	tests/system/test_install.py \
	tests/system/test_instances.py \
	tests/system/test_intake.py \
	tests/system/test_label_desk.py \
	tests/system/test_label_round_trip.py \
	tests/system/test_newcomer.py \
	tests/system/test_nightly.py \
	tests/system/test_notify.py \
	tests/system/test_package.py \
	tests/system/test_pause.py \
	tests/system/test_payment_desk.py \
	tests/system/test_payment_faults.py \
	tests/system/test_peers.py \
	tests/system/test_portal.py \
	tests/system/test_portal_orders.py \
	tests/system/test_portal_role.py \
	tests/system/test_post_desk.py \
	tests/system/test_postal_sources.py \
	tests/system/test_printing.py \
	tests/system/test_products.py \
	tests/system/test_purge.py \
	tests/system/test_purge_race.py \
	tests/system/test_questions.py \
	tests/system/test_races.py \
	tests/system/test_revocation.py \
	tests/system/test_sources.py \
	tests/system/test_transfer.py \
	tests/system/test_two_hosts.py \
	tests/system/test_watch.py \
	tests/system/test_watchers.py \
	tests/system/world.py
