-- Emitted by EnvFarm from blueprint commerce/lantern_store: change the blueprint.

CREATE TABLE "customer" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "address" TEXT NOT NULL,
  "is_on_hold" INTEGER NOT NULL CHECK ("is_on_hold" IN (0, 1)),
  "unpaid_limit" INTEGER NOT NULL CHECK ("unpaid_limit" >= 0),
  "store_credit" INTEGER NOT NULL CHECK ("store_credit" >= 0)
) STRICT;

CREATE TABLE "product" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "sku" TEXT NOT NULL UNIQUE,
  "title" TEXT NOT NULL UNIQUE,
  "category" TEXT NOT NULL CHECK ("category" IN ('lantern', 'lamp', 'pendant', 'bulb', 'accessory')),
  "price" INTEGER NOT NULL CHECK ("price" >= 1),
  "is_discontinued" INTEGER NOT NULL CHECK ("is_discontinued" IN (0, 1)),
  "is_final_sale" INTEGER NOT NULL CHECK ("is_final_sale" IN (0, 1)),
  "lead_days" INTEGER NOT NULL CHECK ("lead_days" >= 1) CHECK ("lead_days" <= 30),
  "shelf_space" INTEGER NOT NULL CHECK ("shelf_space" >= 1),
  "received" INTEGER NOT NULL CHECK ("received" >= 0),
  "on_hand" INTEGER NOT NULL CHECK ("on_hand" >= 0),
  "reserved" INTEGER NOT NULL CHECK ("reserved" >= 0)
) STRICT;

CREATE TABLE "coupon" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "code" TEXT NOT NULL UNIQUE,
  "percent" INTEGER NOT NULL CHECK ("percent" >= 1) CHECK ("percent" <= 50),
  "minimum_subtotal" INTEGER NOT NULL CHECK ("minimum_subtotal" >= 0),
  "valid_from" TEXT NOT NULL,
  "valid_until" TEXT NOT NULL,
  "most_uses" INTEGER NOT NULL CHECK ("most_uses" >= 1),
  "uses" INTEGER NOT NULL CHECK ("uses" >= 0)
) STRICT;

CREATE TABLE "order" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "customer_id" TEXT NOT NULL REFERENCES "customer"("id") ON DELETE RESTRICT,
  "coupon_id" TEXT REFERENCES "coupon"("id") ON DELETE RESTRICT,
  "status" TEXT NOT NULL CHECK ("status" IN ('draft', 'placed', 'cancelled', 'paid', 'shipped', 'delivered')),
  "discount_percent" INTEGER NOT NULL CHECK ("discount_percent" >= 0) CHECK ("discount_percent" <= 50),
  "subtotal" INTEGER NOT NULL CHECK ("subtotal" >= 0),
  "shipping_fee" INTEGER NOT NULL CHECK ("shipping_fee" >= 0),
  "total" INTEGER NOT NULL CHECK ("total" >= 0),
  "paid" INTEGER NOT NULL CHECK ("paid" >= 0),
  "refunded" INTEGER NOT NULL CHECK ("refunded" >= 0),
  "reserved_until" TEXT NOT NULL,
  "placed_at" TEXT,
  "paid_at" TEXT,
  "delivered_at" TEXT
) STRICT;
CREATE INDEX "order_customer_id" ON "order"("customer_id");
CREATE INDEX "order_coupon_id" ON "order"("coupon_id");

CREATE TABLE "order_line" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "order_id" TEXT NOT NULL REFERENCES "order"("id") ON DELETE RESTRICT,
  "product_id" TEXT NOT NULL REFERENCES "product"("id") ON DELETE RESTRICT,
  "quantity" INTEGER NOT NULL CHECK ("quantity" >= 1) CHECK ("quantity" <= 10),
  "unit_price" INTEGER NOT NULL CHECK ("unit_price" >= 1),
  "returned" INTEGER NOT NULL CHECK ("returned" >= 0)
) STRICT;
CREATE INDEX "order_line_order_id" ON "order_line"("order_id");
CREATE INDEX "order_line_product_id" ON "order_line"("product_id");

CREATE TABLE "payment" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "order_id" TEXT NOT NULL REFERENCES "order"("id") ON DELETE RESTRICT,
  "method" TEXT NOT NULL CHECK ("method" IN ('card', 'store_credit')),
  "amount" INTEGER NOT NULL,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "payment_order_id" ON "payment"("order_id");

CREATE TABLE "shipment" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "order_id" TEXT NOT NULL UNIQUE REFERENCES "order"("id") ON DELETE RESTRICT,
  "service" TEXT NOT NULL CHECK ("service" IN ('standard', 'express')),
  "ships_to" TEXT NOT NULL,
  "shipped_at" TEXT NOT NULL,
  "expected_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('in_transit', 'delivered'))
) STRICT;

CREATE TABLE "return_request" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "order_line_id" TEXT NOT NULL REFERENCES "order_line"("id") ON DELETE RESTRICT,
  "quantity" INTEGER NOT NULL CHECK ("quantity" >= 1) CHECK ("quantity" <= 10),
  "reason" TEXT NOT NULL CHECK ("reason" IN ('changed_mind', 'damaged', 'wrong_item')),
  "status" TEXT NOT NULL CHECK ("status" IN ('requested', 'received', 'withdrawn')),
  "is_restocked" INTEGER NOT NULL CHECK ("is_restocked" IN (0, 1)),
  "refund" INTEGER NOT NULL CHECK ("refund" >= 0),
  "requested_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "return_request_order_line_id" ON "return_request"("order_line_id");
