-- What judging the signatures of a version found; one row for each version of a format that can hold signatures.
CREATE TABLE signature_report (
    version_id UUID PRIMARY KEY REFERENCES version (id) ON DELETE CASCADE,
    vault_id UUID NOT NULL REFERENCES vault (id),
    state TEXT NOT NULL CHECK (state IN ('pending', 'judged', 'unsigned', 'unreadable', 'too_large')),
    -- The conclusion about the file as a whole.
    conclusion TEXT CHECK (conclusion IN ('valid', 'valid_with_later_changes', 'indeterminate', 'invalid')),
    signatures INTEGER NOT NULL DEFAULT 0,
    -- The name of the rules that it was judged by.
    policy TEXT,
    judged_at TIMESTAMPTZ,
    -- When it is to be judged again; NULL where nothing can change.
    judge_at TIMESTAMPTZ,
    -- The report, sealed with the master key: it names people.
    sealed_report BYTEA
);
CREATE INDEX signature_report_due ON signature_report (judge_at, version_id) WHERE judge_at IS NOT NULL;

-- Versions of before are judged by the job that judges again.
INSERT INTO signature_report (version_id, vault_id, state, judge_at)
SELECT id, vault_id, 'pending', created_at FROM version
WHERE media_type IN (
    'application/pdf', 'application/xml', 'application/pkcs7-mime', 'application/vnd.etsi.asic-e+zip', 'application/vnd.etsi.asic-s+zip',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation');

-- The conclusion about the current version, kept here so that a list needs no join.
ALTER TABLE entry ADD COLUMN verdict TEXT;

-- What authorities publish: certificates, lists of revoked ones, answers about one. Of public nature, so that one copy serves all vaults.
CREATE TABLE evidence (
    sha256 BYTEA PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('certificate', 'crl', 'ocsp')),
    der BYTEA NOT NULL,
    -- Where it was fetched, and when last: asked for again within the hour, the same serves.
    url TEXT,
    fetched_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX evidence_by_url ON evidence (url, fetched_at) WHERE url IS NOT NULL;

-- What the report on a version rests on besides the file itself, and since when it is kept for it.
CREATE TABLE report_evidence (
    version_id UUID NOT NULL REFERENCES signature_report (version_id) ON DELETE CASCADE,
    sha256 BYTEA NOT NULL REFERENCES evidence (sha256),
    kept_since TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (version_id, sha256)
);
CREATE INDEX report_evidence_by_digest ON report_evidence (sha256);

-- Certificates that the administrator chose: anchors, which are believed, and intermediates, which only complete chains.
CREATE TABLE trust_certificate (
    sha256 BYTEA PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('anchor', 'intermediate')),
    der BYTEA NOT NULL,
    subject TEXT NOT NULL,
    label TEXT,
    -- Signatures of before or after count for nothing under an anchor.
    valid_from TIMESTAMPTZ,
    valid_until TIMESTAMPTZ,
    -- Names that it may certify and policies one of which a path needs, as JSON arrays; empty for all.
    names TEXT NOT NULL DEFAULT '[]',
    policies TEXT NOT NULL DEFAULT '[]',
    -- Whether signers under it issue papers: a valid signature of theirs authenticates a document.
    authenticates BOOLEAN NOT NULL DEFAULT FALSE,
    added_at TIMESTAMPTZ NOT NULL
);
