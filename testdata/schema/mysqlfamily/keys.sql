--- pair: keys come and go
--- from
CREATE TABLE t (a int, b varchar(100), KEY ka (a));
--- to
CREATE TABLE t (a int, b varchar(100), KEY kb (b(10), a), UNIQUE KEY ua (a) USING BTREE COMMENT 'so');
--- pair: a primary key changes
--- from
CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a));
--- to
CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (b, a));
--- pair: a primary key goes
--- from
CREATE TABLE t (a int NOT NULL PRIMARY KEY, b int);
--- to
CREATE TABLE t (a int NOT NULL, b int);
--- pair: a key gets another name
--- from
CREATE TABLE t (a int, KEY old_name (a));
--- to
CREATE TABLE t (a int, KEY new_name (a));
--- plan: RENAME INDEX
--- pair: fulltext and spatial
--- from
CREATE TABLE t (s text, g geometry NOT NULL);
--- to
CREATE TABLE t (s text, g geometry NOT NULL, FULLTEXT KEY f (s), SPATIAL KEY sp (g));
--- pair: unique over what is not
--- from
CREATE TABLE t (a int);
--- to
CREATE TABLE t (a int, UNIQUE KEY u (a));
--- rows
INSERT INTO t VALUES (1), (1);
--- fails: Duplicate entry
--- pair: a descending key
--- from
CREATE TABLE t (a int, b int, KEY k (a, b));
--- to
CREATE TABLE t (a int, b int, KEY k (a DESC, b));
--- pair: a foreign key comes
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int);
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id) ON DELETE SET NULL ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1);
--- keeps
SELECT p FROM c
--- pair: a foreign key goes and its key stays
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, KEY k (p), CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, KEY k (p));
--- pair: the action of a foreign key changes
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE);
--- pair: a type under a foreign key
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE p (id bigint PRIMARY KEY);
CREATE TABLE c (p bigint, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1);
--- keeps
SELECT p FROM c
--- pair: a self reference
--- from
CREATE TABLE t (id int PRIMARY KEY, up int);
--- to
CREATE TABLE t (id int PRIMARY KEY, up int, CONSTRAINT fk FOREIGN KEY (up) REFERENCES t (id));
--- pair: the parent of a foreign key goes
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id));
--- to
CREATE TABLE c (p int);
--- pair: a foreign key of two columns
--- from
CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE c (a int, b int);
--- to
CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE c (a int, b int, CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES p (a, b));
--- pair: checks
--- from
CREATE TABLE t (n int, CONSTRAINT c1 CHECK (n > 0), CONSTRAINT c2 CHECK (n < 10));
--- to
CREATE TABLE t (n int, CONSTRAINT c1 CHECK (n >= 0), CONSTRAINT c3 CHECK (n <> 5));
--- pair: a key that the server made for a foreign key
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (user_id int, FOREIGN KEY (user_id) REFERENCES p (id));
--- to
CREATE TABLE p (id bigint PRIMARY KEY);
CREATE TABLE c (user_id bigint, FOREIGN KEY (user_id) REFERENCES p (id));
