package drivertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"revise/drivers"
)

func testClose(t *testing.T, s Subject) {
	e := s.env(t)
	ctx := context.Background()
	for range 3 {
		if err := e.conn.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if e.conn.Facts().Product == "" {
		t.Error("the facts are gone")
	}
	p, err := e.conn.Exec(ctx, []drivers.Batch{{Statements: inserts(1)}})
	if !errors.Is(err, drivers.ErrLost) || errors.Is(err, drivers.ErrUnknown) || p != (drivers.Progress{}) {
		t.Errorf("exec after close: got %+v, %v", p, err)
	}
	_, err = e.conn.Query(ctx, "SELECT n FROM t")
	for what, err := range map[string]error{"query": err, "lock": e.conn.TryLock(ctx, "k", ""), "unlock": e.conn.Unlock(ctx, "k")} {
		if !errors.Is(err, drivers.ErrLost) && what != "unlock" || err == nil {
			t.Errorf("%s after close: got %v", what, err)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	other := e.open()
	if err := other.TryLock(ctx, "k", ""); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(cancelled); err != nil {
		t.Errorf("close with a cancelled context: %v", err)
	}
	e.conn = e.open()
	e.freed("k")
}

// refused opens a session that must not come about, and returns its error.
func (e *env) refused(ctx context.Context, addr drivers.Address) *drivers.ConnectError {
	e.t.Helper()
	var c drivers.Conn
	var err error
	e.within("a connection that cannot be", func() { c, err = e.s.Driver.Open(ctx, addr, drivers.Options{}) })
	if err == nil {
		c.Close(context.Background())
		e.t.Fatalf("open %v: no error", addr)
	}
	if c != nil {
		e.t.Errorf("open %v: a session beside the error", addr)
	}
	var ce *drivers.ConnectError
	if !errors.As(err, &ce) {
		e.t.Fatalf("open %v: got %v (%T), want a *drivers.ConnectError", addr, err, err)
	}
	if ce.Target == "" || ce.Msg == "" || strings.Contains(err.Error(), "\n") {
		e.t.Errorf("the error %q is not one line with a target and a message", err)
	}
	if addr.Password != "" {
		noPassword(e.t, err, addr.Password)
	}
	e.t.Logf("%v (hint: %s)", err, ce.Hint)
	return ce
}

// noPassword looks into an error and into all it wraps.
func noPassword(t *testing.T, err error, password string) {
	t.Helper()
	asJSON, _ := json.Marshal(err)
	for _, text := range []string{fmt.Sprintf("%v", err), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err), fmt.Sprintf("%s", err), fmt.Sprintf("%q", err), string(asJSON)} {
		if strings.Contains(text, password) {
			t.Errorf("the password stands in %.300s", text)
		}
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		if e.Unwrap() != nil {
			noPassword(t, e.Unwrap(), password)
		}
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			noPassword(t, part, password)
		}
	}
}

func testConnect(t *testing.T, s Subject) {
	e := s.env(t)
	ctx := context.Background()
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if ce := e.refused(cancelled, e.addr); errors.Is(ce, drivers.ErrUnavailable) || !errors.Is(ce, context.Canceled) {
		t.Errorf("a cancelled context: %v", ce)
	}
	if e.addr.File {
		addr := e.addr
		addr.Name = filepath.Join(filepath.Dir(addr.Name), "missing", "x.db")
		if ce := e.refused(ctx, addr); errors.Is(ce, drivers.ErrUnavailable) {
			t.Errorf("a file in a missing folder: %v wraps ErrUnavailable", ce)
		}
		return
	}
	for what, over := range map[string]drivers.Address{
		"wrong password":   {Password: `wr0ng'sEcret\ "x" /?#%41@:`, HasPass: true},
		"no password":      {Password: "", HasPass: true},
		"unknown user":     {User: "ct_nobody"},
		"unknown database": {Name: "ct_missing"},
	} {
		if ce := e.refused(ctx, e.addr.Override(over)); errors.Is(ce, drivers.ErrUnavailable) {
			t.Errorf("%s: %v wraps ErrUnavailable", what, ce)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	if ce := e.refused(ctx, e.addr.Override(drivers.Address{Host: "127.0.0.1", Port: port})); !errors.Is(ce, drivers.ErrUnavailable) {
		t.Errorf("a refused port: %v does not wrap ErrUnavailable", ce)
	}
	if ce := e.refused(ctx, e.addr.Override(drivers.Address{Host: "missing.invalid"})); !errors.Is(ce, drivers.ErrUnavailable) {
		t.Errorf("an unknown host: %v does not wrap ErrUnavailable", ce)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	within, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	if ce := e.refused(within, e.addr.Override(drivers.Address{Host: "127.0.0.1", Port: silent.Addr().(*net.TCPAddr).Port})); !errors.Is(ce, drivers.ErrUnavailable) {
		t.Errorf("a server that says nothing: %v does not wrap ErrUnavailable", ce)
	}
}

// testRoundTrips counts what a usual chain costs.
func testRoundTrips(t *testing.T, s Subject) {
	e := s.env(t)
	proxy, addr := ProxyTo(t, e.addr)
	e.conn = e.openAt(addr)
	var batches []drivers.Batch
	for i := range 200 {
		list := users(fmt.Sprintf("CREATE TABLE r%d (id integer PRIMARY KEY, name varchar(100) NOT NULL, price numeric(10, 2) DEFAULT 0)", i))
		for j := range 5 {
			list = append(list, inserts(10*i+j)...)
		}
		row := own(fmt.Sprintf("INSERT INTO t (n, s) VALUES (%d, 'a row of the ledger')", 10*i+9))
		batches = append(batches, drivers.Batch{Atomic: e.conn.Facts().TransactionalDDL, Statements: list, Tail: row})
	}
	before := proxy.RoundTrips()
	if r := e.record(context.Background(), batches...); r.err != nil {
		t.Fatalf("at %+v: %v", r.progress, r.err)
	}
	trips := proxy.RoundTrips() - before
	t.Logf("%s %s: 200 batches of 7 statements took %d round trips", e.conn.Facts().Product, e.conn.Facts().Version, trips)
	if trips > 200 || trips == 0 {
		t.Errorf("%d round trips for 200 batches", trips)
	}
}
