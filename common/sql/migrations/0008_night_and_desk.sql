-- The night and the desk: what looks after the belt without anybody looking.

-- Watching the belt ------------------------------------------------------------

-- What doctor() asks for at each look.
CREATE INDEX import_rejected ON import (taken_at) WHERE outcome = 'rejected';
DROP FUNCTION IF EXISTS doctor_belt(timestamptz);
