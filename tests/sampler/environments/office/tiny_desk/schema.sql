CREATE TABLE "member" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE "project" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "title" TEXT NOT NULL UNIQUE,
  "owner_id" TEXT NOT NULL REFERENCES "member"("id") ON DELETE RESTRICT,
  "budget" INTEGER NOT NULL CHECK ("budget" >= 0)
) STRICT;
CREATE TABLE "ticket" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "project_id" TEXT NOT NULL REFERENCES "project"("id") ON DELETE RESTRICT,
  "title" TEXT NOT NULL,
  "is_urgent" INTEGER NOT NULL CHECK ("is_urgent" IN (0, 1)),
  "due_at" TEXT NOT NULL,
  "minutes" INTEGER NOT NULL CHECK ("minutes" >= 0),
  "status" TEXT NOT NULL CHECK ("status" IN ('open', 'closed')),
  "closed_at" TEXT,
  "watchers" INTEGER NOT NULL CHECK ("watchers" >= 0)
) STRICT;
CREATE TABLE "note" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "ticket_id" TEXT NOT NULL REFERENCES "ticket"("id") ON DELETE RESTRICT,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('call', 'visit')),
  "body" TEXT NOT NULL,
  "minutes" INTEGER NOT NULL CHECK ("minutes" >= 1)
) STRICT;
CREATE TABLE "account" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "balance" INTEGER NOT NULL CHECK ("balance" >= 0)
) STRICT;
