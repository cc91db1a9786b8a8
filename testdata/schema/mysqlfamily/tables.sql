--- pair: a table comes
--- from
--- to
CREATE TABLE t (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, s varchar(50) NOT NULL DEFAULT '', n decimal(10,2), KEY (n), UNIQUE KEY u (s, n)) COMMENT 'a table; ''so''';
--- pair: a table goes
--- from
CREATE TABLE t (n int);
CREATE TABLE u (n int);
--- to
CREATE TABLE u (n int);
--- rows
INSERT INTO t VALUES (1);
--- loses: the table t
--- pair: tables that refer to each other
--- from
--- to
CREATE TABLE a (id int PRIMARY KEY, b int, KEY (b));
CREATE TABLE b (id int PRIMARY KEY, a int, CONSTRAINT fb FOREIGN KEY (a) REFERENCES a (id));
ALTER TABLE a ADD CONSTRAINT fa FOREIGN KEY (b) REFERENCES b (id);
--- pair: names that have to be quoted
--- from
CREATE TABLE `select` (`a b` int, `from` text);
--- to
CREATE TABLE `select` (`a b` int, `from` text, `c``d` varchar(5), `e.f` int, `Ä` int, KEY `the key` (`a b`), KEY `k.1` (`c``d`));
--- pair: an engine changes
--- from
CREATE TABLE t (n int) ENGINE=MyISAM;
--- to
CREATE TABLE t (n int) ENGINE=InnoDB;
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: options of a table
--- from
CREATE TABLE t (n int) ROW_FORMAT=COMPACT COMMENT='old';
--- to
CREATE TABLE t (n int) ROW_FORMAT=DYNAMIC COMMENT='new' STATS_PERSISTENT=1;
--- pair: the character set of a table
--- from
CREATE TABLE t (s varchar(10), n int) DEFAULT CHARSET=latin1;
--- to
CREATE TABLE t (s varchar(10) CHARACTER SET latin1, n int, u varchar(5)) DEFAULT CHARSET=utf8mb4;
--- rows
INSERT INTO t VALUES ('x', 1);
--- keeps
SELECT s, n FROM t
--- pair: the character set of the database
--- from
CREATE TABLE t (s varchar(10));
--- to
ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_bin;
CREATE TABLE t (s varchar(10));
--- pair: partitions come
--- from
CREATE TABLE t (n int NOT NULL, s varchar(10));
--- to
CREATE TABLE t (n int NOT NULL, s varchar(10)) PARTITION BY RANGE (n) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE);
--- rows
INSERT INTO t VALUES (1, 'x'), (20, 'y');
--- keeps
SELECT n, s FROM t ORDER BY n
--- pair: partitions change
--- from
CREATE TABLE t (n int NOT NULL) PARTITION BY HASH (n) PARTITIONS 2;
--- to
CREATE TABLE t (n int NOT NULL) PARTITION BY LIST (n) (PARTITION a VALUES IN (1, 2), PARTITION b VALUES IN (3));
--- rows
INSERT INTO t VALUES (1), (3);
--- keeps
SELECT n FROM t ORDER BY n
--- pair: subpartitions
--- from
--- to
CREATE TABLE t (n int NOT NULL, d date NOT NULL) PARTITION BY RANGE (YEAR(d)) SUBPARTITION BY HASH (n) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN (2030));
--- pair: everything at once
--- from
CREATE TABLE users (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(50));
CREATE TABLE orders (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id int, total int, KEY orders_total (total), CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id));
CREATE VIEW totals AS SELECT u.name, SUM(o.total) AS total FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.name;
CREATE TRIGGER tr BEFORE INSERT ON orders FOR EACH ROW SET NEW.total = 1;
--- to
CREATE TABLE users (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(100) NOT NULL DEFAULT 'x', UNIQUE KEY n (name));
CREATE TABLE orders (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, note text, user_id bigint NOT NULL, total bigint, KEY orders_total (total, user_id), CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);
CREATE VIEW totals AS SELECT u.name, SUM(o.total) AS total, COUNT(*) AS n FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.name;
CREATE TRIGGER tr BEFORE INSERT ON orders FOR EACH ROW SET NEW.total = 2;
--- rows
INSERT INTO users (name) VALUES ('a');
INSERT INTO orders (user_id, total) VALUES (1, 5);
--- keeps
SELECT u.name, o.total FROM users u JOIN orders o ON o.user_id = u.id
