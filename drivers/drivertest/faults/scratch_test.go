package faults_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"math/rand/v2"

	"revise/drivers"
	"revise/drivers/all"
	"revise/drivers/drivertest/servers"
)

// TestScratchLeftOvers kills commands that work in scratch databases at any moment, interrupts others, and wants nothing of them left on the server behind the next one. The long
// run: -run TestScratchLeftOvers -v -timeout 0 -faults 100
func TestScratchLeftOvers(t *testing.T) {
	binary := build(t)
	for _, kind := range []string{servers.Postgres, servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) {
			url := servers.URL(t, kind)
			driver, addr, err := all.Drivers().Locate(url, drivers.Address{}, "")
			if err != nil {
				t.Fatal(err)
			}
			conn, err := driver.Open(context.Background(), addr, drivers.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(context.Background())
			ask := func(sql string) [][]string {
				t.Helper()
				rows, err := conn.Query(context.Background(), sql)
				if err != nil {
					t.Fatalf("%v\n%s", err, sql)
				}
				return rows
			}
			name := fmt.Sprintf("faults_scratch_%x", rand.Uint64())
			ask("CREATE DATABASE " + name)
			defer ask("DROP DATABASE " + name)
			dir := t.TempDir()
			write := func(file, text string) {
				t.Helper()
				path := filepath.Join(dir, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			write("versions/a1.sql", "-- revision: a1\n-- +upgrade\nCREATE TABLE t (n integer);\n-- +downgrade\nDROP TABLE t;\n")
			write("schema.sql", "CREATE TABLE t (n integer, m integer);\nCREATE TABLE u (n integer);\n")
			target := strings.TrimSuffix(strings.TrimSuffix(url, "/"), "/"+addr.Name) + "/" + name
			command := func(args ...string) *exec.Cmd {
				cmd := exec.Command(binary, args...)
				cmd.Dir = dir
				cmd.Env = append(os.Environ(), "DATABASE_URL="+target, "REVISE_AUTOGENERATE_SCHEMA=schema.sql")
				return cmd
			}
			started := time.Now()
			if out, err := command("check", "--autogenerate").CombinedOutput(); !strings.Contains(string(out), "do not bring about") {
				t.Fatalf("%v\n%s", err, out)
			}
			whole := time.Since(started)
			killed := 0
			for i := range *faults {
				cmd := command("check", "--autogenerate")
				if i%2 == 0 {
					cmd = command("verify")
				}
				var out bytes.Buffer
				cmd.Stdout, cmd.Stderr = &out, &out
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(rand.N(whole))
				signal := syscall.SIGKILL
				if i%3 == 0 {
					signal = syscall.SIGINT
				}
				cmd.Process.Signal(signal)
				if cmd.Wait(); !cmd.ProcessState.Exited() {
					killed++
				}
			}
			// The next one, that nothing happens to.
			out, err := command("verify").CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			list := map[string]string{
				servers.Postgres: "SELECT datname FROM pg_database WHERE datname LIKE 'revise\\_scratch\\_%'",
			}[kind]
			if list == "" {
				list = `SHOW DATABASES LIKE 'revise\\_scratch\\_%'`
			}
			var left [][]string
			for range 50 { // the server finds out by and by that a client is gone, and other tests may have some of their own
				if left = ask(list); len(left) == 0 {
					break
				}
				time.Sleep(100 * time.Millisecond)
				if out, err := command("verify").CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
			}
			if len(left) > 0 {
				t.Errorf("left on the server: %q", left)
			}
			t.Logf("%d killed of %d, nothing left", killed, *faults)
		})
	}
}
