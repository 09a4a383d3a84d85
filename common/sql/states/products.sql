-- The shipped products, prices and payment feeds. Rows that are there stay
-- as the operator left them.
INSERT INTO product (product, display, pay_window, pay_rule, renew_days,
		valid_years, attempt_limit) VALUES
	('moica', '自然人憑證', '48 hours', 'hours', 60, 5, 3),
	('foreign_resident', '外來人口自然人憑證', '15 days', 'end_of_day', 60, 5, 3)
ON CONFLICT DO NOTHING;
INSERT INTO product_price (product, valid_from, card_fee, postage) VALUES
	('moica', '2014-10-01', 200, 28),
	('foreign_resident', '2014-10-01', 250, 28)
ON CONFLICT DO NOTHING;
INSERT INTO payment_feed (channel, display) VALUES
	('atm', 'ATM 轉帳'),
	('credit', '信用卡')
ON CONFLICT DO NOTHING;
INSERT INTO product_feed (product, channel)
SELECT product, channel
FROM (VALUES ('moica', 'atm'), ('moica', 'credit'),
	('foreign_resident', 'credit')) AS shipped (product, channel)
WHERE NOT EXISTS (SELECT FROM product_feed f
	WHERE f.product = shipped.product)
ON CONFLICT DO NOTHING;
INSERT INTO counter (name, value) VALUES
	('label_run', 0), ('posting_list', 0)
ON CONFLICT DO NOTHING;
