-- revision: 641f5c82c88e
-- revises: bb73aa30e9cb
-- message: add title to fibtable
-- created: 2026-11-22T10:03:51Z

-- +upgrade
ALTER TABLE fibtable ADD COLUMN title VARCHAR(512) DEFAULT '';

UPDATE fibtable SET title = 'where it begins; the rest follows' WHERE fib_index = 0;

-- +downgrade
ALTER TABLE fibtable DROP COLUMN title;
