# The programs. What a daemon knows that is hard is in a library of its own,
# so that tests link it without the daemon.
noinst_LIBRARIES += libpayment.a libmanufacture.a liblabel.a libconsole.a \
	libportal.a libmail.a libnotify.a
sbin_PROGRAMS += recard-payment recard-purge recard-manufacture \
	recard-label recard-tracking recard-notify recard-console \
	recard-portal
bin_PROGRAMS += recardctl

libpayment_a_SOURCES = \
	daemons/payment/scheme.c daemons/payment/scheme.h \
	daemons/payment/scheme_ecpay.c daemons/payment/scheme_fields.c \
	daemons/payment/scheme_form.c daemons/payment/scheme_newebpay.c \
	daemons/payment/scheme_notice.c daemons/payment/scheme_private.h \
	daemons/payment/scheme_secret.c daemons/payment/scheme_value.c \
	daemons/payment/scheme_webhooks.c \
	daemons/payment/settlement.c daemons/payment/settlement.h
recard_payment_SOURCES = daemons/payment/payment.c \
	daemons/payment/payment.h daemons/payment/ask.c \
	daemons/payment/ask.h daemons/payment/channel.c \
	daemons/payment/channel.h daemons/payment/intake.c \
	daemons/payment/settle.c daemons/payment/waiting.c \
	daemons/payment/waiting.h
recard_payment_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/payment
recard_payment_LDADD = libpayment.a $(LDADD)

recard_purge_SOURCES = daemons/purge/purge.c daemons/purge/purge.h \
	daemons/purge/obstacles.c
recard_purge_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/purge

libmanufacture_a_SOURCES = daemons/manufacture/batch.c \
	daemons/manufacture/batch.h daemons/manufacture/characters.c \
	daemons/manufacture/characters.h daemons/manufacture/result.c \
	daemons/manufacture/result.h
recard_manufacture_SOURCES = daemons/manufacture/manufacture.c \
	daemons/manufacture/manufacture.h daemons/manufacture/alarm.c \
	daemons/manufacture/card_line.c daemons/manufacture/card_line.h \
	daemons/manufacture/delivery.c daemons/manufacture/handover.c \
	daemons/manufacture/line_file.c daemons/manufacture/mark.c \
	daemons/manufacture/sealing.c daemons/manufacture/signer.c \
	daemons/manufacture/signer.h
recard_manufacture_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/daemons/manufacture
recard_manufacture_LDADD = libmanufacture.a $(LDADD)

liblabel_a_SOURCES = common/label/canvas.h common/label/code128.c \
	common/label/code128.h common/label/font_set.c \
	common/label/font_set.h common/label/label_check.c \
	common/label/label_check.h common/label/label_draw.c \
	common/label/label_draw.h common/label/label_form.c \
	common/label/label_form.h common/label/label_forms.c \
	common/label/label_forms.h common/label/label_layout.c \
	common/label/label_layout.h common/label/label_picture.c \
	common/label/label_picture.h common/label/label_settings.c \
	common/label/label_settings.h common/label/line_break.c \
	common/label/line_break.h daemons/label/pdf_font.c \
	daemons/label/pdf_font.h daemons/label/pdf_writer.c \
	daemons/label/pdf_writer.h daemons/label/posting_list.c \
	daemons/label/posting_list.h daemons/label/posting_form.c \
	daemons/label/posting_form.h daemons/label/print_call.c \
	daemons/label/print_call.h daemons/label/print_ipp.c \
	daemons/label/print_ipp.h daemons/label/print_raw.c \
	daemons/label/print_raw.h daemons/label/print_report.c \
	daemons/label/print_report.h daemons/label/print_tls.c \
	daemons/label/print_tls.h common/label/printer.c \
	common/label/printer.h daemons/label/render_run.c \
	common/label/raster.c common/label/raster.h \
	daemons/label/render_run.h daemons/label/render_zpl.c \
	daemons/label/render_zpl.h common/label/sheet.c \
	common/label/sheet.h common/label/text_shape.c \
	common/label/text_shape.h
liblabel_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/common/label -I$(top_srcdir)/daemons/label \
	$(LABEL_CFLAGS) $(PNG_CFLAGS)
recard_label_SOURCES = daemons/label/label.c daemons/label/label.h \
	daemons/label/run.c daemons/label/list.c daemons/label/printing.c
recard_label_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/common/label -I$(top_srcdir)/daemons/label \
	$(LABEL_CFLAGS)
recard_label_LDADD = liblabel.a $(LDADD) $(LABEL_LIBS) $(CUPS_LIBS) $(PNG_LIBS) -lm

recard_tracking_SOURCES = daemons/tracking/tracking.c \
	daemons/tracking/tracking.h daemons/tracking/postal_import.c \
	daemons/tracking/postal_import.h daemons/tracking/sources.c \
	daemons/tracking/sources.h daemons/tracking/zip_file.c \
	daemons/tracking/zip_file.h
recard_tracking_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/tracking

libmail_a_SOURCES = common/mail/mail_message.c \
	common/mail/mail_message.h common/mail/mail_notice.c \
	common/mail/mail_notice.h common/mail/mail_settings.c \
	common/mail/mail_settings.h common/mail/mail_template.c \
	common/mail/mail_template.h
libmail_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/common/mail

libnotify_a_SOURCES = daemons/notify/bounce.c daemons/notify/bounce.h \
	daemons/notify/smtp_reply.c daemons/notify/smtp_reply.h
libnotify_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/notify \
	$(GMIME_CFLAGS)
recard_notify_SOURCES = daemons/notify/notify.c daemons/notify/notify.h \
	daemons/notify/bounced.c daemons/notify/dry_run.c \
	daemons/notify/pool.c \
	daemons/notify/pool.h daemons/notify/sending.c \
	daemons/notify/smtp.c daemons/notify/smtp.h \
	daemons/notify/smtp_private.h daemons/notify/smtp_server.c \
	daemons/notify/smtp_wire.c
recard_notify_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/notify \
	-I$(top_srcdir)/common/mail
recard_notify_LDADD = libnotify.a libmail.a $(LDADD) $(GMIME_LIBS)

libconsole_a_SOURCES = daemons/console/acts.c daemons/console/acts.h \
	daemons/console/metrics.def daemons/console/metrics_text.c \
	daemons/console/metrics_text.h daemons/console/session.c \
	daemons/console/session.h daemons/console/words.c \
	daemons/console/words.def daemons/console/words.h
libconsole_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/console
recard_console_SOURCES = daemons/console/act_form.c \
	daemons/console/act_form.h daemons/console/answer.c \
	daemons/console/answer.h \
	daemons/console/console.c daemons/console/console.h \
	daemons/console/draw.c daemons/console/draw.h \
	daemons/console/frame.c daemons/console/frame.h \
	daemons/console/list.c daemons/console/list.h \
	daemons/console/pages.c daemons/console/pages.h \
	daemons/console/pictures.c daemons/console/pictures.h \
	daemons/console/questions.c daemons/console/questions.def \
	daemons/console/questions.h \
	daemons/console/site.c daemons/console/site.h \
	daemons/console/subject.c daemons/console/subject.h \
	daemons/console/visit.c daemons/console/visit.h \
	daemons/console/watch.c daemons/console/watch.h
nodist_recard_console_SOURCES = console_files.c
recard_console_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/console \
	-I$(top_srcdir)/common/label $(LABEL_CFLAGS)
recard_console_LDADD = libconsole.a liblabel.a $(LDADD) $(LABEL_LIBS) \
	$(CUPS_LIBS) $(PNG_LIBS) -lm
CLEANFILES += console_files.c
console_files = daemons/console/refresh.js daemons/console/style.css
EXTRA_DIST += $(console_files)
console_files.c: $(console_files) scripts/embed_files
	$(AM_V_GEN)$(SHELL) $(top_srcdir)/scripts/embed_files $@ \
		$(top_srcdir) $(console_files)

libportal_a_SOURCES = daemons/portal/authority_id.c \
	daemons/portal/authority_id.h daemons/portal/card_attributes.c \
	daemons/portal/card_authority.c daemons/portal/card_chain.c \
	daemons/portal/card_private.h daemons/portal/card_signature.c \
	daemons/portal/card_signature.h daemons/portal/challenge.c \
	daemons/portal/challenge.h daemons/portal/revocation.c daemons/portal/revocation.h \
	daemons/portal/revocation_open.c daemons/portal/revocation_private.h \
	daemons/portal/revoked_set.c daemons/portal/revoked_set.h
libportal_a_SOURCES += daemons/portal/page.h \
	daemons/portal/page_activation.c daemons/portal/page_apply.c \
	daemons/portal/page_code.c daemons/portal/page_error.c \
	daemons/portal/page_field.c daemons/portal/page_frame.c \
	daemons/portal/page_home.c daemons/portal/page_login.c \
	daemons/portal/page_order.c daemons/portal/page_payment.c \
	daemons/portal/page_private.h daemons/portal/page_text.c \
	daemons/portal/page_topic.c daemons/portal/words.c \
	daemons/portal/words.def daemons/portal/words.h
libportal_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/portal

# What browsers get besides the pages.
portal_page_files = daemons/portal/apply.js daemons/portal/icon.svg \
	daemons/portal/sign.js daemons/portal/style.css
EXTRA_DIST += $(portal_page_files)

recard_portal_SOURCES = daemons/portal/activate.c daemons/portal/apply.c \
	daemons/portal/call.c daemons/portal/call.h \
	daemons/portal/cookie.c daemons/portal/cookie.h \
	daemons/portal/files.c daemons/portal/files.h \
	daemons/portal/gate.c daemons/portal/gate.h \
	daemons/portal/hasher.c daemons/portal/hasher.h \
	daemons/portal/limit.c daemons/portal/limit.h \
	daemons/portal/login.c daemons/portal/partner.c \
	daemons/portal/portal.c daemons/portal/portal.h \
	daemons/portal/portal_settings.c daemons/portal/problems.def \
	daemons/portal/questions.c daemons/portal/questions.def \
	daemons/portal/questions.h daemons/portal/route.c \
	daemons/portal/route.h daemons/portal/routes.def \
	daemons/portal/say.c daemons/portal/say.h daemons/portal/show.c \
	daemons/portal/show.h daemons/portal/way_settings.c
nodist_recard_portal_SOURCES = portal_files.c
recard_portal_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/daemons/portal
recard_portal_LDADD = libportal.a $(LDADD)
CLEANFILES += portal_files.c
portal_files = daemons/portal/openapi.json $(portal_page_files)
portal_files.c: $(portal_files) scripts/embed_files
	$(AM_V_GEN)$(SHELL) $(top_srcdir)/scripts/embed_files $@ \
		$(top_srcdir) $(portal_files)

include $(top_srcdir)/daemons/recardctl/local.mk
