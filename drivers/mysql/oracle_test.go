package mysql_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	client "github.com/go-sql-driver/mysql"

	"revise/drivers/drivertest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/drivertest/splittest"
	"revise/drivers/mysql"
	"revise/parser"
)

// An oracle is a server that says whether a text is one statement. It prepares texts, which parses them whole and runs nothing. A
// connection without multi-statements refuses a second statement behind the first one's ';'.
type oracle struct {
	tb   testing.TB // who asks
	kind string
	conn *sql.Conn

	packages bool // it has packages in every mode
}

func newOracle(tb testing.TB, kind string) *oracle {
	tb.Helper()
	// A name without a database is resolved somewhere, and some tables are there, so that few texts stop before they are read to their end.
	addr := drivertest.Database(tb, mysql.Driver{}, servers.URL(tb, kind), "CHARACTER SET utf8mb4")
	config := client.NewConfig()
	config.User, config.Passwd, config.DBName = addr.User, addr.Password, addr.Name
	config.Net, config.Addr = "tcp", net.JoinHostPort(addr.Host, strconv.Itoa(addr.Port))
	if strings.HasPrefix(addr.Host, "/") {
		config.Net, config.Addr = "unix", addr.Host
	}
	connector, err := client.NewConnector(config)
	if err != nil {
		tb.Fatal(err)
	}
	db := sql.OpenDB(connector)
	tb.Cleanup(func() { db.Close() })
	o := &oracle{tb: tb, kind: kind}
	if o.conn, err = db.Conn(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { o.conn.Close() })
	var version string
	if err := o.conn.QueryRowContext(tb.Context(), "SELECT VERSION()").Scan(&version); err != nil {
		tb.Fatal(err)
	}
	var major, minor int
	fmt.Sscanf(version, "%d.%d", &major, &minor)
	o.packages = kind == servers.MariaDB && (major > 11 || major == 11 && minor >= 4)
	if kind == servers.MariaDB {
		o.run("SET sql_mode = ORACLE") // a package's body is not read without the package
		o.run("CREATE PACKAGE k AS END")
		o.run("SET sql_mode = DEFAULT")
	}
	o.run("CREATE TABLE u (a INT, b TEXT, `begin` INT, `end` INT, `if` INT, `case` INT, `repeat` INT)")
	o.run("CREATE TABLE t (a INT, b TEXT, `begin` INT, `end` INT, `if` INT, `case` INT, `repeat` INT)")
	return o
}

func (o *oracle) run(sql string) {
	o.tb.Helper()
	if _, err := o.conn.ExecContext(context.Background(), sql); err != nil {
		o.tb.Fatalf("%s on %s: %v", sql, o.kind, err)
	}
}

// A verdict is what a server says of a text.
type verdict int

const (
	taken   verdict = iota // it is one statement, from its first byte to its last
	refused                // it is not: error 1064, the parser's own
	unknown                // the server stopped for another reason before it had read the text to its end, or may have
)

// laterErrors are those that come when a statement has been parsed.
var laterErrors = []uint16{
	1051, // unknown table
	1054, // unknown column
	1146, // no such table
	1267, // collations that do not go together
	1271, // the same
	1292, // a constant of the wrong type
	1295, // cannot be prepared
	1305, // no such routine
	1347, // no view
}

func (o *oracle) ask(text string) (verdict, error) {
	stmt, err := o.conn.PrepareContext(context.Background(), text)
	if err == nil {
		stmt.Close()
		return taken, nil
	}
	var e *client.MySQLError
	if !errors.As(err, &e) {
		o.tb.Fatalf("prepare %q on %s: %v", text, o.kind, err)
	}
	for _, n := range laterErrors {
		if e.Number == n && !strings.HasPrefix(e.Message, "PACKAGE") { // the body of an unknown package is not read on
			// Nor is a SIGNAL behind an unknown column: what is read to its end takes no parenthesis there.
			if _, err := o.conn.PrepareContext(context.Background(), text+"\n)"); errors.As(err, &e) && e.Number == 1064 {
				return taken, nil
			}
			return unknown, err
		}
	}
	if e.Number == 1064 {
		return refused, err
	}
	return unknown, err
}

// modeStatement is what may be run of a text, so that the server reads what follows by the same modes.
var modeStatement = regexp.MustCompile(`(?i)^SET\s+(SESSION\s+)?sql_mode\s*=\s*('[a-z_, ]*'|[a-z_]+)$`)

// check splits a text and asks the server about it. What the server takes is right: it would end the statement nowhere else. What it
// refuses may be no SQL at all, but then no part of it that ends at a ';' may be a statement, which would be an end missed, and nothing longer
// may be one, which would be an end in the middle.
func (o *oracle) check(text string) {
	o.tb.Helper()
	defer o.run("SET sql_mode = DEFAULT")
	s := parser.NewSplitter(parser.Position{Line: 1, Col: 1}, text, mysql.Dialect())
	end := 0
	for {
		stmt, ok, err := s.Next()
		if err != nil {
			o.checkError(text, end, err)
			return
		}
		if !ok {
			return
		}
		start := stmt.Pos.Offset
		end = start + len(stmt.Text)
		if v, why := o.ask(stmt.Text); v == refused {
			if n := o.shorter(stmt.Text); n > 0 {
				o.tb.Fatalf("%s takes %q, but the splitter reads on:\n%q\nof\n%q", o.kind, stmt.Text[:n], stmt.Text, text)
			}
			if n := o.longer(text[start:], len(stmt.Text)); n > 0 {
				o.tb.Fatalf("%s takes\n%q as one, but the splitter stops behind\n%q\n%v", o.kind, text[start:start+n], stmt.Text, why)
			}
		}
		if modeStatement.MatchString(stmt.Text) {
			if _, err := o.conn.ExecContext(context.Background(), stmt.Text); err != nil {
				return // a mode that this server does not have: nothing would run behind it
			}
		} else if strings.Contains(strings.ToLower(stmt.Text), "sql_mode") {
			return // from here on the server would have to run what the text says
		}
	}
}

// checkError asks whether what the splitter finds a mistake in is a statement all the same.
func (o *oracle) checkError(text string, end int, err error) {
	o.tb.Helper()
	for _, ours := range []string{"client command", "mysql client", "DELIMITER", "-- +", "NUL byte"} {
		if strings.Contains(err.Error(), ours) {
			return // not SQL by a rule of our own
		}
	}
	rest := strings.TrimLeft(text[end:], "; \t\r\n\v\f")
	if n := o.longer(rest, -1); n > 0 {
		o.tb.Fatalf("%s takes\n%q, but the splitter says %v", o.kind, rest[:n], err)
	}
}

// most bounds how many places of one text are asked about.
const most = 16

// shorter returns the length of a beginning of a statement that is one itself and ends at a ';', or 0.
func (o *oracle) shorter(text string) int { return o.first(text[:len(text)-1], 0) }

// longer returns the length of a beginning of text that is one statement, longer than n, and ends at a ';' or with the text, or 0.
func (o *oracle) longer(text string, n int) int {
	if i := o.first(text, n+1); i > 0 {
		return i
	}
	if v, _ := o.ask(text); v == taken && !o.blank(text) {
		return len(text)
	}
	return 0
}

// first looks for the first ';' from an offset on that ends a statement which begins with the text.
func (o *oracle) first(text string, from int) int {
	asked := 0
	for i := from; i < len(text) && asked < most; i++ {
		if text[i] != ';' {
			continue
		}
		asked++
		if v, _ := o.ask(text[:i]); v != taken || o.blank(text[:i]) {
			continue
		}
		// In a comment that runs to the end of the line anything may stand, and the ';' is no token.
		if v, _ := o.ask(text[:i] + " )"); v == refused {
			return i
		}
	}
	return 0
}

// blank tells whether a text has nothing but blanks and comments for the server: then it may stand behind a statement as well.
func (o *oracle) blank(text string) bool {
	v, _ := o.ask("SELECT 1 FROM t WHERE a = 1 " + text)
	return v == taken
}

// fuzzServer looks for a text that a server would end elsewhere, or not at all. With -fuzz every worker wants a server: let them share one by
// the environment.
//
// Not asked about: texts with DELIMITER, which only clients know, and with conditional code, which is SQL for one version of a server
// and a comment for another, while the splitter takes it for SQL as clients do.
func fuzzServer(f *testing.F, kind string) {
	o := newOracle(f, kind)
	for _, text := range splittest.Texts(f, mysql.Dialect()) {
		f.Add(text)
	}
	for _, c := range oneStatement {
		f.Add(c.text + "; SELECT 2")
	}
	for seed := range uint64(40) {
		oracleMode := seed%4 == 3 && kind == servers.MariaDB
		p := newProgrammer(o, seed, oracleMode)
		list := p.list(3)
		if oracleMode {
			list = append([]string{"SET sql_mode = ORACLE"}, list...)
		}
		f.Add(p.spaced(strings.Join(list, ";\x01")))
	}
	f.Fuzz(func(t *testing.T, text string) {
		lower := strings.ToLower(text)
		for _, word := range []string{"delimiter", "/*!", "/*m!"} {
			if strings.Contains(lower, word) {
				t.Skip("not for a server: it has " + word)
			}
		}
		o.tb = t // not f, which may not be used in here
		o.check(text)
	})
}

func FuzzMariaDB(f *testing.F) { fuzzServer(f, servers.MariaDB) }

func FuzzMySQL(f *testing.F) { fuzzServer(f, servers.MySQL) }

// An oracle that sees nothing would let everything pass.
func TestOracle(t *testing.T) {
	for _, kind := range []string{servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) {
			o := newOracle(t, kind)
			for text, want := range map[string]int{
				"SELECT 1; SELECT 2":                      8,
				"SELECT 1 /* ; */; SELECT 2":              16,
				"SELECT ';'; BEGIN":                       10,
				"SELECT 1 -- ; it's\n ) 2":                0,
				"SELECT '; SELECT ;":                      0,
				"CREATE PROCEDURE p() BEGIN SELECT 1; EN": 0,
			} {
				if got := o.shorter(text); got != want {
					t.Errorf("%s: the statement that begins %q has %d bytes, want %d", kind, text, got, want)
				}
			}
			const whole = "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END"
			if got := o.longer(whole+"; SELECT 3; SELECT 4", strings.Index(whole, ";")); got != len(whole) {
				t.Errorf("%s: the statement that is cut in %q has %d bytes, want %d", kind, whole, got, len(whole))
			}
			if got := o.longer("SELECT 1 2; SELECT 3; -- x", len("SELECT 1 2")); got != 0 {
				t.Errorf("%s: what is no statement has %d bytes", kind, got)
			}
			if got := o.longer(" -- it's;\n/* ; */", -1); got != 0 {
				t.Errorf("%s: comments are a statement of %d bytes", kind, got)
			}
		})
	}
}

// oneStatement are texts that a server takes as one, whatever ';' they have.
var oneStatement = []struct {
	kind     string // "": both
	mode     string
	packages bool // only for who has packages in every mode
	text     string
}{
	{kind: servers.MariaDB, text: "SET STATEMENT sql_mode = '', max_statement_time = IF(1, 2, 3) FOR CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END"},
	{kind: servers.MariaDB, text: "SET STATEMENT max_statement_time = 1 FOR BEGIN NOT ATOMIC SELECT 1; SELECT 2; END"},
	{kind: servers.MariaDB, text: "SET STATEMENT max_statement_time = 1 FOR IF 1 THEN SELECT 1; END IF"},
	{kind: servers.MariaDB, text: "SET STATEMENT max_statement_time = 1 FOR SELECT 1 AS begin"},
	{kind: servers.MariaDB, mode: "MSSQL", text: "SELECT 1 AS [a;b'], 2 AS [c]];d]"},
	{kind: servers.MariaDB, packages: true, text: "CREATE PACKAGE k COMMENT 'a;b' PROCEDURE p(a INT) COMMENT 'c;'; FUNCTION f() RETURNS INT; END"},
	{kind: servers.MySQL, text: "CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS $0$ return '$$'; $0$"},
	{kind: servers.MySQL, text: "CREATE LIBRARY IF NOT EXISTS l LANGUAGE JAVASCRIPT AS $$ it's; a $$"},
	{text: "ALTER EVENT e ON SCHEDULE EVERY CASE WHEN 1 THEN 2 END DAY RENAME TO f DO BEGIN SELECT 1; SELECT 2; END"},
	{text: "CREATE TRIGGER `x;` BEFORE INSERT ON t FOR EACH ROW FOLLOWS `;y` BEGIN SET NEW.end = CASE NEW.begin WHEN 1 THEN 2 END; END"},
}

func TestOneStatement(t *testing.T) {
	for _, kind := range []string{servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) {
			o := newOracle(t, kind)
			for _, c := range oneStatement {
				if c.kind != "" && c.kind != kind {
					continue
				}
				want := []string{c.text, "SELECT 2"}
				o.run("SET sql_mode = DEFAULT")
				if c.mode != "" {
					set := "SET sql_mode = " + c.mode
					o.run(set)
					want = append([]string{set}, want...)
				}
				if v, err := o.ask(c.text); v != taken && (!c.packages || o.packages) {
					t.Errorf("%s does not take %q: %v", kind, c.text, err)
				}
				splittest.Case{SQL: strings.Join(want, "; "), Statements: want}.Check(t, mysql.Dialect())
			}
		})
	}
}

// roundsVariable says how many texts TestPrograms makes, for a long run.
const roundsVariable = "REVISE_TEST_ROUNDS"

// What a generator puts together is split into just that, whether ';' or a DELIMITER stands between, and a server takes each piece as one.
func TestPrograms(t *testing.T) {
	rounds := 200
	if n, err := strconv.Atoi(os.Getenv(roundsVariable)); err == nil {
		rounds = n
	}
	for _, c := range []struct {
		name, kind string
		oracle     bool
	}{{"mariadb", servers.MariaDB, false}, {"mariadb_oracle", servers.MariaDB, true}, {"mysql", servers.MySQL, false}} {
		t.Run(c.name, func(t *testing.T) {
			o := newOracle(t, c.kind)
			if c.oracle {
				o.run("SET sql_mode = ORACLE")
			}
			for seed := range uint64(rounds) {
				p := newProgrammer(o, seed, c.oracle)
				want := p.list(1 + p.IntN(5))
				for i := range want {
					want[i] = p.spaced(want[i])
					if v, err := o.ask(want[i]); v != taken {
						t.Errorf("seed %d: the generator makes what %s does not take:\n%s\n%v", seed, c.kind, want[i], err)
					}
				}
				prefix := ""
				if c.oracle {
					prefix = "SET sql_mode = ORACLE;\n"
				}
				for name, text := range map[string]string{"plain": p.joined(want), "with DELIMITER": delimited(want)} {
					got, err := parser.Split(parser.Position{Line: 1, Col: 1}, prefix+text, mysql.Dialect())
					if c.oracle && len(got) > 0 {
						got = got[1:]
					}
					same := err == nil && len(got) == len(want)
					for i := 0; same && i < len(got); i++ {
						rest, begins := strings.CutPrefix(got[i].Text, want[i])
						same = begins && isGap(rest)
						if !same {
							t.Errorf("statement %d is\n%s\nwant\n%s", i, got[i].Text, want[i])
						}
					}
					if !same {
						t.Errorf("seed %d, %s: %d statements, want %d; error %v; text\n%s", seed, name, len(got), len(want), err, text)
					}
				}
			}
		})
	}
}

// isGap reports whether a text is blanks and comments: those before a terminator belong to the statement.
func isGap(text string) bool {
	stmts, err := parser.Split(parser.Position{Line: 1, Col: 2}, text, mysql.Dialect())
	return err == nil && len(stmts) == 0
}

// delimited writes statements for a client. No generated text has this delimiter.
func delimited(stmts []string) string {
	return "DELIMITER ~~\n" + strings.Join(stmts, "\n~~\n") + "~~\nDELIMITER ;\n"
}
