-- Emitted by EnvFarm from blueprint office/quill_signing: change the blueprint.

CREATE TABLE "team" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "envelopes_bought" INTEGER NOT NULL CHECK ("envelopes_bought" >= 0),
  "envelopes_left" INTEGER NOT NULL CHECK ("envelopes_left" >= 0)
) STRICT;

CREATE TABLE "sender" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "team_id" TEXT NOT NULL REFERENCES "team"("id") ON DELETE RESTRICT,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "is_suspended" INTEGER NOT NULL CHECK ("is_suspended" IN (0, 1))
) STRICT;
CREATE INDEX "sender_team_id" ON "sender"("team_id");

CREATE TABLE "person" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "has_opted_out" INTEGER NOT NULL CHECK ("has_opted_out" IN (0, 1))
) STRICT;

CREATE TABLE "envelope" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "sender_id" TEXT NOT NULL REFERENCES "sender"("id") ON DELETE RESTRICT,
  "subject" TEXT NOT NULL,
  "valid_days" INTEGER NOT NULL CHECK ("valid_days" >= 1) CHECK ("valid_days" <= 120),
  "pages" INTEGER NOT NULL CHECK ("pages" >= 0),
  "to_sign" INTEGER NOT NULL CHECK ("to_sign" >= 0),
  "signed" INTEGER NOT NULL CHECK ("signed" >= 0),
  "reminders" INTEGER NOT NULL CHECK ("reminders" >= 0),
  "is_charged" INTEGER NOT NULL CHECK ("is_charged" IN (0, 1)),
  "status" TEXT NOT NULL CHECK ("status" IN ('draft', 'sent', 'completed', 'declined', 'voided', 'expired')),
  "created_at" TEXT NOT NULL,
  "sent_at" TEXT,
  "expires_at" TEXT,
  "mailed_at" TEXT,
  "checked_at" TEXT,
  "closed_at" TEXT
) STRICT;
CREATE INDEX "envelope_sender_id" ON "envelope"("sender_id");

CREATE TABLE "document" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "envelope_id" TEXT NOT NULL REFERENCES "envelope"("id") ON DELETE RESTRICT,
  "name" TEXT NOT NULL,
  "pages" INTEGER NOT NULL CHECK ("pages" >= 1) CHECK ("pages" <= 200)
) STRICT;
CREATE INDEX "document_envelope_id" ON "document"("envelope_id");

CREATE TABLE "recipient" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "envelope_id" TEXT NOT NULL REFERENCES "envelope"("id") ON DELETE RESTRICT,
  "person_id" TEXT NOT NULL REFERENCES "person"("id") ON DELETE RESTRICT,
  "role" TEXT NOT NULL CHECK ("role" IN ('signer', 'approver', 'copy')),
  "routing_order" INTEGER NOT NULL CHECK ("routing_order" >= 1) CHECK ("routing_order" <= 9),
  "status" TEXT NOT NULL CHECK ("status" IN ('waiting', 'sent', 'viewed', 'signed', 'declined')),
  "signed_at" TEXT
) STRICT;
CREATE INDEX "recipient_envelope_id" ON "recipient"("envelope_id");
CREATE INDEX "recipient_person_id" ON "recipient"("person_id");

CREATE TABLE "event" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "envelope_id" TEXT NOT NULL REFERENCES "envelope"("id") ON DELETE RESTRICT,
  "recipient_id" TEXT REFERENCES "recipient"("id") ON DELETE RESTRICT,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('sent', 'viewed', 'signed', 'declined', 'completed', 'voided', 'expired', 'reminded', 'replaced')),
  "remark" TEXT NOT NULL,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "event_envelope_id" ON "event"("envelope_id");
CREATE INDEX "event_recipient_id" ON "event"("recipient_id");
