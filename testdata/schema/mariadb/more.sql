--- pair: a sequence becomes a table
--- from
CREATE SEQUENCE x;
--- to
CREATE TABLE x (n int);
--- pair: a sequence that a column needs goes
--- from
CREATE SEQUENCE s;
CREATE TABLE t (n bigint DEFAULT nextval(s), m int COMMENT 'nextval(`x`.`s`)');
--- to
CREATE TABLE t (n bigint, m int);
--- pair: sequences with odd names under defaults
--- from
CREATE TABLE t (n bigint);
--- to
CREATE SEQUENCE `a s`;
CREATE SEQUENCE `b.c` INCREMENT BY -1 NOCACHE COMMENT='it''s';
CREATE TABLE t (n bigint DEFAULT nextval(`a s`), m bigint DEFAULT (nextval(`b.c`) + 1), l bigint DEFAULT lastval(`a s`));
CREATE VIEW v AS SELECT nextval(`a s`) AS x, n FROM t;
--- pair: options of a sequence
--- from
CREATE SEQUENCE s START WITH 5 CACHE 10;
--- to
CREATE SEQUENCE s START WITH 5 MAXVALUE 100 NOCACHE CYCLE ENGINE=MyISAM COMMENT='so';
--- pair: options in quotes
--- from
CREATE TABLE t (s text) `page_compressed`='1' `page_compression_level`='3';
--- to
CREATE TABLE t (s text) PAGE_COMPRESSED=0;
--- pair: an invisible column becomes visible
--- from
CREATE TABLE t (a int, b int INVISIBLE DEFAULT 5, KEY k (b) IGNORED);
--- to
CREATE TABLE t (a int, b int DEFAULT 5, KEY k (b));
--- pair: an ignored key changes
--- from
CREATE TABLE t (a int, b int, KEY k (b) IGNORED);
--- to
CREATE TABLE t (a int, b int, KEY k (b, a) IGNORED);
--- pair: checks of columns change
--- from
CREATE TABLE t (a int CHECK (a > 0), b int CHECK (b < 10), j json);
--- to
CREATE TABLE t (a int CHECK (a > 1), b int, j longtext);
--- pair: defaults with expressions
--- from
CREATE TABLE t (a int DEFAULT (1 + 1), b varchar(20) DEFAULT CONCAT('a', 'b'), c text DEFAULT 'x');
--- to
CREATE TABLE t (a int DEFAULT (2 + 1), b varchar(20) DEFAULT UPPER('it''s'), c text DEFAULT 'y''', d blob DEFAULT 'z', e date DEFAULT (CURRENT_DATE + INTERVAL 1 DAY), f varchar(36) DEFAULT UUID());
--- pair: a package changes
--- from
SET SESSION sql_mode = 'ORACLE';
CREATE PACKAGE pk AS FUNCTION f RETURN INT; END;
CREATE PACKAGE BODY pk AS FUNCTION f RETURN INT AS BEGIN RETURN 1; END; END;
--- to
SET SESSION sql_mode = 'ORACLE';
CREATE PACKAGE pk AS FUNCTION f RETURN INT; PROCEDURE p(a INT); END;
CREATE PACKAGE BODY pk AS FUNCTION f RETURN INT AS BEGIN RETURN 2; END; PROCEDURE p(a INT) AS BEGIN SELECT a; END; END;
--- pair: a package gets another head and keeps its body
--- from
SET SESSION sql_mode = 'ORACLE';
CREATE PACKAGE pk AS FUNCTION f RETURN INT; END;
CREATE PACKAGE BODY pk AS FUNCTION f RETURN INT AS BEGIN RETURN 1; END; END;
--- to
SET SESSION sql_mode = 'ORACLE';
CREATE PACKAGE pk COMMENT 'so' AS FUNCTION f RETURN INT; END;
CREATE PACKAGE BODY pk AS FUNCTION f RETURN INT AS BEGIN RETURN 1; END; END;
--- pair: code of Oracle's kind
--- from
CREATE TABLE t (n int);
--- to
CREATE TABLE t (n int);
SET SESSION sql_mode = 'ORACLE';
CREATE FUNCTION f(a IN INT) RETURN VARCHAR2(20) AS b INT := 1; BEGIN RETURN a || 'x'; END;
CREATE PROCEDURE p(a OUT INT) AS BEGIN a := 1; END;
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN :NEW.n := 1; END;
--- pair: aggregates
--- from
--- to
CREATE AGGREGATE FUNCTION agg(x INT) RETURNS INT BEGIN DECLARE s INT DEFAULT 0; DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN s; LOOP FETCH GROUP NEXT ROW; SET s = s + x; END LOOP; END;
--- pair: a trigger written with the names of its time
--- from
CREATE TABLE t (n int);
create trigger lower_one before insert on t for each row set new.n = 1;
--- to
CREATE TABLE t (n int);
create trigger first_one before insert on t for each row set new.n = 0;
create trigger lower_one before insert on t for each row set new.n = 1;
--- pair: compressed columns change
--- from
CREATE TABLE t (s varchar(100) COMPRESSED, u text);
--- to
CREATE TABLE t (s varchar(200) COMPRESSED, u text COMPRESSED, v varchar(10) CHARACTER SET latin1 COMPRESSED);
--- pair: keys by hash, and of whole texts
--- from
CREATE TABLE t (a int, s varchar(100), KEY k (s) USING BTREE KEY_BLOCK_SIZE=4);
--- to
CREATE TABLE t (a int, s varchar(1000), u text, UNIQUE KEY k (s) USING HASH, UNIQUE KEY l (u) USING HASH);
--- pair: from text to int
--- from
CREATE TABLE t (n varchar(5));
--- to
CREATE TABLE t (n int);
--- rows
INSERT INTO t VALUES ('1.5');
--- fails: Truncated incorrect
--- pair: from int to date
--- from
CREATE TABLE t (n int);
--- to
CREATE TABLE t (n date);
--- rows
INSERT INTO t VALUES (300);
--- loses: what is no value of the new type
--- pair: from Aria to InnoDB
--- from
CREATE TABLE t (n int) ENGINE=Aria TRANSACTIONAL=1 PAGE_CHECKSUM=1;
--- to
CREATE TABLE t (n int, m int) ENGINE=InnoDB;
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
