--- pair: a comment of a column under a foreign key
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, q int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id int PRIMARY KEY COMMENT 'so');
CREATE TABLE c (z int, p int DEFAULT 5 COMMENT 'so', q bigint, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c (p) VALUES (1);
--- keeps
SELECT p FROM c
--- plan: !FOREIGN KEY
--- pair: NOT NULL under a foreign key, and another one comes
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, q int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int NOT NULL, q int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id), CONSTRAINT fq FOREIGN KEY (q) REFERENCES p (id));
--- pair: another key under a foreign key
--- from
CREATE TABLE p (id int NOT NULL, UNIQUE KEY u (id));
CREATE TABLE c (p int, q int, KEY k (p), CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id int NOT NULL, PRIMARY KEY (id));
CREATE TABLE c (p int, q int, KEY k2 (p, q), CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- plan: !FOREIGN KEY
--- pair: a column with its foreign key comes
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (n int);
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (n int, p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id) ON DELETE SET NULL);
--- rows
INSERT INTO c VALUES (1);
--- keeps
SELECT n FROM c
--- pair: a new table and a foreign key to it
--- from
CREATE TABLE c (n int);
--- to
CREATE TABLE zz (id int PRIMARY KEY);
CREATE TABLE c (n int, p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES zz (id));
--- pair: a chain of new tables in the wrong order of names
--- from
--- to
CREATE TABLE z (id int PRIMARY KEY);
CREATE TABLE m (id int PRIMARY KEY, z int, CONSTRAINT mz FOREIGN KEY (z) REFERENCES z (id));
CREATE TABLE a (id int PRIMARY KEY, m int, z int, up int, CONSTRAINT am FOREIGN KEY (m) REFERENCES m (id), CONSTRAINT az FOREIGN KEY (z) REFERENCES z (id), CONSTRAINT aa FOREIGN KEY (up) REFERENCES a (id));
--- plan: !ADD CONSTRAINT
--- pair: three tables in a circle
--- from
--- to
CREATE TABLE a (id int PRIMARY KEY, b int);
CREATE TABLE b (id int PRIMARY KEY, c int);
CREATE TABLE c (id int PRIMARY KEY, a int);
ALTER TABLE a ADD CONSTRAINT ab FOREIGN KEY (b) REFERENCES b (id);
ALTER TABLE b ADD CONSTRAINT bc FOREIGN KEY (c) REFERENCES c (id);
ALTER TABLE c ADD CONSTRAINT ca FOREIGN KEY (a) REFERENCES a (id);
--- pair: a circle with a table that stays
--- from
CREATE TABLE a (id int PRIMARY KEY, b int);
--- to
CREATE TABLE a (id int PRIMARY KEY, b int);
CREATE TABLE b (id int PRIMARY KEY, a int, CONSTRAINT ba FOREIGN KEY (a) REFERENCES a (id));
ALTER TABLE a ADD CONSTRAINT ab FOREIGN KEY (b) REFERENCES b (id);
--- pair: a foreign key gets another name
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, KEY k (p), CONSTRAINT old FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, KEY k (p), CONSTRAINT new FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1);
--- keeps
SELECT p FROM c
--- pair: a foreign key whose key the server made gets another name
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, KEY p (p), CONSTRAINT new FOREIGN KEY (p) REFERENCES p (id));
--- pair: a wider key over one that the server made
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, q int, FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, q int, KEY p (p), KEY wide (p, q), CONSTRAINT c_ibfk_1 FOREIGN KEY (p) REFERENCES p (id));
--- pair: foreign keys change tables
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE a (p int, KEY k (p), CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
CREATE TABLE b (p int, KEY k (p));
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE a (p int, KEY k (p));
CREATE TABLE b (p int, KEY k (p), CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- pair: a foreign key refers to another table
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE q (id int PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE q (id int PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES q (id) ON UPDATE CASCADE);
--- pair: texts under a foreign key change their collation
--- from
CREATE TABLE p (id varchar(20) CHARACTER SET latin1 PRIMARY KEY);
CREATE TABLE c (p varchar(20) CHARACTER SET latin1, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY);
CREATE TABLE c (p varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES ('x');
INSERT INTO c VALUES ('x');
--- keeps
SELECT p FROM c
--- pair: the parent counts
--- from
CREATE TABLE p (id int NOT NULL PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- pair: an engine without foreign keys
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id int PRIMARY KEY) ENGINE=MyISAM;
CREATE TABLE c (p int, KEY fk (p));
--- pair: partitions instead of a foreign key
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int NOT NULL, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int NOT NULL, KEY fk (p)) PARTITION BY HASH (p) PARTITIONS 3;
--- pair: a foreign key to what is not there
--- from
CREATE TABLE c (p int);
--- to
SET SESSION foreign_key_checks = 0;
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES nothing (id));
--- pair: a table goes with those that refer to it
--- from
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (id int PRIMARY KEY, a int, CONSTRAINT ba FOREIGN KEY (a) REFERENCES a (id));
CREATE TABLE c (id int PRIMARY KEY, b int, CONSTRAINT cb FOREIGN KEY (b) REFERENCES b (id));
CREATE TABLE d (n int);
--- to
CREATE TABLE d (n int);
--- plan: !FOREIGN KEY
--- pair: rows that refer to nothing
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int);
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO c VALUES (7);
--- fails: foreign key constraint fails
--- pair: a self reference changes its type
--- from
CREATE TABLE t (id int PRIMARY KEY, up int, CONSTRAINT fk FOREIGN KEY (up) REFERENCES t (id));
--- to
CREATE TABLE t (id bigint PRIMARY KEY, up bigint, CONSTRAINT fk FOREIGN KEY (up) REFERENCES t (id) ON DELETE CASCADE);
--- rows
INSERT INTO t VALUES (1, 1);
--- keeps
SELECT id, up FROM t
--- pair: two foreign keys over one column
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE q (id int PRIMARY KEY);
CREATE TABLE c (x int, y int, CONSTRAINT f1 FOREIGN KEY (x) REFERENCES p (id));
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE q (id int PRIMARY KEY);
CREATE TABLE c (x int, y int, CONSTRAINT f1 FOREIGN KEY (x) REFERENCES p (id), CONSTRAINT f2 FOREIGN KEY (x) REFERENCES q (id), CONSTRAINT f3 FOREIGN KEY (y) REFERENCES q (id) ON DELETE CASCADE ON UPDATE SET NULL);
--- pair: a table whose foreign key refers to nothing changes
--- both
SET SESSION foreign_key_checks = 0;
--- from
CREATE TABLE c (p int, n int, s varchar(10), CONSTRAINT fk FOREIGN KEY (p) REFERENCES nothing (id));
--- to
CREATE TABLE c (p int, n bigint, s varchar(10) CHARACTER SET latin1, z int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES nothing (id));
--- pair: what a foreign key refers to comes
--- both
SET SESSION foreign_key_checks = 0;
--- from
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES nothing (id));
--- to
CREATE TABLE nothing (id int PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES nothing (id));
