-- Who calls: teams, projects, people, service accounts, virtual keys. Equals the identity part of schema.prisma;
-- the CHECK constraints are what Prisma cannot express.

CREATE TABLE "team" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "team_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "project" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT,
    "team_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT,
    "role" TEXT NOT NULL DEFAULT 'developer',
    "team_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "person_role_known" CHECK ("role" IN ('platform-admin', 'team-admin', 'developer', 'finance', 'none'))
);

CREATE TABLE "service_account" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "team_id" UUID,
    "project_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "service_account_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "virtual_key" (
    "id" UUID NOT NULL,
    "digest" BYTEA NOT NULL,
    "last4" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'developer',
    "name" TEXT,
    "person_id" UUID,
    "service_account_id" UUID,
    "default_project_id" UUID,
    "allowed_models" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "labels" JSONB NOT NULL DEFAULT '{}',
    "origin" TEXT NOT NULL DEFAULT 'api',
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "virtual_key_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "virtual_key_digest_is_sha256" CHECK (octet_length("digest") = 32),
    CONSTRAINT "virtual_key_last4_only" CHECK (char_length("last4") = 4),
    CONSTRAINT "virtual_key_kind_known" CHECK ("kind" IN ('developer', 'admin', 'finance')),
    CONSTRAINT "virtual_key_origin_known" CHECK ("origin" IN ('api', 'environment', 'standalone')),
    CONSTRAINT "virtual_key_one_owner" CHECK (num_nonnulls("person_id", "service_account_id") = 1)
);

CREATE TABLE "key_project" (
    "key_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,

    CONSTRAINT "key_project_pkey" PRIMARY KEY ("key_id", "project_id")
);

CREATE TABLE "idempotency_record" (
    "key" TEXT NOT NULL,
    "request" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "sealed_answer" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_record_pkey" PRIMARY KEY ("key")
);

CREATE UNIQUE INDEX "team_slug_key" ON "team" ("slug");
CREATE UNIQUE INDEX "project_slug_key" ON "project" ("slug");
CREATE UNIQUE INDEX "person_email_key" ON "person" ("email");
CREATE UNIQUE INDEX "service_account_slug_key" ON "service_account" ("slug");
CREATE UNIQUE INDEX "virtual_key_digest_key" ON "virtual_key" ("digest");
CREATE INDEX "virtual_key_person_id_idx" ON "virtual_key" ("person_id");
CREATE INDEX "virtual_key_service_account_id_idx" ON "virtual_key" ("service_account_id");
CREATE INDEX "key_project_project_id_idx" ON "key_project" ("project_id");
CREATE INDEX "idempotency_record_created_at_idx" ON "idempotency_record" ("created_at");

ALTER TABLE "project" ADD CONSTRAINT "project_team_id_fkey"
    FOREIGN KEY ("team_id") REFERENCES "team" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "person" ADD CONSTRAINT "person_team_id_fkey"
    FOREIGN KEY ("team_id") REFERENCES "team" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "service_account" ADD CONSTRAINT "service_account_team_id_fkey"
    FOREIGN KEY ("team_id") REFERENCES "team" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "service_account" ADD CONSTRAINT "service_account_project_id_fkey"
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "virtual_key" ADD CONSTRAINT "virtual_key_person_id_fkey"
    FOREIGN KEY ("person_id") REFERENCES "person" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "virtual_key" ADD CONSTRAINT "virtual_key_service_account_id_fkey"
    FOREIGN KEY ("service_account_id") REFERENCES "service_account" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "virtual_key" ADD CONSTRAINT "virtual_key_default_project_id_fkey"
    FOREIGN KEY ("default_project_id") REFERENCES "project" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "key_project" ADD CONSTRAINT "key_project_key_id_fkey"
    FOREIGN KEY ("key_id") REFERENCES "virtual_key" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "key_project" ADD CONSTRAINT "key_project_project_id_fkey"
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
