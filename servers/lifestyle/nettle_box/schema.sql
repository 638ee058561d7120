-- Emitted by EnvFarm from blueprint lifestyle/nettle_box: change the blueprint.

CREATE TABLE "menu_week" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "label" TEXT NOT NULL UNIQUE,
  "cutoff_at" TEXT NOT NULL,
  "delivers_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('open', 'packed', 'delivered'))
) STRICT;

CREATE TABLE "dish" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "week_id" TEXT NOT NULL REFERENCES "menu_week"("id") ON DELETE RESTRICT,
  "title" TEXT NOT NULL UNIQUE,
  "diet" TEXT NOT NULL CHECK ("diet" IN ('meat', 'fish', 'vegetarian', 'vegan')),
  "cooking_minutes" INTEGER NOT NULL CHECK ("cooking_minutes" >= 5) CHECK ("cooking_minutes" <= 180),
  "surcharge" INTEGER NOT NULL CHECK ("surcharge" >= 0),
  "kits" INTEGER NOT NULL CHECK ("kits" >= 1),
  "kits_left" INTEGER NOT NULL CHECK ("kits_left" >= 0),
  "votes" INTEGER NOT NULL CHECK ("votes" >= 0),
  "stars" INTEGER NOT NULL CHECK ("stars" >= 0)
) STRICT;
CREATE INDEX "dish_week_id" ON "dish"("week_id");

CREATE TABLE "household" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "address" TEXT NOT NULL,
  "diet" TEXT NOT NULL CHECK ("diet" IN ('everything', 'vegetarian', 'vegan')),
  "servings" INTEGER NOT NULL CHECK ("servings" >= 2) CHECK ("servings" <= 4),
  "size" INTEGER NOT NULL CHECK ("size" >= 2) CHECK ("size" <= 5),
  "credit" INTEGER NOT NULL CHECK ("credit" >= 0),
  "paused_until" TEXT
) STRICT;

CREATE TABLE "box" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "household_id" TEXT NOT NULL REFERENCES "household"("id") ON DELETE RESTRICT,
  "week_id" TEXT NOT NULL REFERENCES "menu_week"("id") ON DELETE RESTRICT,
  "servings" INTEGER NOT NULL CHECK ("servings" >= 2) CHECK ("servings" <= 4),
  "size" INTEGER NOT NULL CHECK ("size" >= 2) CHECK ("size" <= 5),
  "unit_price" INTEGER NOT NULL CHECK ("unit_price" >= 1),
  "shipping" INTEGER NOT NULL CHECK ("shipping" >= 0),
  "picks" INTEGER NOT NULL CHECK ("picks" >= 0),
  "price" INTEGER NOT NULL CHECK ("price" >= 0),
  "paid" INTEGER NOT NULL CHECK ("paid" >= 0),
  "status" TEXT NOT NULL CHECK ("status" IN ('planned', 'skipped', 'packed', 'delivered'))
) STRICT;
CREATE INDEX "box_household_id" ON "box"("household_id");
CREATE INDEX "box_week_id" ON "box"("week_id");

CREATE TABLE "pick" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "box_id" TEXT NOT NULL REFERENCES "box"("id") ON DELETE RESTRICT,
  "dish_id" TEXT NOT NULL REFERENCES "dish"("id") ON DELETE RESTRICT,
  "price" INTEGER NOT NULL CHECK ("price" >= 1),
  "claimed" INTEGER NOT NULL CHECK ("claimed" >= 0),
  "stars" INTEGER NOT NULL CHECK ("stars" >= 0) CHECK ("stars" <= 5)
) STRICT;
CREATE INDEX "pick_box_id" ON "pick"("box_id");
CREATE INDEX "pick_dish_id" ON "pick"("dish_id");

CREATE TABLE "account_entry" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "household_id" TEXT NOT NULL REFERENCES "household"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('box', 'claim', 'goodwill')),
  "credit" INTEGER NOT NULL,
  "card" INTEGER NOT NULL CHECK ("card" >= 0),
  "box_id" TEXT REFERENCES "box"("id") ON DELETE RESTRICT,
  "pick_id" TEXT REFERENCES "pick"("id") ON DELETE RESTRICT,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "account_entry_household_id" ON "account_entry"("household_id");
CREATE INDEX "account_entry_box_id" ON "account_entry"("box_id");
CREATE INDEX "account_entry_pick_id" ON "account_entry"("pick_id");
