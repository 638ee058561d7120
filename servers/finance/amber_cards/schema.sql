-- Emitted by EnvFarm from blueprint finance/amber_cards: change the blueprint.

CREATE TABLE "programme" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "country" TEXT NOT NULL CHECK ("country" IN ('NO', 'IE', 'GB', 'PT', 'DE')),
  "balance" INTEGER NOT NULL CHECK ("balance" >= 0),
  "held" INTEGER NOT NULL CHECK ("held" >= 0)
) STRICT;

CREATE TABLE "cardholder" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "programme_id" TEXT NOT NULL REFERENCES "programme"("id") ON DELETE RESTRICT,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "status" TEXT NOT NULL CHECK ("status" IN ('active', 'blocked'))
) STRICT;
CREATE INDEX "cardholder_programme_id" ON "cardholder"("programme_id");

CREATE TABLE "card" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "cardholder_id" TEXT NOT NULL REFERENCES "cardholder"("id") ON DELETE RESTRICT,
  "label" TEXT NOT NULL,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('physical', 'virtual')),
  "purpose" TEXT NOT NULL CHECK ("purpose" IN ('any', 'travel', 'software', 'fuel', 'office')),
  "is_domestic" INTEGER NOT NULL CHECK ("is_domestic" IN (0, 1)),
  "purchase_limit" INTEGER NOT NULL CHECK ("purchase_limit" >= 100),
  "spend_limit" INTEGER NOT NULL CHECK ("spend_limit" >= 100),
  "spent" INTEGER NOT NULL CHECK ("spent" >= 0),
  "delivery" TEXT NOT NULL CHECK ("delivery" IN ('none', 'ordered', 'delivered')),
  "status" TEXT NOT NULL CHECK ("status" IN ('inactive', 'active', 'canceled')),
  "cancel_reason" TEXT NOT NULL CHECK ("cancel_reason" IN ('none', 'lost', 'stolen', 'closed')),
  "issued_at" TEXT NOT NULL,
  "expires_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "card_cardholder_id" ON "card"("cardholder_id");

CREATE TABLE "merchant" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "category" TEXT NOT NULL CHECK ("category" IN ('travel', 'software', 'fuel', 'office', 'restaurant')),
  "country" TEXT NOT NULL CHECK ("country" IN ('NO', 'IE', 'GB', 'PT', 'DE')),
  "is_flagged" INTEGER NOT NULL CHECK ("is_flagged" IN (0, 1))
) STRICT;

CREATE TABLE "authorization" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "card_id" TEXT NOT NULL REFERENCES "card"("id") ON DELETE RESTRICT,
  "merchant_id" TEXT NOT NULL REFERENCES "merchant"("id") ON DELETE RESTRICT,
  "amount" INTEGER NOT NULL CHECK ("amount" >= 1),
  "hold" INTEGER NOT NULL CHECK ("hold" >= 0),
  "captured" INTEGER NOT NULL CHECK ("captured" >= 0),
  "refunded" INTEGER NOT NULL CHECK ("refunded" >= 0),
  "made_at" TEXT NOT NULL,
  "expires_at" TEXT NOT NULL,
  "captured_at" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('pending', 'captured', 'reversed', 'expired'))
) STRICT;
CREATE INDEX "authorization_card_id" ON "authorization"("card_id");
CREATE INDEX "authorization_merchant_id" ON "authorization"("merchant_id");

CREATE TABLE "transaction" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "programme_id" TEXT NOT NULL REFERENCES "programme"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('top_up', 'capture', 'refund', 'dispute')),
  "amount" INTEGER NOT NULL,
  "authorization_id" TEXT REFERENCES "authorization"("id") ON DELETE RESTRICT,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "transaction_programme_id" ON "transaction"("programme_id");
CREATE INDEX "transaction_authorization_id" ON "transaction"("authorization_id");

CREATE TABLE "dispute" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "authorization_id" TEXT NOT NULL REFERENCES "authorization"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('fraudulent', 'duplicate', 'not_received', 'not_as_described', 'canceled')),
  "amount" INTEGER NOT NULL CHECK ("amount" >= 1),
  "evidence_note" TEXT NOT NULL,
  "submitted_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('submitted', 'won', 'lost', 'withdrawn'))
) STRICT;
CREATE INDEX "dispute_authorization_id" ON "dispute"("authorization_id");
