-- Why a letter could not be delivered. The post's numbers differ from system
-- to system; its words do not.
-- Returns: a name of ours; 'other' for words that are not known; NULL without.
CREATE OR REPLACE FUNCTION undelivered_reason(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT CASE
		WHEN words = '' THEN NULL
		WHEN words IN ('招領逾期', '招領期滿') THEN 'not_picked_up'
		WHEN words IN ('投箱待領逾期', '信箱逾期')
			THEN 'box_not_emptied'
		WHEN words IN ('查無此人', '無此人') THEN 'no_such_person'
		WHEN words IN ('址欠詳', '地址欠詳') THEN 'incomplete_address'
		WHEN words IN ('查無地址', '查無此址') THEN 'no_such_address'
		WHEN words IN ('遷移不明', '遷移') THEN 'moved_away'
		WHEN words = '拒收' THEN 'refused'
		WHEN words = '離職' THEN 'left_employer'
		WHEN words = '死亡' THEN 'deceased'
		WHEN words = '信箱退租' THEN 'box_given_up'
		WHEN words IS NOT NULL THEN 'other'
	END
$$;
