-- Emitted by EnvFarm from blueprint academia/heron_review: change the blueprint.

CREATE TABLE "institution" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "agreement_ends_at" TEXT NOT NULL,
  "deposit" INTEGER NOT NULL CHECK ("deposit" >= 0)
) STRICT;

CREATE TABLE "scholar" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "institution_id" TEXT NOT NULL REFERENCES "institution"("id") ON DELETE RESTRICT,
  "topic" TEXT NOT NULL CHECK ("topic" IN ('ecology', 'genetics', 'neuroscience', 'physics')),
  "is_available" INTEGER NOT NULL CHECK ("is_available" IN (0, 1)),
  "open_reviews" INTEGER NOT NULL CHECK ("open_reviews" >= 0)
) STRICT;
CREATE INDEX "scholar_institution_id" ON "scholar"("institution_id");

CREATE TABLE "conflict" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "scholar_id" TEXT NOT NULL REFERENCES "scholar"("id") ON DELETE RESTRICT,
  "other_id" TEXT NOT NULL REFERENCES "scholar"("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "conflict_scholar_id" ON "conflict"("scholar_id");
CREATE INDEX "conflict_other_id" ON "conflict"("other_id");

CREATE TABLE "manuscript" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "title" TEXT NOT NULL,
  "author_id" TEXT NOT NULL REFERENCES "scholar"("id") ON DELETE RESTRICT,
  "topic" TEXT NOT NULL CHECK ("topic" IN ('ecology', 'genetics', 'neuroscience', 'physics')),
  "round" INTEGER NOT NULL CHECK ("round" >= 1),
  "submitted_at" TEXT NOT NULL,
  "revision_due_at" TEXT,
  "decided_at" TEXT,
  "is_appealed" INTEGER NOT NULL CHECK ("is_appealed" IN (0, 1)),
  "discount_percent" INTEGER NOT NULL CHECK ("discount_percent" >= 0) CHECK ("discount_percent" <= 30),
  "charge" INTEGER NOT NULL CHECK ("charge" >= 0),
  "status" TEXT NOT NULL CHECK ("status" IN ('submitted', 'in_review', 'withdrawn', 'accepted', 'revise', 'rejected', 'published'))
) STRICT;
CREATE INDEX "manuscript_author_id" ON "manuscript"("author_id");

CREATE TABLE "review" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "manuscript_id" TEXT NOT NULL REFERENCES "manuscript"("id") ON DELETE RESTRICT,
  "reviewer_id" TEXT NOT NULL REFERENCES "scholar"("id") ON DELETE RESTRICT,
  "round" INTEGER NOT NULL CHECK ("round" >= 1),
  "invited_at" TEXT NOT NULL,
  "agreed_at" TEXT,
  "extra_days" INTEGER NOT NULL CHECK ("extra_days" >= 0) CHECK ("extra_days" <= 10),
  "due_at" TEXT NOT NULL,
  "reminders" INTEGER NOT NULL CHECK ("reminders" >= 0) CHECK ("reminders" <= 3),
  "submitted_at" TEXT,
  "recommendation" TEXT CHECK ("recommendation" IN ('accept', 'revise', 'reject')),
  "status" TEXT NOT NULL CHECK ("status" IN ('invited', 'agreed', 'declined', 'lapsed', 'released', 'submitted'))
) STRICT;
CREATE INDEX "review_manuscript_id" ON "review"("manuscript_id");
CREATE INDEX "review_reviewer_id" ON "review"("reviewer_id");

CREATE TABLE "decision" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "manuscript_id" TEXT NOT NULL REFERENCES "manuscript"("id") ON DELETE RESTRICT,
  "round" INTEGER NOT NULL CHECK ("round" >= 1),
  "outcome" TEXT NOT NULL CHECK ("outcome" IN ('accepted', 'revise', 'rejected')),
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "decision_manuscript_id" ON "decision"("manuscript_id");

CREATE TABLE "deposit_entry" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "institution_id" TEXT NOT NULL REFERENCES "institution"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('deposit', 'charge')),
  "amount" INTEGER NOT NULL,
  "manuscript_id" TEXT REFERENCES "manuscript"("id") ON DELETE RESTRICT,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "deposit_entry_institution_id" ON "deposit_entry"("institution_id");
CREATE INDEX "deposit_entry_manuscript_id" ON "deposit_entry"("manuscript_id");
