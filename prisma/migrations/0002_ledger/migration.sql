-- The ledger: append-only, one row per received call, per upstream attempt and per charge.
--
-- Rows have no foreign keys: they outlive the keys, people and projects they name. Each table is partitioned by month
-- on its UUIDv7, whose first 48 bits are the time, so that primary keys and the unique key of a charge line include the
-- partition key and a month can be dropped whole. Partitions live in a schema of their own; a default partition takes
-- what falls outside of them, so that an insert never fails for want of a month.

CREATE SCHEMA IF NOT EXISTS ledger;

CREATE TABLE call (
  id              uuid           NOT NULL,
  request_id      text           NOT NULL,
  dialect         text           NOT NULL,
  operation       text           NOT NULL,
  requested_model text           NOT NULL,
  alias           text,
  key_id          uuid           NOT NULL,
  owner_id        uuid           NOT NULL,
  owner_label     text           NOT NULL,
  team_id         uuid,
  project_id      uuid,
  tags            jsonb,
  state           text           NOT NULL,
  reason          text,
  status          smallint       NOT NULL,
  stream          boolean        NOT NULL,
  started_at      timestamptz(3) NOT NULL,
  ended_at        timestamptz(3) NOT NULL,
  attempts        smallint       NOT NULL,
  dropped         jsonb          NOT NULL,
  warnings        jsonb          NOT NULL,
  cost            numeric(24,12) NOT NULL,
  recorded_at     timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);

CREATE INDEX call_request_id_idx ON call (request_id, id DESC);
CREATE INDEX call_started_at_idx ON call (started_at) WHERE attempts = 0;

CREATE TABLE attempt (
  id                      uuid           NOT NULL,
  call_id                 uuid           NOT NULL,
  n                       smallint       NOT NULL,
  -- The last attempt of its call: where a report counts the call.
  closes_call             boolean        NOT NULL,
  -- On the closing attempt: some attempt of the call had no price.
  call_unpriced           boolean        NOT NULL,
  requested_model         text           NOT NULL,
  key_id                  uuid           NOT NULL,
  owner_id                uuid           NOT NULL,
  owner_label             text           NOT NULL,
  team_id                 uuid,
  project_id              uuid,
  tags                    jsonb,
  provider                text           NOT NULL,
  credential              text           NOT NULL,
  quota_group             text           NOT NULL,
  model                   text           NOT NULL,
  lane                    text           NOT NULL,
  state                   text           NOT NULL,
  status                  smallint,
  reason                  text,
  failure_class           text,
  waste                   text,
  started_at              timestamptz(3) NOT NULL,
  first_byte_at           timestamptz(3),
  ended_at                timestamptz(3) NOT NULL,
  input                   bigint,
  cache_read              bigint,
  cache_write_5m          bigint,
  cache_write_1h          bigint,
  cache_write_unknown_ttl bigint,
  output                  bigint,
  reasoning               bigint,
  unpriced                boolean        NOT NULL,
  -- Sums of the charge lines, kept beside them so that reports read one table.
  cost                    numeric(24,12) NOT NULL,
  cache_savings           numeric(24,12) NOT NULL,
  recorded_at             timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);

CREATE INDEX attempt_call_id_idx ON attempt (call_id);
CREATE INDEX attempt_started_at_idx ON attempt (started_at);

CREATE TABLE charge_line (
  attempt_id    uuid           NOT NULL,
  meter         text           NOT NULL,
  revision      integer        NOT NULL DEFAULT 0,
  quantity      bigint         NOT NULL,
  unit_price_id text           NOT NULL,
  cost          numeric(24,12) NOT NULL,
  -- What the tokens of a cache line would have cost as plain input.
  uncached_cost numeric(24,12),
  confidence    text           NOT NULL,
  recorded_at   timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (attempt_id, meter, revision)
) PARTITION BY RANGE (attempt_id);

CREATE TABLE ledger.call_default PARTITION OF call DEFAULT;
CREATE TABLE ledger.attempt_default PARTITION OF attempt DEFAULT;
CREATE TABLE ledger.charge_line_default PARTITION OF charge_line DEFAULT;

-- Smallest UUIDv7 of an instant.
CREATE FUNCTION ledger.uuid_floor(at timestamptz) RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
  $$;

-- Makes the partitions of the month (UTC) that holds an instant; rows that the default partition took meanwhile move.
CREATE FUNCTION ledger.ensure_month(at timestamptz) RETURNS void
  LANGUAGE plpgsql
  AS $$
  DECLARE
    first timestamptz := date_trunc('month', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    next  timestamptz := (date_trunc('month', at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    lower_id uuid := ledger.uuid_floor(first);
    upper_id uuid := ledger.uuid_floor(next);
    suffix text := to_char(first AT TIME ZONE 'UTC', 'YYYY_MM');
    parent text;
    key_column text;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger.ensure_month'));
    FOREACH parent IN ARRAY ARRAY['call', 'attempt', 'charge_line'] LOOP
      CONTINUE WHEN to_regclass(format('ledger.%I', parent || '_' || suffix)) IS NOT NULL;
      key_column := CASE parent WHEN 'charge_line' THEN 'attempt_id' ELSE 'id' END;
      EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent);
      EXECUTE format('CREATE TABLE ledger.%I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', parent || '_' || suffix, parent);
      EXECUTE format('WITH moved AS (DELETE FROM ledger.%I WHERE %I >= $1 AND %I < $2 RETURNING *) INSERT INTO ledger.%I SELECT * FROM moved',
        parent || '_default', key_column, key_column, parent || '_' || suffix) USING lower_id, upper_id;
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION ledger.%I FOR VALUES FROM (%L) TO (%L)', parent, parent || '_' || suffix, lower_id, upper_id);
    END LOOP;
  END
  $$;

-- Drops every month that ended before an instant; answers the names of the partitions that went.
CREATE FUNCTION ledger.drop_months_before(at timestamptz) RETURNS SETOF text
  LANGUAGE plpgsql
  AS $$
  DECLARE
    part record;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger.ensure_month'));
    FOR part IN
      SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'ledger' AND c.relkind = 'r' AND c.relname ~ '^(call|attempt|charge_line)_\d{4}_\d{2}$'
        AND (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC' <= at
      ORDER BY c.relname
    LOOP
      EXECUTE format('DROP TABLE ledger.%I', part.relname);
      RETURN NEXT part.relname;
    END LOOP;
  END
  $$;

SELECT ledger.ensure_month(now()), ledger.ensure_month(now() + interval '1 month'), ledger.ensure_month(now() + interval '2 months');
