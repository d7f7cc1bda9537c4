-- Whether a person who opens a file can read it: docs/mapping.md. NULL while it was not looked at, and where that cannot be told.

-- Versions on the same bytes share it, as they do the picture.
ALTER TABLE version ADD COLUMN readability TEXT CHECK (readability IN ('readable', 'blank', 'locked', 'empty', 'damaged'));
-- That of the current version, kept here so that a list needs no join.
ALTER TABLE entry ADD COLUMN readability TEXT;
