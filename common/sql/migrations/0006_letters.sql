-- The post, the rest: ZIP archives, sources that are expected at their hour,
-- letters that are sent again to another address.

-- Archives -----------------------------------------------------------------

-- Sources ------------------------------------------------------------------

-- Letters ------------------------------------------------------------------

-- A letter stands on a label of its order, and labels are never deleted and
-- never change hands: see foundation_laid(), which costs a million letters
-- what three foreign keys cost a tenth of them. One index finds a letter by
-- order and by label, one by number, with or without its day.
ALTER TABLE mail_item DROP CONSTRAINT mail_item_order_no_fkey,
	DROP CONSTRAINT mail_item_label_no_fkey,
	DROP CONSTRAINT mail_item_import_id_fkey,
	DROP CONSTRAINT mail_item_label_no_key;
DROP INDEX mail_item_letter, mail_item_order, mail_item_number,
	mail_item_import;
CREATE UNIQUE INDEX mail_item_label ON mail_item (order_no, label_no);
CREATE UNIQUE INDEX mail_item_letter
	ON mail_item (left(tracking_no, 14), posted_on);
-- A file's letters lie together.
CREATE INDEX mail_item_import ON mail_item USING brin (import_id)
	WITH (pages_per_range = 16);

-- advance() writes notices of orders that it has just moved: those that others
-- write are looked at by foundation_laid().
ALTER TABLE notice DROP CONSTRAINT notice_order_no_fkey;

-- The reader has checked the order's number.
ALTER TABLE tracking_staging DROP COLUMN order_ref,
	ADD COLUMN order_no bigint,
	ADD CHECK (num_nonnulls(order_no, event) = 1);
