-- Emitted by EnvFarm from blueprint office/google_calendar: change the blueprint.

CREATE TABLE "calendar" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "summary" TEXT NOT NULL,
  "description" TEXT,
  "location" TEXT,
  "time_zone" TEXT,
  "data_owner" TEXT NOT NULL
) STRICT;

CREATE TABLE "calendar_list_entry" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "calendar_id" TEXT NOT NULL UNIQUE REFERENCES "calendar"("id") ON DELETE RESTRICT,
  "summary" TEXT NOT NULL,
  "summary_override" TEXT,
  "access_role" TEXT NOT NULL CHECK ("access_role" IN ('none', 'freeBusyReader', 'reader', 'writerWithoutPrivateAccess', 'writer', 'owner')),
  "primary" INTEGER NOT NULL CHECK ("primary" IN (0, 1)),
  "color_id" INTEGER NOT NULL CHECK ("color_id" >= 1) CHECK ("color_id" <= 24),
  "hidden" INTEGER NOT NULL CHECK ("hidden" IN (0, 1)),
  "selected" INTEGER NOT NULL CHECK ("selected" IN (0, 1))
) STRICT;

CREATE TABLE "event" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "calendar_id" TEXT NOT NULL REFERENCES "calendar"("id") ON DELETE RESTRICT,
  "summary" TEXT NOT NULL,
  "description" TEXT,
  "location" TEXT,
  "starts_at" TEXT NOT NULL,
  "ends_at" TEXT NOT NULL,
  "status" TEXT NOT NULL CHECK ("status" IN ('confirmed', 'tentative', 'cancelled')),
  "event_type" TEXT NOT NULL CHECK ("event_type" IN ('birthday', 'default', 'focusTime', 'fromGmail', 'outOfOffice', 'workingLocation')),
  "transparency" TEXT NOT NULL CHECK ("transparency" IN ('opaque', 'transparent')),
  "visibility" TEXT NOT NULL CHECK ("visibility" IN ('default', 'public', 'private', 'confidential')),
  "color_id" INTEGER CHECK ("color_id" >= 1) CHECK ("color_id" <= 11),
  "organizer_email" TEXT NOT NULL,
  "guests_can_invite_others" INTEGER NOT NULL CHECK ("guests_can_invite_others" IN (0, 1)),
  "guests_can_modify" INTEGER NOT NULL CHECK ("guests_can_modify" IN (0, 1)),
  "sequence" INTEGER NOT NULL CHECK ("sequence" >= 0),
  "created_at" TEXT NOT NULL,
  "updated_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "event_calendar_id" ON "event"("calendar_id");

CREATE TABLE "event_attendee" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "event_id" TEXT NOT NULL REFERENCES "event"("id") ON DELETE RESTRICT,
  "email" TEXT NOT NULL,
  "display_name" TEXT,
  "response_status" TEXT NOT NULL CHECK ("response_status" IN ('needsAction', 'declined', 'tentative', 'accepted')),
  "is_organizer" INTEGER NOT NULL CHECK ("is_organizer" IN (0, 1)),
  "is_optional" INTEGER NOT NULL CHECK ("is_optional" IN (0, 1)),
  "additional_guests" INTEGER NOT NULL CHECK ("additional_guests" >= 0) CHECK ("additional_guests" <= 10),
  "comment" TEXT
) STRICT;
CREATE INDEX "event_attendee_event_id" ON "event_attendee"("event_id");

CREATE TABLE "acl_rule" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "calendar_id" TEXT NOT NULL REFERENCES "calendar"("id") ON DELETE RESTRICT,
  "role" TEXT NOT NULL CHECK ("role" IN ('none', 'freeBusyReader', 'reader', 'writerWithoutPrivateAccess', 'writer', 'owner')),
  "scope_type" TEXT NOT NULL CHECK ("scope_type" IN ('default', 'user', 'group', 'domain')),
  "scope_value" TEXT
) STRICT;
CREATE INDEX "acl_rule_calendar_id" ON "acl_rule"("calendar_id");
