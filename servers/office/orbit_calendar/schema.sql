-- Emitted by EnvFarm from blueprint office/orbit_calendar: change the blueprint.

CREATE TABLE "person" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "team" TEXT NOT NULL CHECK ("team" IN ('design', 'engineering', 'finance', 'people', 'sales')),
  "room_budget" INTEGER NOT NULL CHECK ("room_budget" >= 0),
  "budget_left" INTEGER NOT NULL CHECK ("budget_left" >= 0),
  "leave_days" INTEGER NOT NULL CHECK ("leave_days" >= 0) CHECK ("leave_days" <= 40),
  "leave_left" INTEGER NOT NULL CHECK ("leave_left" >= 0)
) STRICT;

CREATE TABLE "room" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "floor" INTEGER NOT NULL CHECK ("floor" >= 0) CHECK ("floor" <= 9),
  "capacity" INTEGER NOT NULL CHECK ("capacity" >= 1),
  "features" TEXT NOT NULL CHECK (json_type("features") = 'array'),
  "hourly_rate" INTEGER NOT NULL CHECK ("hourly_rate" >= 0),
  "is_open" INTEGER NOT NULL CHECK ("is_open" IN (0, 1))
) STRICT;

CREATE TABLE "workday" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "opens_at" TEXT NOT NULL UNIQUE,
  "closes_at" TEXT NOT NULL
) STRICT;

CREATE TABLE "meeting" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "organizer_id" TEXT NOT NULL REFERENCES "person"("id") ON DELETE RESTRICT,
  "room_id" TEXT NOT NULL REFERENCES "room"("id") ON DELETE RESTRICT,
  "title" TEXT NOT NULL,
  "starts_at" TEXT NOT NULL,
  "length_minutes" INTEGER NOT NULL CHECK ("length_minutes" >= 15) CHECK ("length_minutes" <= 240),
  "ends_at" TEXT NOT NULL,
  "invited" INTEGER NOT NULL CHECK ("invited" >= 1),
  "accepted" INTEGER NOT NULL CHECK ("accepted" >= 0),
  "cost" INTEGER NOT NULL CHECK ("cost" >= 0),
  "reminders" INTEGER NOT NULL CHECK ("reminders" >= 0) CHECK ("reminders" <= 2),
  "reminded_at" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('confirmed', 'cancelled'))
) STRICT;
CREATE INDEX "meeting_organizer_id" ON "meeting"("organizer_id");
CREATE INDEX "meeting_room_id" ON "meeting"("room_id");

CREATE TABLE "attendance" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "meeting_id" TEXT NOT NULL REFERENCES "meeting"("id") ON DELETE RESTRICT,
  "person_id" TEXT NOT NULL REFERENCES "person"("id") ON DELETE RESTRICT,
  "response" TEXT NOT NULL CHECK ("response" IN ('needs_action', 'accepted', 'declined')),
  "responded_at" TEXT
) STRICT;
CREATE INDEX "attendance_meeting_id" ON "attendance"("meeting_id");
CREATE INDEX "attendance_person_id" ON "attendance"("person_id");

CREATE TABLE "absence" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "person_id" TEXT NOT NULL REFERENCES "person"("id") ON DELETE RESTRICT,
  "starts_at" TEXT NOT NULL,
  "length_days" INTEGER NOT NULL CHECK ("length_days" >= 1) CHECK ("length_days" <= 20),
  "ends_at" TEXT NOT NULL,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('vacation', 'travel', 'training'))
) STRICT;
CREATE INDEX "absence_person_id" ON "absence"("person_id");
