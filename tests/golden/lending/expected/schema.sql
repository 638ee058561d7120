-- Emitted by EnvFarm from blueprint lending/lending_desk: change the blueprint.

CREATE TABLE "item" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "label" TEXT NOT NULL UNIQUE,
  "deposit" INTEGER NOT NULL CHECK ("deposit" >= 0) CHECK ("deposit" <= 20000),
  "copies" INTEGER NOT NULL CHECK ("copies" >= 1),
  "free" INTEGER NOT NULL CHECK ("free" >= 0),
  "notes" TEXT
) STRICT;

CREATE TABLE "loan" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "item_id" TEXT NOT NULL REFERENCES "item"("id") ON DELETE RESTRICT,
  "borrower" TEXT NOT NULL,
  "copies" INTEGER NOT NULL CHECK ("copies" >= 1) CHECK ("copies" <= 2),
  "due_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('out', 'returned', 'lost')),
  "replaces_id" TEXT REFERENCES "loan"("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "loan_item_id" ON "loan"("item_id");
CREATE INDEX "loan_replaces_id" ON "loan"("replaces_id");
