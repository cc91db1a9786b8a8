package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"revise/drivers"
)

// TestNews has a slow statement among thousands of fast ones. That those before it are done must be known while it runs: of all that begin in
// another way, of all but a few that begin like it.
func TestNews(t *testing.T) {
	const before = 12_000
	for _, c := range []struct {
		fast string
		held int // how many may stay unknown
	}{
		{"INSERT INTO t VALUES (%d)", 0},
		{"SELECT pg_sleep(0 * %d)", 64},
	} {
		for _, behind := range []int{1, 30_000} {
			t.Run(fmt.Sprintf("%s, %d behind", strings.Fields(c.fast)[0], behind), func(t *testing.T) {
				conn, _ := open(t, fresh(t, ""))
				run(t, conn, batch(true, "CREATE TABLE t (n integer)"))
				var list []drivers.Statement
				for i := range before {
					list = append(list, drivers.Statement{Text: fmt.Sprintf(c.fast, i)})
				}
				list = append(list, drivers.Statement{Text: "SELECT pg_sleep(1)"})
				list = append(list, list[:min(behind, before)]...)
				at := make([]time.Time, len(list))
				b := drivers.Batch{Atomic: true, Statements: list, Done: func(n int) { at[n] = time.Now() }}
				run(t, conn, b)
				known := before - 1
				for at[before].Sub(at[known]) < 700*time.Millisecond {
					known--
				}
				if held := before - 1 - known; held > c.held {
					t.Errorf("%d statements were done and nobody knew while the next one ran, want at most %d", held, c.held)
				}
				if !slices.IsSortedFunc(at, time.Time.Compare) {
					t.Error("Done was not called in order")
				}
			})
		}
	}
}

// TestTerminatedInCopy ends the session from another one while data is on its way.
func TestTerminatedInCopy(t *testing.T) {
	addr := fresh(t, "")
	admin, _ := open(t, addr)
	run(t, admin, batch(true, "CREATE TABLE t (n integer)"))
	for _, atomic := range []bool{true, false} {
		c, _ := open(t, addr)
		pid := value(t, c, "SELECT pg_backend_pid()")
		sent := 0
		b := drivers.Batch{Atomic: atomic, Statements: []drivers.Statement{{Text: "COPY t FROM stdin", Copy: true, Data: reader(func(p []byte) (int, error) {
			if sent += len(p) / 2 * 2; sent > 10<<20 && sent < 11<<20 {
				value(t, admin, "SELECT pg_terminate_backend("+pid+")")
				sent = 11 << 20
			}
			for i := 0; i+1 < len(p); i += 2 {
				p[i], p[i+1] = '1', '\n'
			}
			return len(p) / 2 * 2, nil
		})}}}
		p, err := c.Exec(context.Background(), []drivers.Batch{b})
		if p != (drivers.Progress{}) || !isLost(err) {
			t.Errorf("got %+v, %v, want it lost", p, err)
		}
		want(t, admin, "SELECT count(*) FROM t", "0")
	}
}
