-- Webhooks: docs/mapping.md.

CREATE TABLE webhook_endpoint (
    id UUID PRIMARY KEY,
    -- The system that is told: of its own dossiers, and of those of the agencies it holds scopes for.
    client_id UUID NOT NULL REFERENCES account (id),
    url TEXT NOT NULL,
    -- Kinds of event, each between spaces; empty for all.
    kinds TEXT NOT NULL,
    sealed_secret BYTEA NOT NULL,
    -- The secret before it was changed, which still signs until it ends.
    sealed_old_secret BYTEA,
    old_secret_until TIMESTAMPTZ,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused')),
    -- Why the endpoint is paused, where nobody asked for it.
    paused_because TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    rev BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX webhook_endpoint_by_client ON webhook_endpoint (client_id);

-- One event for one endpoint.
CREATE TABLE webhook_delivery (
    endpoint_id UUID NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
    event_number BIGINT NOT NULL REFERENCES event (number),
    dossier_id UUID NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at TIMESTAMPTZ NOT NULL,
    -- How the last attempt ended, in words without names.
    last_error TEXT,
    ended_at TIMESTAMPTZ,
    PRIMARY KEY (endpoint_id, event_number)
);
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (endpoint_id, dossier_id, event_number) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at, endpoint_id) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_dead ON webhook_delivery (endpoint_id, event_number) WHERE state = 'dead';
CREATE INDEX webhook_delivery_ended ON webhook_delivery (ended_at) WHERE state = 'delivered';
