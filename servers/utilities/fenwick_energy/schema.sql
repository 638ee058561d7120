-- Emitted by EnvFarm from blueprint utilities/fenwick_energy: change the blueprint.

CREATE TABLE "tariff" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "price_per_kwh" INTEGER NOT NULL CHECK ("price_per_kwh" >= 1),
  "standing_charge" INTEGER NOT NULL CHECK ("standing_charge" >= 1),
  "term_days" INTEGER NOT NULL CHECK ("term_days" >= 0),
  "exit_fee" INTEGER NOT NULL CHECK ("exit_fee" >= 0),
  "needs_smart" INTEGER NOT NULL CHECK ("needs_smart" IN (0, 1)),
  "is_open" INTEGER NOT NULL CHECK ("is_open" IN (0, 1))
) STRICT;

CREATE TABLE "customer" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "phone" TEXT NOT NULL,
  "credit" INTEGER NOT NULL CHECK ("credit" >= 0),
  "owed" INTEGER NOT NULL CHECK ("owed" >= 0)
) STRICT;

CREATE TABLE "meter" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "serial" TEXT NOT NULL UNIQUE,
  "address" TEXT NOT NULL,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('smart', 'dial')),
  "last_kwh" INTEGER NOT NULL CHECK ("last_kwh" >= 0),
  "read_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('active', 'faulty'))
) STRICT;

CREATE TABLE "contract" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "customer_id" TEXT NOT NULL REFERENCES "customer"("id") ON DELETE RESTRICT,
  "meter_id" TEXT NOT NULL REFERENCES "meter"("id") ON DELETE RESTRICT,
  "tariff_id" TEXT NOT NULL REFERENCES "tariff"("id") ON DELETE RESTRICT,
  "signed_at" TEXT NOT NULL,
  "term_days" INTEGER NOT NULL CHECK ("term_days" >= 0),
  "tied_until" TEXT NOT NULL,
  "billed_kwh" INTEGER NOT NULL CHECK ("billed_kwh" >= 0),
  "billed_until" TEXT NOT NULL,
  "ended_at" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('active', 'ended'))
) STRICT;
CREATE INDEX "contract_customer_id" ON "contract"("customer_id");
CREATE INDEX "contract_meter_id" ON "contract"("meter_id");
CREATE INDEX "contract_tariff_id" ON "contract"("tariff_id");

CREATE TABLE "reading" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "meter_id" TEXT NOT NULL REFERENCES "meter"("id") ON DELETE RESTRICT,
  "kwh" INTEGER NOT NULL CHECK ("kwh" >= 0),
  "taken_at" TEXT NOT NULL,
  "origin" TEXT NOT NULL CHECK ("origin" IN ('customer', 'technician', 'remote', 'estimate'))
) STRICT;
CREATE INDEX "reading_meter_id" ON "reading"("meter_id");

CREATE TABLE "bill" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "contract_id" TEXT NOT NULL REFERENCES "contract"("id") ON DELETE RESTRICT,
  "from_kwh" INTEGER NOT NULL CHECK ("from_kwh" >= 0),
  "to_kwh" INTEGER NOT NULL CHECK ("to_kwh" >= 0),
  "days" INTEGER NOT NULL CHECK ("days" >= 0),
  "covers_until" TEXT NOT NULL,
  "price_per_kwh" INTEGER NOT NULL CHECK ("price_per_kwh" >= 1),
  "standing_charge" INTEGER NOT NULL CHECK ("standing_charge" >= 1),
  "reminders" INTEGER NOT NULL CHECK ("reminders" >= 0),
  "amount" INTEGER NOT NULL CHECK ("amount" >= 0),
  "paid" INTEGER NOT NULL CHECK ("paid" >= 0),
  "issued_at" TEXT NOT NULL,
  "due_at" TEXT NOT NULL,
  "plan_total" INTEGER NOT NULL CHECK ("plan_total" >= 0),
  "plan_parts" INTEGER NOT NULL CHECK ("plan_parts" >= 0) CHECK ("plan_parts" <= 6),
  "parts_left" INTEGER NOT NULL CHECK ("parts_left" >= 0) CHECK ("parts_left" <= 6),
  "instalment" INTEGER NOT NULL CHECK ("instalment" >= 0),
  "planned_at" TEXT,
  "next_due_at" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('open', 'planned', 'settled'))
) STRICT;
CREATE INDEX "bill_contract_id" ON "bill"("contract_id");

CREATE TABLE "payment" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "customer_id" TEXT NOT NULL REFERENCES "customer"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('payment', 'payout', 'exit_fee')),
  "amount" INTEGER NOT NULL,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "payment_customer_id" ON "payment"("customer_id");
