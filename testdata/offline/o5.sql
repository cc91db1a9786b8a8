-- revision: o5
-- revises: m4
-- message: without a transaction
-- transaction: off

-- +upgrade postgres
CREATE INDEX CONCURRENTLY marks_m ON marks (m);
INSERT INTO marks VALUES ('o5 one');
SET search_path = nowhere;
VACUUM public.marks;
-- +downgrade postgres
DELETE FROM marks WHERE m LIKE 'o5%';
DROP INDEX CONCURRENTLY marks_m;
-- +upgrade mysql
START TRANSACTION;
INSERT INTO marks VALUES ('o5 one');
INSERT INTO marks VALUES ('o5 two');
COMMIT;
LOCK TABLES marks WRITE;
INSERT INTO marks VALUES ('o5 three');
UNLOCK TABLES;
CREATE INDEX marks_m ON marks (m);
-- +downgrade mysql
DROP INDEX marks_m ON marks;
DELETE FROM marks WHERE m LIKE 'o5%';
-- +upgrade sqlite
INSERT INTO marks VALUES ('o5 one');
VACUUM;
PRAGMA user_version = 5;
CREATE INDEX marks_m ON marks (m);
-- +downgrade sqlite
DROP INDEX marks_m;
PRAGMA user_version = 0;
DELETE FROM marks WHERE m LIKE 'o5%';
