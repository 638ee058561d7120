-- Emitted by EnvFarm from blueprint finance/alder_bank: change the blueprint.

CREATE TABLE "customer" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "is_locked" INTEGER NOT NULL CHECK ("is_locked" IN (0, 1)),
  "credit_line" INTEGER NOT NULL CHECK ("credit_line" >= 0),
  "credit_left" INTEGER NOT NULL CHECK ("credit_left" >= 0)
) STRICT;

CREATE TABLE "account" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "customer_id" TEXT NOT NULL REFERENCES "customer"("id") ON DELETE RESTRICT,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('current', 'savings')),
  "nickname" TEXT NOT NULL,
  "balance" INTEGER NOT NULL,
  "held" INTEGER NOT NULL CHECK ("held" >= 0),
  "overdraft" INTEGER NOT NULL CHECK ("overdraft" >= 0),
  "overdraft_set_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('open', 'closed'))
) STRICT;
CREATE INDEX "account_customer_id" ON "account"("customer_id");

CREATE TABLE "payee" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "customer_id" TEXT NOT NULL REFERENCES "customer"("id") ON DELETE RESTRICT,
  "name" TEXT NOT NULL,
  "number" TEXT NOT NULL,
  "added_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "payee_customer_id" ON "payee"("customer_id");

CREATE TABLE "standing_order" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "account_id" TEXT NOT NULL REFERENCES "account"("id") ON DELETE RESTRICT,
  "payee_id" TEXT NOT NULL REFERENCES "payee"("id") ON DELETE RESTRICT,
  "amount" INTEGER NOT NULL CHECK ("amount" >= 1),
  "every_days" INTEGER NOT NULL CHECK ("every_days" >= 7) CHECK ("every_days" <= 84),
  "first_at" TEXT NOT NULL,
  "next_at" TEXT NOT NULL,
  "payments" INTEGER NOT NULL CHECK ("payments" >= 1) CHECK ("payments" <= 60),
  "paid" INTEGER NOT NULL CHECK ("paid" >= 0),
  "status" TEXT NOT NULL CHECK ("status" IN ('active', 'completed', 'ended'))
) STRICT;
CREATE INDEX "standing_order_account_id" ON "standing_order"("account_id");
CREATE INDEX "standing_order_payee_id" ON "standing_order"("payee_id");

CREATE TABLE "hold" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "account_id" TEXT NOT NULL REFERENCES "account"("id") ON DELETE RESTRICT,
  "purpose" TEXT NOT NULL CHECK ("purpose" IN ('hotel', 'car_rental', 'fuel', 'deposit')),
  "amount" INTEGER NOT NULL CHECK ("amount" >= 1),
  "captured" INTEGER NOT NULL CHECK ("captured" >= 0),
  "valid_days" INTEGER NOT NULL CHECK ("valid_days" >= 1) CHECK ("valid_days" <= 30),
  "placed_at" TEXT NOT NULL,
  "expires_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('open', 'captured', 'released'))
) STRICT;
CREATE INDEX "hold_account_id" ON "hold"("account_id");

CREATE TABLE "entry" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "account_id" TEXT NOT NULL REFERENCES "account"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('deposit', 'payment', 'transfer_in', 'transfer_out', 'standing_order', 'capture')),
  "amount" INTEGER NOT NULL,
  "reference" TEXT NOT NULL,
  "payee_id" TEXT REFERENCES "payee"("id") ON DELETE RESTRICT,
  "order_id" TEXT REFERENCES "standing_order"("id") ON DELETE RESTRICT,
  "hold_id" TEXT REFERENCES "hold"("id") ON DELETE RESTRICT,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "entry_account_id" ON "entry"("account_id");
CREATE INDEX "entry_payee_id" ON "entry"("payee_id");
CREATE INDEX "entry_order_id" ON "entry"("order_id");
CREATE INDEX "entry_hold_id" ON "entry"("hold_id");
