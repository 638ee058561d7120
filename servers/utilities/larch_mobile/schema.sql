-- Emitted by EnvFarm from blueprint utilities/larch_mobile: change the blueprint.

CREATE TABLE "plan" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "fee" INTEGER NOT NULL CHECK ("fee" >= 1),
  "data_mb" INTEGER NOT NULL CHECK ("data_mb" >= 1),
  "roams" INTEGER NOT NULL CHECK ("roams" IN (0, 1)),
  "is_open" INTEGER NOT NULL CHECK ("is_open" IN (0, 1))
) STRICT;

CREATE TABLE "bundle" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "price" INTEGER NOT NULL CHECK ("price" >= 1),
  "data_mb" INTEGER NOT NULL CHECK ("data_mb" >= 1),
  "valid_days" INTEGER NOT NULL CHECK ("valid_days" >= 1),
  "is_roaming" INTEGER NOT NULL CHECK ("is_roaming" IN (0, 1))
) STRICT;

CREATE TABLE "subscriber" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "is_verified" INTEGER NOT NULL CHECK ("is_verified" IN (0, 1)),
  "balance" INTEGER NOT NULL CHECK ("balance" >= 0),
  "live_lines" INTEGER NOT NULL CHECK ("live_lines" >= 0)
) STRICT;

CREATE TABLE "sim" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "iccid" TEXT NOT NULL UNIQUE,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('card', 'esim')),
  "number" TEXT NOT NULL UNIQUE,
  "status" TEXT NOT NULL CHECK ("status" IN ('stock', 'active', 'blocked', 'retired'))
) STRICT;

CREATE TABLE "line" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "subscriber_id" TEXT NOT NULL REFERENCES "subscriber"("id") ON DELETE RESTRICT,
  "sim_id" TEXT NOT NULL REFERENCES "sim"("id") ON DELETE RESTRICT,
  "number" TEXT NOT NULL,
  "plan_id" TEXT NOT NULL REFERENCES "plan"("id") ON DELETE RESTRICT,
  "data_left" INTEGER NOT NULL CHECK ("data_left" >= 0),
  "period_from" TEXT NOT NULL,
  "period_ends_at" TEXT NOT NULL,
  "bundle_id" TEXT REFERENCES "bundle"("id") ON DELETE RESTRICT,
  "bundle_left" INTEGER NOT NULL CHECK ("bundle_left" >= 0),
  "bundle_from" TEXT,
  "bundle_ends_at" TEXT,
  "swapped_at" TEXT,
  "spent" INTEGER NOT NULL CHECK ("spent" >= 0),
  "status" TEXT NOT NULL CHECK ("status" IN ('active', 'barred', 'ported_out', 'closed'))
) STRICT;
CREATE INDEX "line_subscriber_id" ON "line"("subscriber_id");
CREATE INDEX "line_sim_id" ON "line"("sim_id");
CREATE INDEX "line_plan_id" ON "line"("plan_id");
CREATE INDEX "line_bundle_id" ON "line"("bundle_id");

CREATE TABLE "port" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "line_id" TEXT NOT NULL REFERENCES "line"("id") ON DELETE RESTRICT,
  "direction" TEXT NOT NULL CHECK ("direction" IN ('incoming', 'outgoing')),
  "number" TEXT NOT NULL,
  "carrier" TEXT NOT NULL,
  "requested_at" TEXT NOT NULL,
  "moves_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('requested', 'completed', 'withdrawn'))
) STRICT;
CREATE INDEX "port_line_id" ON "port"("line_id");

CREATE TABLE "entry" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "subscriber_id" TEXT NOT NULL REFERENCES "subscriber"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('top_up', 'plan', 'bundle', 'swap')),
  "amount" INTEGER NOT NULL,
  "line_id" TEXT REFERENCES "line"("id") ON DELETE RESTRICT,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "entry_subscriber_id" ON "entry"("subscriber_id");
CREATE INDEX "entry_line_id" ON "entry"("line_id");
