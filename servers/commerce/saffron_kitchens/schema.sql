-- Emitted by EnvFarm from blueprint commerce/saffron_kitchens: change the blueprint.

CREATE TABLE "kitchen" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "city" TEXT NOT NULL CHECK ("city" IN ('Leeds', 'York', 'Hull')),
  "is_online" INTEGER NOT NULL CHECK ("is_online" IN (0, 1)),
  "minimum_order" INTEGER NOT NULL CHECK ("minimum_order" >= 0),
  "delivery_fee" INTEGER NOT NULL CHECK ("delivery_fee" >= 0),
  "slots" INTEGER NOT NULL CHECK ("slots" >= 1),
  "slots_left" INTEGER NOT NULL CHECK ("slots_left" >= 0)
) STRICT;

CREATE TABLE "dish" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "kitchen_id" TEXT NOT NULL REFERENCES "kitchen"("id") ON DELETE RESTRICT,
  "name" TEXT NOT NULL,
  "price" INTEGER NOT NULL CHECK ("price" >= 1),
  "is_offline" INTEGER NOT NULL CHECK ("is_offline" IN (0, 1)),
  "portions" INTEGER NOT NULL CHECK ("portions" >= 0),
  "portions_left" INTEGER NOT NULL CHECK ("portions_left" >= 0)
) STRICT;
CREATE INDEX "dish_kitchen_id" ON "dish"("kitchen_id");

CREATE TABLE "diner" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "city" TEXT NOT NULL CHECK ("city" IN ('Leeds', 'York', 'Hull')),
  "credit" INTEGER NOT NULL CHECK ("credit" >= 0)
) STRICT;

CREATE TABLE "food_order" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "diner_id" TEXT NOT NULL REFERENCES "diner"("id") ON DELETE RESTRICT,
  "kitchen_id" TEXT NOT NULL REFERENCES "kitchen"("id") ON DELETE RESTRICT,
  "service" TEXT NOT NULL CHECK ("service" IN ('delivery', 'collection')),
  "fee" INTEGER NOT NULL CHECK ("fee" >= 0),
  "total" INTEGER NOT NULL CHECK ("total" >= 0),
  "paid" INTEGER NOT NULL CHECK ("paid" >= 0),
  "cooking_minutes" INTEGER NOT NULL CHECK ("cooking_minutes" >= 0) CHECK ("cooking_minutes" <= 60),
  "started_at" TEXT,
  "ends_at" TEXT,
  "completed_at" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('basket', 'placed', 'cooking', 'turned_down', 'revoked', 'ready', 'completed'))
) STRICT;
CREATE INDEX "food_order_diner_id" ON "food_order"("diner_id");
CREATE INDEX "food_order_kitchen_id" ON "food_order"("kitchen_id");

CREATE TABLE "order_line" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "order_id" TEXT NOT NULL REFERENCES "food_order"("id") ON DELETE RESTRICT,
  "dish_id" TEXT NOT NULL REFERENCES "dish"("id") ON DELETE RESTRICT,
  "quantity" INTEGER NOT NULL CHECK ("quantity" >= 1) CHECK ("quantity" <= 8),
  "unit_price" INTEGER NOT NULL CHECK ("unit_price" >= 1)
) STRICT;
CREATE INDEX "order_line_order_id" ON "order_line"("order_id");
CREATE INDEX "order_line_dish_id" ON "order_line"("dish_id");

CREATE TABLE "credit_move" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "diner_id" TEXT NOT NULL REFERENCES "diner"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('top_up', 'order', 'refund', 'claim')),
  "amount" INTEGER NOT NULL,
  "order_id" TEXT REFERENCES "food_order"("id") ON DELETE RESTRICT,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "credit_move_diner_id" ON "credit_move"("diner_id");
CREATE INDEX "credit_move_order_id" ON "credit_move"("order_id");

CREATE TABLE "claim" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "order_id" TEXT NOT NULL REFERENCES "food_order"("id") ON DELETE RESTRICT,
  "issue" TEXT NOT NULL CHECK ("issue" IN ('missing', 'cold', 'wrong', 'late')),
  "amount" INTEGER NOT NULL CHECK ("amount" >= 1),
  "opened_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('open', 'accepted', 'rejected'))
) STRICT;
CREATE INDEX "claim_order_id" ON "claim"("order_id");
