package mysql

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"revise/drivers"
)

// A caret stands for the place where the error is expected.
func TestOffset(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		long := strings.Repeat("col_é, ", 30)
		for _, marked := range []string{
			"SELECT 1 FROM ^FROM", "^SELEC 1", "SELECT\r\n  2 AS b,\r\n  frm nope ^nope, 'x'", "SELECT 'a\nb\nc', 1 x ^y\nFROM z",
			"CREATE TABLE x (\n  a INT,\n  b INT NOT ^NOT NULL\n)", "SELECT (1^", "SELECT 1 +^ -- comment\n", "CREATE PROCEDURE p()\nBEGIN\n SELECT 1;\n SELEC ^2;\nEND",
			"SELECT " + long + "1 FROM ^FROM " + long + "x", "SELECT é é ^é", "/* lead\n */ SELECT 1 FROM ^FROM",
			"SELECT 1; SELECT 2; ^SELEC 3",
		} {
			at := strings.Index(marked, "^")
			sql := marked[:at] + marked[at+1:]
			for name, b := range map[string]drivers.Batch{
				"alone": batch(sql), "first": batch(sql, "DO 1"), "last": batch("SELECT 1", "DO 2", sql), "middle": batch("DO 1", "SELECT 2", sql, sql, "DO 3"),
			} {
				got, err := exec(t, c, context.Background(), b)
				var se *drivers.Error
				if !errors.As(err, &se) || b.Statements[got.Statements].Text != sql {
					t.Fatalf("%s: %+v, %v", name, got, err)
				}
				if strings.Contains(se.Message, "IS_FREE_LOCK") || strings.Contains(se.Message, "WARNINGS") || strings.Contains(se.Err.Error(), "IS_FREE_LOCK") {
					t.Errorf("%s: the message shows our own SQL: %v", name, se)
				}
				if se.Offset != at {
					t.Errorf("%s: %q: offset %d, want %d: %v", name, marked, se.Offset, at, se)
				}
			}
		}
		// A delimiter that nobody declared.
		for sql, hint := range map[string]string{"//\nSELECT 2": "// is a delimiter", "$$": "$$ is a delimiter", "SELEC //": ""} {
			if se := fails(t, c, 0, 0, "1064", batch(sql)); !strings.HasPrefix(se.Hint, hint) || (se.Hint == "") != (hint == "") {
				t.Errorf("%s: hint %q", sql, se.Hint)
			}
		}
		// No place, or one that is not in this text.
		for _, sql := range []string{"SELECT nope", "PREPARE s FROM 'SELEC 1'", "SELECT * FROM nope", "DROP TABLE nope"} {
			if se := fails(t, c, 0, 1, codeOf(sql), batch("DO 1", sql, "DO 2")); se.Offset != -1 {
				t.Errorf("%s: offset %d", sql, se.Offset)
			}
		}
	})
}

func codeOf(sql string) string {
	switch {
	case strings.HasPrefix(sql, "PREPARE"):
		return "1064"
	case strings.HasPrefix(sql, "DROP"):
		return "1051"
	case strings.HasSuffix(sql, "FROM nope"):
		return "1146"
	}
	return "1054"
}

func TestConnectErrors(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		secret := "geheim?&x"
		u := e.user("right", "GRANT ALL ON "+e.addr.Name+".* TO %s")
		with := func(change func(*drivers.Address)) drivers.Address {
			a := u.addr()
			a.Password = secret
			change(&a)
			return a
		}
		silent, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer silent.Close()
		_, silentPort, _ := net.SplitHostPort(silent.Addr().String())
		for _, c := range []struct {
			name        string
			addr        drivers.Address
			unavailable bool
			says        string
		}{
			{"password", with(func(a *drivers.Address) {}), false, "Access denied"},
			{"user", with(func(a *drivers.Address) { a.User = "nobody_" }), false, "Access denied"},
			{"database", with(func(a *drivers.Address) { a.Password, a.Name = "right", "drv_not_there" }), false, "drv_not_there"},
			{"unknown database", with(func(a *drivers.Address) { *a = e.addr; a.Name = "drv_not_there" }), false, "Unknown database"},
			{"refused", with(func(a *drivers.Address) { a.Port = 1 }), true, "connection refused"},
			{"name", with(func(a *drivers.Address) { a.Host = "nowhere.invalid" }), true, "nowhere.invalid"},
			{"socket", with(func(a *drivers.Address) { a.Host = "/nowhere/s" }), true, "no such socket"},
			{"silent", with(func(a *drivers.Address) {
				a.Port, _ = strconv.Atoi(silentPort)
				a.Params = map[string]string{"timeout": "100ms"}
			}), true, "no answer"},
			{"authority", with(func(a *drivers.Address) { a.Params = map[string]string{"tls": "true"} }), false, ""},
			{"parameter", with(func(a *drivers.Address) { a.Params = map[string]string{"parseTime": "true"} }), false, "known are"},
			{"sql_mode", with(func(a *drivers.Address) {
				a.Password, a.Params = "right", map[string]string{"sql_mode": "NOT_A_MODE"}
			}), false, "sql_mode"},
		} {
			_, err := Driver{}.Open(context.Background(), c.addr, drivers.Options{})
			var ce *drivers.ConnectError
			if !errors.As(err, &ce) || errors.Is(err, drivers.ErrUnavailable) != c.unavailable || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if all := fmt.Sprintf("%v %+v %s %v", err, ce, ce.Hint, ce.Err); strings.Contains(all, secret) {
				t.Errorf("%s: the password is in %s", c.name, all)
			}
			t.Logf("%v | %s", err, ce.Hint)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := (Driver{}).Open(ctx, e.addr, drivers.Options{}); !errors.Is(err, context.Canceled) || errors.Is(err, drivers.ErrUnavailable) {
			t.Error(err)
		}
		// Too many connections of one user come free again.
		e.run("ALTER USER " + u.account + " WITH MAX_USER_CONNECTIONS 1")
		a := u.addr()
		first, err := Driver{}.Open(context.Background(), a, drivers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer first.Close(context.Background())
		if _, err := (Driver{}).Open(context.Background(), a, drivers.Options{}); !errors.Is(err, drivers.ErrUnavailable) {
			t.Error(err)
		}
	})
}

func TestSettings(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		e.addr.Params = map[string]string{"sql_mode": "ANSI_QUOTES", "time_zone": "+02:00", "charset": "latin1", "timeout": "3s", "tls": "false"}
		c := e.open(drivers.Options{})
		mustExec(t, c, batch("SET sql_mode = '', time_zone = '+03:00'", "SET NAMES utf8mb4"))
		want(t, c, "SELECT @@sql_mode, @@time_zone, @@character_set_client, @@character_set_results", "ANSI_QUOTES +02:00 latin1 utf8mb4")
		mustExec(t, c, batch("CREATE TABLE a (s VARCHAR(9))", "INSERT INTO a VALUES ('\xe9')"))
		want(t, c, "SELECT s FROM a", "é")
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
		e.addr.Params = map[string]string{"tls": "skip-verify", "collation": "utf8mb4_bin"}
		if e.kind == "mysql" {
			c = e.open(drivers.Options{})
			want(t, c, "SELECT @@collation_connection", "utf8mb4_bin")
			ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
			defer cancel()
			if got, err := exec(t, c, ctx, batch("SELECT SLEEP(10) FROM a", "DO 1")); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, drivers.ErrLost) {
				t.Error(got, err)
			}
			alive(t, c)
		}
	})
}

func TestParse(t *testing.T) {
	for _, url := range []string{"mysql://h/db", "mariadb://u:p@h:1/db?tls=true", "mysql:///db?socket=/run/s.sock", "mysql://%2Frun%2Fs.sock/db", "mysql://h"} {
		if _, err := (Driver{}).Parse(url); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
	for _, query := range []string{"s3cret=1", "tls=s3cret", "timeout=s3cret", "timeout=-1s", "charset=s3cret'", "collation=", "ssl-cert=s3cret", "tls=false&ssl-ca=s3cret", "parseTime=true"} {
		_, err := Driver{}.Parse("mysql://u:pw@h/db?" + query)
		if err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "parseTime") {
			t.Errorf("%s: %v", query, err)
		}
	}
	for _, c := range []struct{ url, network, addr string }{
		{"mysql://", "tcp", "127.0.0.1:3306"}, {"mysql://[::1]/x", "tcp", "[::1]:3306"}, {"mysql://h:7", "tcp", "h:7"}, {"mysql:///x?socket=/s", "unix", "/s"},
	} {
		a, err := Driver{}.Parse(c.url)
		if n, addr := network(a); err != nil || n != c.network || addr != c.addr {
			t.Errorf("%s: %s %s, %v", c.url, n, addr, err)
		}
	}
}
