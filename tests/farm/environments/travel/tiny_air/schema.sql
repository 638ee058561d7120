CREATE TABLE "customer" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "credit" INTEGER NOT NULL CHECK ("credit" >= 0)
) STRICT;
CREATE TABLE "flight" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "number" TEXT NOT NULL UNIQUE,
  "origin" TEXT NOT NULL CHECK ("origin" IN ('OSL', 'CPH', 'ARN')),
  "departs_at" TEXT NOT NULL,
  "fare" INTEGER NOT NULL CHECK ("fare" >= 1),
  "seats" INTEGER NOT NULL CHECK ("seats" >= 1),
  "seats_left" INTEGER NOT NULL CHECK ("seats_left" >= 0)
) STRICT;
CREATE TABLE "booking" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "customer_id" TEXT NOT NULL REFERENCES "customer"("id") ON DELETE RESTRICT,
  "flight_id" TEXT NOT NULL REFERENCES "flight"("id") ON DELETE RESTRICT,
  "passengers" INTEGER NOT NULL CHECK ("passengers" >= 1),
  "price" INTEGER NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('confirmed', 'cancelled'))
) STRICT;
