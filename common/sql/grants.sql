-- Who may touch what. Nobody may touch anything that is not named here.
REVOKE ALL ON ALL TABLES IN SCHEMA recard FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA recard FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA recard FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA recard FROM recard_payment, recard_purge,
	recard_manufacture, recard_label, recard_tracking, recard_notify,
	recard_portal, recard_console, recard_ctl, recard_mover;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA recard FROM recard_payment,
	recard_purge, recard_manufacture, recard_label, recard_tracking,
	recard_notify, recard_portal, recard_console, recard_ctl, recard_mover;
ALTER DEFAULT PRIVILEGES FOR ROLE recard_owner
	REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT USAGE ON SCHEMA recard TO recard_payment, recard_purge,
	recard_manufacture, recard_label, recard_tracking, recard_notify,
	recard_portal, recard_console, recard_ctl;
GRANT EXECUTE ON FUNCTION schema_version() TO recard_payment, recard_purge,
	recard_manufacture, recard_label, recard_tracking, recard_notify,
	recard_portal, recard_console, recard_ctl;

-- What every daemon says of itself.
GRANT EXECUTE ON FUNCTION heartbeat(text, text, integer, timestamptz, text,
		boolean, timestamptz),
	heartbeat_end(text, text, integer, timestamptz, timestamptz)
	TO recard_payment, recard_purge, recard_manufacture, recard_label,
	recard_tracking, recard_notify, recard_portal, recard_console;

-- The mover: what advance() does, and nothing else.
GRANT SELECT (order_no, status, held, moves, moved_at),
	UPDATE (status, moves, moved_at) ON orders TO recard_mover;
GRANT SELECT ON order_move, order_state TO recard_mover;
GRANT SELECT, INSERT ON order_history TO recard_mover;
GRANT INSERT ON notice, move_tally TO recard_mover;
GRANT SELECT (order_no), UPDATE (open) ON applicant TO recard_mover;
GRANT EXECUTE ON FUNCTION order_text(bigint) TO recard_mover;

GRANT INSERT (entry, reference, kind, order_ref, amount, currency, paid_at,
	fault) ON payment_staging TO recard_payment;
GRANT EXECUTE ON FUNCTION
	book_settlement(text, text, bigint, text, date, bigint, timestamptz,
		text, timestamptz),
	register_feeds(text[], boolean[]),
	receive_notices(text[], text[], text[], text[], bytea[], text[], text[],
		text[], text[], bigint[], text[], timestamptz[], text[], integer,
		timestamptz),
	book_notices(integer, text, timestamptz),
	claim_questions(text[], integer, interval, timestamptz),
	answer_question(bigint, text, text, text, bigint, text, timestamptz,
		text, text, timestamptz),
	payments_unconfirmed(interval, integer, timestamptz),
	import_refuse(text, text, text, bigint, bigint, text, text, timestamptz),
	import_remarks(bigint), fetch_claim(text), fetch_release(text),
	fetch_known(text, text[], text[], timestamptz),
	fetch_record(text, text, text, bigint, timestamptz),
	fetch_removed(text, text, text, timestamptz)
	TO recard_payment;

GRANT EXECUTE ON FUNCTION
	purge_waiting(timestamptz, integer),
	purge_summary(integer, timestamptz), purge_feeds(timestamptz),
	purge_ask(integer, timestamptz),
	purge_due(bytea, integer, text, timestamptz), purge_stray(integer, interval, timestamptz),
	remind_due(interval, integer, timestamptz), order_text(bigint)
	TO recard_purge;

GRANT EXECUTE ON FUNCTION
	freeze_and_queue(bytea, integer, text, timestamptz),
	freeze_corrections(bytea, integer, text, timestamptz),
	register_lines(text[], integer[], text[], integer[], integer[],
		interval[], text[], interval[], interval[], text[]),
	line_check(text, text, text, text, timestamptz),
	line_stop(text, text, text, timestamptz),
	line_alarms(timestamptz),
	cut_batch(text, text, text, text, timestamptz),
	claim_batch(text), batch_content(text), batch_file(text),
	seal_batch(text, integer, text, integer, text, text, text, bytea, text,
		text, timestamptz),
	offer_batch(text, integer, boolean, timestamptz),
	publish_batch(text, integer, bigint, timestamptz),
	empty_batch(text, integer),
	book_ack(text, text, bigint, text, text, text, text, text, timestamptz),
	book_results(text, text, bigint, text, text, bigint[], bigint[],
		integer[], text[], text[], text[], date[], timestamptz[],
		text[], bigint[], text[], text[], text, timestamptz),
	fetch_claim(text), fetch_release(text),
	fetch_known(text, text[], text[], timestamptz),
	fetch_record(text, text, text, bigint, timestamptz),
	fetch_removed(text, text, text, timestamptz),
	import_refuse(text, text, text, bigint, bigint, text, text, timestamptz),
	import_remarks(bigint)
	TO recard_manufacture;

GRANT EXECUTE ON FUNCTION
	cut_label_run(integer, integer, integer, integer, interval, text, text,
		text, text[], text, integer, integer, text, timestamptz),
	claim_label_run(), label_run_content(text),
	seal_label_run(text, integer, text, integer, integer, bigint[], text[],
		text, timestamptz),
	drop_empty_run(text, integer, bigint[], text[], timestamptz),
	publish_label_run(text, integer, text, timestamptz),
	claim_print_job(interval, interval, timestamptz),
	record_print_job(text, integer, text, integer, text, interval, text,
		timestamptz),
	cut_posting_list(integer, integer, interval, text[], boolean, text,
		timestamptz),
	claim_posting_list(), posting_list_content(text),
	seal_posting_list(text, integer, text, text, integer, text,
		timestamptz),
	publish_posting_list(text, integer, text, timestamptz)
	TO recard_label;

GRANT INSERT ON tracking_staging TO recard_tracking;
GRANT EXECUTE ON FUNCTION
	book_tracking(text, text, bigint, bigint[], text[], text[], text,
		timestamptz),
	archive_open(text, text, bigint, text, timestamptz),
	archive_members(bigint, bigint[]),
	import_refuse(text, text, text, bigint, bigint, text, text, timestamptz),
	import_remarks(bigint),
	register_sources(text[], text[], boolean[], text[], text[], text,
		timestamptz),
	source_claim(text, boolean, boolean, timestamptz),
	source_release(text, text),
	source_arrival(text, text, text, text[], boolean, timestamptz),
	source_watch(interval, text, timestamptz),
	fetch_known(text, text[], text[], timestamptz),
	fetch_record(text, text, text, bigint, timestamptz),
	fetch_removed(text, text, text, timestamptz)
	TO recard_tracking;

GRANT EXECUTE ON FUNCTION
	notice_claim(integer, interval, timestamptz),
	notice_due(integer, interval, timestamptz),
	notice_settle(bigint[], integer[], text[], text[], bigint[], interval,
		text, timestamptz),
	notice_bounce(bigint, uuid, text, timestamptz),
	mail_server_seen(text, text, timestamptz)
	TO recard_notify;

-- The portal asks for whoever has logged in: each function finds the person by
-- the session. submit() is for other portals, which say who it is.
GRANT EXECUTE ON FUNCTION submit(jsonb, timestamptz),
	citizen_login(bytea, bytea, text, text, text, interval, timestamptz),
	citizen_logout(bytea), citizen_home(bytea, timestamptz),
	citizen_check_address(bytea, text, text, timestamptz),
	citizen_apply(bytea, jsonb, timestamptz),
	citizen_order(bytea, bigint, timestamptz),
	citizen_edit(bytea, bigint, jsonb, timestamptz),
	citizen_activation(bytea, bigint, timestamptz),
	activation_begin(bytea, bigint, timestamptz),
	activation_end(bytea, bigint, integer, boolean, timestamptz)
	TO recard_portal;

GRANT EXECUTE ON FUNCTION order_show(bigint), history(bigint)
	TO recard_console, recard_ctl;
GRANT EXECUTE ON FUNCTION belt(timestamptz), order_trail(bigint),
	seconds_at(timestamptz), seconds_of(interval),
	order_list(text, integer, bigint, text, boolean, interval, date, date,
		timestamptz)
	TO recard_ctl;
GRANT SELECT ON order_state, order_move TO recard_ctl;
-- The console reads, masked; what it does, it does through console_act(), which
-- asks who wants it.
GRANT EXECUTE ON FUNCTION
	console_authorise(text, text, text, timestamptz),
	console_act(text, text, text[], text, jsonb, text, timestamptz),
	console_belt(timestamptz),
	console_search(text, text, timestamptz),
	console_reveal(text, bigint, text, timestamptz),
	console_orders(text, text, text, date, date, text, text, integer,
		timestamptz),
	console_exceptions(text, text, text, date, date, text, bigint, integer,
		timestamptz),
	console_payments(text, text, text, date, date, text, bigint, integer,
		timestamptz),
	console_claims(text, text, date, date, bigint, integer),
	console_requests(text, text, date, date, bigint, integer),
	console_batches(text, text, text, text, date, date, text, integer),
	console_label_runs(text, text, date, date, text, integer),
	console_label_run(text),
	console_labels(text, bigint, text, integer, text, timestamptz),
	console_jobs(timestamptz), daemon_list(timestamptz),
	stage_list(timestamptz), source_list(timestamptz),
	console_lines(), payment_show(bigint),
	console_imports(text, text, text, date, date, bigint, integer),
	console_import_show(bigint),
	console_audit(text, text, text, date, date, bigint, integer,
		timestamptz),
	metrics(timestamptz), roll_moves(integer), taipei_time(timestamptz),
	console_overdue(integer, date, date, text, integer, timestamptz),
	console_request(text, bigint, text, timestamptz),
	claim_show(bigint), batch_show(text),
	payment_feeds(timestamptz), run_labels(text), order_text(bigint)
	TO recard_console;

GRANT EXECUTE ON FUNCTION
	operator_add(text, text, text, timestamptz, timestamptz, text, text,
		timestamptz),
	operator_remove(text, text, text, timestamptz),
	operator_list(boolean, timestamptz),
	verify_record(text[], timestamptz)
	TO recard_ctl;
GRANT EXECUTE ON FUNCTION submit(jsonb, timestamptz),
	certificate_load(jsonb), verify(), order_number(text),
	purge_waiting(timestamptz, integer),
	hold_order(bigint, text, text, timestamptz),
	release_order(bigint, text, text, timestamptz),
	cancel_order(bigint, text, text, timestamptz),
	reprint_label(bigint, text, text, timestamptz),
	remail_order(bigint, text, text, timestamptz),
	close_order(bigint, text, text, timestamptz),
	activation_unlock(bigint, text, text, timestamptz),
	activation_show(bigint), activation_list(boolean, integer, bigint),
	book_code_resets(text, text, bigint, bigint[], bigint[], text[], text[],
		timestamptz[], text[], bigint[], text[], text[], text,
		timestamptz), import_remarks(bigint),
	import_refuse(text, text, text, bigint, bigint, text, text, timestamptz),
	payment_reason(),
	payment_list(text, bigint, text, text, date, date, integer, bigint),
	payment_show(bigint),
	payment_worklist(text, text, integer, timestamptz, bigint, text, date,
		date),
	payment_resolve(bigint, text, text, text, text, bigint, timestamptz),
	payment_totals(date, date),
	payment_refunds(text, integer, bigint, text, date, date),
	payment_feeds(timestamptz), product_list(timestamptz),
	product_prices(text, timestamptz),
	product_price_add(text, date, integer, integer, text, text,
		timestamptz),
	product_feeds_set(text, text[], text, text, timestamptz),
	batch_list(text, text, text, date, date, integer, text, boolean),
	batch_show(text),
	batch_cards(text), batch_cut(text, text, text, text, timestamptz),
	batch_resend(text, text, text, timestamptz),
	batch_hold(text, text, text, timestamptz),
	batch_release(text, text, text, timestamptz),
	batch_reconcile(text, text, date, date, boolean, timestamptz),
	line_list(timestamptz), line_alarms(timestamptz),
	line_resume(text, integer, text, text, timestamptz),
	stock_set(text, text, integer, boolean, text, text, timestamptz),
	decision_request(text, text, text, text, timestamptz),
	decision_settle(bigint, boolean, text, text, timestamptz),
	decision_list(boolean, integer, bigint, text),
	decision_show(bigint, text, text, timestamptz),
	correct_address(bigint, text, text, text, text, timestamptz),
	exception_list(text, boolean, integer, timestamptz, bigint, text,
		interval),
	exception_close(bigint, text, text, timestamptz),
	label_run_list(date, date, boolean, integer, text, text, text, text,
		boolean), run_labels(text),
	label_show(bigint),
	label_preview(bigint, text, integer, text, text, timestamptz),
	void_label(bigint, text, text, timestamptz),
	reprint_run(text, integer, text, text, timestamptz),
	pack_card(bigint, text, integer, text, timestamptz),
	print_confirm(text, text, text, timestamptz), order_text(bigint),
	mail_overdue(integer, timestamptz, bigint),
	import_list(text, integer, bigint, text, text, date, date),
	source_list(timestamptz),
	calendar_load(date[], boolean[], text[], text, text, text, timestamptz),
	calendar_list(timestamptz),
	claim_open(bigint, text, text, timestamptz),
	claim_note(bigint, text, text, timestamptz),
	claim_close(bigint, text, text, timestamptz),
	claim_list(boolean, integer, bigint, interval, timestamptz),
	claim_show(bigint),
	notice_list(text, text, bigint, date, date, bigint, integer),
	notice_show(bigint),
	notice_preview(bigint, text, text, text, timestamptz),
	notice_retry(bigint, text, text, timestamptz)
	TO recard_ctl;

-- Watching, for those who look after the belt.
GRANT EXECUTE ON FUNCTION shape(timestamptz),
	flow(timestamptz, timestamptz),
	order_find(text, text, text, integer, timestamptz),
	order_reveal(bigint, text, text, timestamptz),
	stage_pause_set(text, timestamptz, text, text, timestamptz),
	stage_resume(text, text, text, timestamptz), stage_list(timestamptz),
	stage_unseen(text, bigint), daemon_list(timestamptz),
	doctor_server(timestamptz, integer, timestamptz),
	doctor_belt(text, timestamptz), taipei_time(timestamptz),
	history_settle(), history_seal_days(text, timestamptz),
	history_seals(date), history_breaches(date, timestamptz),
	prune(timestamptz), run_claim(text)
	TO recard_ctl;
