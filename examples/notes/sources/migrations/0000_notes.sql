CREATE TABLE "notes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"owner_id" uuid NOT NULL,
	"team_id" uuid,
	"text" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "notes_of_owner" ON "notes" USING btree ("owner_id","created_at","id");--> statement-breakpoint
CREATE INDEX "notes_of_team" ON "notes" USING btree ("team_id","created_at","id");