-- revision: c3
-- revises: a1
-- labels: side

-- +upgrade postgres
COPY marks (m) FROM stdin;
c3 one
c3\ttwo; \\ and :x
\.
SET ROLE NONE;
INSERT INTO marks VALUES ('c3 three');
-- +upgrade
INSERT INTO marks VALUES ('c3 one');
INSERT INTO marks VALUES ('c3 two');
-- +downgrade
DELETE FROM marks WHERE m LIKE 'c3%';
