-- The night that supervises itself, and the operators' desk.

-- Watching the belt -----------------------------------------------------------

-- What doctor() asks for at each look.
CREATE INDEX import_rejected ON import (taken_at) WHERE outcome = 'rejected';
DROP FUNCTION IF EXISTS doctor_belt(timestamptz);

-- The desk --------------------------------------------------------------------

DROP FUNCTION IF EXISTS console_act(text, text, bigint, text, timestamptz);
