CREATE TABLE "note" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "title" TEXT NOT NULL,
  "stars" INTEGER NOT NULL CHECK ("stars" >= 0) CHECK ("stars" <= 5)
) STRICT;
