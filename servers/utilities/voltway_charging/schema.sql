-- Emitted by EnvFarm from blueprint utilities/voltway_charging: change the blueprint.

CREATE TABLE "tariff" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "price_per_kwh" INTEGER NOT NULL CHECK ("price_per_kwh" >= 1),
  "session_fee" INTEGER NOT NULL CHECK ("session_fee" >= 1),
  "idle_rate" INTEGER NOT NULL CHECK ("idle_rate" >= 1),
  "idle_cap" INTEGER NOT NULL CHECK ("idle_cap" >= 1),
  "reservation_fee" INTEGER NOT NULL CHECK ("reservation_fee" >= 1)
) STRICT;

CREATE TABLE "station" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "city" TEXT NOT NULL,
  "tariff_id" TEXT NOT NULL REFERENCES "tariff"("id") ON DELETE RESTRICT,
  "is_open" INTEGER NOT NULL CHECK ("is_open" IN (0, 1))
) STRICT;
CREATE INDEX "station_tariff_id" ON "station"("tariff_id");

CREATE TABLE "connector" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "station_id" TEXT NOT NULL REFERENCES "station"("id") ON DELETE RESTRICT,
  "code" TEXT NOT NULL UNIQUE,
  "standard" TEXT NOT NULL CHECK ("standard" IN ('type2', 'ccs', 'chademo')),
  "power_kw" INTEGER NOT NULL CHECK ("power_kw" >= 3) CHECK ("power_kw" <= 400),
  "status" TEXT NOT NULL CHECK ("status" IN ('available', 'charging', 'faulted'))
) STRICT;
CREATE INDEX "connector_station_id" ON "connector"("station_id");

CREATE TABLE "driver" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "plug" TEXT NOT NULL CHECK ("plug" IN ('type2', 'ccs', 'chademo')),
  "plan" TEXT NOT NULL CHECK ("plan" IN ('basic', 'plus')),
  "is_blocked" INTEGER NOT NULL CHECK ("is_blocked" IN (0, 1)),
  "balance" INTEGER NOT NULL CHECK ("balance" >= 0),
  "held" INTEGER NOT NULL CHECK ("held" >= 0)
) STRICT;

CREATE TABLE "reservation" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "driver_id" TEXT NOT NULL REFERENCES "driver"("id") ON DELETE RESTRICT,
  "connector_id" TEXT NOT NULL REFERENCES "connector"("id") ON DELETE RESTRICT,
  "starts_at" TEXT NOT NULL,
  "length_minutes" INTEGER NOT NULL CHECK ("length_minutes" >= 15) CHECK ("length_minutes" <= 240),
  "ends_at" TEXT NOT NULL,
  "fee_paid" INTEGER NOT NULL CHECK ("fee_paid" >= 0),
  "status" TEXT NOT NULL CHECK ("status" IN ('booked', 'used', 'withdrawn', 'missed'))
) STRICT;
CREATE INDEX "reservation_driver_id" ON "reservation"("driver_id");
CREATE INDEX "reservation_connector_id" ON "reservation"("connector_id");

CREATE TABLE "session" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "driver_id" TEXT NOT NULL REFERENCES "driver"("id") ON DELETE RESTRICT,
  "connector_id" TEXT NOT NULL REFERENCES "connector"("id") ON DELETE RESTRICT,
  "price_per_kwh" INTEGER NOT NULL CHECK ("price_per_kwh" >= 1),
  "discount_percent" INTEGER NOT NULL CHECK ("discount_percent" >= 0) CHECK ("discount_percent" <= 10),
  "limit_kwh" INTEGER NOT NULL CHECK ("limit_kwh" >= 1) CHECK ("limit_kwh" <= 100),
  "energy_wh" INTEGER NOT NULL CHECK ("energy_wh" >= 0),
  "hold" INTEGER NOT NULL CHECK ("hold" >= 0),
  "idle_minutes" INTEGER NOT NULL CHECK ("idle_minutes" >= 0),
  "cost" INTEGER NOT NULL CHECK ("cost" >= 0),
  "refunded" INTEGER NOT NULL CHECK ("refunded" >= 0),
  "started_at" TEXT NOT NULL,
  "full_at" TEXT,
  "ended_at" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('charging', 'completed'))
) STRICT;
CREATE INDEX "session_driver_id" ON "session"("driver_id");
CREATE INDEX "session_connector_id" ON "session"("connector_id");

CREATE TABLE "wallet_entry" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "driver_id" TEXT NOT NULL REFERENCES "driver"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('top_up', 'payout', 'charging', 'reservation', 'refund', 'plan')),
  "amount" INTEGER NOT NULL,
  "session_id" TEXT REFERENCES "session"("id") ON DELETE RESTRICT,
  "reservation_id" TEXT REFERENCES "reservation"("id") ON DELETE RESTRICT,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "wallet_entry_driver_id" ON "wallet_entry"("driver_id");
CREATE INDEX "wallet_entry_session_id" ON "wallet_entry"("session_id");
CREATE INDEX "wallet_entry_reservation_id" ON "wallet_entry"("reservation_id");
