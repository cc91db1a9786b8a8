package parser_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"revise/drivers/all"
	"revise/parser"
)

// ddl is what migrations are made of, in SQL that all databases share.
const ddl = `-- People who order, and where they live.
CREATE TABLE customers (
    id          BIGINT PRIMARY KEY,
    email       VARCHAR(255) NOT NULL,
    full_name   VARCHAR(255) NOT NULL DEFAULT '',
    country     CHAR(2) NOT NULL DEFAULT 'de',
    created_at  TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT customers_country_known CHECK (country IN ('de', 'fr', 'it', 'uk'))
);

CREATE UNIQUE INDEX customers_by_email ON customers (email);

/* An order belongs to one customer for good. */
CREATE TABLE orders (
    id          BIGINT PRIMARY KEY,
    customer_id BIGINT NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    state       VARCHAR(20) NOT NULL DEFAULT 'open' CHECK (state <> ''),
    total_cents BIGINT NOT NULL DEFAULT 0
);

ALTER TABLE orders ADD COLUMN note VARCHAR(2000);
UPDATE orders SET note = 'imported; see the old system' WHERE note IS NULL AND id < 100000;
CREATE VIEW open_orders AS
    SELECT o.id, c.email, o.total_cents / 100 AS total
    FROM orders AS o JOIN customers AS c ON c.id = o.customer_id
    WHERE o.state = 'open';
DROP VIEW open_orders;
`

func inserts(rows int) string {
	var b strings.Builder
	for i := range 1000 {
		b.WriteString("INSERT INTO customers (id, email, full_name, country, created_at) VALUES ")
		for r := range rows {
			if r > 0 {
				b.WriteString(",\n")
			}
			fmt.Fprintf(&b, "(%d, 'customer%d@example.org', 'Jane O''Hara-Smith the %dth', 'uk', '2026-11-24 10:20:30')", i*rows+r, i, r)
		}
		b.WriteString(";\n")
	}
	return b.String()
}

func copyData() string {
	return "COPY customers (id, email, full_name, country, created_at) FROM stdin;\n" +
		strings.Repeat("4711\tcustomer4711@example.org\tJane O'Hara-Smith\t\\N\t2026-11-24 10:20:30\n", 20000) + "\\.\n"
}

func benchSplit(b *testing.B, d *parser.Dialect, text string, keepSum bool) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	statements := 0
	for b.Loop() {
		s := parser.NewSplitter(parser.Position{Line: 1, Col: 1}, text, d)
		if keepSum {
			s.KeepSum()
		}
		statements = 0
		for {
			_, ok, err := s.Next()
			if err != nil {
				b.Fatal(err)
			}
			if !ok {
				break
			}
			statements++
		}
	}
	b.ReportMetric(float64(statements), "statements")
}

func BenchmarkSplit(b *testing.B) {
	texts := []struct{ name, text string }{
		{"ddl", strings.Repeat(ddl, 500)},
		{"insert1", inserts(1)},
		{"insert50", inserts(50)},
	}
	for _, driver := range all.Drivers() {
		d := driver.Dialect()
		for _, t := range texts {
			b.Run(d.Name+"/"+t.name, func(b *testing.B) { benchSplit(b, d, t.text, false) })
		}
		b.Run(d.Name+"/insert1/sum", func(b *testing.B) { benchSplit(b, d, texts[1].text, true) })
		b.Run(d.Name+"/insert1/read", func(b *testing.B) {
			text := strings.Repeat(texts[1].text, 20)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				s := parser.NewReader(parser.Position{Line: 1, Col: 1}, strings.NewReader(text), d)
				for ok := true; ok; {
					var err error
					if _, ok, err = s.Next(); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		if d.CopyData {
			b.Run(d.Name+"/copy", func(b *testing.B) { benchSplit(b, d, copyData(), false) })
		}
	}
}

// A slopeText is a text that is hard to read in time that is in proportion to its length: head, any number of pieces, tail.
type slopeText struct{ name, head, piece, tail string }

func slopeTexts() []slopeText {
	const routine = "CREATE PROCEDURE p() BEGIN "
	return []slopeText{
		{name: "quotes", piece: "'a' "},
		{name: "continued", piece: "'a'\n"},
		{name: "continued over comments", piece: "'a'--\n"},
		{name: "operators and blanks", head: "SELECT ", piece: "+ "},
		{name: "operators and comments", head: "SELECT ", piece: "+/**/"},
		{name: "open string", piece: "x ", tail: "'"},
		{name: "backslashes", head: "SELECT '", piece: `\\`},
		{name: "escaped backslashes", head: "SELECT E'", piece: `\\`},
		{name: "escaped quotes", head: "SELECT E'", piece: `\'`},
		{name: "backslash strings", piece: `E'\\' `},
		{name: "dollars", piece: "$a"},
		{name: "dollar tags", piece: "$a$ $b$ "},
		{name: "long dollar tag", head: "$", piece: "a"},
		{name: "names and dollars", piece: "a$"},
		{name: "numbers and dollars", piece: "1$"},
		{name: "open comments", piece: "/* "},
		{name: "comments", piece: "/**/ "},
		{name: "stars", head: "/*", piece: "*"},
		{name: "dashes", piece: "-- a\n"},
		{name: "returns", piece: "-- a\r"},
		{name: "minus", piece: "-"},
		{name: "operators", piece: "+-"},
		{name: "parentheses", piece: "("},
		{name: "semicolons", piece: ";"},
		{name: "short statements", piece: "a;"},
		{name: "words", piece: "CREATE "},
		{name: "routine head", head: "CREATE PROCEDURE p() ", piece: "a "},
		{name: "begin", head: routine, piece: "BEGIN "},
		{name: "labels", head: routine, piece: "a: "},
		{name: "if", head: routine, piece: "IF a THEN "},
		{name: "open if", head: routine, piece: "IF a "},
		{name: "case", head: routine, piece: "CASE a WHEN 1 THEN "},
		{name: "case expressions", head: routine, piece: "IF CASE "},
		{name: "while", head: routine, piece: "WHILE "},
		{name: "until", head: routine, piece: "UNTIL "},
		{name: "handlers", head: routine, piece: "DECLARE EXIT HANDLER FOR NOT FOUND "},
		{name: "declarations", head: "CREATE PROCEDURE p() AS ", piece: "PROCEDURE a "},
		{name: "statements in a body", head: routine, piece: "a;"},
		{name: "trigger", head: "CREATE TRIGGER a BEGIN ", piece: "SELECT 1; END "},
		{name: "atomic", head: "CREATE FUNCTION f() BEGIN ATOMIC ", piece: "a; "},
		{name: "copy words", piece: "COPY t FROM "},
		{name: "copy statements", piece: "COPY t FROM stdin;\n\\.\n"},
		{name: "copy data", head: "COPY t FROM stdin;\n", piece: "\\N\n"},
		{name: "copy in one line", head: "COPY t FROM stdin;\n", piece: "\\."},
		{name: "set", piece: "SET a = 1, "},
		{name: "set statements", piece: "SET sql_mode = 'ANSI', a = 1;"},
		{name: "blocks", piece: "-- +begin\na\n-- +end\n"},
		{name: "open block", head: "-- +begin\n", piece: "a\n"},
		{name: "block of comments", head: "-- +begin\n", piece: "-- a\n", tail: "-- +end\n"},
		{name: "delimiters", piece: "DELIMITER //\n"},
		{name: "other delimiter", head: "DELIMITER //\n", piece: "/ "},
		{name: "variables", piece: "$a("},
		{name: "brackets", piece: "["},
		{name: "marks", piece: "/*!1 "},
		{name: "marks at the end", piece: "/*! a */"},
		{name: "classes", piece: "ALTER TABLE a DETACH PARTITION "},
		{name: "nested classes", piece: "ALTER SUBSCRIPTION PUBLICATION ( "},
		{name: "one line", piece: "a, ", tail: ";"},
		{name: "one line of statements", piece: "é;"},
	}
}

// BenchmarkSlope shows that no text takes longer than in proportion to its length: MB/s do not fall with the size. Texts that nothing closes are mistakes, which
// have to be found as fast.
func BenchmarkSlope(b *testing.B) {
	for _, driver := range all.Drivers() {
		d := driver.Dialect()
		for _, t := range slopeTexts() {
			for _, size := range []int{1 << 14, 1 << 17, 1 << 20} {
				text := t.head + strings.Repeat(t.piece, size/len(t.piece)) + t.tail
				for _, keepSum := range []bool{false, true} {
					name := fmt.Sprintf("%s/%s/%dKiB", d.Name, strings.ReplaceAll(t.name, " ", "-"), size>>10)
					if keepSum {
						name += "/sum"
					}
					b.Run(name, func(b *testing.B) {
						b.SetBytes(int64(len(text)))
						for b.Loop() {
							s := parser.NewReader(parser.Position{Line: 1, Col: 1}, strings.NewReader(text), d)
							if keepSum {
								s.KeepSum()
							}
							for {
								if _, ok, err := s.Next(); !ok || err != nil {
									break
								}
							}
						}
					})
				}
			}
		}
	}
}

// BenchmarkParse reads the structure of files, of which nothing is split.
func BenchmarkParse(b *testing.B) {
	small := []byte("-- revision: a1b2c3d4\n-- revises: 00112233\n-- message: people and orders\n\n-- +upgrade\n" + ddl + "\n-- +downgrade\nDROP TABLE orders;\nDROP TABLE customers;\n")
	b.Run("2KB", func(b *testing.B) {
		b.SetBytes(int64(len(small)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := parser.Parse("f.sql", small, dialects); err != nil {
				b.Fatal(err)
			}
		}
	})
	large := "-- revision: a1b2c3d4\n-- +upgrade\n" + strings.Repeat(inserts(1), 100)
	b.Run("15MB", func(b *testing.B) {
		b.SetBytes(int64(len(large)))
		for b.Loop() {
			r, err := parser.ParseFile("f.sql", strings.NewReader(large), dialects)
			if err != nil {
				b.Fatal(err)
			}
			if n, err := io.Copy(io.Discard, r.Sections[0].Text.Reader()); err != nil || n == 0 {
				b.Fatal(err)
			}
		}
	})
}
