CREATE TABLE notes (id serial PRIMARY KEY, user_id uuid NOT NULL, text text NOT NULL);
