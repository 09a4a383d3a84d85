# Scripts that people and cron run.
EXTRA_DIST += \
	scripts/build \
	scripts/check \
	scripts/draw_states \
	scripts/embed_files \
	scripts/install_packages \
	scripts/pay_orders \
	scripts/quickstart
