-- Emitted by EnvFarm from blueprint travel/linden_hotels: change the blueprint.

CREATE TABLE "hotel" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "city" TEXT NOT NULL,
  "has_parking" INTEGER NOT NULL CHECK ("has_parking" IN (0, 1)),
  "checkin_hour" INTEGER NOT NULL CHECK ("checkin_hour" >= 12) CHECK ("checkin_hour" <= 18),
  "city_tax" INTEGER NOT NULL CHECK ("city_tax" >= 1),
  "business_day" TEXT NOT NULL,
  "handed_over_at" TEXT NOT NULL,
  "shift_note" TEXT NOT NULL
) STRICT;

CREATE TABLE "rate" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "hotel_id" TEXT NOT NULL REFERENCES "hotel"("id") ON DELETE RESTRICT,
  "category" TEXT NOT NULL CHECK ("category" IN ('single', 'double', 'suite')),
  "price" INTEGER NOT NULL CHECK ("price" >= 1),
  "is_prepaid" INTEGER NOT NULL CHECK ("is_prepaid" IN (0, 1)),
  "min_nights" INTEGER NOT NULL CHECK ("min_nights" >= 1) CHECK ("min_nights" <= 7),
  "free_cancel_hours" INTEGER NOT NULL CHECK ("free_cancel_hours" >= 0) CHECK ("free_cancel_hours" <= 120),
  "valid_until" TEXT NOT NULL
) STRICT;
CREATE INDEX "rate_hotel_id" ON "rate"("hotel_id");

CREATE TABLE "room" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "hotel_id" TEXT NOT NULL REFERENCES "hotel"("id") ON DELETE RESTRICT,
  "code" TEXT NOT NULL UNIQUE,
  "category" TEXT NOT NULL CHECK ("category" IN ('single', 'double', 'suite')),
  "sleeps" INTEGER NOT NULL CHECK ("sleeps" >= 1) CHECK ("sleeps" <= 6),
  "condition" TEXT NOT NULL CHECK ("condition" IN ('clean', 'dirty', 'out_of_order'))
) STRICT;
CREATE INDEX "room_hotel_id" ON "room"("hotel_id");

CREATE TABLE "guest" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "phone" TEXT NOT NULL,
  "tier" TEXT NOT NULL CHECK ("tier" IN ('basic', 'silver', 'gold')),
  "is_barred" INTEGER NOT NULL CHECK ("is_barred" IN (0, 1)),
  "credit" INTEGER NOT NULL CHECK ("credit" >= 0)
) STRICT;

CREATE TABLE "stay" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "guest_id" TEXT NOT NULL REFERENCES "guest"("id") ON DELETE RESTRICT,
  "room_id" TEXT NOT NULL REFERENCES "room"("id") ON DELETE RESTRICT,
  "rate_id" TEXT NOT NULL REFERENCES "rate"("id") ON DELETE RESTRICT,
  "adults" INTEGER NOT NULL CHECK ("adults" >= 1) CHECK ("adults" <= 6),
  "nightly_price" INTEGER NOT NULL CHECK ("nightly_price" >= 1),
  "arrives_on" TEXT NOT NULL,
  "nights" INTEGER NOT NULL CHECK ("nights" >= 1) CHECK ("nights" <= 30),
  "departs_on" TEXT NOT NULL,
  "charged_nights" INTEGER NOT NULL CHECK ("charged_nights" >= 0),
  "extras" INTEGER NOT NULL CHECK ("extras" >= 0),
  "balance" INTEGER NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('booked', 'in_house', 'cancelled', 'no_show', 'departed')),
  "booked_at" TEXT NOT NULL,
  "checked_in_at" TEXT,
  "closed_at" TEXT
) STRICT;
CREATE INDEX "stay_guest_id" ON "stay"("guest_id");
CREATE INDEX "stay_room_id" ON "stay"("room_id");
CREATE INDEX "stay_rate_id" ON "stay"("rate_id");

CREATE TABLE "folio_entry" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "stay_id" TEXT NOT NULL REFERENCES "stay"("id") ON DELETE RESTRICT,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('room', 'city_tax', 'breakfast', 'parking', 'minibar', 'laundry', 'early_departure', 'cancellation', 'no_show', 'payment')),
  "method" TEXT NOT NULL CHECK ("method" IN ('none', 'card', 'credit')),
  "amount" INTEGER NOT NULL,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "folio_entry_stay_id" ON "folio_entry"("stay_id");
