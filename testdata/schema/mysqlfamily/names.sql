--- pair: commas, quotes and dots in the names of columns under keys
--- from
CREATE TABLE `a,b` (`c,d` int NOT NULL, `e.f` int, `g``h` varchar(20), `(i` int, KEY `k,1` (`c,d`, `e.f`));
--- to
CREATE TABLE `a,b` (`c,d` bigint NOT NULL, `e.f` int, `g``h` varchar(30), `(i` int, `j)` int, PRIMARY KEY (`c,d`), KEY `k,1` (`e.f`, `c,d`), KEY `k``2` (`g``h`(5)), KEY `k(3` (`(i`, `j)`));
--- rows
INSERT INTO `a,b` VALUES (1, 2, 'x', 3);
--- keeps
SELECT `c,d`, `e.f`, `g``h`, `(i` FROM `a,b`
--- pair: names that begin and end with a backquote
--- from
CREATE TABLE ```t``` (```c``` int, KEY ```k``` (```c```));
--- to
CREATE TABLE ```t``` (```c``` int, ```d` int, KEY ```k2``` (```c```), CONSTRAINT ```ck``` CHECK (```c``` > 0));
CREATE VIEW ```v``` AS SELECT ```c``` FROM ```t```;
--- plan: RENAME INDEX
--- pair: foreign keys with odd names
--- from
CREATE TABLE `the parent` (`i d` int NOT NULL, `k,l` int NOT NULL, PRIMARY KEY (`i d`, `k,l`));
CREATE TABLE `the child` (`p d` int, `p,l` int);
--- to
CREATE TABLE `the parent` (`i d` bigint NOT NULL, `k,l` int NOT NULL, PRIMARY KEY (`i d`, `k,l`));
CREATE TABLE `the child` (`p d` bigint, `p,l` int, CONSTRAINT `a "fk" (x)` FOREIGN KEY (`p d`, `p,l`) REFERENCES `the parent` (`i d`, `k,l`) ON DELETE CASCADE);
--- rows
INSERT INTO `the parent` VALUES (1, 2);
INSERT INTO `the child` VALUES (1, 2);
--- keeps
SELECT * FROM `the child`
--- pair: names of other alphabets
--- from
CREATE TABLE `Größe` (`日本` int, `имя` varchar(20) COMMENT 'комментарий');
--- to
CREATE TABLE `Größe` (`日本` bigint DEFAULT 3, `имя` varchar(30) NOT NULL DEFAULT 'имя' COMMENT 'другой', `é` int, KEY `ключ` (`имя`));
CREATE VIEW `вид` AS SELECT `имя`, 'строка' AS `текст` FROM `Größe` WHERE `имя` <> 'ё';
CREATE PROCEDURE `процедура`() COMMENT 'ё' SELECT 'ё', `имя` FROM `Größe`;
CREATE TRIGGER `триггер` BEFORE INSERT ON `Größe` FOR EACH ROW SET NEW.`имя` = 'ё';
--- pair: upper case
--- from
CREATE TABLE Users (ID int NOT NULL PRIMARY KEY, Name varchar(10));
--- to
CREATE TABLE Users (ID int NOT NULL PRIMARY KEY, Name varchar(20), EMail varchar(5), KEY ByName (Name));
CREATE VIEW AllUsers AS SELECT ID, Name AS NAME FROM Users;
--- pair: reserved words
--- from
CREATE TABLE `order` (`group` int, `key` varchar(10), `primary` int);
--- to
CREATE TABLE `order` (`key` varchar(10), `group` bigint, `primary` int, `check` int, KEY `index` (`group`), UNIQUE KEY `unique` (`key`), CONSTRAINT `constraint` CHECK (`check` > `primary`));
CREATE VIEW `view` AS SELECT `o`.`key` AS `select`, `o`.`group` AS `from` FROM `order` `o`;
CREATE PROCEDURE `procedure`(IN `in` int) SELECT `in`;
--- pair: names that look like clauses
--- from
CREATE TABLE `PARTITION BY` (`PRIMARY` int, `PERIOD FOR` int, `CONSTRAINT` int);
--- to
CREATE TABLE `PARTITION BY` (`PRIMARY` bigint, `PERIOD FOR` int, `CONSTRAINT` int, `COMMENT` int COMMENT ') ENGINE=MyISAM PARTITION BY HASH (x)', KEY `FOREIGN KEY` (`CONSTRAINT`)) COMMENT=' AUTO_INCREMENT=7 PARTITION BY KEY () /*!50100 x */ WITH SYSTEM VERSIONING';
--- pair: comments with quotes and backslashes
--- from
CREATE TABLE t (a int COMMENT 'it''s', b int) COMMENT='back\\slash';
--- to
CREATE TABLE t (a int COMMENT 'it''s; "not" `it` \\ \n so', b int COMMENT '''') COMMENT='it''s \\''';
--- pair: a table called as a column and a key
--- from
CREATE TABLE t (t int, KEY t (t));
--- to
CREATE TABLE t (t int NOT NULL, u int, UNIQUE KEY t (t), CONSTRAINT u CHECK (t > 0));
CREATE VIEW u AS SELECT t.t AS u, t.u AS t FROM t;
--- pair: a table becomes a view
--- from
CREATE TABLE b (n int);
CREATE TABLE x (n int);
--- to
CREATE TABLE b (n int);
CREATE VIEW x AS SELECT n FROM b;
--- pair: a view becomes a table that a view needs
--- from
CREATE TABLE b (n int);
CREATE VIEW x AS SELECT n FROM b;
CREATE VIEW y AS SELECT n FROM x;
--- to
CREATE TABLE b (n int);
CREATE TABLE x (n int, m int);
CREATE VIEW y AS SELECT n, m FROM x;
--- pair: a function becomes a procedure
--- from
CREATE FUNCTION f(x int) RETURNS int DETERMINISTIC RETURN x;
--- to
CREATE PROCEDURE f(x int) SELECT x;
--- pair: a trigger called as what stands behind its name
--- from
CREATE TABLE t (n int, m int);
CREATE TRIGGER `for each row` BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 1;
--- to
CREATE TABLE t (n int, m int);
CREATE TRIGGER `a for each row` BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 2;
CREATE TRIGGER `for each row` BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 1;
--- pair: a trigger with comments that speak of what stands behind them
--- from
CREATE TABLE t (n int, m int);
CREATE TRIGGER a BEFORE INSERT ON t /* it's FOR EACH ROW " ` */ FOR EACH ROW SET NEW.n = 1;
--- to
CREATE TABLE t (n int, m int);
CREATE TRIGGER b BEFORE INSERT ON t -- it's "FOR EACH ROW
FOR EACH ROW SET NEW.n = 2;
CREATE TRIGGER a BEFORE INSERT ON t /* it's FOR EACH ROW " ` */ FOR EACH ROW SET NEW.n = 1;
--- pair: texts that look like a virtual column
--- from
CREATE TABLE t (n varchar(30), v varchar(50) AS (concat(n, ') VIRTUAL')) VIRTUAL COMMENT 'a) VIRTUAL', w int);
--- to
CREATE TABLE t (n varchar(30), v varchar(50), w int);
--- rows
INSERT INTO t (n) VALUES ('x');
--- keeps
SELECT n, v FROM t
