-- Emitted by EnvFarm from blueprint lifestyle/tempo_studio: change the blueprint.

CREATE TABLE "plan" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "price" INTEGER NOT NULL CHECK ("price" >= 1),
  "credits" INTEGER NOT NULL CHECK ("credits" >= 1),
  "rollover" INTEGER NOT NULL CHECK ("rollover" >= 0),
  "book_ahead_days" INTEGER NOT NULL CHECK ("book_ahead_days" >= 1),
  "allows_peak" INTEGER NOT NULL CHECK ("allows_peak" IN (0, 1))
) STRICT;

CREATE TABLE "coach" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "disciplines" TEXT NOT NULL CHECK (json_type("disciplines") = 'array')
) STRICT;

CREATE TABLE "lesson" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "title" TEXT NOT NULL,
  "discipline" TEXT NOT NULL CHECK ("discipline" IN ('yoga', 'pilates', 'cycling', 'strength', 'barre', 'boxing')),
  "coach_id" TEXT NOT NULL REFERENCES "coach"("id") ON DELETE RESTRICT,
  "room" TEXT NOT NULL CHECK ("room" IN ('loft', 'cellar', 'courtyard')),
  "starts_at" TEXT NOT NULL,
  "length_minutes" INTEGER NOT NULL CHECK ("length_minutes" >= 30) CHECK ("length_minutes" <= 120),
  "ends_at" TEXT NOT NULL,
  "is_peak" INTEGER NOT NULL CHECK ("is_peak" IN (0, 1)),
  "cost" INTEGER NOT NULL CHECK ("cost" >= 1) CHECK ("cost" <= 3),
  "capacity" INTEGER NOT NULL CHECK ("capacity" >= 1) CHECK ("capacity" <= 30),
  "booked" INTEGER NOT NULL CHECK ("booked" >= 0),
  "waiting" INTEGER NOT NULL CHECK ("waiting" >= 0),
  "tickets" INTEGER NOT NULL CHECK ("tickets" >= 0),
  "status" TEXT NOT NULL CHECK ("status" IN ('scheduled', 'open', 'called_off', 'done'))
) STRICT;
CREATE INDEX "lesson_coach_id" ON "lesson"("coach_id");

CREATE TABLE "member" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "plan_id" TEXT NOT NULL REFERENCES "plan"("id") ON DELETE RESTRICT,
  "next_plan_id" TEXT NOT NULL REFERENCES "plan"("id") ON DELETE RESTRICT,
  "status" TEXT NOT NULL CHECK ("status" IN ('active', 'frozen')),
  "credits" INTEGER NOT NULL CHECK ("credits" >= 0),
  "owed" INTEGER NOT NULL CHECK ("owed" >= 0),
  "renews_at" TEXT NOT NULL,
  "packs" INTEGER NOT NULL CHECK ("packs" >= 0) CHECK ("packs" <= 3),
  "freezes" INTEGER NOT NULL CHECK ("freezes" >= 0) CHECK ("freezes" <= 2),
  "frozen_until" TEXT
) STRICT;
CREATE INDEX "member_plan_id" ON "member"("plan_id");
CREATE INDEX "member_next_plan_id" ON "member"("next_plan_id");

CREATE TABLE "spot" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "member_id" TEXT NOT NULL REFERENCES "member"("id") ON DELETE RESTRICT,
  "lesson_id" TEXT NOT NULL REFERENCES "lesson"("id") ON DELETE RESTRICT,
  "ticket" INTEGER NOT NULL CHECK ("ticket" >= 1),
  "credits" INTEGER NOT NULL CHECK ("credits" >= 0),
  "fee" INTEGER NOT NULL CHECK ("fee" >= 0),
  "asked_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('booked', 'waiting', 'withdrawn', 'released', 'attended', 'missed'))
) STRICT;
CREATE INDEX "spot_member_id" ON "spot"("member_id");
CREATE INDEX "spot_lesson_id" ON "spot"("lesson_id");

CREATE TABLE "account_entry" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "member_id" TEXT NOT NULL REFERENCES "member"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('renewal', 'lapse', 'pack', 'spot', 'spot_back', 'late', 'missed', 'freeze', 'settlement', 'goodwill')),
  "credits" INTEGER NOT NULL,
  "owed" INTEGER NOT NULL,
  "card" INTEGER NOT NULL CHECK ("card" >= 0),
  "spot_id" TEXT REFERENCES "spot"("id") ON DELETE RESTRICT,
  "plan_id" TEXT REFERENCES "plan"("id") ON DELETE RESTRICT,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "account_entry_member_id" ON "account_entry"("member_id");
CREATE INDEX "account_entry_spot_id" ON "account_entry"("spot_id");
CREATE INDEX "account_entry_plan_id" ON "account_entry"("plan_id");
