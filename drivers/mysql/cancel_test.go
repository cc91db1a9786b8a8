package mysql

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"strconv"
	"strings"
	"testing"
	"time"

	"revise/drivers"
)

// longStatement runs for long and changes something, which a kill undoes.
const longStatement = "INSERT INTO a SELECT SLEEP(30) + i FROM (SELECT 100 AS i UNION ALL SELECT 101) x"

func TestCancel(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch("CREATE TABLE a (i INT) ENGINE = InnoDB"))
		ctx, cancel := context.WithCancel(context.Background())
		b := batch("INSERT INTO a VALUES (1)", longStatement, "INSERT INTO a VALUES (2)")
		b.Done = func(i int) {
			if i == 0 {
				cancel()
			}
		}
		start := time.Now()
		got, err := exec(t, c, ctx, b)
		if !errors.Is(err, context.Canceled) || errors.Is(err, drivers.ErrUnknown) || got != (drivers.Progress{Statements: 1}) {
			t.Fatalf("%+v, %v", got, err)
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("it took %v", d)
		}
		want(t, c, "SELECT GROUP_CONCAT(i) FROM a", "1")
		if got, err := exec(t, c, ctx, batch("INSERT INTO a VALUES (3)")); !errors.Is(err, context.Canceled) || got != (drivers.Progress{}) {
			t.Errorf("%+v, %v", got, err)
		}
		mustExec(t, c, batch("INSERT INTO a VALUES (4)"))
		want(t, c, "SELECT GROUP_CONCAT(i) FROM a", "1,4")
	})
}

// However a stop falls between statements of all kinds, the count is that of the table.
func TestCancelIsExact(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch("CREATE TABLE a (i INT) ENGINE = InnoDB", "CREATE PROCEDURE p(x INT) BEGIN INSERT INTO a VALUES (x); SELECT x; END"))
		rounds, stops := 40, map[string]int{}
		for range rounds {
			mustExec(t, c, batch("DELETE FROM a"))
			b := drivers.Batch{}
			for i := range 300 {
				form := []string{"INSERT INTO a VALUES (%d)", "CALL p(%d)", "SET @x = 1; INSERT INTO a VALUES (%d)", "INSERT INTO a SELECT %d + 0*SLEEP(0.005)"}[i%4]
				b.Statements = append(b.Statements, drivers.Statement{Text: fmt.Sprintf(form, i), Own: i%8 < 4})
			}
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.Intn(400))*time.Millisecond)
			got, err := exec(t, c, ctx, b)
			cancel()
			if errors.Is(err, drivers.ErrUnknown) {
				// Possible (see guard), but not as a rule.
				stops["unknown"]++
				c = e.open(drivers.Options{})
				continue
			}
			if err == nil {
				stops["through"]++
				continue
			}
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			stops["stopped"]++
			want(t, c, "SELECT COUNT(*) FROM a", strconv.Itoa(got.Statements))
		}
		t.Log(stops)
		if stops["stopped"] == 0 || stops["unknown"] > rounds/10 {
			t.Error("that proves nothing")
		}
	})
}

// The same where others kill, whenever they like.
func TestForeignKillIsExact(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch("CREATE TABLE a (i INT) ENGINE = InnoDB"))
		hits := map[string]int{}
		c.idle = 300 * time.Millisecond
		for range 30 {
			mustExec(t, c, batch("DELETE FROM a"))
			b := drivers.Batch{}
			for i := range 20 {
				b.Statements = append(b.Statements, drivers.Statement{Text: fmt.Sprintf("INSERT INTO a SELECT %d + 0*SLEEP(0.002)", i), Own: i%2 == 0})
			}
			killed := make(chan struct{})
			go func() {
				time.Sleep(time.Duration(rand.Intn(40)) * time.Millisecond)
				e.admin.Query(context.Background(), "KILL QUERY "+c.id)
				close(killed)
			}()
			got, err := exec(t, c, context.Background(), b)
			<-killed
			switch {
			case err == nil:
				hits["missed"]++
			case errors.Is(err, drivers.ErrUnknown):
				hits["unknown"]++
				c = e.open(drivers.Options{})
				c.idle = 300 * time.Millisecond
			default:
				hits["hit"]++
				if rows, _ := e.admin.Query(context.Background(), "SELECT COUNT(*) FROM "+e.addr.Name+".a"); len(rows) != 1 || rows[0][0] != strconv.Itoa(got.Statements) {
					t.Errorf("%d statements done, %v rows: %v", got.Statements, rows, err)
				}
				want(t, c, "SELECT COUNT(*) FROM a", strconv.Itoa(got.Statements))
			}
		}
		t.Log(hits)
		if hits["hit"] == 0 {
			t.Error("that proves nothing")
		}
	})
}

func TestStatementTimeout(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch("CREATE TABLE a (i INT) ENGINE = InnoDB"))
		b := batch("INSERT INTO a VALUES (1)", "DO SLEEP(0.2)", "DO SLEEP(0.2)", longStatement, "INSERT INTO a VALUES (2)")
		b.StatementTimeout = 300 * time.Millisecond
		err := fails(t, c, 1, 3, "1317", batch(), b)
		if !strings.Contains(err.Message, "statement timeout of 300ms") {
			t.Error(err)
		}
		want(t, c, "SELECT GROUP_CONCAT(i) FROM a", "1")
		// Its limit is gone in the next batch, and a statement that ends around its limit is either through or not.
		mustExec(t, c, b2(300*time.Millisecond, "DO 1"), batch("DO SLEEP(0.5)"))
		for i := range 10 {
			mustExec(t, c, batch("DELETE FROM a"))
			b := b2(time.Duration(30+i)*time.Millisecond, "INSERT INTO a VALUES (0)", "INSERT INTO a SELECT 1 + 0 * SLEEP(0.035)", "SET @kept = 7", "INSERT INTO a VALUES (@kept)")
			got, err := exec(t, c, context.Background(), b)
			if errors.Is(err, drivers.ErrUnknown) {
				c = e.open(drivers.Options{})
				continue
			}
			n := got.Statements
			if err == nil {
				n = 3
			}
			want(t, c, "SELECT COUNT(*) FROM a", strconv.Itoa(n))
		}
	})
}

func b2(limit time.Duration, texts ...string) drivers.Batch {
	b := batch(texts...)
	b.StatementTimeout = limit
	return b
}

func TestLockTimeout(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c, other := e.open(drivers.Options{}), e.open(drivers.Options{})
		mustExec(t, c, batch("CREATE TABLE a (i INT PRIMARY KEY) ENGINE = InnoDB", "INSERT INTO a VALUES (1)"))
		if err := other.link.walk(context.Background(), "START TRANSACTION; UPDATE a SET i = 2", func(*set) error { return nil }); err != nil {
			t.Fatal(err)
		}
		for _, sql := range []string{"UPDATE a SET i = 3", "ALTER TABLE a ADD j INT"} {
			b := batch("DO 1", sql, "DO 2")
			b.LockTimeout = 200 * time.Millisecond
			start := time.Now()
			fails(t, c, 0, 1, "1205", b)
			if d := time.Since(start); d > 4*time.Second {
				t.Errorf("waited %v", d)
			}
		}
		b := batch("DO 1", "own:DO 2")
		b.LockTimeout = 1500 * time.Millisecond
		mustExec(t, c, b)
		b = batch("check:SELECT @@lock_wait_timeout = 2 AND @@innodb_lock_wait_timeout = 2", "own:check:SELECT @@lock_wait_timeout = 2")
		b.LockTimeout = 1500 * time.Millisecond
		mustExec(t, c, b, batch("check:SELECT @@lock_wait_timeout > 2 AND @@innodb_lock_wait_timeout > 2"))
	})
}

// A connection that somebody ends while a statement runs.
func TestLost(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch("CREATE TABLE a (i INT) ENGINE = InnoDB"))
		b := batch("INSERT INTO a VALUES (1)", longStatement, "INSERT INTO a VALUES (2)")
		killed := make(chan struct{})
		b.Done = func(i int) {
			if i == 0 {
				time.AfterFunc(200*time.Millisecond, func() {
					e.admin.Query(context.Background(), "KILL "+c.id)
					close(killed)
				})
			}
		}
		got, err := exec(t, c, context.Background(), b)
		<-killed
		if !errors.Is(err, drivers.ErrUnknown) || !errors.Is(err, drivers.ErrLost) || got != (drivers.Progress{Statements: 1}) {
			t.Fatalf("%+v, %v", got, err)
		}
		if _, err := c.Exec(context.Background(), []drivers.Batch{batch("DO 1")}); !errors.Is(err, drivers.ErrLost) {
			t.Error(err)
		}
		if _, err := c.Query(context.Background(), "SELECT 1"); !errors.Is(err, drivers.ErrLost) {
			t.Error(err)
		}
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
		// An idle one: nothing of the next batch has run.
		c = e.open(drivers.Options{})
		e.run("KILL " + c.id)
		if _, err := exec(t, c, context.Background(), batch("INSERT INTO a VALUES (3)")); !errors.Is(err, drivers.ErrLost) {
			t.Error(err)
		}
		c = e.open(drivers.Options{})
		want(t, c, "SELECT COUNT(*) FROM a WHERE i > 1", "0")
	})
}

// A cancelled statement on a server that takes no second connection: the first is given up.
func TestCancelWithoutSecondConnection(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch("CREATE TABLE a (i INT) ENGINE = InnoDB"))
		c.dial.cfg.Passwd = "not this one"
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		start := time.Now()
		got, err := exec(t, c, ctx, batch("INSERT INTO a VALUES (1)", longStatement))
		if !errors.Is(err, drivers.ErrUnknown) || !errors.Is(err, drivers.ErrLost) || !errors.Is(err, context.DeadlineExceeded) || got != (drivers.Progress{Statements: 1}) {
			t.Fatalf("%+v, %v", got, err)
		}
		if d := time.Since(start); d > abandonTime+2*time.Second {
			t.Errorf("it took %v", d)
		}
		e.run("KILL " + c.id)
	})
}

// SLEEP and its like swallow a kill and return as if nothing had been.
func TestSwallowedKill(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		for _, sql := range []string{"SELECT SLEEP(10)", "DO SLEEP(10)", "SELECT 1, SLEEP(10)", "SET @a = SLEEP(10)"} {
			for _, b := range []drivers.Batch{batch("DO 1", sql, "DO 2"), batch("DO 1", sql)} {
				ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
				start := time.Now()
				got, err := exec(t, c, ctx, b)
				cancel()
				if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, drivers.ErrLost) || got.Statements != 1 {
					t.Fatalf("%s: %+v, %v, %v", sql, got, err, time.Since(start))
				}
				b.StatementTimeout = 200 * time.Millisecond
				if se := fails(t, c, 0, 1, "1317", b); !strings.Contains(se.Message, "statement timeout of 200ms") {
					t.Errorf("%s: %v", sql, se)
				}
			}
		}
	})
}
