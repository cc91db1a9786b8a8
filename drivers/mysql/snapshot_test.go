package mysql_test

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/drivertest"
	"revise/drivers/drivertest/schematest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/mysql"
	"revise/parser"
	"revise/schema"
)

// fill makes a database and runs SQL in it, in which $ stands for its name.
func fill(t testing.TB, url, sql string) drivers.Address {
	t.Helper()
	addr := drivertest.Database(t, mysql.Driver{}, url, "CHARACTER SET utf8mb4")
	list, err := parser.Split(parser.Position{}, strings.ReplaceAll(sql, "$", addr.Name), mysql.Dialect())
	if err != nil {
		t.Fatal(err)
	}
	apply(t, addr, texts(list)...)
	return addr
}

func texts(list []parser.Statement) (sql []string) {
	for _, st := range list {
		sql = append(sql, st.Text)
	}
	return sql
}

// apply runs statements in one batch.
func apply(t testing.TB, addr drivers.Address, sql ...string) {
	t.Helper()
	c := open(t, addr)
	var b drivers.Batch
	for _, text := range sql {
		b.Statements = append(b.Statements, drivers.Statement{Text: text})
	}
	if at, err := c.Exec(context.Background(), []drivers.Batch{b}); err != nil {
		t.Fatalf("%v\n%s", err, sql[min(at.Statements, len(sql)-1)])
	}
}

func open(t testing.TB, addr drivers.Address) drivers.Conn {
	t.Helper()
	c, err := mysql.Driver{}.Open(context.Background(), addr, drivers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

func snapshotOf(t testing.TB, addr drivers.Address) *schema.Snapshot {
	t.Helper()
	return schematest.Snapshot(t, open(t, addr), schema.Scope{})
}

func planOf(t testing.TB, from, to *schema.Snapshot) (plan *schema.Plan, text string) {
	t.Helper()
	plan, err := mysql.Driver{}.Plan(from, to, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, s := range plan.Steps() {
		list = append(list, s.SQL)
	}
	return plan, strings.Join(list, ";\n")
}

func differs(a, b *schema.Snapshot) string {
	return strings.Join(schema.Lines(a, b, schema.Compare(a, b)), "\n")
}

func TestSnapshotLeavesTheSessionAsItWas(t *testing.T) {
	eachServer(t, func(t *testing.T, url string) {
		addr := fill(t, url, "CREATE TABLE `日本` (`é` varchar(5) COMMENT 'ё'); CREATE VIEW v AS SELECT 'ё' AS `x` FROM `日本`")
		want := snapshotOf(t, addr)
		addr.Params = map[string]string{"charset": "latin1", "sql_mode": "ANSI_QUOTES,NO_BACKSLASH_ESCAPES", "time_zone": "+05:30"}
		c := open(t, addr)
		settings := func() [][]string {
			rows, err := c.Query(context.Background(), "SHOW SESSION VARIABLES WHERE Variable_name NOT REGEXP 'timestamp|rand_seed|last_|statistics|gtid|pseudo|in_transaction|statement_id'")
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		before := settings()
		got := schematest.Snapshot(t, c, schema.Scope{})
		for i, after := range settings() {
			if !slices.Equal(before[i], after) {
				t.Errorf("the setting was %v, and is %v", before[i], after)
			}
		}
		if got.Fingerprint() != want.Fingerprint() {
			t.Errorf("by its settings the snapshot differs\n%s", differs(want, got))
		}
	})
}

// What a database is called does not matter, and names that only look like it are left alone.
func TestSnapshotWithoutTheNameOfTheDatabase(t *testing.T) {
	const sql = "CREATE TABLE `$` (id int, `$` int, n varchar(50) DEFAULT '`$`.`x`' COMMENT '`$`.`x`');" +
		"CREATE TABLE other (id int, at datetime);" +
		"CREATE FUNCTION `$`.`f`(x int) RETURNS int DETERMINISTIC RETURN x;" +
		"CREATE VIEW `$`.plain AS SELECT `$`.id AS `a`, `$`.`$`.id AS b, f(`$`.`$`.`$`) AS c FROM `$`.`$`;" +
		"CREATE VIEW mixed AS SELECT `$`.id AS `$`, '`$`.`x`' AS s, `$`.f(o.id) AS f, EXTRACT(YEAR FROM o.at) AS y, TRIM(BOTH 'x' FROM `$`.n) AS z, i.schema_name AS i" +
		" FROM `$`.`$` JOIN (other o JOIN information_schema.schemata i) ON ((o.id = `$`.id)) WHERE ((`$`.id > 1) AND ((`$`.`$` < 5) OR (o.id = 7)))" +
		" AND EXISTS (SELECT 1 FROM ((other p JOIN `$` `$2` ON p.id = `$2`.id)) WHERE `$2`.id = `$`.id);" +
		"CREATE TRIGGER `$`.tr BEFORE INSERT ON `$`.`$` FOR EACH ROW SET NEW.n = '`$`.`x`';" +
		"CREATE PROCEDURE `$`.p() SELECT 1;" +
		"CREATE EVENT `$`.e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO SELECT 1"
	eachServer(t, func(t *testing.T, url string) {
		addr := fill(t, url, sql)
		s := snapshotOf(t, addr)
		text := s.Objects["view `mixed`"].Attrs["sql"]
		for _, want := range []string{"'`$`.`x`' AS `s`", " AS `$`,", "`f`(`o`.`id`) AS `f`", "`other`", "`$`.`id` AS `$`"} {
			if want = strings.ReplaceAll(want, "$", addr.Name); !strings.Contains(text, want) {
				t.Errorf("%s is missing in\n%s", want, text)
			}
		}
		for _, no := range []string{"`$`.`$`.", "from (`$`.`$`", "join `$`.`", "`$`.`f`", "`$`.`other`"} {
			if no = strings.ReplaceAll(no, "$", addr.Name); strings.Contains(text, no) {
				t.Errorf("%s is left in\n%s", no, text)
			}
		}
		if got := s.Objects["trigger `tr`"].Attrs["sql"]; strings.Contains(got, addr.Name+".") || !strings.Contains(got, "'`"+addr.Name+"`.`x`'") {
			t.Errorf("the trigger is\n%s", got)
		}
		// The same objects in a database that is called otherwise, with the tables called as before.
		twin := drivertest.Database(t, mysql.Driver{}, url, "CHARACTER SET utf8mb4")
		plain := strings.ReplaceAll(strings.ReplaceAll(sql, "`$`.`f`", "f"), "`$`.f(", "f(")
		for _, name := range []string{"plain", "tr", "p", "e"} {
			plain = strings.ReplaceAll(plain, "`$`."+name+" ", name+" ")
			plain = strings.ReplaceAll(plain, "`$`."+name+"(", name+"(")
		}
		plain = strings.ReplaceAll(strings.ReplaceAll(plain, "FROM `$`.`$`", "FROM `$`"), "ON `$`.`$`", "ON `$`")
		plain = strings.ReplaceAll(strings.ReplaceAll(plain, "`$`.`$`.id", "`$`.id"), "`$`.`$`.`$`", "`$`.`$`")
		list, err := parser.Split(parser.Position{}, strings.ReplaceAll(plain, "$", addr.Name), mysql.Dialect())
		if err != nil {
			t.Fatal(err)
		}
		apply(t, twin, texts(list)...)
		if other := snapshotOf(t, twin); other.Fingerprint() != s.Fingerprint() {
			t.Errorf("they differ by the name of the database\n%s", differs(s, other))
		}
	})
}

func TestSnapshotOfWhatIsBroken(t *testing.T) {
	eachServer(t, func(t *testing.T, url string) {
		addr := fill(t, url, "CREATE TABLE t (n int); CREATE TABLE u (n int); CREATE VIEW v AS SELECT n FROM t; CREATE VIEW w AS SELECT n FROM v; CREATE VIEW x AS SELECT n FROM u; DROP TABLE t")
		s := snapshotOf(t, addr)
		plan, text := planOf(t, s.Empty(), s)
		if !strings.Contains(text, "VIEW `x`") || strings.Contains(text, "VIEW `v`") || strings.Contains(text, "VIEW `w`") {
			t.Errorf("the plan is\n%s", text)
		}
		var short []string
		for _, r := range plan.Remarks {
			if r.Short {
				short = append(short, r.Key)
			}
		}
		if want := []string{"view `v`", "view `w`"}; !slices.Equal(short, want) {
			t.Errorf("it says that it ends short of %v, want %v", short, want)
		}
	})
}

// An event without a word on when it starts is the same whenever it was made.
func TestSnapshotOfAnEventThatStartsAtOnce(t *testing.T) {
	eachServer(t, func(t *testing.T, url string) {
		const odd = "` ON SCHEDULE EVERY 1 DAY STARTS '2020-01-01'`"
		const sql = "CREATE EVENT " + odd + " ON SCHEDULE EVERY 2 DAY DO SELECT 1; SET SESSION time_zone = '+02:00'; CREATE EVENT e ON SCHEDULE EVERY '1:30' HOUR_MINUTE DO SELECT 'STARTS ''2020-01-01'''; CREATE EVENT f ON SCHEDULE EVERY 1 DAY ENDS '2035-01-01' DO SELECT 1"
		a := fill(t, url, sql)
		first := snapshotOf(t, a)
		for start := ask(t, a, "SELECT NOW()")[0][0]; ask(t, a, "SELECT NOW()")[0][0] == start; {
			time.Sleep(50 * time.Millisecond)
		}
		second := snapshotOf(t, fill(t, url, sql))
		if first.Fingerprint() != second.Fingerprint() {
			t.Errorf("they differ\n%s", differs(first, second))
		}
		if def := first.Objects["event `e`"].Def; strings.Contains(strings.SplitN(def, " DO ", 2)[0], "STARTS") || !strings.Contains(def, "''2020-01-01''") {
			t.Errorf("it is\n%s", def)
		}
		if def := first.Objects["event "+odd].Def; !strings.HasPrefix(def, "CREATE EVENT "+odd+" ON SCHEDULE EVERY 2 DAY ON COMPLETION") {
			t.Errorf("it is\n%s", def)
		}
	})
}

// What a filter leaves out is no reason to touch what refers to it.
func TestPlanOfAFilteredSchema(t *testing.T) {
	eachServer(t, func(t *testing.T, url string) {
		const parents = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE q (id int PRIMARY KEY);"
		a := snapshotOf(t, fill(t, url, parents+"CREATE TABLE c (p int, q int, CONSTRAINT fp FOREIGN KEY (p) REFERENCES p (id))"))
		b := snapshotOf(t, fill(t, url, parents+"CREATE TABLE c (p int, q int, n int, CONSTRAINT fp FOREIGN KEY (p) REFERENCES p (id), CONSTRAINT fq FOREIGN KEY (q) REFERENCES q (id))"))
		f, err := schema.NewFilter(nil, []string{"p", "q"})
		if err != nil {
			t.Fatal(err)
		}
		_, text := planOf(t, f.Apply(a), f.Apply(b))
		if strings.Contains(text, "fp") || strings.Contains(text, "foreign_key_checks") || !strings.Contains(text, "ADD CONSTRAINT `fq`") {
			t.Errorf("the plan is\n%s", text)
		}
		_, text = planOf(t, f.Apply(b).Empty(), f.Apply(b))
		if strings.Contains(text, "TABLE `p`") || strings.Contains(text, "foreign_key_checks") {
			t.Errorf("the plan from nothing is\n%s", text)
		}
	})
}

func TestPlanIsTheSameEachTime(t *testing.T) {
	eachServer(t, func(t *testing.T, url string) {
		a, b := snapshotOf(t, fill(t, url, everything)), snapshotOf(t, fill(t, url, "CREATE TABLE t (n int)"))
		_, up := planOf(t, b, a)
		_, down := planOf(t, a, b)
		for range 20 {
			if _, text := planOf(t, b, a); text != up {
				t.Fatalf("got\n%s\nwant\n%s", text, up)
			}
			if _, text := planOf(t, a, b); text != down {
				t.Fatalf("got\n%s\nwant\n%s", text, down)
			}
		}
	})
}

const everything = "CREATE TABLE z (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, s varchar(20) DEFAULT 'it''s; ё', `a b` text, KEY ks (s), FULLTEXT KEY f (`a b`));" +
	"CREATE TABLE a (id int PRIMARY KEY, z int, v int AS (z + 1) VIRTUAL, CONSTRAINT az FOREIGN KEY (z) REFERENCES z (id) ON DELETE CASCADE, CONSTRAINT ck CHECK (v > 0)) COMMENT 'x; y';" +
	"ALTER TABLE z ADD COLUMN a int, ADD CONSTRAINT za FOREIGN KEY (a) REFERENCES a (id);" +
	"CREATE TABLE p (n int NOT NULL, at timestamp NOT NULL DEFAULT '2020-01-01 00:00:00') PARTITION BY RANGE (n) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE);" +
	"CREATE FUNCTION f(x int) RETURNS int DETERMINISTIC RETURN x + 1;" +
	"CREATE PROCEDURE pr(IN a int) BEGIN IF a > 0 THEN SELECT 'x;'; END IF; -- so;\nEND;" +
	"CREATE VIEW v2 AS SELECT id, f(z) AS fz, 'it''s' AS q FROM a;" +
	"CREATE VIEW v1 AS SELECT id FROM v2;" +
	"CREATE TRIGGER t2 BEFORE INSERT ON a FOR EACH ROW SET NEW.z = 1;" +
	"CREATE TRIGGER t1 BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.z = 2; END;" +
	"SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES';" +
	"CREATE PROCEDURE ansi() SELECT \"id\", '\\' FROM a;" +
	"SET SESSION sql_mode = DEFAULT;" +
	"CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO BEGIN SELECT 1; SELECT 2; END"

// The dump of a schema is played by the database's own client.
func TestDumpIsRestoredByTheClient(t *testing.T) {
	for _, kind := range []string{servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) {
			url, client := servers.URL(t, kind), servers.Client(t, kind)
			dump := servers.Tool(t, servers.MariaDB, "mariadb-dump")
			addr := fill(t, url, everything)
			s := snapshotOf(t, addr)
			plan, _ := planOf(t, s.Empty(), s)
			to := drivertest.Database(t, mysql.Driver{}, url, "CHARACTER SET utf8mb4")
			var text bytes.Buffer
			w := mysql.Driver{}.Script(&text, to)
			var b drivers.Batch
			for _, step := range plan.Steps() {
				b.Statements = append(b.Statements, drivers.Statement{Text: step.SQL})
			}
			for _, err := range []error{w.Begin([]string{"a dump"}), w.Exec(b), w.End()} {
				if err != nil {
					t.Fatal(err)
				}
			}
			args := append(client[1:], "--protocol=tcp", "--host="+to.Host, "--port="+strconv.Itoa(to.Port), "--user="+to.User, "--password="+to.Password, "--comments", to.Name)
			cmd := exec.Command(client[0], args...)
			cmd.Stdin = bytes.NewReader(text.Bytes())
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s\n%s", err, out, text.String())
			}
			if got, want := schematest.MySQLDump(t, dump, to), schematest.MySQLDump(t, dump, addr); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if got := snapshotOf(t, to); got.Fingerprint() != s.Fingerprint() {
				t.Errorf("they differ\n%s", differs(s, got))
			}
		})
	}
}

// A thousand tables are read in a handful of round trips, and a small difference among them is planned at once.
func TestSnapshotOfManyTables(t *testing.T) {
	if testing.Short() {
		t.Skip("it makes a thousand tables")
	}
	eachServer(t, func(t *testing.T, url string) {
		var sql []string
		for i := range 1000 {
			sql = append(sql, fmt.Sprintf("CREATE TABLE t%d (id int PRIMARY KEY AUTO_INCREMENT, a varchar(50) NOT NULL DEFAULT 'x', b text, c decimal(10,2), d datetime(6), e enum('a','b'),"+
				" f varchar(100) CHARACTER SET latin1, g int, h bigint unsigned, i tinyint(1), KEY k (g), UNIQUE KEY u (a, h))", i))
		}
		addr := drivertest.Database(t, mysql.Driver{}, url)
		apply(t, addr, sql...)
		c := open(t, addr)
		var s *schema.Snapshot
		least := time.Hour
		for range 3 {
			began := time.Now()
			s = schematest.Snapshot(t, c, schema.Scope{})
			least = min(least, time.Since(began))
		}
		apply(t, addr, "ALTER TABLE t500 ADD COLUMN z int, MODIFY COLUMN g bigint")
		after := schematest.Snapshot(t, c, schema.Scope{})
		began := time.Now()
		plan, text := planOf(t, s, after)
		took := time.Since(began)
		if len(plan.Steps()) != 1 {
			t.Errorf("the plan is\n%s", text)
		}
		began = time.Now()
		planOf(t, s.Empty(), s)
		t.Logf("%d objects are read in %v, a small difference is planned in %v, all in %v", len(s.Objects), least, took, time.Since(began))
		if least > 10*time.Second || took > 2*time.Second {
			t.Error("that is too long")
		}
	})
}
