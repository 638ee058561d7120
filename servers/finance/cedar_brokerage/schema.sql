-- Emitted by EnvFarm from blueprint finance/cedar_brokerage: change the blueprint.

CREATE TABLE "account" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "holder" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "is_restricted" INTEGER NOT NULL CHECK ("is_restricted" IN (0, 1)),
  "cash" INTEGER NOT NULL CHECK ("cash" >= 0),
  "reserved" INTEGER NOT NULL CHECK ("reserved" >= 0),
  "unsettled" INTEGER NOT NULL CHECK ("unsettled" >= 0)
) STRICT;

CREATE TABLE "instrument" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "symbol" TEXT NOT NULL UNIQUE,
  "name" TEXT NOT NULL,
  "exchange" TEXT NOT NULL CHECK ("exchange" IN ('XNAS', 'XNYS')),
  "price" INTEGER NOT NULL CHECK ("price" >= 100),
  "reference_price" INTEGER NOT NULL CHECK ("reference_price" >= 100),
  "tick" INTEGER NOT NULL CHECK ("tick" >= 1) CHECK ("tick" <= 50),
  "lot" INTEGER NOT NULL CHECK ("lot" >= 1) CHECK ("lot" <= 100),
  "is_halted" INTEGER NOT NULL CHECK ("is_halted" IN (0, 1)),
  "dividend_at" TEXT NOT NULL,
  "paid_out" INTEGER NOT NULL CHECK ("paid_out" >= 0),
  "closed_at" TEXT NOT NULL
) STRICT;

CREATE TABLE "position" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "account_id" TEXT NOT NULL REFERENCES "account"("id") ON DELETE RESTRICT,
  "instrument_id" TEXT NOT NULL REFERENCES "instrument"("id") ON DELETE RESTRICT,
  "opening" INTEGER NOT NULL CHECK ("opening" >= 0),
  "quantity" INTEGER NOT NULL CHECK ("quantity" >= 0),
  "reserved" INTEGER NOT NULL CHECK ("reserved" >= 0)
) STRICT;
CREATE INDEX "position_account_id" ON "position"("account_id");
CREATE INDEX "position_instrument_id" ON "position"("instrument_id");

CREATE TABLE "stock_order" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "account_id" TEXT NOT NULL REFERENCES "account"("id") ON DELETE RESTRICT,
  "instrument_id" TEXT NOT NULL REFERENCES "instrument"("id") ON DELETE RESTRICT,
  "side" TEXT NOT NULL CHECK ("side" IN ('buy', 'sell')),
  "quantity" INTEGER NOT NULL CHECK ("quantity" >= 1),
  "limit_price" INTEGER NOT NULL CHECK ("limit_price" >= 100),
  "lifetime" TEXT NOT NULL CHECK ("lifetime" IN ('day', 'gtc')),
  "filled" INTEGER NOT NULL CHECK ("filled" >= 0),
  "left" INTEGER NOT NULL CHECK ("left" >= 0),
  "reserve" INTEGER NOT NULL CHECK ("reserve" >= 0),
  "placed_at" TEXT NOT NULL,
  "expires_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('working', 'filled', 'pulled', 'expired'))
) STRICT;
CREATE INDEX "stock_order_account_id" ON "stock_order"("account_id");
CREATE INDEX "stock_order_instrument_id" ON "stock_order"("instrument_id");

CREATE TABLE "trade" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "order_id" TEXT NOT NULL REFERENCES "stock_order"("id") ON DELETE RESTRICT,
  "quantity" INTEGER NOT NULL CHECK ("quantity" >= 1),
  "price" INTEGER NOT NULL CHECK ("price" >= 100),
  "commission" INTEGER NOT NULL CHECK ("commission" >= 0),
  "amount" INTEGER NOT NULL,
  "is_settled" INTEGER NOT NULL CHECK ("is_settled" IN (0, 1)),
  "made_at" TEXT NOT NULL,
  "settles_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "trade_order_id" ON "trade"("order_id");

CREATE TABLE "cash_move" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "account_id" TEXT NOT NULL REFERENCES "account"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('deposit', 'withdrawal', 'dividend')),
  "amount" INTEGER NOT NULL,
  "instrument_id" TEXT REFERENCES "instrument"("id") ON DELETE RESTRICT,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "cash_move_account_id" ON "cash_move"("account_id");
CREATE INDEX "cash_move_instrument_id" ON "cash_move"("instrument_id");
