package runner_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"revise/drivers"
	"revise/drivers/all"
	"revise/drivers/drivertest/servers"
	"revise/runner"
)

// Rows of a long section share transactions with their entries in the journal: what fails takes back those in its own, and the ledger says so.
func TestGroupsOfRows(t *testing.T) {
	const n = 2500
	section := func(wrong int) string {
		var b strings.Builder
		b.WriteString("CREATE TABLE t (n integer PRIMARY KEY);\n")
		for i := range n {
			value := i
			if i == wrong {
				value = 0 // which is there
			}
			fmt.Fprintf(&b, "INSERT INTO t VALUES (%d);\n", value)
		}
		return b.String()
	}
	for _, kind := range []string{servers.MariaDB, servers.MySQL} {
		for _, exact := range []bool{false, true} {
			for _, wrong := range []int{1, 499, 500, 501, 1700, n - 1} {
				t.Run(fmt.Sprintf("%s/exact %v/%d", kind, exact, wrong), func(t *testing.T) {
					t.Parallel()
					driver, addr := freshOn(t, kind)
					ctx := context.Background()
					conn, err := driver.Open(ctx, addr, drivers.Options{})
					if err != nil {
						t.Fatal(err)
					}
					defer conn.Close(ctx)
					query := func(sql string) string {
						rows, err := conn.Query(ctx, sql)
						if err != nil {
							t.Fatal(err)
						}
						return rows[0][0]
					}
					head := ""
					if exact {
						head = "ALTER TABLE t ENGINE=InnoDB;\n" // it says "engine": what it makes might be another one
					}
					up := func(text string) error {
						links, err := runner.Load(fstest.MapFS{"a1.sql": {Data: []byte(rev("a1", "", strings.Replace(text, ";\n", ";\n"+head, 1), "DROP TABLE t"))}}, "versions", all.Drivers().Dialects())
						if err != nil {
							t.Fatal(err)
						}
						r, err := runner.New(driver, conn, links, runner.Options{})
						if err != nil {
							t.Fatal(err)
						}
						_, err = r.Up(ctx, "head")
						return err
					}
					before := 1 + strings.Count(head, ";")
					var failed *runner.StatementError
					if err := up(section(wrong)); !errors.As(err, &failed) || failed.Index != wrong+before || failed.InDoubt >= 0 {
						t.Fatalf("got %v, want a failure at statement %d", err, wrong+before+1)
					}
					rows, done := query("SELECT COUNT(*) FROM t"), query("SELECT statements_done FROM schema_revisions")
					if want := fmt.Sprint(failed.Applied); done != want || rows != fmt.Sprint(failed.Applied-before) {
						t.Errorf("%s rows, the ledger says %s, the error %s", rows, done, want)
					}
					if taken := failed.Index - failed.Applied; taken < 0 || taken >= 500 || exact && taken > 0 {
						t.Errorf("%d statements were taken back", taken)
					}
					if err := up(section(-1)); err != nil {
						t.Fatal(err)
					}
					if got := query("SELECT COUNT(*) FROM t"); got != fmt.Sprint(n) {
						t.Errorf("%s rows, want %d", got, n)
					}
				})
			}
		}
	}
}
