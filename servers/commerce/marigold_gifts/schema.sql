-- Emitted by EnvFarm from blueprint commerce/marigold_gifts: change the blueprint.

CREATE TABLE "design" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "min_load" INTEGER NOT NULL CHECK ("min_load" >= 100),
  "max_balance" INTEGER NOT NULL CHECK ("max_balance" >= 100),
  "valid_days" INTEGER NOT NULL CHECK ("valid_days" >= 1),
  "bonus_percent" INTEGER NOT NULL CHECK ("bonus_percent" >= 0) CHECK ("bonus_percent" <= 20),
  "is_reloadable" INTEGER NOT NULL CHECK ("is_reloadable" IN (0, 1)),
  "is_on_sale" INTEGER NOT NULL CHECK ("is_on_sale" IN (0, 1))
) STRICT;

CREATE TABLE "shop" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "city" TEXT NOT NULL,
  "is_open" INTEGER NOT NULL CHECK ("is_open" IN (0, 1)),
  "due" INTEGER NOT NULL CHECK ("due" >= 0),
  "paid_out_at" TEXT
) STRICT;

CREATE TABLE "customer" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE "gift_card" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "gan" TEXT NOT NULL UNIQUE,
  "design_id" TEXT NOT NULL REFERENCES "design"("id") ON DELETE RESTRICT,
  "customer_id" TEXT REFERENCES "customer"("id") ON DELETE RESTRICT,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('digital', 'physical')),
  "balance" INTEGER NOT NULL CHECK ("balance" >= 0),
  "held" INTEGER NOT NULL CHECK ("held" >= 0),
  "expires_at" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('pending', 'active', 'closed', 'blocked'))
) STRICT;
CREATE INDEX "gift_card_design_id" ON "gift_card"("design_id");
CREATE INDEX "gift_card_customer_id" ON "gift_card"("customer_id");

CREATE TABLE "purchase" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "card_id" TEXT NOT NULL REFERENCES "gift_card"("id") ON DELETE RESTRICT,
  "shop_id" TEXT NOT NULL REFERENCES "shop"("id") ON DELETE RESTRICT,
  "held" INTEGER NOT NULL CHECK ("held" >= 0),
  "amount" INTEGER NOT NULL CHECK ("amount" >= 0),
  "refunded" INTEGER NOT NULL CHECK ("refunded" >= 0),
  "made_at" TEXT NOT NULL,
  "hold_until" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('held', 'taken', 'released'))
) STRICT;
CREATE INDEX "purchase_card_id" ON "purchase"("card_id");
CREATE INDEX "purchase_shop_id" ON "purchase"("shop_id");

CREATE TABLE "activity" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "card_id" TEXT NOT NULL REFERENCES "gift_card"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('activate', 'bonus', 'load', 'redeem', 'refund', 'transfer_in', 'transfer_out', 'clear')),
  "amount" INTEGER NOT NULL,
  "purchase_id" TEXT REFERENCES "purchase"("id") ON DELETE RESTRICT,
  "shop_id" TEXT REFERENCES "shop"("id") ON DELETE RESTRICT,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "activity_card_id" ON "activity"("card_id");
CREATE INDEX "activity_purchase_id" ON "activity"("purchase_id");
CREATE INDEX "activity_shop_id" ON "activity"("shop_id");

CREATE TABLE "payout" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "shop_id" TEXT NOT NULL REFERENCES "shop"("id") ON DELETE RESTRICT,
  "amount" INTEGER NOT NULL CHECK ("amount" >= 1),
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "payout_shop_id" ON "payout"("shop_id");
