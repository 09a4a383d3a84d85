-- Makes the configured payment channels known as feeds, and notes which of
-- them are asked before a purge. Which product waits for which feed is a
-- matter of product_feed.
-- Parameters: channels; for each, whether its provider is asked before a
-- purge.
CREATE OR REPLACE FUNCTION register_feeds(channels text[], asked boolean[])
RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, recard, pg_temp
AS $$
	INSERT INTO recard.payment_feed AS f (channel, display, ask_before_purge)
	SELECT c.channel, c.channel, c.asked
	FROM unnest(channels, asked) AS c (channel, asked) ORDER BY 1
	ON CONFLICT (channel) DO UPDATE
		SET ask_before_purge = excluded.ask_before_purge
		WHERE f.ask_before_purge <> excluded.ask_before_purge
$$;
