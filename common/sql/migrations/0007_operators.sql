-- Operators: who they are, what they may do, what they look at and watch.

-- Watching the belt ------------------------------------------------------------

-- When a move was written, by the database's clock, whatever moment it is of
-- (an application may be imported days later): history is sealed by it.
ALTER TABLE order_history
	ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
-- The table only grows, in this order: a handful of pages tell where the
-- latest rows are, and a move costs nothing more.
CREATE INDEX order_history_recorded ON order_history USING brin (recorded_at)
	WITH (pages_per_range = 32, autosummarize = on);

-- Finding a person's orders ------------------------------------------------------

CREATE INDEX applicant_holder ON applicant (holder_hash);
CREATE INDEX applicant_card ON applicant (card_no);
