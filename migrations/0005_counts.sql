-- What the reports count: docs/mapping.md.

-- Sums a day. Dossiers that were decided, and those of them whose result lies in a vault; components of dossiers that were received, and those of
-- them that have a file.
CREATE TABLE reuse_day_new (
    day DATE NOT NULL,
    agency_id UUID NOT NULL REFERENCES agency (id),
    what TEXT NOT NULL CHECK (what IN ('dossier', 'component_reused', 'component_added', 'component_digitised', 'result', 'refusal',
        'component', 'component_with_file', 'decided', 'decided_digitised')),
    -- The reason of a refusal; else empty.
    reason_code TEXT NOT NULL DEFAULT '',
    count BIGINT NOT NULL,
    PRIMARY KEY (day, agency_id, what, reason_code)
);
INSERT INTO reuse_day_new (day, agency_id, what, reason_code, count)
SELECT day, agency_id, what, reason_code, count FROM reuse_day WHERE what <> 'result_digitised';
DROP TABLE reuse_day;
ALTER TABLE reuse_day_new RENAME TO reuse_day;

-- What of a dossier is in the sums, so that what changes later changes them by the difference, on the day it was counted under.
CREATE TABLE dossier_count (
    dossier_id UUID PRIMARY KEY REFERENCES dossier (id),
    received_on DATE NOT NULL,
    components INTEGER NOT NULL,
    with_file INTEGER NOT NULL,
    decided_on DATE,
    -- The agency that processed it when it was decided.
    decided_by UUID REFERENCES agency (id),
    digitised BOOLEAN NOT NULL
);

-- The day under which a paper is counted; none of what is in no sum.
ALTER TABLE attachment ADD COLUMN counted_on DATE;

-- The version that is pinned, as it is whatever became of the paper since; unknown of what was deleted before it was kept.
ALTER TABLE attachment ADD COLUMN version_number INTEGER;
ALTER TABLE attachment ADD COLUMN media_type TEXT;
ALTER TABLE attachment ADD COLUMN size_bytes BIGINT;
UPDATE attachment SET version_number = (SELECT v.number FROM version v WHERE v.id = attachment.version_id),
    media_type = (SELECT v.media_type FROM version v WHERE v.id = attachment.version_id),
    size_bytes = (SELECT v.size_bytes FROM version v WHERE v.id = attachment.version_id);

-- The programs of other systems, by name.
CREATE INDEX account_client_by_name ON account (name_key, id) WHERE kind = 'client';

-- Days off are items of the catalogue too.
CREATE TABLE catalogue_item_new (
    kind TEXT NOT NULL CHECK (kind IN ('agency', 'document_type', 'result_type', 'procedure', 'day')),
    code TEXT NOT NULL,
    since BIGINT NOT NULL REFERENCES catalogue_version (number),
    until BIGINT REFERENCES catalogue_version (number),
    -- Its place in the file it came in, so that an export has the order of the import.
    place INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, code, since)
);
INSERT INTO catalogue_item_new (kind, code, since, until, place, body) SELECT kind, code, since, until, place, body FROM catalogue_item;
DROP TABLE catalogue_item;
ALTER TABLE catalogue_item_new RENAME TO catalogue_item;
CREATE UNIQUE INDEX catalogue_item_now ON catalogue_item (kind, code) WHERE until IS NULL;

-- Papers that came for a dossier, whether they are in it or came when it was closed.
CREATE INDEX pushed_by_dossier ON pushed (dossier_id, kind);
