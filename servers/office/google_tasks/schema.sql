-- Emitted by EnvFarm from blueprint office/google_tasks: change the blueprint.

CREATE TABLE "task_list" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "title" TEXT NOT NULL,
  "is_default" INTEGER NOT NULL CHECK ("is_default" IN (0, 1)),
  "updated_at" TEXT NOT NULL
) STRICT;

CREATE TABLE "task" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "task_list_id" TEXT NOT NULL REFERENCES "task_list"("id") ON DELETE RESTRICT,
  "parent_id" TEXT REFERENCES "task"("id") ON DELETE RESTRICT,
  "position" INTEGER NOT NULL CHECK ("position" >= 1),
  "title" TEXT NOT NULL,
  "notes" TEXT,
  "due_at" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('needsAction', 'completed')),
  "completed_at" TEXT,
  "hidden" INTEGER NOT NULL CHECK ("hidden" IN (0, 1)),
  "updated_at" TEXT NOT NULL
) STRICT;
CREATE INDEX "task_task_list_id" ON "task"("task_list_id");
CREATE INDEX "task_parent_id" ON "task"("parent_id");
