package runner_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"testing/fstest"

	"revise/chain"
	"revise/drivers"
	"revise/drivers/all"
	"revise/drivers/drivertest"
	"revise/drivers/drivertest/servers"
	"revise/runner"
)

// chainOf is a chain of revisions with five statements each.
func chainOf(n int) fstest.MapFS {
	fsys := fstest.MapFS{}
	parent := ""
	for i := range n {
		id, table := fmt.Sprintf("r%04d", i), fmt.Sprintf("t%d", i)
		up := fmt.Sprintf("CREATE TABLE %[1]s (id int PRIMARY KEY, a varchar(20), b int);\nALTER TABLE %[1]s ADD COLUMN c int;\n"+
			"CREATE INDEX %[1]s_b ON %[1]s (b);\nINSERT INTO %[1]s (id, a, b) VALUES (1, 'x', 2);\nUPDATE %[1]s SET c = 3;", table)
		fsys[id+".sql"] = &fstest.MapFile{Data: []byte(rev(id, parent, up, "DROP TABLE "+table))}
		parent = id
	}
	return fsys
}

// freshOn makes an empty database of a kind.
func freshOn(t testing.TB, kind string) (drivers.Driver, drivers.Address) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	if kind != "sqlite" {
		url = servers.URL(t, kind)
	}
	driver, addr, err := all.Drivers().Locate(url, drivers.Address{}, "")
	if err != nil {
		t.Fatal(err)
	}
	if kind != "sqlite" {
		addr = drivertest.Database(t, driver, url)
	}
	return driver, addr
}

// upOn opens a database and runs all of a chain up.
func upOn(t testing.TB, driver drivers.Driver, addr drivers.Address, n int, hooks ...runner.Hook) {
	links, err := runner.Load(chainOf(n), "versions", all.Drivers().Dialects())
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	conn, err := driver.Open(ctx, addr, drivers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	r, err := runner.New(driver, conn, links, runner.Options{Hooks: hooks})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Up(ctx, "head"); err != nil {
		t.Fatal(err)
	}
	state, err := r.State(ctx)
	if err != nil || len(state.Rows) != n {
		t.Fatalf("%d rows in the ledger, %v", len(state.Rows), err)
	}
}

// TestRoundTrips wants round trips of which there are not more with more revisions, those of opening, of the ledger and of hooks of SQL included: 10 to 14 on a machine that
// does nothing else, some 30 under the race detector, for an answer that comes while more is being sent counts as one.
func TestRoundTrips(t *testing.T) {
	const n, most = 200, 60
	for _, kind := range []string{servers.Postgres, servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) {
			driver, addr := freshOn(t, kind)
			proxy, addr := drivertest.ProxyTo(t, addr)
			upOn(t, driver, addr, n)
			trips := proxy.RoundTrips()
			t.Logf("%d revisions of 5 statements: %d round trips", n, trips)
			if trips > most {
				t.Errorf("%d round trips for %d revisions", trips, n)
			}
		})
		t.Run(kind+" with hooks", func(t *testing.T) {
			driver, addr := freshOn(t, kind)
			proxy, addr := drivertest.ProxyTo(t, addr)
			var hooks []runner.Hook
			for _, m := range []runner.Moment{runner.BeforeRevision, runner.AfterRevision} {
				hooks = append(hooks, runner.Hook{Name: "x", When: m, Up: true, SQL: runner.HookSQL("x.sql", []byte("SELECT 1; SELECT 2;"))})
			}
			upOn(t, driver, addr, n, hooks...)
			trips := proxy.RoundTrips()
			t.Logf("%d revisions of 5 statements with hooks: %d round trips", n, trips)
			if trips > most {
				t.Errorf("%d round trips for %d revisions", trips, n)
			}
		})
	}
}

// BenchmarkUp runs a chain of 200 revisions with five statements each up on an empty database: go test -bench Up -benchtime 5x ./runner
func BenchmarkUp(b *testing.B) {
	for _, kind := range []string{"sqlite", servers.Postgres, servers.MariaDB, servers.MySQL} {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				driver, addr := freshOn(b, kind)
				b.StartTimer()
				upOn(b, driver, addr, 200)
			}
		})
	}
}

// BenchmarkPlan plans all of 10,000 revisions in 200 branches: go test -run - -bench Plan ./runner
func BenchmarkPlan(b *testing.B) {
	const revisions, branches = 10_000, 200
	fsys := fstest.MapFS{"a.sql": &fstest.MapFile{Data: []byte(rev("a", "", "SELECT 1", ""))}}
	for i := range revisions - 1 {
		parent := "a"
		if i >= branches {
			parent = fmt.Sprintf("r%05d", i-branches)
		}
		id := fmt.Sprintf("r%05d", i)
		text := rev(id, parent, fmt.Sprintf("CREATE TABLE t%[1]d (a int);\nINSERT INTO t%[1]d VALUES (1);", i), fmt.Sprintf("DROP TABLE t%d", i))
		fsys[id+".sql"] = &fstest.MapFile{Data: []byte(text)}
	}
	links, err := runner.Load(fsys, "versions", all.Drivers().Dialects())
	if err != nil {
		b.Fatal(err)
	}
	driver, addr := freshOn(b, "sqlite")
	ctx := context.Background()
	conn, err := driver.Open(ctx, addr, drivers.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	for b.Loop() {
		r, err := runner.New(driver, conn, links, runner.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if p, err := r.Plan(ctx, chain.Up, "heads"); err != nil || len(p.Steps) != revisions {
			b.Fatal(err)
		}
	}
}
