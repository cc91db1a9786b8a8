package mysql

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/drivertest/servers"
)

// each runs a test on both products, with a fresh database.
func each(t *testing.T, test func(t *testing.T, e *env)) {
	for _, kind := range []string{"mariadb", "mysql"} {
		t.Run(kind, func(t *testing.T) {
			e := newEnv(t, kind)
			test(t, e)
		})
	}
}

// An env is a database of a test's own.
type env struct {
	t     *testing.T
	kind  string
	addr  drivers.Address
	admin *conn
}

func newEnv(t *testing.T, kind string) *env {
	t.Helper()
	addr, err := Driver{}.Parse(servers.URL(t, kind))
	if err != nil {
		t.Fatal(err)
	}
	e := &env{t: t, kind: kind, addr: addr}
	e.admin = e.open(drivers.Options{})
	name := fmt.Sprintf("drv_%x", time.Now().UnixNano())
	e.run("CREATE DATABASE " + name + " CHARACTER SET utf8mb4")
	t.Cleanup(func() { e.run("DROP DATABASE IF EXISTS " + name) })
	e.addr.Name = name
	return e
}

func (e *env) open(opt drivers.Options) *conn {
	e.t.Helper()
	c, err := Driver{}.Open(context.Background(), e.addr, opt)
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(func() { c.Close(context.Background()) })
	return c.(*conn)
}

// run runs statements as the administrator.
func (e *env) run(list ...string) {
	e.t.Helper()
	for _, sql := range list {
		if _, err := e.admin.Query(context.Background(), sql); err != nil {
			e.t.Fatalf("%s: %v", sql, err)
		}
	}
}

// want checks the rows of a query, values parted by blanks, rows by commas.
func want(t *testing.T, c *conn, sql, rows string) {
	t.Helper()
	got, err := c.Query(context.Background(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	var lines []string
	for _, r := range got {
		lines = append(lines, strings.Join(r, " "))
	}
	if g := strings.Join(lines, ","); g != rows {
		t.Errorf("%s\n got %q\nwant %q", sql, g, rows)
	}
}

// batch makes a batch of statements; a text that starts with "own:" is the runner's, with "check:" a check. The runner's at the end are its tail.
func batch(texts ...string) drivers.Batch {
	var b drivers.Batch
	for _, text := range texts {
		text, own := strings.CutPrefix(text, "own:")
		text, check := strings.CutPrefix(text, "check:")
		b.Statements = append(b.Statements, drivers.Statement{Text: text, Own: own, Check: check})
	}
	n := len(b.Statements)
	for n > 0 && b.Statements[n-1].Own {
		n--
	}
	b.Statements, b.Tail = b.Statements[:n:n], b.Statements[n:]
	return b
}

// exec runs batches and checks that Progress and the calls of Done and Committed agree.
func exec(t *testing.T, c *conn, ctx context.Context, batches ...drivers.Batch) (drivers.Progress, error) {
	t.Helper()
	var p drivers.Progress
	for i := range batches {
		done := batches[i].Done
		batches[i].Done = func(k int) {
			if p.Batches != i || p.Statements != k {
				t.Errorf("Done(%d) of batch %d, expected that of statement %d of batch %d", k, i, p.Statements, p.Batches)
			}
			p.Statements++
			if done != nil {
				done(k)
			}
		}
		batches[i].Committed = func() {
			if p.Batches != i || p.Statements != len(batches[i].Statements)+len(batches[i].Tail) {
				t.Errorf("Committed of batch %d at %+v", i, p)
			}
			p = drivers.Progress{Batches: i + 1}
		}
	}
	got, err := c.Exec(ctx, batches)
	if got != p {
		t.Errorf("Progress %+v, but the calls say %+v", got, p)
	}
	return got, err
}

func mustExec(t *testing.T, c *conn, batches ...drivers.Batch) {
	t.Helper()
	got, err := exec(t, c, context.Background(), batches...)
	if err != nil {
		t.Fatalf("%+v: %v", got, err)
	}
	if got.Batches != len(batches) {
		t.Fatalf("Progress %+v without an error", got)
	}
}

// fails wants an Exec to stop at a statement with an error number (or "" for none).
func fails(t *testing.T, c *conn, b, s int, code string, batches ...drivers.Batch) *drivers.Error {
	t.Helper()
	got, err := exec(t, c, context.Background(), batches...)
	var e *drivers.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %+v, %v, want an Error", got, err)
	}
	if got != (drivers.Progress{Batches: b, Statements: s}) || e.Code != code {
		t.Fatalf("got %+v, %v (code %q), want %d/%d, %s", got, err, e.Code, b, s, code)
	}
	if errors.Is(err, drivers.ErrUnknown) || errors.Is(err, drivers.ErrLost) {
		t.Fatalf("unexpected loss: %v", err)
	}
	alive(t, c)
	return e
}

func alive(t *testing.T, c *conn) {
	t.Helper()
	want(t, c, "SELECT 1", "1")
}

func TestExec(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c)
		mustExec(t, c, drivers.Batch{}, batch("CREATE TABLE a (i INT)"), drivers.Batch{},
			batch("INSERT INTO a VALUES (1) -- a comment", "INSERT INTO a VALUES (2) # another", "own:INSERT INTO a VALUES (3);", "check:SELECT COUNT(*) = 3 FROM a"),
			batch("INSERT INTO a VALUES (4)", "own:INSERT INTO a VALUES (5)"))
		want(t, c, "SELECT GROUP_CONCAT(i ORDER BY i) FROM a", "1,2,3,4,5")
		fails(t, c, 1, 1, "1146", batch("INSERT INTO a VALUES (6)"), batch("INSERT INTO a VALUES (7)", "INSERT INTO nope VALUES (1)", "INSERT INTO a VALUES (8)"))
		want(t, c, "SELECT MAX(i) FROM a", "7")
		// A syntax error far into the packet stops there and nowhere else.
		fails(t, c, 0, 2, "1064", batch("INSERT INTO a VALUES (8)", "own:INSERT INTO a VALUES (9)", "INSERT INTOO a VALUES (10)", "INSERT INTO a VALUES (11)"))
		want(t, c, "SELECT MAX(i) FROM a", "9")
		if _, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: true}}); err == nil {
			t.Error("an atomic batch was taken")
		}
		fails(t, c, 0, 1, "", drivers.Batch{Statements: []drivers.Statement{{Text: "DO 1"}, {Text: "COPY", Copy: true}}})
	})
}

func TestCheck(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch("CREATE TABLE a (i INT)"))
		for _, q := range []string{"SELECT 0", "SELECT NULL", "SELECT ''", "SELECT 1 FROM a", "SELECT FALSE", "SELECT 0.0", "SELECT '0'"} {
			fails(t, c, 0, 1, "", batch("INSERT INTO a SELECT 1 WHERE 0", "check:"+q, "INSERT INTO a VALUES (1)"))
		}
		for _, q := range []string{"SELECT 1", "SELECT 'yes'", "SELECT TRUE, 0", "SELECT -1 UNION ALL SELECT 0", "SELECT 0.5", "SELECT 1; -- ok"} {
			mustExec(t, c, batch("check:"+q, "check:"+q))
		}
		want(t, c, "SELECT COUNT(*) FROM a", "0")
	})
}

// What a statement's text may hold that another's must not notice.
func TestTexts(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch(
			"CREATE TABLE a (i INT, s VARCHAR(99))",
			"/*!999999 SYNTAX ERROR */", "/*M!999999\\- enable the sandbox mode */", "/*!40101 SET @x = 1 */", "/*!40101 SET @y = 1 */;",
			"/*!80000 SET @z = 1 */", "/*M!100101 SET @z = 2 */", "/*! INSERT INTO a VALUES (@x, @z) */ /* tail; */ -- more",
			"INSERT INTO a VALUES (2, 'it''s; /* -- # ') /* it's; */",
			`INSERT INTO a VALUES (3, 'a\'; b\\')`,
			"INSERT INTO a VALUES (4, '\u00e9\U0001F600'); INSERT INTO a VALUES (5, 'five'); -- two statements in one piece",
			"SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'", `INSERT INTO a VALUES (6, 'a\')`, `INSERT INTO "a" VALUES (7, '\\')`,
			"SET NAMES latin1", "INSERT INTO a VALUES (8, '\xe9')", "SET character_set_results = utf16", "INSERT INTO a SELECT 9, 'x'", "SELECT * FROM a",
			"SET sql_select_limit = 0", "SELECT * FROM a",
			"INSERT INTO a VALUES (5-- +5\n, 'ten') ;; ",
		))
		want(t, c, "SELECT i, s FROM a ORDER BY i, s", map[string]string{"mariadb": "1 2", "mysql": "1 1"}[e.kind]+
			`,2 it's; /* -- # ,3 a'; b\,4 é😀,5 five,5 ten,6 a\,7 \\,8 é,9 x`)
		// Unclosed: the server's own error, and nothing behind it runs.
		fails(t, c, 0, 1, "1064", batch("INSERT INTO a VALUES (20, 'x')", "/*!40101 INSERT INTO a VALUES (21, 'x')", "INSERT INTO a VALUES (22, '*/')"))
		fails(t, c, 0, 1, "1064", batch("INSERT INTO a VALUES (20, 'x')", "INSERT INTO a VALUES (21, 'x", "INSERT INTO a VALUES (22, 'x')"))
		want(t, c, "SELECT GROUP_CONCAT(i) FROM a WHERE i > 10", "20,20")
	})
}

func TestBodies(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch(
			"CREATE TABLE a (i INT)",
			"CREATE PROCEDURE p()\nBEGIN\n  DECLARE x INT DEFAULT 1; -- it's\n  INSERT INTO a VALUES (x);\n  SELECT 1; SELECT i FROM a;\nEND",
			"CREATE PROCEDURE q() SELECT 2", "CREATE PROCEDURE r() BEGIN SELECT 3; END;",
			"CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW SET NEW.i = NEW.i * 10",
			"CALL p()", "CALL q()", "CALL p()", "own:INSERT INTO a VALUES (5)",
		))
		want(t, c, "SELECT i FROM a", "10,10,50")
		want(t, c, "SELECT ROUTINE_NAME, RIGHT(ROUTINE_DEFINITION, 8) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY 1",
			"p M a;\nEND,q SELECT 2,r T 3; END")
		want(t, c, "SELECT ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()", "SET NEW.i = NEW.i * 10")
		fails(t, c, 0, 1, "1146", batch("CREATE PROCEDURE s() BEGIN SELECT 1; SELECT * FROM nope; END", "CALL s()", "INSERT INTO a VALUES (1)"))
	})
}

func TestLargeResult(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch("CREATE TABLE a (i INT, s VARCHAR(200))", "INSERT INTO a VALUES (1, REPEAT('x', 200))",
			"INSERT INTO a SELECT a.i, a.s FROM a, (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) b",
			"INSERT INTO a SELECT a.i, a.s FROM a, a b, a c, a d, a e, a f", "SELECT * FROM a, (SELECT 1 UNION ALL SELECT 2) b", "own:INSERT INTO a VALUES (0, '')"))
		// An error among the rows of a result.
		fails(t, c, 0, 1, "1242", batch("DO 1", "SELECT IF(i = 0, (SELECT 1 UNION SELECT 2), 1) FROM a", "DO 2"))
	})
}

func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch("CREATE TABLE a (s LONGTEXT)"))
		for _, sql := range []string{
			"LOAD DATA LOCAL INFILE '/nope' INTO TABLE a", "load /* x */ data\nconcurrent local infile 'x' into table a",
			"/*!40000 LOAD DATA LOCAL INFILE 'x' INTO TABLE a */", "DO 1; LOAD XML LOCAL INFILE 'x' INTO TABLE a",
		} {
			fails(t, c, 0, 1, "", batch("INSERT INTO a VALUES ('load')", sql, "INSERT INTO a VALUES ('not')"))
		}
		mustExec(t, c, batch("INSERT INTO a VALUES ('LOAD DATA LOCAL INFILE')"))
		want(t, c, "SELECT COUNT(*) FROM a", "5")

		// Up to the last byte that the server takes, and one more.
		most := "INSERT INTO a VALUES ('" + strings.Repeat("x", c.maxPacket-2-len("INSERT INTO a VALUES ('')")) + "')"
		mustExec(t, c, batch("DELETE FROM a", most, "own:INSERT INTO a VALUES ('')"))
		want(t, c, "SELECT MAX(LENGTH(s)) FROM a", strconv.Itoa(c.maxPacket-2-len("INSERT INTO a VALUES ('')")))
		err := fails(t, c, 0, 1, "", batch("DELETE FROM a", strings.Replace(most, "x", "xx", 1), "own:INSERT INTO a VALUES ('')"), batch("DO 2"))
		if !strings.Contains(err.Message, "max_allowed_packet") {
			t.Error(err)
		}
	})
}

func TestManyPackets(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		value := strings.Repeat("x", 300<<10)
		var list []drivers.Batch
		for i := range 10 {
			list = append(list, batch(fmt.Sprintf("CREATE TABLE a%d (s LONGTEXT)", i), fmt.Sprintf("INSERT INTO a%d VALUES ('%s')", i, value),
				fmt.Sprintf("INSERT INTO a%d VALUES ('%s%[2]s%[2]s%[2]s%[2]s')", i, value), "own:"+fmt.Sprintf("INSERT INTO a%d VALUES ('')", i)))
		}
		mustExec(t, c, list...)
		want(t, c, "SELECT SUM(LENGTH(s)) FROM a9", strconv.Itoa(6*300<<10))
	})
}

// The proxy counts how often the client spoke after it had listened.
type proxy struct {
	listener net.Listener
	turns    atomic.Int64
}

func newProxy(t *testing.T, to string) *proxy {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", to)
			if err != nil {
				client.Close()
				return
			}
			var speaking atomic.Bool
			go pipe(client, server, func() {
				if !speaking.Swap(true) {
					p.turns.Add(1)
				}
			})
			go pipe(server, client, func() { speaking.Store(false) })
		}
	}()
	return p
}

func pipe(from, to net.Conn, on func()) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			on()
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *proxy) addr(e *env) drivers.Address {
	a := e.addr
	host, port, _ := net.SplitHostPort(p.listener.Addr().String())
	a.Host = host
	a.Port, _ = strconv.Atoi(port)
	return a
}

func TestRoundTrips(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		_, to := network(e.addr)
		p := newProxy(t, to)
		opened, err := Driver{}.Open(context.Background(), p.addr(e), drivers.Options{Notice: func(drivers.Notice) {}})
		if err != nil {
			t.Fatal(err)
		}
		c := opened.(*conn)
		defer c.Close(context.Background())
		opening := p.turns.Load()
		mustExec(t, c, batch("CREATE TABLE ledger (id VARCHAR(20) PRIMARY KEY, n INT)"))
		var list []drivers.Batch
		for i := range 200 {
			list = append(list, batch(
				"own:"+fmt.Sprintf("INSERT INTO ledger VALUES ('r%d', 0)", i), "SET @a = 1", "SET foreign_key_checks = 0", "SELECT 1", "DO 0",
				"own:"+fmt.Sprintf("UPDATE ledger SET n = 1 WHERE id = 'r%d'", i), "own:"+fmt.Sprintf("UPDATE ledger SET n = 2 WHERE id = 'r%d'", i)))
		}
		before := p.turns.Load()
		start := time.Now()
		mustExec(t, c, list...)
		turns := p.turns.Load() - before
		t.Logf("opening: %d turns; 200 batches of 7 statements: %d round trips, %v", opening, turns, time.Since(start).Round(time.Millisecond))
		if turns > 200 {
			t.Errorf("%d round trips", turns)
		}
		// One batch at a time is one round trip each.
		before = p.turns.Load()
		for i := range 10 {
			mustExec(t, c, batch("own:"+fmt.Sprintf("DELETE FROM ledger WHERE id = 'r%d'", i), "CREATE TEMPORARY TABLE x (i INT)", "own:DELETE FROM ledger WHERE n = 77"))
		}
		if turns := p.turns.Load() - before; turns > 10 {
			t.Errorf("10 batches one at a time: %d round trips", turns)
		}
	})
}

func TestDoneComesInTime(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		b := batch("DO 1", "SELECT SLEEP(0.4)", "DO 2")
		var first time.Time
		b.Done = func(i int) {
			if i == 0 {
				first = time.Now()
			}
		}
		mustExec(t, c, b)
		if d := time.Since(first); d < 300*time.Millisecond {
			t.Errorf("the first statement was reported %v before the end, want some 400ms", d)
		}
	})
}

func TestNotices(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		var events []string
		c := e.open(drivers.Options{Notice: func(n drivers.Notice) { events = append(events, n.Severity+" "+n.Code) }})
		b := batch("DROP TABLE IF EXISTS nope", "SET @a = 1", "own:DROP TABLE IF EXISTS nope", "SET @a = 2", "SHOW WARNINGS", "DROP TABLE IF EXISTS x, y")
		b.Done = func(i int) { events = append(events, strconv.Itoa(i)) }
		mustExec(t, c, b)
		if got, want := strings.Join(events, ","), map[string]string{"mariadb": "Note 1051,0,1,2,3,4,Note 1051,5", "mysql": "Note 1051,0,1,2,3,4,Note 1051,Note 1051,5"}[e.kind]; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		// A statement that goes alone has warnings, too.
		events = nil
		mustExec(t, c, batch("DO 1", "CREATE PROCEDURE IF NOT EXISTS p() SELECT 1"), batch("CREATE PROCEDURE IF NOT EXISTS p() SELECT 1"))
		if !slices.Contains(events, "Note 1304") {
			t.Errorf("events %v", events)
		}
	})
}

func TestQuery(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch("CREATE TABLE a (i BIGINT UNSIGNED, s TEXT, d DATETIME(3), f DOUBLE, n DECIMAL(10,3), b BLOB)",
			"INSERT INTO a VALUES (18446744073709551615, 'é', '2026-01-02 03:04:05.678', 0.5, 1.5, X'00FF'), (NULL, NULL, NULL, NULL, NULL, NULL)"))
		want(t, c, "SELECT * FROM a", "18446744073709551615 é 2026-01-02 03:04:05.678 0.5 1.500 \x00\xff,     ")
		want(t, c, "SELECT 1 FROM a WHERE 0", "")
		for _, sql := range []string{"SELECT * FROM nope", "SELECT * FROM nope.nope"} {
			if _, err := c.Query(context.Background(), sql); !errors.Is(err, drivers.ErrNoTable) {
				t.Errorf("%s: %v", sql, err)
			}
		}
		_, err := c.Query(context.Background(), "SELECT\n nope nope nope")
		var se *drivers.Error
		if !errors.As(err, &se) || errors.Is(err, drivers.ErrNoTable) || se.Offset != 18 {
			t.Errorf("%+v", err)
		}
		// After a batch that leaves the session in a state, a query works on a clean one.
		mustExec(t, c, batch("LOCK TABLES a READ", "SET character_set_results = utf16", "SET sql_select_limit = 0"))
		want(t, c, "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_NAME = 'a' AND TABLE_SCHEMA = DATABASE()", "1")
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		if _, err := c.Query(ctx, "SELECT SLEEP(20)"); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		alive(t, c)
		if _, err := c.Query(ctx, "SELECT 1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

func TestNow(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		syntax := Driver{}.Syntax()
		insert := "INSERT INTO a VALUES (" + syntax.NowMillis + ", " + syntax.NowText + ")"
		mustExec(t, c, batch("CREATE TABLE a (i BIGINT, s "+syntax.Text+") "+syntax.TableOptions, "START TRANSACTION", insert, "DO SLEEP(0.01)", insert,
			"SET time_zone = '+05:00'", insert, "COMMIT", "SET timestamp = 1", "SET time_zone = '-03:00'", "own:"+insert))
		rows, err := c.Query(context.Background(), "SELECT i, s FROM a ORDER BY i")
		if err != nil || len(rows) != 4 {
			t.Fatal(rows, err)
		}
		for _, r := range rows {
			ms, err := strconv.ParseInt(r[0], 10, 64)
			if err != nil || time.Since(time.UnixMilli(ms)).Abs() > time.Minute {
				t.Errorf("%v at %v", rows, time.Now().UnixMilli())
			}
			if at, err := time.Parse("2006-01-02T15:04:05.000Z", r[1]); err != nil || at.UnixMilli() != ms {
				t.Errorf("%v: %v", r, err)
			}
		}
		if rows[0][0] == rows[1][0] {
			t.Error("the clock stands still inside a transaction")
		}
	})
}

func TestLiteral(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		d := Driver{}
		mustExec(t, c, batch("CREATE TABLE a (n INT, v VARCHAR(400) CHARACTER SET utf8mb4, s TEXT CHARACTER SET utf8mb4, KEY (v))"))
		texts := []string{"", "abc-123", "it's", `back\slash\`, "é", "😀", "a;b -- c\n#\t/* */", "\r\n", `"`, "`", "%_", "\x01\x7f", "a\xffb", "\xed\xa0\x80", "~^[]{}|@"}
		for _, mode := range []string{"", "SET sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'", "SET NAMES latin1", "SET NAMES gbk"} {
			b := batch("DELETE FROM a")
			if mode != "" {
				b = batch("DELETE FROM a", mode)
			}
			for i, s := range texts {
				l := d.Literal(s)
				b.Statements = append(b.Statements, drivers.Statement{Text: fmt.Sprintf("INSERT INTO a SELECT %d, %s, %[2]s", i, l)},
					drivers.Statement{Text: fmt.Sprintf("SELECT n = %d AND s = %s FROM a WHERE v = %[2]s AND n = %[1]d", i, l), Check: true})
			}
			mustExec(t, c, b)
			rows, err := c.Query(context.Background(), "SELECT v, s FROM a ORDER BY n")
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range texts {
				if s = strings.ToValidUTF8(s, "\ufffd"); rows[i][0] != s || rows[i][1] != s {
					t.Errorf("%q: %q came back as %q", mode, s, rows[i])
				}
			}
		}
		mustExec(t, c, batch("CREATE TABLE "+d.Ident("odd`na\"me.x")+" (i INT)", "SET sql_mode = 'ANSI_QUOTES'",
			"INSERT INTO "+d.Ident(e.addr.Name, "odd`na\"me.x")+" VALUES (1)"))
		want(t, c, "SELECT i FROM `odd``na\"me.x`", "1")
	})
}
