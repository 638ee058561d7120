-- Emitted by EnvFarm from blueprint lifestyle/hearth_hub: change the blueprint.

CREATE TABLE "home" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL UNIQUE,
  "city" TEXT NOT NULL,
  "mode" TEXT NOT NULL CHECK ("mode" IN ('home', 'night', 'away')),
  "fuse_watts" INTEGER NOT NULL CHECK ("fuse_watts" >= 1000),
  "load_watts" INTEGER NOT NULL CHECK ("load_watts" >= 0),
  "budget_wh" INTEGER NOT NULL CHECK ("budget_wh" >= 1000) CHECK ("budget_wh" <= 60000),
  "budget_changed_at" TEXT,
  "day" INTEGER NOT NULL CHECK ("day" >= 1),
  "day_started_at" TEXT NOT NULL,
  "used_wh" INTEGER NOT NULL CHECK ("used_wh" >= 0),
  "readings" INTEGER NOT NULL CHECK ("readings" >= 0),
  "devices" INTEGER NOT NULL CHECK ("devices" >= 0),
  "pairing_until" TEXT
) STRICT;

CREATE TABLE "device" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "home_id" TEXT NOT NULL REFERENCES "home"("id") ON DELETE RESTRICT,
  "name" TEXT NOT NULL,
  "serial" TEXT NOT NULL UNIQUE,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('light', 'heat_pump', 'heating', 'kitchen', 'charger', 'leisure', 'lock', 'appliance')),
  "bus" TEXT NOT NULL CHECK ("bus" IN ('zigbee', 'zwave', 'wifi')),
  "watts" INTEGER NOT NULL CHECK ("watts" >= 12) CHECK ("watts" <= 11000),
  "priority" TEXT NOT NULL CHECK ("priority" IN ('essential', 'comfort', 'luxury')),
  "energy_wh" INTEGER NOT NULL CHECK ("energy_wh" >= 0),
  "switched_at" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('off', 'on', 'offline', 'retired'))
) STRICT;
CREATE INDEX "device_home_id" ON "device"("home_id");

CREATE TABLE "scene" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "home_id" TEXT NOT NULL REFERENCES "home"("id") ON DELETE RESTRICT,
  "name" TEXT NOT NULL,
  "steps" INTEGER NOT NULL CHECK ("steps" >= 0)
) STRICT;
CREATE INDEX "scene_home_id" ON "scene"("home_id");

CREATE TABLE "scene_step" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "scene_id" TEXT NOT NULL REFERENCES "scene"("id") ON DELETE RESTRICT,
  "device_id" TEXT NOT NULL REFERENCES "device"("id") ON DELETE RESTRICT,
  "turns" TEXT NOT NULL CHECK ("turns" IN ('power_on', 'power_off'))
) STRICT;
CREATE INDEX "scene_step_scene_id" ON "scene_step"("scene_id");
CREATE INDEX "scene_step_device_id" ON "scene_step"("device_id");

CREATE TABLE "automation" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "scene_id" TEXT NOT NULL REFERENCES "scene"("id") ON DELETE RESTRICT,
  "name" TEXT NOT NULL,
  "every_hours" INTEGER NOT NULL CHECK ("every_hours" >= 1) CHECK ("every_hours" <= 168),
  "next_run_at" TEXT NOT NULL,
  "is_enabled" INTEGER NOT NULL CHECK ("is_enabled" IN (0, 1)),
  "needs_presence" INTEGER NOT NULL CHECK ("needs_presence" IN (0, 1)),
  "runs" INTEGER NOT NULL CHECK ("runs" >= 0)
) STRICT;
CREATE INDEX "automation_scene_id" ON "automation"("scene_id");

CREATE TABLE "scene_run" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "scene_id" TEXT NOT NULL REFERENCES "scene"("id") ON DELETE RESTRICT,
  "automation_id" TEXT REFERENCES "automation"("id") ON DELETE RESTRICT,
  "switched" INTEGER NOT NULL CHECK ("switched" >= 0),
  "ran_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "scene_run_scene_id" ON "scene_run"("scene_id");
CREATE INDEX "scene_run_automation_id" ON "scene_run"("automation_id");

CREATE TABLE "meter_reading" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "device_id" TEXT NOT NULL REFERENCES "device"("id") ON DELETE RESTRICT,
  "day" INTEGER NOT NULL CHECK ("day" >= 1),
  "minutes" INTEGER NOT NULL CHECK ("minutes" >= 5),
  "wh" INTEGER NOT NULL CHECK ("wh" >= 1),
  "measured_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "meter_reading_device_id" ON "meter_reading"("device_id");
