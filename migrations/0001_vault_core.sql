-- One text for SQLite and PostgreSQL: see src/db/mod.rs for the rules that keep it so.

CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
-- reminded_day: days since 1970 up to which papers about to expire were announced.
INSERT INTO counter (name, value)
VALUES ('account', 0), ('vault', 0), ('document', 0), ('checkpoint', 0), ('reminded_day', 0);

CREATE TABLE agency (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    sort_key BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX agency_by_name ON agency (sort_key, id);

CREATE TABLE vault (
    id UUID PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    owner_kind TEXT NOT NULL CHECK (owner_kind IN ('person', 'organisation')),
    owner_code TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    root_id UUID NOT NULL,
    wrapped_key BYTEA NOT NULL,
    quota_bytes BIGINT NOT NULL CHECK (quota_bytes >= 0),
    live_bytes BIGINT NOT NULL DEFAULT 0 CHECK (live_bytes >= 0),
    version_bytes BIGINT NOT NULL DEFAULT 0 CHECK (version_bytes >= 0),
    trash_bytes BIGINT NOT NULL DEFAULT 0 CHECK (trash_bytes >= 0),
    reserved_bytes BIGINT NOT NULL DEFAULT 0 CHECK (reserved_bytes >= 0),
    rev BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (owner_kind, owner_code)
);
CREATE INDEX vault_of_organisation ON vault (id) WHERE owner_kind = 'organisation';

-- A person who signs in, or an integration client: a client has neither password nor vault.
CREATE TABLE account (
    id UUID PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'client')),
    login TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    -- The full name without diacritics and capitals, in UTF-8: as bytes, so that both engines order it alike.
    name_key BYTEA NOT NULL,
    email TEXT UNIQUE,
    phone TEXT,
    address TEXT,
    language TEXT NOT NULL DEFAULT 'vi' CHECK (language IN ('vi', 'en')),
    vault_id UUID UNIQUE REFERENCES vault (id),
    password_hash TEXT,
    -- Which notices are mailed too; those about security always are.
    mail_shares BOOLEAN NOT NULL DEFAULT TRUE,
    mail_expiring BOOLEAN NOT NULL DEFAULT TRUE,
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'locked')),
    rev BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CHECK (kind = 'client' OR vault_id IS NOT NULL)
);
CREATE INDEX account_by_name ON account (name_key, id);

CREATE TABLE account_role (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    role TEXT NOT NULL
        CHECK (role IN ('officer', 'agency_admin', 'system_admin', 'auditor', 'integration_client')),
    agency_id UUID REFERENCES agency (id),
    created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX account_role_of_agency ON account_role (account_id, role, agency_id) WHERE agency_id IS NOT NULL;
CREATE UNIQUE INDEX account_role_alone ON account_role (account_id, role) WHERE agency_id IS NULL;

CREATE TABLE membership (
    vault_id UUID NOT NULL REFERENCES vault (id),
    account_id UUID NOT NULL REFERENCES account (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (vault_id, account_id)
);
CREATE INDEX membership_by_account ON membership (account_id);

CREATE TABLE session (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    token_digest BYTEA NOT NULL UNIQUE,
    csrf_token TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX session_by_account ON session (account_id, created_at, id);
CREATE INDEX session_by_expiry ON session (expires_at);

-- The browsers from which an account signed in, by a digest of what they call themselves and of their network.
CREATE TABLE known_browser (
    account_id UUID NOT NULL REFERENCES account (id),
    digest BYTEA NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account_id, digest)
);
CREATE INDEX known_browser_by_time ON known_browser (seen_at);

CREATE TABLE access_token (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    token_digest BYTEA NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX access_token_by_account ON access_token (account_id, created_at, id);

CREATE TABLE password_reset (
    token_digest BYTEA PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX password_reset_by_account ON password_reset (account_id);

-- Failures counted per subject (a login, an address, a link), so that every node refuses alike.
CREATE TABLE throttle (
    subject TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    window_ends_at TIMESTAMPTZ NOT NULL
);

-- A folder or a document. tree_* are the sums over a folder's live descendants: a trashed descendant is not in them.
CREATE TABLE entry (
    id UUID PRIMARY KEY,
    vault_id UUID NOT NULL REFERENCES vault (id),
    parent_id UUID REFERENCES entry (id),
    kind SMALLINT NOT NULL CHECK (kind IN (1, 2)),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    sort_key BYTEA NOT NULL,
    system_code TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    created_by UUID,
    updated_at TIMESTAMPTZ NOT NULL,
    rev BIGINT NOT NULL DEFAULT 1,
    trashed_at TIMESTAMPTZ,
    trashed_by UUID,
    -- The folders it lay in when it was trashed, the nearest first: a JSON array of {id, name, system_code}.
    trashed_path TEXT,
    -- When the retention plan deletes it for ever; NULL while it is not planned.
    purge_at TIMESTAMPTZ,
    -- Set once deletion for ever has begun: from then on nobody sees it, and a job removes what is left.
    purging_at TIMESTAMPTZ,
    tree_documents BIGINT NOT NULL DEFAULT 0 CHECK (tree_documents >= 0),
    tree_authenticated BIGINT NOT NULL DEFAULT 0 CHECK (tree_authenticated >= 0),
    tree_live_bytes BIGINT NOT NULL DEFAULT 0 CHECK (tree_live_bytes >= 0),
    tree_version_bytes BIGINT NOT NULL DEFAULT 0 CHECK (tree_version_bytes >= 0),
    -- documents only
    current_version_id UUID,
    -- The current version's thumbnail, kept here so that a list needs no join; see version.thumbnail_id.
    thumbnail_id UUID,
    version_count INTEGER NOT NULL DEFAULT 0,
    size_bytes BIGINT NOT NULL DEFAULT 0,
    media_type TEXT,
    trust_level SMALLINT,
    source TEXT,
    title TEXT,
    type_code TEXT,
    number TEXT,
    authority TEXT,
    issued_on DATE,
    expires_on DATE,
    note TEXT,
    tags TEXT NOT NULL DEFAULT '[]',
    extra TEXT NOT NULL DEFAULT '{}',
    CHECK (kind = 1 OR (current_version_id IS NOT NULL AND media_type IS NOT NULL AND trust_level IS NOT NULL))
);
CREATE UNIQUE INDEX entry_live_name ON entry (parent_id, name_key) WHERE trashed_at IS NULL;
-- One for each order. trashed_at is in them for SQLite, which else would read the row of each entry that is only counted or skipped.
CREATE INDEX entry_by_name ON entry (parent_id, kind, sort_key, id, trashed_at) WHERE trashed_at IS NULL;
CREATE INDEX entry_by_time ON entry (parent_id, kind, updated_at, id, trashed_at) WHERE trashed_at IS NULL;
CREATE INDEX entry_by_size ON entry (parent_id, kind, size_bytes, id, trashed_at) WHERE trashed_at IS NULL;
-- Whole, not partial: the foreign key looks children up by it when a folder is deleted.
CREATE INDEX entry_by_parent ON entry (parent_id);
CREATE INDEX entry_by_vault ON entry (vault_id, id);
CREATE INDEX entry_by_expiry ON entry (vault_id, expires_on, id) WHERE expires_on IS NOT NULL AND trashed_at IS NULL;
CREATE INDEX entry_by_last_day ON entry (expires_on, id) WHERE expires_on IS NOT NULL AND trashed_at IS NULL;
CREATE INDEX trash_by_time ON entry (vault_id, trashed_at, id) WHERE trashed_at IS NOT NULL AND purging_at IS NULL;
CREATE INDEX trash_by_name ON entry (vault_id, sort_key, id) WHERE trashed_at IS NOT NULL AND purging_at IS NULL;
CREATE INDEX trash_by_size ON entry (vault_id, tree_live_bytes, id) WHERE trashed_at IS NOT NULL AND purging_at IS NULL;
CREATE INDEX trash_by_age ON entry (trashed_at, id)
    WHERE trashed_at IS NOT NULL AND purge_at IS NULL AND purging_at IS NULL;
CREATE INDEX trash_by_plan ON entry (purge_at, id) WHERE purge_at IS NOT NULL AND purging_at IS NULL;
CREATE INDEX entry_purging ON entry (vault_id) WHERE purging_at IS NOT NULL;
-- The documents of a folder by their type, read from the index alone (SQLite needs trashed_at in it for that).
CREATE INDEX entry_by_type ON entry (parent_id, kind, type_code, tree_live_bytes, tree_version_bytes, trashed_at)
    WHERE trashed_at IS NULL;

-- Encrypted bytes: segment_count objects named <id>/<index>. wrapped_key NULL = destroyed, objects await removal.
CREATE TABLE blob (
    id UUID PRIMARY KEY,
    vault_id UUID NOT NULL REFERENCES vault (id),
    wrapped_key BYTEA,
    segment_count INTEGER NOT NULL,
    size_bytes BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX blob_doomed ON blob (id) WHERE wrapped_key IS NULL;

CREATE TABLE blob_segment (
    blob_id UUID NOT NULL REFERENCES blob (id),
    idx INTEGER NOT NULL,
    size_bytes BIGINT NOT NULL,
    PRIMARY KEY (blob_id, idx)
);

CREATE TABLE version (
    id UUID PRIMARY KEY,
    entry_id UUID NOT NULL REFERENCES entry (id),
    vault_id UUID NOT NULL,
    number INTEGER NOT NULL,
    blob_id UUID NOT NULL REFERENCES blob (id),
    size_bytes BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    media_type TEXT NOT NULL,
    file_name TEXT NOT NULL,
    comment TEXT,
    restored_from INTEGER,
    created_at TIMESTAMPTZ NOT NULL,
    created_by UUID NOT NULL,
    text_state TEXT NOT NULL DEFAULT 'pending' CHECK (text_state IN ('pending', 'done', 'none', 'failed')),
    thumbnail_state TEXT NOT NULL DEFAULT 'pending' CHECK (thumbnail_state IN ('pending', 'done', 'none', 'failed')),
    -- A small picture of it, a blob of its own; versions on the same bytes share it.
    thumbnail_id UUID REFERENCES blob (id),
    UNIQUE (entry_id, number)
);
CREATE INDEX version_by_blob ON version (blob_id);
CREATE INDEX version_by_thumbnail ON version (thumbnail_id) WHERE thumbnail_id IS NOT NULL;

-- An upload under way, or one whose outcome its client may still ask for. Its blob row exists from the start; reserved_bytes
-- counts against the vault's quota until it ends. An ended one has no blob: a version has taken it, or its key was destroyed.
CREATE TABLE upload (
    id UUID PRIMARY KEY,
    vault_id UUID NOT NULL REFERENCES vault (id),
    account_id UUID NOT NULL REFERENCES account (id),
    blob_id UUID REFERENCES blob (id),
    protocol TEXT NOT NULL CHECK (protocol IN ('tus', 'direct')),
    folder_id UUID,
    document_id UUID,
    reserved_bytes BIGINT NOT NULL,
    received_bytes BIGINT NOT NULL DEFAULT 0,
    declared_bytes BIGINT,
    -- SHA-256 of what was received so far, as a resumable state.
    hash_state BYTEA,
    metadata TEXT NOT NULL,
    -- What it became.
    entry_id UUID,
    -- The code of the problem that ended it.
    problem TEXT,
    -- The first segment index that was never handed out: one that may have been used is never used again.
    next_index INTEGER NOT NULL DEFAULT 0,
    -- The connection that may write. Every write names its lease, so that one which was overtaken changes nothing.
    lease_id UUID,
    leased_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX upload_by_expiry ON upload (expires_at, id);
CREATE INDEX upload_by_blob ON upload (blob_id);

-- A right on an entry, given to a vault's people or to the bearer of a link; rights are the bits of domain::grant::Rights.
CREATE TABLE access_grant (
    id UUID PRIMARY KEY,
    vault_id UUID NOT NULL REFERENCES vault (id),
    entry_id UUID NOT NULL REFERENCES entry (id),
    -- The entry's sort_key, kept in step by whatever names the entry, so that lists of shares are one index range.
    entry_sort_key BYTEA NOT NULL,
    parent_id UUID REFERENCES access_grant (id),
    recipient_vault_id UUID REFERENCES vault (id),
    link_digest BYTEA UNIQUE,
    link_password_hash TEXT,
    link_max_downloads INTEGER,
    link_downloads INTEGER NOT NULL DEFAULT 0,
    rights SMALLINT NOT NULL,
    message TEXT,
    granted_by UUID NOT NULL REFERENCES account (id),
    -- The vault whose member gave it: the owner's, or the recipient of the parent grant.
    granting_vault_id UUID NOT NULL REFERENCES vault (id),
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    revoked_by UUID,
    revoked_because TEXT,
    -- Whether those concerned were told that it has expired.
    expiry_told BOOLEAN NOT NULL DEFAULT FALSE,
    rev BIGINT NOT NULL DEFAULT 1,
    CHECK ((recipient_vault_id IS NULL) <> (link_digest IS NULL)),
    CHECK (link_digest IS NULL OR expires_at IS NOT NULL)
);
CREATE INDEX grant_by_entry ON access_grant (entry_id, created_at, id);
CREATE INDEX grant_by_vault ON access_grant (vault_id) WHERE revoked_at IS NULL;
CREATE INDEX grant_by_recipient ON access_grant (recipient_vault_id, created_at, id) WHERE revoked_at IS NULL;
CREATE INDEX grant_by_granter ON access_grant (granting_vault_id, created_at, id) WHERE revoked_at IS NULL;
CREATE INDEX grant_by_recipient_name ON access_grant (recipient_vault_id, entry_sort_key, id) WHERE revoked_at IS NULL;
CREATE INDEX grant_by_granter_name ON access_grant (granting_vault_id, entry_sort_key, id) WHERE revoked_at IS NULL;
CREATE INDEX grant_by_parent ON access_grant (parent_id);
CREATE INDEX grant_to_expire ON access_grant (expires_at, id)
    WHERE expires_at IS NOT NULL AND revoked_at IS NULL AND NOT expiry_told;

-- What an account worked on lately: one row an entry.
CREATE TABLE recent (
    account_id UUID NOT NULL REFERENCES account (id),
    entry_id UUID NOT NULL REFERENCES entry (id),
    act TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account_id, entry_id)
);
CREATE INDEX recent_by_time ON recent (account_id, at, entry_id);
CREATE INDEX recent_by_entry ON recent (entry_id);

-- What an account is told: a share, a paper about to expire, a sign-in from a new browser. Names are those of that time, in clear
-- like the names that they repeat.
CREATE TABLE notice (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ,
    actor_name TEXT,
    vault_id UUID,
    entry_id UUID,
    entry_name TEXT,
    grant_id UUID,
    -- Further facts, as the JSON object of domain::notice::Detail.
    detail TEXT NOT NULL,
    -- Waits for the next mail to the account.
    mail_due BOOLEAN NOT NULL
);
CREATE INDEX notice_by_time ON notice (account_id, at, id);
CREATE INDEX notice_unread ON notice (account_id) WHERE read_at IS NULL;
CREATE INDEX notice_unread_by_entry ON notice (entry_id) WHERE read_at IS NULL AND entry_id IS NOT NULL;
CREATE INDEX notice_to_mail ON notice (at, id) WHERE mail_due;
CREATE INDEX notice_by_age ON notice (at);

-- What is searched: one row a document or own folder, gone with its entry. Texts are folded (domain::text) and begin and end with
-- a space, so that "% word %" finds whole words. The engine's index over all terms is made by db::dialect.
CREATE TABLE search_entry (
    entry_id UUID PRIMARY KEY REFERENCES entry (id) ON DELETE CASCADE,
    vault_id UUID NOT NULL REFERENCES vault (id),
    -- The vault's number in the upper half, a number within the vault in the lower: no counter that all vaults share.
    index_number BIGINT NOT NULL UNIQUE,
    -- Title and name with their diacritics, and folded.
    exact_head TEXT NOT NULL,
    head TEXT NOT NULL,
    paper_number TEXT NOT NULL,
    authority TEXT NOT NULL,
    -- The distinct words of all that is said about it.
    words TEXT NOT NULL,
    -- Codes of the distinct words inside the current version's file: see crypto::blind_term.
    text_codes TEXT NOT NULL DEFAULT ''
);
CREATE INDEX search_entry_by_vault ON search_entry (vault_id, index_number);

-- The chain of acts: chain_id is a vault's id, or the nil UUID for acts without a vault.
CREATE TABLE audit_chain (
    id UUID PRIMARY KEY,
    seq BIGINT NOT NULL,
    head BYTEA NOT NULL,
    -- Whether its head has moved since the last checkpoint that holds it.
    changed BOOLEAN NOT NULL DEFAULT TRUE
);
CREATE INDEX audit_chain_changed ON audit_chain (id) WHERE changed;
CREATE TABLE audit_record (
    chain_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor_id UUID,
    actor_name TEXT NOT NULL,
    on_behalf_of UUID,
    act TEXT NOT NULL,
    object_id UUID,
    object_name TEXT,
    version_id UUID,
    purpose TEXT,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    detail TEXT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (chain_id, seq)
);
CREATE INDEX audit_by_object ON audit_record (chain_id, object_id, seq);
CREATE INDEX audit_by_actor ON audit_record (actor_id, at);

-- A signed statement of the heads that moved since the checkpoint before; its digest covers that one's digest.
CREATE TABLE audit_checkpoint (
    number BIGINT PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    chains BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    signature BYTEA NOT NULL
);
CREATE TABLE audit_checkpoint_head (
    number BIGINT NOT NULL REFERENCES audit_checkpoint (number),
    chain_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    head BYTEA NOT NULL,
    PRIMARY KEY (number, chain_id)
);
CREATE INDEX audit_checkpoint_head_by_chain ON audit_checkpoint_head (chain_id, seq);

CREATE TABLE job (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    unique_key TEXT UNIQUE,
    payload TEXT NOT NULL,
    run_at TIMESTAMPTZ NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    leased_until TIMESTAMPTZ,
    last_error TEXT,
    -- Given up after too many attempts; kept for the administrator.
    dead_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX job_due ON job (run_at, id) WHERE dead_at IS NULL;
CREATE INDEX job_dead ON job (dead_at, id) WHERE dead_at IS NOT NULL;

-- Objects that no row named when the sweeper looked: removed only if that is still so a grace period later.
CREATE TABLE orphan_object (
    blob_id UUID NOT NULL,
    idx BIGINT NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (blob_id, idx)
);
CREATE INDEX orphan_object_by_time ON orphan_object (first_seen_at);

-- The last run of each check of the whole store, for the administrator's page.
CREATE TABLE check_run (
    kind TEXT PRIMARY KEY CHECK (kind IN ('audit_verify', 'fsck')),
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ NOT NULL,
    checked BIGINT NOT NULL,
    findings BIGINT NOT NULL
);

-- Answers already given to a program's POST, by its Idempotency-Key.
CREATE TABLE idempotency (
    account_id UUID NOT NULL REFERENCES account (id),
    idempotency_key TEXT NOT NULL,
    -- The digest of the request and the answer to it, once it is done, sealed with the master key: answers tell about papers.
    sealed_answer BYTEA,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account_id, idempotency_key)
);
CREATE INDEX idempotency_by_time ON idempotency (created_at);
