-- What cli/dump_test.go has mariadb-dump write, and revise run.
CREATE TABLE plain (id INT AUTO_INCREMENT PRIMARY KEY, t TEXT DEFAULT 'a;b\\c''d', b BLOB, e ENUM('a;b', 'it''s') COMMENT 'a; comment''s \\', n DECIMAL(9, 2), d DATETIME(3), j JSON,
    g VARCHAR(20) AS (CONCAT(e, ';')) STORED, CONSTRAINT `check;` CHECK (t <> 'never;' AND t <> '\\'));
INSERT INTO plain (t, b, e, n, d, j) VALUES
    (NULL, NULL, NULL, NULL, NULL, NULL),
    ('', '', 'a;b', 0, '2000-01-01 00:00:00.5', '{}'),
    ('it''s; "quoted" `so` \\ \\'' \\\\', X'00010A0D1A1C22275C7F80C3FEFF', 'it''s', 1.5, NULL, '{"a": "\\";\\\\"}'),
    ('new line\n-- no comment; \r\n/* nor this */ # nor this\r', X'5C27', NULL, NULL, NULL, NULL),
    ('DELIMITER ;;\nSELECT 1;;\n', X'27', NULL, NULL, NULL, NULL),
    ('\n\\. file\nsource file;\n\\', X'3B', NULL, NULL, NULL, NULL),
    ('日本語 é 😀 \0\Z\t\b', X'E697', NULL, NULL, NULL, NULL),
    ('  blanks  ', X'F09F98805C', NULL, NULL, NULL, NULL),
    ('/*!99999 never */ /*M! */ */ /*', NULL, NULL, NULL, NULL, NULL);

CREATE TABLE `no rows` (`a;``b` INT, `select` TEXT);
CREATE TABLE `odd; "name" 'of' \ -- it` (`x;y` INT PRIMARY KEY, `日本` VARCHAR(9) COLLATE utf8mb4_bin DEFAULT '/*', `new # line` BIT(9), `*/` INT, `DELIMITER ;;` GEOMETRY);
INSERT INTO `odd; "name" 'of' \ -- it` VALUES (1, '日本', b'100000001', 2, POINT(1, 2)), (2, NULL, b'0', NULL, NULL);
CREATE TABLE `begin` (`end` INT PRIMARY KEY, `case` INT, FOREIGN KEY (`case`) REFERENCES plain (id)) COMMENT 'END; //';
INSERT INTO `begin` VALUES (1, 1), (2, NULL);
CREATE TABLE parted (k INT, v VARCHAR(9)) PARTITION BY LIST (k) (PARTITION `p;1` VALUES IN (1, 2) COMMENT = 'a;b', PARTITION p2 VALUES IN (3, NULL));
INSERT INTO parted VALUES (1, ';'), (NULL, '\\');
CREATE TABLE versioned (a INT) WITH SYSTEM VERSIONING;
INSERT INTO versioned VALUES (1);
CREATE SEQUENCE `seq;1` START 7 INCREMENT 3;
DO NEXTVAL(`seq;1`);

CREATE VIEW seen AS SELECT id, CONCAT(t, ';') AS `t;`, 'a''b;\\' AS q FROM plain WHERE t <> ';' OR t LIKE '%\\%';
CREATE VIEW `a view; first` AS SELECT *, 1 AS `/*` FROM seen WHERE `t;` <> '-- ';

DELIMITER //
CREATE FUNCTION simple(i INT) RETURNS VARCHAR(20) DETERMINISTIC COMMENT 'a; ''comment' RETURN CASE WHEN i THEN 'a;//' ELSE '\\' END //
CREATE FUNCTION looped(i INT) RETURNS INT READS SQL DATA
BEGIN
    DECLARE `end` INT DEFAULT 0;
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN RETURN -1; END;
    outermost: LOOP
        SET `end` = `end` + 1; -- a comment; END
        WHILE i > 0 DO SET i = i - 1; END WHILE;
        REPEAT SET i = i + 1; UNTIL i > 3 END REPEAT;
        IF IF(i > 2, 1, 0) THEN LEAVE outermost; ELSEIF i = 1 THEN ITERATE outermost; END IF;
        CASE i WHEN 1 THEN BEGIN END; ELSE SET i = CASE WHEN i = 2 THEN 3 ELSE 4 END; END CASE;
        FOR r IN (SELECT id FROM plain) DO SET i = r.id; END FOR;
    END LOOP outermost;
    RETURN `end`; # END;
END //
CREATE PROCEDURE nested(IN a INT, OUT b TEXT)
begin_here: BEGIN
    DECLARE c CURSOR FOR SELECT t FROM plain;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET b = 'end;';
    BEGIN
        BEGIN NOT ATOMIC SET b = 'deep; END'; END;
        START TRANSACTION; INSERT INTO `no rows` VALUES (1, 'x;'), (2, "y;\"''"); COMMIT;
    END;
    OPEN c; FETCH c INTO b; CLOSE c;
    PREPARE s FROM 'SELECT 1;'; EXECUTE s; DEALLOCATE PREPARE s;
    IF a THEN LEAVE begin_here; END IF;
    /* a comment; END */
    /*! SET b = 'conditional;' */;
    SELECT 1 AS `end`, 2 AS `begin;`;
END //
CREATE PROCEDURE `odd; ``proc`(`a;` INT) SELECT '//', `a;` //
CREATE TRIGGER `touch;` BEFORE UPDATE ON plain FOR EACH ROW
BEGIN
    IF NEW.t <> OLD.t THEN SET NEW.t = CONCAT(NEW.t, ';', "\\"); END IF;
    INSERT INTO `no rows` VALUES (NEW.id, 'END; //');
END //
CREATE TRIGGER short BEFORE UPDATE ON plain FOR EACH ROW FOLLOWS `touch;` SET NEW.n = 1 //
CREATE TRIGGER after_insert AFTER INSERT ON `begin` FOR EACH ROW DELETE FROM `no rows` WHERE `select` = '; -- ' //
CREATE EVENT `clean; up` ON SCHEDULE EVERY 1 DAY STARTS '2037-06-01 00:00:00' DISABLE COMMENT 'a;b' DO
BEGIN
    DELETE FROM `no rows`; -- all;
    CALL nested(1, @b);
END //
CREATE EVENT once ON SCHEDULE AT '2037-06-01 00:00:00' ON COMPLETION PRESERVE DISABLE DO DELETE FROM `no rows` WHERE `select` = ';' //

SET sql_mode = 'NO_BACKSLASH_ESCAPES' //
CREATE PROCEDURE no_escapes() BEGIN SELECT 'c:\'; SELECT '\'; END //
SET sql_mode = 'ANSI_QUOTES' //
CREATE TRIGGER quoted BEFORE DELETE ON plain FOR EACH ROW BEGIN DELETE FROM "no rows" WHERE "a;`b" = OLD.id; END //
SET sql_mode = 'ORACLE' //
CREATE PROCEDURE oracle(a IN INT, b OUT VARCHAR2(9)) AS
    c VARCHAR2(9) := 'a;b';
BEGIN
    <<outermost>> LOOP
        EXIT outermost WHEN a > 0;
    END LOOP;
    IF a = 1 THEN b := c; ELSIF a = 2 THEN NULL; END IF;
EXCEPTION
    WHEN OTHERS THEN b := 'END;';
END //
CREATE PACKAGE pack AS
    FUNCTION f(a INT) RETURN INT;
    PROCEDURE p;
END //
CREATE PACKAGE BODY pack AS
    inner_one INT := 1;
    FUNCTION hidden RETURN INT AS BEGIN RETURN 2; END;
    FUNCTION f(a INT) RETURN INT AS BEGIN RETURN a + hidden(); END;
    PROCEDURE p AS x INT; BEGIN SELECT 1 INTO x; END;
BEGIN
    inner_one := 3;
END //
DELIMITER ;
