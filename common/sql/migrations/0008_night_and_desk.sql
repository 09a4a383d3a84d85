-- The night that supervises itself, and the operators' desk.

-- The desk --------------------------------------------------------------------

DROP FUNCTION IF EXISTS console_act(text, text, bigint, text, timestamptz);
