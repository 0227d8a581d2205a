-- Runs after each insert, by any program. Replicas that listen load the note by its id: a notification holds 8,000 bytes at most.
CREATE FUNCTION notify_note_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('note_added', json_build_object('id', NEW.id, 'ownerId', NEW.owner_id)::text);
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER note_added AFTER INSERT ON "notes" FOR EACH ROW EXECUTE FUNCTION notify_note_added();
