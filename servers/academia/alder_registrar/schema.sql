-- Emitted by EnvFarm from blueprint academia/alder_registrar: change the blueprint.

CREATE TABLE "course" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "code" TEXT NOT NULL UNIQUE,
  "title" TEXT NOT NULL,
  "credits" INTEGER NOT NULL CHECK ("credits" >= 1) CHECK ("credits" <= 8),
  "tuition" INTEGER NOT NULL CHECK ("tuition" >= 1),
  "prerequisite_id" TEXT REFERENCES "course"("id") ON DELETE RESTRICT
) STRICT;
CREATE INDEX "course_prerequisite_id" ON "course"("prerequisite_id");

CREATE TABLE "section" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "course_id" TEXT NOT NULL REFERENCES "course"("id") ON DELETE RESTRICT,
  "code" TEXT NOT NULL UNIQUE,
  "teacher" TEXT NOT NULL,
  "slot" TEXT NOT NULL CHECK ("slot" IN ('mon_am', 'tue_am', 'tue_pm', 'wed_am', 'wed_pm', 'thu_pm', 'sat_am')),
  "capacity" INTEGER NOT NULL CHECK ("capacity" >= 1) CHECK ("capacity" <= 40),
  "seats_left" INTEGER NOT NULL CHECK ("seats_left" >= 0),
  "opens_at" TEXT NOT NULL,
  "starts_at" TEXT NOT NULL,
  "add_until" TEXT NOT NULL,
  "withdraw_until" TEXT NOT NULL,
  "ends_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('scheduled', 'cancelled'))
) STRICT;
CREATE INDEX "section_course_id" ON "section"("course_id");

CREATE TABLE "student" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL UNIQUE,
  "programme" TEXT NOT NULL CHECK ("programme" IN ('science', 'computing', 'humanities', 'visiting')),
  "max_credits" INTEGER NOT NULL CHECK ("max_credits" >= 6) CHECK ("max_credits" <= 20),
  "load" INTEGER NOT NULL CHECK ("load" >= 0),
  "has_hold" INTEGER NOT NULL CHECK ("has_hold" IN (0, 1)),
  "balance" INTEGER NOT NULL CHECK ("balance" >= 0)
) STRICT;

CREATE TABLE "passed_course" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "student_id" TEXT NOT NULL REFERENCES "student"("id") ON DELETE RESTRICT,
  "course_id" TEXT NOT NULL REFERENCES "course"("id") ON DELETE RESTRICT,
  "grade" TEXT NOT NULL CHECK ("grade" IN ('A', 'B', 'C', 'D', 'F')),
  "origin" TEXT NOT NULL CHECK ("origin" IN ('earned', 'transfer'))
) STRICT;
CREATE INDEX "passed_course_student_id" ON "passed_course"("student_id");
CREATE INDEX "passed_course_course_id" ON "passed_course"("course_id");

CREATE TABLE "enrolment" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "student_id" TEXT NOT NULL REFERENCES "student"("id") ON DELETE RESTRICT,
  "section_id" TEXT NOT NULL REFERENCES "section"("id") ON DELETE RESTRICT,
  "paid" INTEGER NOT NULL CHECK ("paid" >= 0),
  "grade" TEXT CHECK ("grade" IN ('A', 'B', 'C', 'D', 'F')),
  "enrolled_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('enrolled', 'dropped', 'withdrawn', 'completed'))
) STRICT;
CREATE INDEX "enrolment_student_id" ON "enrolment"("student_id");
CREATE INDEX "enrolment_section_id" ON "enrolment"("section_id");

CREATE TABLE "wait_entry" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "student_id" TEXT NOT NULL REFERENCES "student"("id") ON DELETE RESTRICT,
  "section_id" TEXT NOT NULL REFERENCES "section"("id") ON DELETE RESTRICT,
  "joined_at" TEXT NOT NULL,
  "offered_at" TEXT,
  "offer_ends_at" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('waiting', 'offered', 'left', 'taken', 'lapsed'))
) STRICT;
CREATE INDEX "wait_entry_student_id" ON "wait_entry"("student_id");
CREATE INDEX "wait_entry_section_id" ON "wait_entry"("section_id");

CREATE TABLE "account_entry" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "student_id" TEXT NOT NULL REFERENCES "student"("id") ON DELETE RESTRICT,
  "reason" TEXT NOT NULL CHECK ("reason" IN ('payment', 'tuition', 'refund')),
  "amount" INTEGER NOT NULL,
  "enrolment_id" TEXT REFERENCES "enrolment"("id") ON DELETE RESTRICT,
  "made_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "account_entry_student_id" ON "account_entry"("student_id");
CREATE INDEX "account_entry_enrolment_id" ON "account_entry"("enrolment_id");
