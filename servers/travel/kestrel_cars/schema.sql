-- Emitted by EnvFarm from blueprint travel/kestrel_cars: change the blueprint.

CREATE TABLE "station" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "city" TEXT NOT NULL,
  "bays" INTEGER NOT NULL CHECK ("bays" >= 1) CHECK ("bays" <= 20),
  "cars_here" INTEGER NOT NULL CHECK ("cars_here" >= 0)
) STRICT;

CREATE TABLE "category" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "hourly_price" INTEGER NOT NULL CHECK ("hourly_price" >= 1),
  "daily_price" INTEGER NOT NULL CHECK ("daily_price" >= 1),
  "km_price" INTEGER NOT NULL CHECK ("km_price" >= 1),
  "deposit" INTEGER NOT NULL CHECK ("deposit" >= 1),
  "excess" INTEGER NOT NULL CHECK ("excess" >= 1),
  "one_way_fee" INTEGER NOT NULL CHECK ("one_way_fee" >= 1),
  "min_age" INTEGER NOT NULL CHECK ("min_age" >= 18) CHECK ("min_age" <= 30),
  "full_range" INTEGER NOT NULL CHECK ("full_range" >= 100)
) STRICT;

CREATE TABLE "car" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "plate" TEXT NOT NULL UNIQUE,
  "category_id" TEXT NOT NULL REFERENCES "category"("id") ON DELETE RESTRICT,
  "station_id" TEXT NOT NULL REFERENCES "station"("id") ON DELETE RESTRICT,
  "base_km" INTEGER NOT NULL CHECK ("base_km" >= 0),
  "odometer_km" INTEGER NOT NULL CHECK ("odometer_km" >= 0),
  "range_km" INTEGER NOT NULL CHECK ("range_km" >= 0) CHECK ("range_km" <= 900),
  "status" TEXT NOT NULL CHECK ("status" IN ('parked', 'rented', 'workshop'))
) STRICT;
CREATE INDEX "car_category_id" ON "car"("category_id");
CREATE INDEX "car_station_id" ON "car"("station_id");

CREATE TABLE "driver" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "phone" TEXT NOT NULL,
  "age" INTEGER NOT NULL CHECK ("age" >= 18) CHECK ("age" <= 99),
  "licence_expires_at" TEXT NOT NULL,
  "is_blocked" INTEGER NOT NULL CHECK ("is_blocked" IN (0, 1)),
  "card_limit" INTEGER NOT NULL CHECK ("card_limit" >= 0),
  "deposit_held" INTEGER NOT NULL CHECK ("deposit_held" >= 0),
  "free_km" INTEGER NOT NULL CHECK ("free_km" >= 0) CHECK ("free_km" <= 2000)
) STRICT;

CREATE TABLE "rental" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "driver_id" TEXT NOT NULL REFERENCES "driver"("id") ON DELETE RESTRICT,
  "car_id" TEXT NOT NULL REFERENCES "car"("id") ON DELETE RESTRICT,
  "pickup_id" TEXT NOT NULL REFERENCES "station"("id") ON DELETE RESTRICT,
  "return_id" TEXT REFERENCES "station"("id") ON DELETE RESTRICT,
  "starts_at" TEXT NOT NULL,
  "ends_at" TEXT NOT NULL,
  "time_price" INTEGER NOT NULL CHECK ("time_price" >= 1),
  "km_driven" INTEGER NOT NULL CHECK ("km_driven" >= 0),
  "free_km_used" INTEGER NOT NULL CHECK ("free_km_used" >= 0),
  "late_hours" INTEGER NOT NULL CHECK ("late_hours" >= 0),
  "refuel_fee" INTEGER NOT NULL CHECK ("refuel_fee" >= 0),
  "cost" INTEGER NOT NULL CHECK ("cost" >= 0),
  "deposit" INTEGER NOT NULL CHECK ("deposit" >= 0),
  "damage_paid" INTEGER NOT NULL CHECK ("damage_paid" >= 0),
  "paid" INTEGER NOT NULL CHECK ("paid" >= 0),
  "status" TEXT NOT NULL CHECK ("status" IN ('reserved', 'out', 'withdrawn', 'missed', 'returned')),
  "reserved_at" TEXT NOT NULL,
  "collected_at" TEXT,
  "closed_at" TEXT
) STRICT;
CREATE INDEX "rental_driver_id" ON "rental"("driver_id");
CREATE INDEX "rental_car_id" ON "rental"("car_id");
CREATE INDEX "rental_pickup_id" ON "rental"("pickup_id");
CREATE INDEX "rental_return_id" ON "rental"("return_id");

CREATE TABLE "damage" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "rental_id" TEXT NOT NULL REFERENCES "rental"("id") ON DELETE RESTRICT,
  "severity" TEXT NOT NULL CHECK ("severity" IN ('cosmetic', 'unsafe')),
  "description" TEXT NOT NULL,
  "cost" INTEGER NOT NULL CHECK ("cost" >= 1),
  "charged" INTEGER NOT NULL CHECK ("charged" >= 0),
  "status" TEXT NOT NULL CHECK ("status" IN ('reported', 'charged')),
  "reported_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "damage_rental_id" ON "damage"("rental_id");

CREATE TABLE "payment" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "driver_id" TEXT NOT NULL REFERENCES "driver"("id") ON DELETE RESTRICT,
  "rental_id" TEXT REFERENCES "rental"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('deposit', 'deposit_back', 'rental', 'withdrawal', 'missed', 'damage', 'km_package')),
  "amount" INTEGER NOT NULL,
  "km" INTEGER NOT NULL CHECK ("km" >= 0),
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "payment_driver_id" ON "payment"("driver_id");
CREATE INDEX "payment_rental_id" ON "payment"("rental_id");
