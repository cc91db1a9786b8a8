-- revision: 9c0d4e7f21ab
-- revises: 641f5c82c88e
-- message: index fib_index, keep updated_on true
-- created: 2026-11-23T08:30:00Z

-- +upgrade sqlite
CREATE UNIQUE INDEX fibtable_fib_index ON fibtable (fib_index);

-- The body of the trigger holds semicolons. No marker is needed for it.
CREATE TRIGGER fibtable_touch AFTER UPDATE OF fib_index, fib_value, title ON fibtable
BEGIN
    UPDATE fibtable SET updated_on = CURRENT_TIMESTAMP WHERE id = NEW.id;
END;

-- +downgrade sqlite
DROP TRIGGER fibtable_touch;
DROP INDEX fibtable_fib_index;

-- +upgrade postgres
CREATE UNIQUE INDEX fibtable_fib_index ON fibtable (fib_index);

CREATE FUNCTION fibtable_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_on := now();
    RETURN NEW;
END;
$$;

CREATE TRIGGER fibtable_touch BEFORE UPDATE ON fibtable
    FOR EACH ROW EXECUTE FUNCTION fibtable_touch();

-- +downgrade postgres
DROP TRIGGER fibtable_touch ON fibtable;
DROP FUNCTION fibtable_touch();
DROP INDEX fibtable_fib_index;

-- +upgrade mysql
CREATE UNIQUE INDEX fibtable_fib_index ON fibtable (fib_index);

CREATE TRIGGER fibtable_touch BEFORE UPDATE ON fibtable FOR EACH ROW
BEGIN
    SET NEW.updated_on = CURRENT_TIMESTAMP(3);
    IF NEW.title IS NULL THEN
        SET NEW.title = '';
    END IF;
END;

-- +downgrade mysql
DROP TRIGGER fibtable_touch;
DROP INDEX fibtable_fib_index ON fibtable;

-- +verify
SELECT count(*) = 2 FROM fibtable WHERE fib_index IN (0, 1);
