-- Emitted by EnvFarm from blueprint academia/wren_library: change the blueprint.

CREATE TABLE "book" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "title" TEXT NOT NULL UNIQUE,
  "author" TEXT NOT NULL,
  "price" INTEGER NOT NULL CHECK ("price" >= 1),
  "on_shelf" INTEGER NOT NULL CHECK ("on_shelf" >= 0),
  "waiting" INTEGER NOT NULL CHECK ("waiting" >= 0)
) STRICT;

CREATE TABLE "item" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "book_id" TEXT NOT NULL REFERENCES "book"("id") ON DELETE RESTRICT,
  "barcode" TEXT NOT NULL UNIQUE,
  "lending" TEXT NOT NULL CHECK ("lending" IN ('standard', 'short', 'reference')),
  "status" TEXT NOT NULL CHECK ("status" IN ('on_shelf', 'on_loan', 'on_hold_shelf', 'damaged', 'lost'))
) STRICT;
CREATE INDEX "item_book_id" ON "item"("book_id");

CREATE TABLE "reader" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "category" TEXT NOT NULL CHECK ("category" IN ('undergraduate', 'postgraduate', 'staff')),
  "max_loans" INTEGER NOT NULL CHECK ("max_loans" >= 1) CHECK ("max_loans" <= 8),
  "card_ends_at" TEXT NOT NULL,
  "loans_out" INTEGER NOT NULL CHECK ("loans_out" >= 0),
  "owed" INTEGER NOT NULL CHECK ("owed" >= 0)
) STRICT;

CREATE TABLE "loan" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "reader_id" TEXT NOT NULL REFERENCES "reader"("id") ON DELETE RESTRICT,
  "item_id" TEXT NOT NULL REFERENCES "item"("id") ON DELETE RESTRICT,
  "lent_at" TEXT NOT NULL,
  "period_days" INTEGER NOT NULL CHECK ("period_days" >= 7) CHECK ("period_days" <= 42),
  "renewals" INTEGER NOT NULL CHECK ("renewals" >= 0) CHECK ("renewals" <= 2),
  "recalled_at" TEXT,
  "due_at" TEXT NOT NULL,
  "ended_at" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('out', 'returned', 'lost'))
) STRICT;
CREATE INDEX "loan_reader_id" ON "loan"("reader_id");
CREATE INDEX "loan_item_id" ON "loan"("item_id");

CREATE TABLE "hold" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "reader_id" TEXT NOT NULL REFERENCES "reader"("id") ON DELETE RESTRICT,
  "book_id" TEXT NOT NULL REFERENCES "book"("id") ON DELETE RESTRICT,
  "placed_at" TEXT NOT NULL,
  "item_id" TEXT REFERENCES "item"("id") ON DELETE RESTRICT,
  "ready_at" TEXT,
  "collect_by" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('waiting', 'ready', 'cancelled', 'collected', 'expired'))
) STRICT;
CREATE INDEX "hold_reader_id" ON "hold"("reader_id");
CREATE INDEX "hold_book_id" ON "hold"("book_id");
CREATE INDEX "hold_item_id" ON "hold"("item_id");

CREATE TABLE "fine" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "reader_id" TEXT NOT NULL REFERENCES "reader"("id") ON DELETE RESTRICT,
  "loan_id" TEXT NOT NULL REFERENCES "loan"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('late', 'damage', 'lost')),
  "days_late" INTEGER NOT NULL CHECK ("days_late" >= 0),
  "amount" INTEGER NOT NULL CHECK ("amount" >= 1),
  "paid" INTEGER NOT NULL CHECK ("paid" >= 0),
  "waived" INTEGER NOT NULL CHECK ("waived" >= 0),
  "charged_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "fine_reader_id" ON "fine"("reader_id");
CREATE INDEX "fine_loan_id" ON "fine"("loan_id");
