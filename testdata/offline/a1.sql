-- revision: a1
-- message: it's "a" \ tables

-- +upgrade
CREATE TABLE marks (m VARCHAR(200) NOT NULL);
INSERT INTO marks VALUES ('a1; not the end -- nor this'), ('it''s /* no comment */'); -- trailing
INSERT INTO marks VALUES ('größer 漢字 :USER :x') -- no terminator follows
-- +downgrade
DROP TABLE marks;
