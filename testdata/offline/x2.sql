-- revision: x2
-- revises: x1
-- depends_on: a1
-- message: a table built anew

-- +upgrade sqlite foreign_keys=off
CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO new_parent (id) SELECT id FROM parent;
DROP TABLE parent;
ALTER TABLE new_parent RENAME TO parent;
-- +upgrade
ALTER TABLE parent ADD COLUMN name VARCHAR(20);
-- +downgrade
ALTER TABLE parent DROP COLUMN name;
