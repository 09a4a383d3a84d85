# Tests. `make check` runs the unit tests; scripts/check runs everything.
if HAVE_CMOCKA
UNIT_LIBS = librecard.a $(COMMON_LIBS) $(CMOCKA_LIBS)
UNIT_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
UNIT_TESTS = \
	tests/unit/test_backoff \
	tests/unit/test_buffer \
	tests/unit/test_charset \
	tests/unit/test_child \
	tests/unit/test_clock \
	tests/unit/test_conf \
	tests/unit/test_db_array \
	tests/unit/test_db_fault \
	tests/unit/test_fields \
	tests/unit/test_identity \
	tests/unit/test_lines \
	tests/unit/test_log \
	tests/unit/test_mail_number \
	tests/unit/test_report \
	tests/unit/test_seal \
	tests/unit/test_spool
check_PROGRAMS += $(UNIT_TESTS)
TESTS = $(UNIT_TESTS)

tests_unit_test_backoff_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_backoff_LDADD = $(UNIT_LIBS)
tests_unit_test_buffer_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_buffer_LDADD = $(UNIT_LIBS)
tests_unit_test_charset_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_charset_LDADD = $(UNIT_LIBS)
tests_unit_test_child_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_child_LDADD = $(UNIT_LIBS)
tests_unit_test_clock_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_clock_LDADD = $(UNIT_LIBS)
tests_unit_test_conf_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_conf_LDADD = $(UNIT_LIBS)
tests_unit_test_db_array_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_db_array_LDADD = $(UNIT_LIBS)
tests_unit_test_db_fault_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_db_fault_LDADD = $(UNIT_LIBS)
tests_unit_test_fields_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_fields_LDADD = $(UNIT_LIBS)
tests_unit_test_identity_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_identity_LDADD = $(UNIT_LIBS)
tests_unit_test_lines_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_lines_LDADD = $(UNIT_LIBS)
tests_unit_test_log_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_log_LDADD = $(UNIT_LIBS)
tests_unit_test_mail_number_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_mail_number_LDADD = $(UNIT_LIBS)
tests_unit_test_report_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_report_LDADD = $(UNIT_LIBS)
tests_unit_test_seal_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_seal_LDADD = $(UNIT_LIBS)
tests_unit_test_spool_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_spool_LDADD = $(UNIT_LIBS)
endif

EXTRA_DIST += \
	tests/conftest.py
