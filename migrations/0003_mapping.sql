-- The mapping module: docs/mapping.md.

-- The catalogue: every change that changes anything is one version.
CREATE TABLE catalogue_version (
    number BIGINT PRIMARY KEY,
    created_at TIMESTAMPTZ NOT NULL,
    created_by UUID,
    created_by_name TEXT NOT NULL,
    note TEXT,
    -- What changed, for whoever reads the list of versions: a JSON object.
    changes TEXT NOT NULL
);

-- An item in the versions since ≤ n < until; the one that holds now has no until.
CREATE TABLE catalogue_item (
    kind TEXT NOT NULL CHECK (kind IN ('agency', 'document_type', 'result_type', 'procedure')),
    code TEXT NOT NULL,
    since BIGINT NOT NULL REFERENCES catalogue_version (number),
    until BIGINT REFERENCES catalogue_version (number),
    -- Its place in the file it came in, so that an export has the order of the import.
    place INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, code, since)
);
CREATE UNIQUE INDEX catalogue_item_now ON catalogue_item (kind, code) WHERE until IS NULL;
-- catalogue: the newest version; whoever makes the next one counts it up first, and so waits for the one before.
INSERT INTO counter (name, value) VALUES ('catalogue', 0);

CREATE TABLE dossier (
    id UUID PRIMARY KEY,
    -- What people write and scan.
    code TEXT NOT NULL UNIQUE,
    procedure_code TEXT NOT NULL,
    procedure_name TEXT NOT NULL,
    catalogue_version BIGINT NOT NULL REFERENCES catalogue_version (number),
    -- Whose dossier it is.
    vault_id UUID NOT NULL REFERENCES vault (id),
    submitter_account_id UUID REFERENCES account (id),
    submitter_name TEXT NOT NULL,
    submitter_identity TEXT,
    receiving_agency_id UUID NOT NULL REFERENCES agency (id),
    processing_agency_id UUID NOT NULL REFERENCES agency (id),
    channel TEXT NOT NULL CHECK (channel IN ('online', 'counter', 'system')),
    -- The system that opened it, and its own key for it.
    client_id UUID REFERENCES account (id),
    client_key TEXT,
    contact_phone TEXT,
    contact_email TEXT,
    contact_address TEXT,
    summary TEXT,
    -- Codes of the procedure's conditions that were answered with yes: a JSON array.
    conditions TEXT NOT NULL DEFAULT '[]',
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'received', 'supplement_requested', 'processing', 'decided',
        'returned', 'withdrawn', 'refused')),
    -- In which state a supplement was asked for.
    state_before TEXT,
    submitted_at TIMESTAMPTZ,
    received_at TIMESTAMPTZ,
    received_by UUID REFERENCES account (id),
    due_on DATE,
    decided_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    created_by UUID NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    rev BIGINT NOT NULL DEFAULT 1,
    CHECK ((client_id IS NULL) = (client_key IS NULL))
);
CREATE UNIQUE INDEX dossier_by_client_key ON dossier (client_id, client_key) WHERE client_id IS NOT NULL;
CREATE INDEX dossier_by_vault ON dossier (vault_id, updated_at, id);
CREATE INDEX dossier_by_submitter ON dossier (submitter_account_id, updated_at, id);
CREATE INDEX dossier_by_receiver ON dossier (receiving_agency_id, state, updated_at, id);
CREATE INDEX dossier_by_processor ON dossier (processing_agency_id, state, updated_at, id);
-- The same for lists of every state.
CREATE INDEX dossier_of_receiver ON dossier (receiving_agency_id, updated_at, id);
CREATE INDEX dossier_of_processor ON dossier (processing_agency_id, updated_at, id);
CREATE INDEX dossier_by_receipt ON dossier (received_at, id) WHERE received_at IS NOT NULL;

-- Every change of state.
CREATE TABLE dossier_move (
    dossier_id UUID NOT NULL REFERENCES dossier (id),
    seq INTEGER NOT NULL,
    -- Empty for the opening.
    from_state TEXT,
    to_state TEXT NOT NULL,
    move TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    by_account UUID,
    by_name TEXT NOT NULL,
    agency_id UUID REFERENCES agency (id),
    reason_code TEXT,
    note TEXT,
    PRIMARY KEY (dossier_id, seq)
);

-- On what ground an officer may look for papers of the owner: a code that the owner gave, or an authority.
CREATE TABLE consent (
    id UUID PRIMARY KEY,
    vault_id UUID NOT NULL REFERENCES vault (id),
    dossier_id UUID NOT NULL REFERENCES dossier (id),
    kind TEXT NOT NULL CHECK (kind IN ('owner', 'one_time_code', 'authority')),
    purpose TEXT NOT NULL,
    legal_basis TEXT,
    reason TEXT,
    -- Of a code that was not yet given back.
    code_digest BYTEA,
    failures INTEGER NOT NULL DEFAULT 0,
    asked_by UUID NOT NULL REFERENCES account (id),
    asked_at TIMESTAMPTZ NOT NULL,
    code_expires_at TIMESTAMPTZ,
    given_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ
);
CREATE INDEX consent_by_vault ON consent (vault_id, asked_at, id);
CREATE INDEX consent_by_dossier ON consent (dossier_id, asked_at, id);

-- A paper in a component: exactly one version, by its hash.
CREATE TABLE attachment (
    id UUID PRIMARY KEY,
    dossier_id UUID NOT NULL REFERENCES dossier (id),
    component_code TEXT NOT NULL,
    vault_id UUID NOT NULL REFERENCES vault (id),
    entry_id UUID NOT NULL,
    version_id UUID NOT NULL,
    sha256 BYTEA NOT NULL,
    -- As they were when it was attached.
    title TEXT NOT NULL,
    type_code TEXT,
    trust_level SMALLINT NOT NULL,
    verdict TEXT,
    -- Whether the paper lay in the vault already, or was added for this dossier.
    reused BOOLEAN NOT NULL,
    -- Whether an agency made it a file for this dossier.
    digitised BOOLEAN NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('online', 'counter', 'system')),
    consent_id UUID REFERENCES consent (id),
    -- Whose paper it is, where that is somebody else than the dossier's owner: `vault_id` is theirs.
    given_by TEXT,
    purpose TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('attached', 'accepted', 'refused', 'replaced', 'removed')),
    attached_at TIMESTAMPTZ NOT NULL,
    attached_by UUID NOT NULL REFERENCES account (id),
    attached_by_name TEXT NOT NULL,
    agency_id UUID REFERENCES agency (id),
    decided_at TIMESTAMPTZ,
    decided_by UUID REFERENCES account (id),
    decided_by_name TEXT,
    reason_code TEXT,
    reason_note TEXT
);
CREATE INDEX attachment_by_dossier ON attachment (dossier_id, component_code, attached_at, id);
CREATE INDEX attachment_by_entry ON attachment (entry_id);
CREATE INDEX attachment_by_vault ON attachment (vault_id, attached_at, id);

-- The owner's proof of one use of a paper; numbers run per vault.
CREATE TABLE receipt (
    id UUID PRIMARY KEY,
    vault_id UUID NOT NULL REFERENCES vault (id),
    number INTEGER NOT NULL,
    attachment_id UUID NOT NULL UNIQUE REFERENCES attachment (id),
    at TIMESTAMPTZ NOT NULL,
    -- The facts of that moment: a JSON object, sealed.
    sealed_body BYTEA NOT NULL,
    UNIQUE (vault_id, number)
);

-- What speaks for a version; the trust level is computed from it.
CREATE TABLE trust_evidence (
    version_id UUID NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('compared', 'signed', 'register')),
    vault_id UUID NOT NULL REFERENCES vault (id),
    entry_id UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    by_account UUID,
    by_name TEXT NOT NULL,
    agency_id UUID REFERENCES agency (id),
    -- Of a register: which one, and the number of the entry there.
    register TEXT,
    register_entry TEXT,
    PRIMARY KEY (version_id, kind)
);
CREATE INDEX trust_evidence_by_entry ON trust_evidence (entry_id);
-- Papers that were authenticated before evidence was kept.
INSERT INTO trust_evidence (version_id, kind, vault_id, entry_id, at, by_name)
SELECT current_version_id, CASE trust_level WHEN 2 THEN 'compared' WHEN 3 THEN 'signed' ELSE 'register' END, vault_id, id, updated_at, 'Kho'
FROM entry WHERE trust_level >= 2 AND current_version_id IS NOT NULL;

-- What came to stand in a paper's place, or took its validity.
ALTER TABLE entry ADD COLUMN superseded_by UUID;
ALTER TABLE entry ADD COLUMN superseded_at TIMESTAMPTZ;
ALTER TABLE entry ADD COLUMN revoked_reason TEXT;
ALTER TABLE entry ADD COLUMN dossier_id UUID;
ALTER TABLE entry ADD COLUMN agency_id UUID;
-- The papers of a vault that may answer a component.
CREATE INDEX entry_of_type ON entry (vault_id, type_code) WHERE type_code IS NOT NULL AND trashed_at IS NULL;

-- Where in the vault a paper came from a dossier: for the owner's page and the digitisation rate.
CREATE TABLE result (
    id UUID PRIMARY KEY,
    dossier_id UUID NOT NULL REFERENCES dossier (id),
    vault_id UUID NOT NULL REFERENCES vault (id),
    entry_id UUID NOT NULL,
    type_code TEXT NOT NULL,
    number TEXT,
    agency_id UUID NOT NULL REFERENCES agency (id),
    issued_on DATE,
    state TEXT NOT NULL CHECK (state IN ('valid', 'superseded', 'revoked')),
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX result_by_dossier ON result (dossier_id, at, id);

-- Programs of other systems: how they prove who they are, and for which agencies they may do what.
CREATE TABLE oauth_client (
    account_id UUID PRIMARY KEY REFERENCES account (id),
    secret_digest BYTEA,
    -- Public keys as a JWK set, for private_key_jwt (RFC 7523).
    jwks TEXT,
    updated_at TIMESTAMPTZ NOT NULL,
    CHECK (secret_digest IS NOT NULL OR jwks IS NOT NULL)
);
CREATE TABLE client_agency (
    account_id UUID NOT NULL REFERENCES account (id),
    agency_id UUID NOT NULL REFERENCES agency (id),
    scopes TEXT NOT NULL,
    PRIMARY KEY (account_id, agency_id)
);
-- Assertions that were used, until they end: none is taken twice.
CREATE TABLE used_assertion (
    client_id UUID NOT NULL REFERENCES account (id),
    jti TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (client_id, jti)
);
CREATE INDEX used_assertion_by_expiry ON used_assertion (expires_at);

-- Programs get a token every hour.
CREATE INDEX access_token_by_expiry ON access_token (expires_at);

-- What a client pushed under its own key, and what it became.
CREATE TABLE pushed (
    client_id UUID NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL CHECK (kind IN ('dossier', 'component', 'result')),
    key TEXT NOT NULL,
    -- SHA-256 of the request, by which the same is known again.
    request_sha256 BYTEA NOT NULL,
    -- SHA-256 of the file, where there is one.
    file_sha256 BYTEA,
    -- SHA-256 of the address that the file was fetched from.
    source_sha256 BYTEA,
    dossier_id UUID NOT NULL REFERENCES dossier (id),
    entry_id UUID,
    -- Where it was no file but the code of a paper that its owner cited.
    citation_id UUID,
    first_at TIMESTAMPTZ NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    -- The day it is counted under in the reconciliation (Vietnamese time).
    day DATE NOT NULL,
    PRIMARY KEY (client_id, kind, key)
);
CREATE INDEX pushed_by_day ON pushed (client_id, day, kind, key);

-- Papers that a client named by address, until they are fetched: then the row goes, and `pushed` says what they became.
CREATE TABLE paper_fetch (
    client_id UUID NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL CHECK (kind IN ('component', 'result')),
    key TEXT NOT NULL,
    -- New with each request that says something else.
    id UUID NOT NULL UNIQUE,
    dossier_id UUID NOT NULL REFERENCES dossier (id),
    request_sha256 BYTEA NOT NULL,
    -- SHA-256 of the address.
    source_sha256 BYTEA NOT NULL,
    -- Where the paper goes, what is said of it, and its address: a JSON object, sealed.
    sealed_request BYTEA NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When it is tried next; of one that failed, when it is forgotten.
    next_at TIMESTAMPTZ NOT NULL,
    -- The code of the problem of the last attempt, and what lay behind it.
    problem TEXT,
    cause TEXT,
    PRIMARY KEY (client_id, kind, key)
);
CREATE INDEX paper_fetch_due ON paper_fetch (state, next_at);

-- What happened to dossiers and their papers, in the order of the numbers: the feed, the webhooks and the reports read it.
CREATE TABLE event (
    number BIGINT PRIMARY KEY,
    id UUID NOT NULL UNIQUE,
    at TIMESTAMPTZ NOT NULL,
    day DATE NOT NULL,
    kind TEXT NOT NULL,
    dossier_id UUID NOT NULL REFERENCES dossier (id),
    agency_id UUID NOT NULL REFERENCES agency (id),
    client_id UUID,
    body TEXT NOT NULL
);
CREATE INDEX event_by_dossier ON event (dossier_id, number);
CREATE INDEX event_by_agency ON event (agency_id, number);
CREATE INDEX event_by_client ON event (client_id, number) WHERE client_id IS NOT NULL;
INSERT INTO counter (name, value) VALUES ('event', 0), ('dossier', 0);

-- Sums a day, for reports over years.
CREATE TABLE reuse_day (
    day DATE NOT NULL,
    agency_id UUID NOT NULL REFERENCES agency (id),
    what TEXT NOT NULL CHECK (what IN ('dossier', 'component_reused', 'component_added', 'component_digitised', 'result',
        'result_digitised', 'refusal')),
    -- The reason of a refusal; else empty.
    reason_code TEXT NOT NULL DEFAULT '',
    count BIGINT NOT NULL,
    PRIMARY KEY (day, agency_id, what, reason_code)
);

-- Short codes of versions that a citizen gives instead of a copy.
CREATE TABLE citation (
    id UUID PRIMARY KEY,
    -- Never used again for another version.
    code TEXT NOT NULL UNIQUE,
    vault_id UUID NOT NULL REFERENCES vault (id),
    entry_id UUID NOT NULL,
    version_id UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    created_by UUID NOT NULL REFERENCES account (id),
    withdrawn_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX citation_of_version ON citation (version_id) WHERE withdrawn_at IS NULL;
CREATE INDEX citation_by_vault ON citation (vault_id, created_at, id);
CREATE INDEX citation_by_entry ON citation (entry_id, created_at, id);

-- Who saw a cited paper: within a dossier, or because the owner was asked.
CREATE TABLE citation_use (
    id UUID PRIMARY KEY,
    citation_id UUID NOT NULL REFERENCES citation (id),
    agency_id UUID NOT NULL REFERENCES agency (id),
    account_id UUID NOT NULL REFERENCES account (id),
    by_name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    -- Empty where the owner was asked to have it seen outside of any dossier.
    dossier_id UUID REFERENCES dossier (id),
    -- Where the owner is asked to give it to somebody else's dossier: for which component, and what was attached when the owner agreed.
    component_code TEXT,
    attachment_id UUID REFERENCES attachment (id),
    withdrawn_at TIMESTAMPTZ,
    -- When it was seen first, or asked for.
    at TIMESTAMPTZ NOT NULL,
    -- What the owner said.
    answered_at TIMESTAMPTZ,
    allowed BOOLEAN,
    last_at TIMESTAMPTZ,
    times INTEGER NOT NULL
);
CREATE INDEX citation_use_by_citation ON citation_use (citation_id, at, id);
CREATE INDEX citation_use_by_dossier ON citation_use (dossier_id, at, id) WHERE component_code IS NOT NULL;
