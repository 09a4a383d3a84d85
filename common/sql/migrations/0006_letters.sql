-- The post, the rest: ZIP archives, sources that are expected at their hour,
-- letters that are sent again to another address.

-- Archives -----------------------------------------------------------------

-- Sources ------------------------------------------------------------------

-- Letters ------------------------------------------------------------------
