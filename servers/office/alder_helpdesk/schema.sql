-- Emitted by EnvFarm from blueprint office/alder_helpdesk: change the blueprint.

CREATE TABLE "company" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "plan" TEXT NOT NULL CHECK ("plan" IN ('bronze', 'silver', 'gold')),
  "is_on_hold" INTEGER NOT NULL CHECK ("is_on_hold" IN (0, 1)),
  "minutes_bought" INTEGER NOT NULL CHECK ("minutes_bought" >= 0),
  "minutes_left" INTEGER NOT NULL CHECK ("minutes_left" >= 0)
) STRICT;

CREATE TABLE "contact" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "company_id" TEXT NOT NULL REFERENCES "company"("id") ON DELETE RESTRICT,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "phone" TEXT NOT NULL
) STRICT;
CREATE INDEX "contact_company_id" ON "contact"("company_id");

CREATE TABLE "agent" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "queue" TEXT NOT NULL CHECK ("queue" IN ('hardware', 'network', 'accounts', 'software')),
  "level" INTEGER NOT NULL CHECK ("level" >= 1) CHECK ("level" <= 3),
  "max_open" INTEGER NOT NULL CHECK ("max_open" >= 1) CHECK ("max_open" <= 10),
  "is_away" INTEGER NOT NULL CHECK ("is_away" IN (0, 1)),
  "open_tickets" INTEGER NOT NULL CHECK ("open_tickets" >= 0)
) STRICT;

CREATE TABLE "ticket" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "title" TEXT NOT NULL,
  "contact_id" TEXT NOT NULL REFERENCES "contact"("id") ON DELETE RESTRICT,
  "queue" TEXT NOT NULL CHECK ("queue" IN ('hardware', 'network', 'accounts', 'software')),
  "priority" TEXT NOT NULL CHECK ("priority" IN ('low', 'normal', 'high', 'critical')),
  "level" INTEGER NOT NULL CHECK ("level" >= 1) CHECK ("level" <= 3),
  "status" TEXT NOT NULL CHECK ("status" IN ('new', 'open', 'merged', 'waiting', 'resolved', 'closed')),
  "agent_id" TEXT REFERENCES "agent"("id") ON DELETE RESTRICT,
  "merged_into_id" TEXT REFERENCES "ticket"("id") ON DELETE RESTRICT,
  "paused_minutes" INTEGER NOT NULL CHECK ("paused_minutes" >= 0),
  "reopened" INTEGER NOT NULL CHECK ("reopened" >= 0),
  "minutes_spent" INTEGER NOT NULL CHECK ("minutes_spent" >= 0),
  "opened_at" TEXT NOT NULL,
  "respond_due" TEXT NOT NULL,
  "resolve_due" TEXT NOT NULL,
  "responded_at" TEXT,
  "waiting_since" TEXT,
  "resolved_at" TEXT
) STRICT;
CREATE INDEX "ticket_contact_id" ON "ticket"("contact_id");
CREATE INDEX "ticket_agent_id" ON "ticket"("agent_id");
CREATE INDEX "ticket_merged_into_id" ON "ticket"("merged_into_id");

CREATE TABLE "note" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "ticket_id" TEXT NOT NULL REFERENCES "ticket"("id") ON DELETE RESTRICT,
  "agent_id" TEXT REFERENCES "agent"("id") ON DELETE RESTRICT,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('reply', 'question', 'contact_reply', 'escalation', 'resolution')),
  "body" TEXT NOT NULL,
  "written_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "note_ticket_id" ON "note"("ticket_id");
CREATE INDEX "note_agent_id" ON "note"("agent_id");

CREATE TABLE "time_entry" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "ticket_id" TEXT NOT NULL REFERENCES "ticket"("id") ON DELETE RESTRICT,
  "agent_id" TEXT NOT NULL REFERENCES "agent"("id") ON DELETE RESTRICT,
  "minutes_worked" INTEGER NOT NULL CHECK ("minutes_worked" >= 1) CHECK ("minutes_worked" <= 480),
  "is_billable" INTEGER NOT NULL CHECK ("is_billable" IN (0, 1)),
  "billed_minutes" INTEGER NOT NULL CHECK ("billed_minutes" >= 0),
  "logged_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "time_entry_ticket_id" ON "time_entry"("ticket_id");
CREATE INDEX "time_entry_agent_id" ON "time_entry"("agent_id");
