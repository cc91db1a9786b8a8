package mysql_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"revise/drivers"
	"revise/drivers/drivertest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/mysql"
)

func TestWatch(t *testing.T) {
	for _, kind := range []string{servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) { testWatch(t, kind) })
	}
}

func testWatch(t *testing.T, kind string) {
	url := servers.URL(t, kind)
	mariadb := kind == servers.MariaDB
	pick := func(a, b string) string {
		if mariadb {
			return a
		}
		return b
	}
	prepare := []string{
		"CREATE TABLE p (id integer PRIMARY KEY) ENGINE=InnoDB", "CREATE TABLE t (n integer, s varchar(10), k integer, KEY old (k)) ENGINE=InnoDB DEFAULT CHARSET=latin1",
		"CREATE TABLE `o d` (n integer) ENGINE=MyISAM", "CREATE VIEW v AS SELECT n FROM t",
	}
	for _, c := range []struct{ text, want string }{
		{"SELECT 1", ""},
		{"INSERT INTO t (n) VALUES (1)", ""},
		{"ALTER TABLE t ADD COLUMN a integer", "INSTANT, NONE t"},
		{"ALTER TABLE `t` ADD COLUMN a integer -- so", "INSTANT, NONE t"},
		{"ALTER TABLE t ADD INDEX i (n)", pick("NOCOPY", "INPLACE") + ", NONE t"},
		{"CREATE INDEX i ON t (n) # so", pick("NOCOPY", "INPLACE") + ", NONE t"},
		{"DROP INDEX old ON t", pick("NOCOPY", "INPLACE") + ", NONE t"},
		{"ALTER TABLE t MODIFY n bigint", "COPY, SHARED t (writes), rewrites t"},
		{"ALTER TABLE t MODIFY s varchar(20)", pick("INSTANT", "INPLACE") + ", NONE t"},
		{"ALTER TABLE t ENGINE=InnoDB", "INPLACE, NONE t, rewrites t"},
		{"ALTER TABLE t FORCE", "INPLACE, NONE t, rewrites t"},
		{"ALTER TABLE t ADD PRIMARY KEY (n)", "INPLACE, NONE t, rewrites t"},
		{"ALTER TABLE t ADD FOREIGN KEY (k) REFERENCES p (id)", "COPY, SHARED t (writes), rewrites t"},
		{"ALTER TABLE t ADD COLUMN a integer, ALGORITHM=COPY", "COPY, SHARED t (writes), rewrites t"},
		{"ALTER TABLE t ADD COLUMN a integer, ALGORITHM=INPLACE, LOCK=SHARED", "INPLACE, SHARED t (writes)" + pick("", ", rewrites t")},
		{"DROP INDEX `old` ON `t`", pick("NOCOPY", "INPLACE") + ", NONE t"},
		{"ALTER TABLE `o d` ADD COLUMN a integer", "COPY, SHARED o d (writes)"},
		{"OPTIMIZE TABLE t", "INPLACE, NONE t, rewrites t"},
		{"CREATE TABLE made (n integer)", ""},
		{"DROP TABLE t", "EXCLUSIVE METADATA t (reads and writes)"},
		{"DROP TABLE IF EXISTS nowhere, t, `no.where`", "EXCLUSIVE METADATA t (reads and writes)"},
		{"DROP TABLE IF EXISTS $.t, $.nowhere", "EXCLUSIVE METADATA $.t (reads and writes)"},
		{"DROP VIEW IF EXISTS v, w", "EXCLUSIVE METADATA v (reads and writes)"},
		{"DROP TEMPORARY TABLE IF EXISTS t", ""},
		{"RENAME TABLE t TO u", "EXCLUSIVE METADATA t (reads and writes)"},
		{"TRUNCATE TABLE t", "EXCLUSIVE METADATA t (reads and writes)"},
		{"CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @x = 1", "EXCLUSIVE METADATA t (reads and writes)"},
		{"CREATE PROCEDURE pr() BEGIN DROP TABLE t; END", ""},
		{"LOCK TABLES t WRITE, p AS q READ", "READ p (writes), WRITE t (reads and writes)"},
	} {
		t.Run(c.text, func(t *testing.T) {
			addr := drivertest.Database(t, mysql.Driver{}, url)
			text, want := strings.ReplaceAll(c.text, "$", addr.Name), strings.ReplaceAll(c.want, "$", addr.Name)
			conn, err := mysql.Driver{}.Open(context.Background(), addr, drivers.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(context.Background())
			exec := func(b drivers.Batch) {
				t.Helper()
				if _, err := conn.Exec(context.Background(), []drivers.Batch{b}); err != nil {
					t.Fatal(err)
				}
			}
			var b drivers.Batch
			for _, text := range prepare {
				b.Statements = append(b.Statements, drivers.Statement{Text: text})
			}
			exec(b)
			got := "nothing"
			exec(drivers.Batch{Statements: []drivers.Statement{{Text: text}}, Watch: func(_ int, e drivers.Effect) { got = told(e) }})
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// told is an effect in words.
func told(e drivers.Effect) string {
	var words []string
	if e.How != "" {
		words = append(words, e.How)
	}
	for _, l := range e.Locks {
		blocks := ""
		if l.Blocks != "" {
			blocks = " (" + l.Blocks + ")"
		}
		words = append(words, l.Mode+" "+l.Table+blocks)
	}
	for _, r := range e.Rewrites {
		words = append(words, "rewrites "+r)
	}
	return strings.Join(words, ", ")
}

// What a batch has made under one name and renamed keeps nobody waiting.
func TestWatchFollowsNames(t *testing.T) {
	eachServer(t, func(t *testing.T, url string) {
		addr := fill(t, url, "CREATE TABLE t (n int)")
		var got []string
		b := drivers.Batch{Watch: func(_ int, e drivers.Effect) { got = append(got, told(e)) }}
		for _, text := range []string{"CREATE TABLE new (n int)", "RENAME TABLE t TO old, new TO t", "ALTER TABLE t ADD COLUMN m int", "DROP TABLE old"} {
			b.Statements = append(b.Statements, drivers.Statement{Text: text})
		}
		if _, err := open(t, addr).Exec(context.Background(), []drivers.Batch{b}); err != nil {
			t.Fatal(err)
		}
		if want := []string{"", "EXCLUSIVE METADATA t (reads and writes)", "", "EXCLUSIVE METADATA old (reads and writes)"}; !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}

// TestWatchChangesNothing checks that what a batch sets counts for the statements that are tried, that a failure is the statement's own, and what it leaves behind.
func TestWatchChangesNothing(t *testing.T) {
	for _, kind := range []string{servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) {
			addr := drivertest.Database(t, mysql.Driver{}, servers.URL(t, kind))
			var dumps []string
			for _, watched := range []bool{false, true} {
				var said []string
				conn, err := mysql.Driver{}.Open(context.Background(), addr, drivers.Options{Notice: func(n drivers.Notice) { said = append(said, "notice "+n.Code) }})
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close(context.Background())
				b := drivers.Batch{Done: func(i int) { said = append(said, "done") }}
				if watched {
					b.Watch = func(int, drivers.Effect) {}
				}
				for _, text := range []string{
					"DROP TABLE IF EXISTS t", "CREATE TABLE t (n integer, s varchar(10))", "INSERT INTO t VALUES (1, 'x'), (1, 'y')", "SET sql_mode = 'ANSI_QUOTES'", "SET @mine = 'x'",
					`ALTER TABLE "t" ADD COLUMN "a b" integer DEFAULT 3 FIRST, ADD INDEX IF NOT EXISTS "i" (n)`, `CREATE INDEX j ON t ("a b", s)`, `ALTER TABLE t DROP INDEX i, ADD UNIQUE i (n)`,
				} {
					if kind == servers.MySQL {
						text = strings.ReplaceAll(text, "INDEX IF NOT EXISTS", "INDEX")
					}
					b.Statements = append(b.Statements, drivers.Statement{Text: text})
				}
				p, err := conn.Exec(context.Background(), []drivers.Batch{b})
				if err == nil {
					t.Fatal("what is there twice is unique")
				}
				rows, errShow := conn.Query(context.Background(), "SHOW CREATE TABLE t")
				if errShow != nil {
					t.Fatal(errShow)
				}
				if _, err := conn.Exec(context.Background(), []drivers.Batch{{Statements: []drivers.Statement{{Text: "DROP TABLE t"}}}}); err != nil {
					t.Fatal(err)
				}
				dumps = append(dumps, strings.Join(append(said, err.Error(), rows[0][1], strconv.Itoa(p.Statements)), "\n"))
			}
			if dumps[0] != dumps[1] {
				t.Errorf("without\n%s\nand watched\n%s", dumps[0], dumps[1])
			}
		})
	}
}
