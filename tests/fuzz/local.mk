# Fuzz targets. Their seeds are replayed by `make check`, in any build; with
# --enable-fuzzer (CC=clang) libFuzzer drives them:
#	tests/fuzz/fuzz_conf corpus tests/fuzz/seeds/conf
# A new find goes into the seeds, and into the list at the end.
FUZZ_PARTS = tests/fuzz/fuzz_target.h
FUZZ_SIGN_PARTS = tests/unit/sign_notice.c tests/unit/sign_notice.h
FUZZ_COMMON_LIBS = librecard.a $(COMMON_LIBS)

if HAVE_CMOCKA
FUZZ_REPLAYS = \
	tests/fuzz/replay_archive \
	tests/fuzz/replay_bounce \
	tests/fuzz/replay_card_signature \
	tests/fuzz/replay_cms \
	tests/fuzz/replay_conf \
	tests/fuzz/replay_fields \
	tests/fuzz/replay_html \
	tests/fuzz/replay_postal_file \
	tests/fuzz/replay_postal_guess \
	tests/fuzz/replay_reset \
	tests/fuzz/replay_result \
	tests/fuzz/replay_revocation_list \
	tests/fuzz/replay_scheme \
	tests/fuzz/replay_settlement
check_PROGRAMS += $(FUZZ_REPLAYS)
TESTS += $(FUZZ_REPLAYS)

tests_fuzz_replay_archive_SOURCES = tests/fuzz/fuzz_archive.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_archive_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/archive"'
tests_fuzz_replay_archive_LDADD = $(FUZZ_COMMON_LIBS)

tests_fuzz_replay_bounce_SOURCES = tests/fuzz/fuzz_bounce.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_bounce_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/notify \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/bounce"'
tests_fuzz_replay_bounce_LDADD = libnotify.a $(FUZZ_COMMON_LIBS) $(GMIME_LIBS)

tests_fuzz_replay_card_signature_SOURCES = tests/fuzz/fuzz_card_signature.c \
	tests/fuzz/replay.c $(FUZZ_PARTS)
tests_fuzz_replay_card_signature_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/portal \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/card_signature"'
tests_fuzz_replay_card_signature_LDADD = libportal.a $(FUZZ_COMMON_LIBS)

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

tests_fuzz_replay_html_SOURCES = tests/fuzz/fuzz_html.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_html_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/html"'
tests_fuzz_replay_html_LDADD = $(FUZZ_COMMON_LIBS)

tests_fuzz_replay_postal_file_SOURCES = tests/fuzz/fuzz_postal_file.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_postal_file_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/postal_file"'
tests_fuzz_replay_postal_file_LDADD = $(FUZZ_COMMON_LIBS)

# Its seeds are files of no layout, among others.
tests_fuzz_replay_postal_guess_SOURCES = tests/fuzz/fuzz_postal_guess.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_postal_guess_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/recardctl \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/postal_file"'
tests_fuzz_replay_postal_guess_LDADD = librecardctl.a $(FUZZ_COMMON_LIBS)

tests_fuzz_replay_reset_SOURCES = tests/fuzz/fuzz_reset.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_reset_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/recardctl \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/reset"'
tests_fuzz_replay_reset_LDADD = librecardctl.a $(FUZZ_COMMON_LIBS)

tests_fuzz_replay_result_SOURCES = tests/fuzz/fuzz_result.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_result_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/manufacture \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/result"'
tests_fuzz_replay_result_LDADD = libmanufacture.a $(FUZZ_COMMON_LIBS)

tests_fuzz_replay_revocation_list_SOURCES = tests/fuzz/fuzz_revocation_list.c \
	tests/fuzz/replay.c $(FUZZ_PARTS)
tests_fuzz_replay_revocation_list_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/portal \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/revocation_list"'
tests_fuzz_replay_revocation_list_LDADD = libportal.a $(FUZZ_COMMON_LIBS)

tests_fuzz_replay_scheme_SOURCES = tests/fuzz/fuzz_scheme.c tests/fuzz/replay.c \
	$(FUZZ_PARTS) $(FUZZ_SIGN_PARTS)
tests_fuzz_replay_scheme_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/payment -I$(top_srcdir)/tests/unit \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/scheme"'
tests_fuzz_replay_scheme_LDADD = libpayment.a $(FUZZ_COMMON_LIBS)

tests_fuzz_replay_settlement_SOURCES = tests/fuzz/fuzz_settlement.c tests/fuzz/replay.c \
	$(FUZZ_PARTS)
tests_fuzz_replay_settlement_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/payment \
	-DFUZZ_SEEDS='"$(abs_top_srcdir)/tests/fuzz/seeds/settlement"'
tests_fuzz_replay_settlement_LDADD = libpayment.a $(FUZZ_COMMON_LIBS)
endif

if ENABLE_FUZZER
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
noinst_PROGRAMS += \
	tests/fuzz/fuzz_archive \
	tests/fuzz/fuzz_bounce \
	tests/fuzz/fuzz_card_signature \
	tests/fuzz/fuzz_cms \
	tests/fuzz/fuzz_conf \
	tests/fuzz/fuzz_fields \
	tests/fuzz/fuzz_html \
	tests/fuzz/fuzz_postal_file \
	tests/fuzz/fuzz_postal_guess \
	tests/fuzz/fuzz_reset \
	tests/fuzz/fuzz_result \
	tests/fuzz/fuzz_revocation_list \
	tests/fuzz/fuzz_scheme \
	tests/fuzz/fuzz_settlement

tests_fuzz_fuzz_archive_SOURCES = tests/fuzz/fuzz_archive.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_archive_LDADD = $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_archive_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_bounce_SOURCES = tests/fuzz/fuzz_bounce.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_bounce_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/notify
tests_fuzz_fuzz_bounce_LDADD = libnotify.a $(FUZZ_COMMON_LIBS) $(GMIME_LIBS)
tests_fuzz_fuzz_bounce_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_card_signature_SOURCES = tests/fuzz/fuzz_card_signature.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_card_signature_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/portal
tests_fuzz_fuzz_card_signature_LDADD = libportal.a $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_card_signature_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_cms_SOURCES = tests/fuzz/fuzz_cms.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_cms_LDADD = $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_cms_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_conf_SOURCES = tests/fuzz/fuzz_conf.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_conf_LDADD = $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_conf_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_fields_SOURCES = tests/fuzz/fuzz_fields.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_fields_LDADD = $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_fields_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_html_SOURCES = tests/fuzz/fuzz_html.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_html_LDADD = $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_html_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_postal_file_SOURCES = tests/fuzz/fuzz_postal_file.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_postal_file_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_fuzz_postal_file_LDADD = $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_postal_file_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_postal_guess_SOURCES = tests/fuzz/fuzz_postal_guess.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_postal_guess_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/recardctl
tests_fuzz_fuzz_postal_guess_LDADD = librecardctl.a $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_postal_guess_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_reset_SOURCES = tests/fuzz/fuzz_reset.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_reset_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/recardctl
tests_fuzz_fuzz_reset_LDADD = librecardctl.a $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_reset_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_result_SOURCES = tests/fuzz/fuzz_result.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_result_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/manufacture
tests_fuzz_fuzz_result_LDADD = libmanufacture.a $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_result_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_revocation_list_SOURCES = tests/fuzz/fuzz_revocation_list.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_revocation_list_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/portal
tests_fuzz_fuzz_revocation_list_LDADD = libportal.a $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_revocation_list_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_scheme_SOURCES = tests/fuzz/fuzz_scheme.c \
	$(FUZZ_PARTS) $(FUZZ_SIGN_PARTS)
tests_fuzz_fuzz_scheme_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/payment -I$(top_srcdir)/tests/unit
tests_fuzz_fuzz_scheme_LDADD = libpayment.a $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_scheme_LDFLAGS = $(FUZZ_LINK)

tests_fuzz_fuzz_settlement_SOURCES = tests/fuzz/fuzz_settlement.c \
	$(FUZZ_PARTS)
tests_fuzz_fuzz_settlement_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/payment
tests_fuzz_fuzz_settlement_LDADD = libpayment.a $(FUZZ_COMMON_LIBS)
tests_fuzz_fuzz_settlement_LDFLAGS = $(FUZZ_LINK)
endif

EXTRA_DIST += \
	tests/fuzz/seeds/archive/absolute \
	tests/fuzz/seeds/archive/aes256 \
	tests/fuzz/seeds/archive/aes_stored \
	tests/fuzz/seeds/archive/bidi_name \
	tests/fuzz/seeds/archive/climbing \
	tests/fuzz/seeds/archive/count_lies \
	tests/fuzz/seeds/archive/cp950_name \
	tests/fuzz/seeds/archive/cut \
	tests/fuzz/seeds/archive/deflated \
	tests/fuzz/seeds/archive/flipped \
	tests/fuzz/seeds/archive/folder_only \
	tests/fuzz/seeds/archive/folders \
	tests/fuzz/seeds/archive/half \
	tests/fuzz/seeds/archive/link \
	tests/fuzz/seeds/archive/lzma \
	tests/fuzz/seeds/archive/many \
	tests/fuzz/seeds/archive/nested \
	tests/fuzz/seeds/archive/no_member \
	tests/fuzz/seeds/archive/none \
	tests/fuzz/seeds/archive/remark \
	tests/fuzz/seeds/archive/some_encrypted \
	tests/fuzz/seeds/archive/stored \
	tests/fuzz/seeds/archive/stream \
	tests/fuzz/seeds/archive/trailing \
	tests/fuzz/seeds/archive/utf8_name \
	tests/fuzz/seeds/archive/zeros \
	tests/fuzz/seeds/archive/zip64 \
	tests/fuzz/seeds/archive/zipcrypto \
	tests/fuzz/seeds/archive/zipcrypto_other \
	tests/fuzz/seeds/bounce/answers.txt \
	tests/fuzz/seeds/bounce/base64.eml \
	tests/fuzz/seeds/bounce/deep.eml \
	tests/fuzz/seeds/bounce/empty.eml \
	tests/fuzz/seeds/bounce/headers.eml \
	tests/fuzz/seeds/bounce/late.eml \
	tests/fuzz/seeds/bounce/nested.eml \
	tests/fuzz/seeds/bounce/plain.eml \
	tests/fuzz/seeds/bounce/report.eml \
	tests/fuzz/seeds/card_signature/content_byte \
	tests/fuzz/seeds/card_signature/cut \
	tests/fuzz/seeds/card_signature/cut_short \
	tests/fuzz/seeds/card_signature/detached \
	tests/fuzz/seeds/card_signature/empty \
	tests/fuzz/seeds/card_signature/no_attributes \
	tests/fuzz/seeds/card_signature/no_certificate \
	tests/fuzz/seeds/card_signature/odd_directory \
	tests/fuzz/seeds/card_signature/one_bit \
	tests/fuzz/seeds/card_signature/several \
	tests/fuzz/seeds/card_signature/sha1 \
	tests/fuzz/seeds/card_signature/stranger \
	tests/fuzz/seeds/card_signature/trailing \
	tests/fuzz/seeds/card_signature/two_numbers \
	tests/fuzz/seeds/card_signature/two_signers \
	tests/fuzz/seeds/card_signature/with_chain \
	tests/fuzz/seeds/cms/cut \
	tests/fuzz/seeds/cms/cut_short \
	tests/fuzz/seeds/cms/data \
	tests/fuzz/seeds/cms/detached \
	tests/fuzz/seeds/cms/digested \
	tests/fuzz/seeds/cms/empty \
	tests/fuzz/seeds/cms/enveloped \
	tests/fuzz/seeds/cms/indefinite \
	tests/fuzz/seeds/cms/key_id \
	tests/fuzz/seeds/cms/no_certificate \
	tests/fuzz/seeds/cms/one_bit \
	tests/fuzz/seeds/cms/one_byte \
	tests/fuzz/seeds/cms/stranger \
	tests/fuzz/seeds/cms/trailing \
	tests/fuzz/seeds/cms/two_signers \
	tests/fuzz/seeds/conf/braces \
	tests/fuzz/seeds/conf/comment_unclosed \
	tests/fuzz/seeds/conf/comments \
	tests/fuzz/seeds/conf/escape_at_end \
	tests/fuzz/seeds/conf/escaped_nul \
	tests/fuzz/seeds/conf/good \
	tests/fuzz/seeds/conf/include \
	tests/fuzz/seeds/conf/list \
	tests/fuzz/seeds/conf/negative \
	tests/fuzz/seeds/conf/nul \
	tests/fuzz/seeds/conf/syntax \
	tests/fuzz/seeds/conf/too_large \
	tests/fuzz/seeds/conf/twice \
	tests/fuzz/seeds/conf/typo \
	tests/fuzz/seeds/conf/unclosed \
	tests/fuzz/seeds/fields/after \
	tests/fuzz/seeds/fields/blanks \
	tests/fuzz/seeds/fields/cp950 \
	tests/fuzz/seeds/fields/empties \
	tests/fuzz/seeds/fields/empty \
	tests/fuzz/seeds/fields/inside \
	tests/fuzz/seeds/fields/lf \
	tests/fuzz/seeds/fields/many_empties \
	tests/fuzz/seeds/fields/nul \
	tests/fuzz/seeds/fields/one_empty \
	tests/fuzz/seeds/fields/open \
	tests/fuzz/seeds/fields/pipe \
	tests/fuzz/seeds/fields/plain \
	tests/fuzz/seeds/fields/quote_late \
	tests/fuzz/seeds/fields/quoted \
	tests/fuzz/seeds/html/attribute \
	tests/fuzz/seeds/html/backslash \
	tests/fuzz/seeds/html/bad_utf8 \
	tests/fuzz/seeds/html/bidi \
	tests/fuzz/seeds/html/elsewhere \
	tests/fuzz/seeds/html/empty \
	tests/fuzz/seeds/html/form \
	tests/fuzz/seeds/html/no_name \
	tests/fuzz/seeds/html/nul_escape \
	tests/fuzz/seeds/html/part \
	tests/fuzz/seeds/html/path \
	tests/fuzz/seeds/html/scheme \
	tests/fuzz/seeds/html/script \
	tests/fuzz/seeds/html/twice \
	tests/fuzz/seeds/postal_file/dos_end \
	tests/fuzz/seeds/postal_file/found_1 \
	tests/fuzz/seeds/postal_file/found_2 \
	tests/fuzz/seeds/postal_file/found_3 \
	tests/fuzz/seeds/postal_file/found_4 \
	tests/fuzz/seeds/postal_file/found_5 \
	tests/fuzz/seeds/postal_file/found_6 \
	tests/fuzz/seeds/postal_file/found_7 \
	tests/fuzz/seeds/postal_file/found_8 \
	tests/fuzz/seeds/postal_file/full_width \
	tests/fuzz/seeds/postal_file/header_twice \
	tests/fuzz/seeds/postal_file/list \
	tests/fuzz/seeds/postal_file/list_bad_bytes \
	tests/fuzz/seeds/postal_file/list_hkscs \
	tests/fuzz/seeds/postal_file/list_long_number \
	tests/fuzz/seeds/postal_file/list_utf8 \
	tests/fuzz/seeds/postal_file/long_line \
	tests/fuzz/seeds/postal_file/mail_house \
	tests/fuzz/seeds/postal_file/mail_house_extra \
	tests/fuzz/seeds/postal_file/name \
	tests/fuzz/seeds/postal_file/native \
	tests/fuzz/seeds/postal_file/native_bad \
	tests/fuzz/seeds/postal_file/native_cp950 \
	tests/fuzz/seeds/postal_file/native_nul \
	tests/fuzz/seeds/postal_file/native_time_tail \
	tests/fuzz/seeds/postal_file/native_year_zero \
	tests/fuzz/seeds/postal_file/own_events \
	tests/fuzz/seeds/postal_file/own_fixed \
	tests/fuzz/seeds/postal_file/own_fixed_count \
	tests/fuzz/seeds/postal_file/own_fixed_unended \
	tests/fuzz/seeds/postal_file/own_numbered \
	tests/fuzz/seeds/postal_file/own_numbered_after \
	tests/fuzz/seeds/postal_file/own_numbered_no_trailer \
	tests/fuzz/seeds/postal_file/own_split \
	tests/fuzz/seeds/postal_file/status \
	tests/fuzz/seeds/postal_file/status_cut \
	tests/fuzz/seeds/postal_file/status_half_character \
	tests/fuzz/seeds/postal_file/status_reason \
	tests/fuzz/seeds/postal_file/unknown \
	tests/fuzz/seeds/postal_file/utf8_mark \
	tests/fuzz/seeds/postal_file/utf8_overlong \
	tests/fuzz/seeds/reset/after \
	tests/fuzz/seeds/reset/bad_count \
	tests/fuzz/seeds/reset/bad_field \
	tests/fuzz/seeds/reset/bad_hash \
	tests/fuzz/seeds/reset/cut \
	tests/fuzz/seeds/reset/dos_end \
	tests/fuzz/seeds/reset/empty \
	tests/fuzz/seeds/reset/good \
	tests/fuzz/seeds/reset/long_line \
	tests/fuzz/seeds/reset/none \
	tests/fuzz/seeds/reset/nul \
	tests/fuzz/seeds/reset/quotes \
	tests/fuzz/seeds/reset/utf8_mark \
	tests/fuzz/seeds/result/ack_accepted \
	tests/fuzz/seeds/result/ack_rejected \
	tests/fuzz/seeds/result/ack_twice \
	tests/fuzz/seeds/result/error_code_utf8 \
	tests/fuzz/seeds/result/long_line \
	tests/fuzz/seeds/result/made_at_offset \
	tests/fuzz/seeds/result/mixed \
	tests/fuzz/seeds/result/name_ack \
	tests/fuzz/seeds/result/name_neither \
	tests/fuzz/seeds/result/name_result \
	tests/fuzz/seeds/result/not_after \
	tests/fuzz/seeds/result/nul \
	tests/fuzz/seeds/result/quote_cr \
	tests/fuzz/seeds/result/quotes \
	tests/fuzz/seeds/result/results \
	tests/fuzz/seeds/revocation_list/bad_entry \
	tests/fuzz/seeds/revocation_list/cut \
	tests/fuzz/seeds/revocation_list/delta \
	tests/fuzz/seeds/revocation_list/empty \
	tests/fuzz/seeds/revocation_list/entry_unknown \
	tests/fuzz/seeds/revocation_list/good \
	tests/fuzz/seeds/revocation_list/indefinite \
	tests/fuzz/seeds/revocation_list/indirect \
	tests/fuzz/seeds/revocation_list/late \
	tests/fuzz/seeds/revocation_list/long_length \
	tests/fuzz/seeds/revocation_list/long_serial \
	tests/fuzz/seeds/revocation_list/no_entries \
	tests/fuzz/seeds/revocation_list/no_next \
	tests/fuzz/seeds/revocation_list/no_number \
	tests/fuzz/seeds/revocation_list/nobody \
	tests/fuzz/seeds/revocation_list/partial \
	tests/fuzz/seeds/revocation_list/trailing \
	tests/fuzz/seeds/revocation_list/unknown_critical \
	tests/fuzz/seeds/revocation_list/users \
	tests/fuzz/seeds/scheme/answer \
	tests/fuzz/seeds/scheme/ecpay_bytes \
	tests/fuzz/seeds/scheme/ecpay_issued \
	tests/fuzz/seeds/scheme/ecpay_paid \
	tests/fuzz/seeds/scheme/ecpay_raw \
	tests/fuzz/seeds/scheme/ecpay_twice \
	tests/fuzz/seeds/scheme/headers \
	tests/fuzz/seeds/scheme/headers_missing \
	tests/fuzz/seeds/scheme/native_long \
	tests/fuzz/seeds/scheme/native_nul \
	tests/fuzz/seeds/scheme/native_numbers \
	tests/fuzz/seeds/scheme/native_paid \
	tests/fuzz/seeds/scheme/native_simulated \
	tests/fuzz/seeds/scheme/native_twice \
	tests/fuzz/seeds/scheme/newebpay_form \
	tests/fuzz/seeds/scheme/newebpay_info \
	tests/fuzz/seeds/scheme/newebpay_info_odd \
	tests/fuzz/seeds/scheme/newebpay_issued \
	tests/fuzz/seeds/scheme/newebpay_json \
	tests/fuzz/seeds/scheme/newebpay_raw \
	tests/fuzz/seeds/scheme/query_form \
	tests/fuzz/seeds/scheme/query_json \
	tests/fuzz/seeds/scheme/secret_pair \
	tests/fuzz/seeds/scheme/secret_webhook \
	tests/fuzz/seeds/scheme/webhooks_depth \
	tests/fuzz/seeds/scheme/webhooks_example \
	tests/fuzz/seeds/settlement/amount_digits \
	tests/fuzz/seeds/settlement/bad_amount \
	tests/fuzz/seeds/settlement/bad_sum \
	tests/fuzz/seeds/settlement/cp950 \
	tests/fuzz/seeds/settlement/cut \
	tests/fuzz/seeds/settlement/faults \
	tests/fuzz/seeds/settlement/good \
	tests/fuzz/seeds/settlement/header_hour \
	tests/fuzz/seeds/settlement/largest \
	tests/fuzz/seeds/settlement/long_line \
	tests/fuzz/seeds/settlement/none \
	tests/fuzz/seeds/settlement/nul \
	tests/fuzz/seeds/settlement/quoted \
	tests/fuzz/seeds/settlement/utf8_four_bytes \
	tests/fuzz/seeds/settlement/utf8_surrogate
