# Fuzz targets. Their seeds are replayed by `make check`, in any build; with
# --enable-fuzzer (CC=clang) libFuzzer drives them:
#	tests/fuzz/fuzz_conf corpus tests/fuzz/seeds/conf
# A new find goes into the seeds, and into the list at the end.
FUZZ_PARTS = tests/fuzz/fuzz_target.h
FUZZ_COMMON_LIBS = librecard.a $(COMMON_LIBS)

if HAVE_CMOCKA
FUZZ_REPLAYS = \
	tests/fuzz/replay_cms \
	tests/fuzz/replay_conf \
	tests/fuzz/replay_fields \
	tests/fuzz/replay_postal_file \
	tests/fuzz/replay_result \
	tests/fuzz/replay_settlement
check_PROGRAMS += $(FUZZ_REPLAYS)
TESTS += $(FUZZ_REPLAYS)

tests_fuzz_replay_cms_SOURCES = tests/fuzz/fuzz_cms.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_cms_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/cms"'
tests_fuzz_replay_cms_LDADD = $(FUZZ_COMMON_LIBS)

tests_fuzz_replay_conf_SOURCES = tests/fuzz/fuzz_conf.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_conf_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/conf"'
tests_fuzz_replay_conf_LDADD = $(FUZZ_COMMON_LIBS)

tests_fuzz_replay_fields_SOURCES = tests/fuzz/fuzz_fields.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_fields_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/fields"'
tests_fuzz_replay_fields_LDADD = $(FUZZ_COMMON_LIBS)

tests_fuzz_replay_postal_file_SOURCES = tests/fuzz/fuzz_postal_file.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_postal_file_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/tracking \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/postal_file"'
tests_fuzz_replay_postal_file_LDADD = libtracking.a $(FUZZ_COMMON_LIBS)

tests_fuzz_replay_result_SOURCES = tests/fuzz/fuzz_result.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_result_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/manufacture \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/result"'
tests_fuzz_replay_result_LDADD = libmanufacture.a $(FUZZ_COMMON_LIBS)

tests_fuzz_replay_settlement_SOURCES = tests/fuzz/fuzz_settlement.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_settlement_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/payment \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/settlement"'
tests_fuzz_replay_settlement_LDADD = libpayment.a $(FUZZ_COMMON_LIBS)
endif

if ENABLE_FUZZER
FUZZ_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
noinst_PROGRAMS += \
	tests/fuzz/fuzz_cms \
	tests/fuzz/fuzz_conf \
	tests/fuzz/fuzz_fields \
	tests/fuzz/fuzz_postal_file \
	tests/fuzz/fuzz_result \
	tests/fuzz/fuzz_settlement

tests_fuzz_fuzz_cms_SOURCES = tests/fuzz/fuzz_cms.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_cms_LDADD = $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_cms_LDFLAGS = $(FUZZ_LDFLAGS)

tests_fuzz_fuzz_conf_SOURCES = tests/fuzz/fuzz_conf.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_conf_LDADD = $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_conf_LDFLAGS = $(FUZZ_LDFLAGS)

tests_fuzz_fuzz_fields_SOURCES = tests/fuzz/fuzz_fields.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_fields_LDADD = $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_fields_LDFLAGS = $(FUZZ_LDFLAGS)

tests_fuzz_fuzz_postal_file_SOURCES = tests/fuzz/fuzz_postal_file.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_postal_file_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/tracking
tests_fuzz_fuzz_postal_file_LDADD = libtracking.a $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_postal_file_LDFLAGS = $(FUZZ_LDFLAGS)

tests_fuzz_fuzz_result_SOURCES = tests/fuzz/fuzz_result.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_result_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/manufacture
tests_fuzz_fuzz_result_LDADD = libmanufacture.a $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_result_LDFLAGS = $(FUZZ_LDFLAGS)

tests_fuzz_fuzz_settlement_SOURCES = tests/fuzz/fuzz_settlement.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_settlement_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/payment
tests_fuzz_fuzz_settlement_LDADD = libpayment.a $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_settlement_LDFLAGS = $(FUZZ_LDFLAGS)
endif

EXTRA_DIST += @SEEDS@
