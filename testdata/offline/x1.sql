-- revision: x1
-- message: another base
-- labels: other

-- +upgrade
CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id));
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1, 1);
-- +downgrade
DROP TABLE child;
DROP TABLE parent;
