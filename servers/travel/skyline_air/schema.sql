-- Emitted by EnvFarm from blueprint travel/skyline_air: change the blueprint.

CREATE TABLE "flight" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "number" TEXT NOT NULL UNIQUE,
  "origin" TEXT NOT NULL CHECK ("origin" IN ('OSL', 'CPH', 'ARN', 'LHR', 'CDG', 'HEL')),
  "destination" TEXT NOT NULL CHECK ("destination" IN ('OSL', 'CPH', 'ARN', 'LHR', 'CDG', 'HEL')),
  "departs_at" TEXT NOT NULL,
  "duration_minutes" INTEGER NOT NULL CHECK ("duration_minutes" >= 30),
  "arrives_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('scheduled', 'delayed', 'cancelled')),
  "delay_minutes" INTEGER NOT NULL CHECK ("delay_minutes" >= 0)
) STRICT;

CREATE TABLE "fare" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "flight_id" TEXT NOT NULL REFERENCES "flight"("id") ON DELETE RESTRICT,
  "brand" TEXT NOT NULL CHECK ("brand" IN ('light', 'flex', 'business')),
  "price" INTEGER NOT NULL CHECK ("price" >= 1),
  "change_fee" INTEGER NOT NULL CHECK ("change_fee" >= 0),
  "bags_included" INTEGER NOT NULL CHECK ("bags_included" >= 0) CHECK ("bags_included" <= 2),
  "seats" INTEGER NOT NULL CHECK ("seats" >= 1),
  "seats_left" INTEGER NOT NULL CHECK ("seats_left" >= 0)
) STRICT;
CREATE INDEX "fare_flight_id" ON "fare"("flight_id");

CREATE TABLE "customer" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "phone" TEXT NOT NULL,
  "tier" TEXT NOT NULL CHECK ("tier" IN ('basic', 'silver', 'gold')),
  "credit" INTEGER NOT NULL CHECK ("credit" >= 0)
) STRICT;

CREATE TABLE "traveller" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "customer_id" TEXT NOT NULL REFERENCES "customer"("id") ON DELETE RESTRICT,
  "full_name" TEXT NOT NULL,
  "age_group" TEXT NOT NULL CHECK ("age_group" IN ('adult', 'child')),
  "passport_expires_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "traveller_customer_id" ON "traveller"("customer_id");

CREATE TABLE "booking" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "customer_id" TEXT NOT NULL REFERENCES "customer"("id") ON DELETE RESTRICT,
  "fare_id" TEXT NOT NULL REFERENCES "fare"("id") ON DELETE RESTRICT,
  "payment_method" TEXT NOT NULL CHECK ("payment_method" IN ('card', 'credit')),
  "passenger_count" INTEGER NOT NULL CHECK ("passenger_count" >= 1),
  "price" INTEGER NOT NULL CHECK ("price" >= 0),
  "paid" INTEGER NOT NULL CHECK ("paid" >= 0),
  "status" TEXT NOT NULL CHECK ("status" IN ('confirmed', 'cancelled')),
  "booked_at" TEXT NOT NULL,
  "changed_at" TEXT
) STRICT;
CREATE INDEX "booking_customer_id" ON "booking"("customer_id");
CREATE INDEX "booking_fare_id" ON "booking"("fare_id");

CREATE TABLE "passenger" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "booking_id" TEXT NOT NULL REFERENCES "booking"("id") ON DELETE RESTRICT,
  "traveller_id" TEXT NOT NULL REFERENCES "traveller"("id") ON DELETE RESTRICT,
  "seat_row" INTEGER NOT NULL CHECK ("seat_row" >= 0) CHECK ("seat_row" <= 30),
  "seat_letter" TEXT NOT NULL CHECK ("seat_letter" IN ('-', 'A', 'B', 'C', 'D', 'E', 'F')),
  "bags" INTEGER NOT NULL CHECK ("bags" >= 0) CHECK ("bags" <= 3),
  "status" TEXT NOT NULL CHECK ("status" IN ('booked', 'checked_in')),
  "checked_in_at" TEXT
) STRICT;
CREATE INDEX "passenger_booking_id" ON "passenger"("booking_id");
CREATE INDEX "passenger_traveller_id" ON "passenger"("traveller_id");

CREATE TABLE "voucher" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "customer_id" TEXT NOT NULL REFERENCES "customer"("id") ON DELETE RESTRICT,
  "booking_id" TEXT REFERENCES "booking"("id") ON DELETE RESTRICT,
  "amount" INTEGER NOT NULL CHECK ("amount" >= 1),
  "status" TEXT NOT NULL CHECK ("status" IN ('issued', 'redeemed')),
  "expires_at" TEXT NOT NULL,
  "redeemed_at" TEXT
) STRICT;
CREATE INDEX "voucher_customer_id" ON "voucher"("customer_id");
CREATE INDEX "voucher_booking_id" ON "voucher"("booking_id");

CREATE TABLE "payment" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "booking_id" TEXT NOT NULL REFERENCES "booking"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('fare', 'change', 'bags', 'refund')),
  "method" TEXT NOT NULL CHECK ("method" IN ('card', 'credit')),
  "amount" INTEGER NOT NULL,
  "paid_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "payment_booking_id" ON "payment"("booking_id");
