package faults_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"revise/drivers/drivertest/servers"
)

// thirtyTwo starts 32 runs at once on an empty database: each ends with 0, and each revision is applied once.
func (w *world) thirtyTwo() {
	want := w.expected(false)
	w.fresh()
	var runs []*proc
	for range 32 {
		runs = append(runs, w.start(false, "run", "up", "head", "--lock-wait", "60s"))
	}
	for i, p := range runs {
		if code, out := p.wait(); code != 0 {
			w.t.Errorf("run %d: exit %d\n%s", i, code, out)
		}
	}
	if got, err := w.picture(); err != nil || got != want {
		w.t.Errorf("%v, got\n%s\nwant\n%s", err, got, want)
	}
}

// concurrentBuild has eight runs wait while one builds an index beside them: a wait inside the server would hold a snapshot that the build waits for.
func (w *world) concurrentBuild() {
	t := w.t
	w.write([]part{{id: "r1", off: true, up: []string{"CREATE TABLE t (x integer)", "INSERT INTO t SELECT g FROM generate_series(1, 200000) g",
		"CREATE INDEX CONCURRENTLY t_x ON t (x)", "REINDEX INDEX CONCURRENTLY t_x"}, down: []string{"DROP TABLE t"}}})
	w.fresh()
	var runs []*proc
	for range 9 {
		runs = append(runs, w.start(false, "run", "up", "head", "--lock-wait", "50s"))
	}
	for i, p := range runs {
		if code, out := p.wait(); code != 0 {
			t.Errorf("run %d: exit %d\n%s", i, code, out)
		}
	}
	if rows, err := w.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_x'::regclass"); err != nil || len(rows) != 1 || rows[0][0] != "t" {
		t.Errorf("the index: %q, %v", rows, err)
	}
}

// failurePoints has each statement of a section fail that no transaction holds. Mended, the file goes on there; with a statement edited that has
// run, or one less, it is refused by name, and nothing has changed.
func (w *world) failurePoints() {
	const at = 2
	want := w.expected(false)
	for k := range w.parts[at].up {
		w.failurePoint(at, k, want)
	}
}

func (w *world) failurePoint(at, k int, want string) {
	t := w.t
	w.fresh()
	with := func(change func(list []string) []string) {
		parts := append([]part(nil), w.parts...)
		parts[at].up = change(append([]string(nil), parts[at].up...))
		w.write(parts)
	}
	defer w.write(w.parts)
	up := func() (int, string) { return w.start(false, "run", "up", "head").wait() }
	with(func(list []string) []string { list[k] = "INSERT INTO missing VALUES (1)"; return list })
	code, out := up()
	if code != 1 || !strings.Contains(out, "missing") {
		t.Errorf("statement %d fails: exit %d\n%s", k+1, code, out)
	}
	if err := w.truth(out); err != nil {
		t.Errorf("statement %d: %v\n%s", k+1, err, out)
	}
	if k > 0 {
		before, err := w.picture()
		if err != nil {
			t.Fatal(err)
		}
		refused := func(what, said string) {
			t.Helper()
			code, out := up()
			if code != 1 || !strings.Contains(out, said) {
				t.Errorf("statement %d fails, then %s: exit %d\n%s", k+1, what, code, out)
			}
			if after, err := w.picture(); err != nil || after != before {
				t.Errorf("statement %d fails, then %s: the database has changed, %v", k+1, what, err)
			}
		}
		edited := k - 1
		with(func(list []string) []string { list[edited] = "CREATE TABLE another (x integer)"; return list })
		refused("one that ran is edited", fmt.Sprintf("statement %d reads differently now than when it ran", edited+1))
		with(func(list []string) []string { return list[:k-1] })
		refused("the file is shorter", fmt.Sprintf("statement %d, which ran already, is gone", k))
	}
	w.write(w.parts)
	if code, out := up(); code != 0 {
		t.Errorf("statement %d, mended: exit %d\n%s", k+1, code, out)
	}
	if got, err := w.picture(); err != nil || got != want {
		t.Errorf("statement %d, mended: %v, got\n%s\nwant\n%s", k+1, err, got, want)
	}
}

// firstProcess runs as the first process of a namespace, as in a container: a signal that such a process does not handle does not end it.
func (w *world) firstProcess() {
	t := w.t
	if err := exec.Command("unshare", "--fork", "--pid", "--mount-proc", "true").Run(); err != nil {
		t.Skipf("no namespaces can be made here: %v", err)
	}
	slow := "SELECT SLEEP(30)"
	switch w.kind {
	case servers.Postgres:
		slow = "SELECT pg_sleep(30)"
	case "sqlite":
		slow = "INSERT INTO t WITH RECURSIVE g (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 1000000000) SELECT n FROM g"
	}
	w.write([]part{{id: "r1", off: true, up: []string{"CREATE TABLE t (x integer)", slow, "CREATE TABLE u (x integer)"}, down: []string{"DROP TABLE t"}}})
	w.fresh()
	p := w.launch(true, exec.Command("unshare", "--fork", "--pid", "--mount-proc", "--kill-child", w.binary, "run", "up", "head"))
	for line := range p.line {
		if strings.Contains(line, `"statement_done"`) {
			break
		}
	}
	time.Sleep(200 * time.Millisecond)
	told := time.Now()
	if err := syscall.Kill(onlyChild(t, p.cmd.Process.Pid), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for range p.line {
	}
	code, out := p.wait()
	if code != 143 || time.Since(told) > 10*time.Second {
		t.Errorf("exit %d after %v\n%s", code, time.Since(told), out)
	}
	rows, err := w.query("SELECT state, statements_done, statement_begun FROM schema_revisions")
	if err != nil || len(rows) != 1 || strings.Join(rows[0], " ") != "upgrading 1 1" {
		t.Errorf("the ledger says %q, %v", rows, err)
	}
}

// onlyChild is the child of a process.
func onlyChild(t *testing.T, pid int) int {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
		if err != nil {
			t.Fatal(err)
		}
		var child int
		if _, err := fmt.Sscan(string(text), &child); err == nil {
			return child
		}
	}
	t.Fatal("the process has no child")
	return 0
}

// fullDisk runs on a file system of a megabyte: what does not fit is rolled back and told, and when there is room the run goes on.
func (w *world) fullDisk() {
	t := w.t
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("only root on Linux can mount a small file system")
	}
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("no file system can be mounted here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(small, syscall.MNT_DETACH) })
	filler := filepath.Join(small, "filler")
	if err := os.WriteFile(filler, make([]byte, 500<<10), 0o666); err != nil {
		t.Fatal(err)
	}
	big := "INSERT INTO a WITH RECURSIVE g (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 200) SELECT n, randomblob(4000) FROM g"
	for _, off := range []bool{false, true} {
		t.Run(fmt.Sprintf("off %v", off), func(t *testing.T) {
			w.write([]part{{id: "r1", up: []string{"CREATE TABLE a (id integer, x blob)"}, down: []string{"DROP TABLE a"}},
				{id: "r2", off: off, up: []string{mark("one"), big, mark("two")}, down: []string{"DELETE FROM a"}}})
			w.fresh()
			path := filepath.Join(small, fmt.Sprintf("%v.db", off))
			w.addr.Name, w.url = path, "sqlite:"+path
			if err := execOn(w.driver, w.addr, "CREATE TABLE marks (m text)"); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filler, make([]byte, 500<<10), 0o666); err != nil {
				t.Fatal(err)
			}
			code, out := w.start(false, "run", "up", "head").wait()
			if code != 1 || !strings.Contains(out, "full") || !strings.Contains(out, "make room and run again") {
				t.Errorf("exit %d\n%s", code, out)
			}
			if err := w.truth(out); err != nil {
				t.Error(err)
			}
			if rows, err := w.query("SELECT count(*) FROM a"); err != nil || rows[0][0] != "0" {
				t.Errorf("a holds %q, %v", rows, err)
			}
			if rows, err := w.query("PRAGMA integrity_check"); err != nil || rows[0][0] != "ok" {
				t.Errorf("integrity: %q, %v", rows, err)
			}
			if err := os.Truncate(filler, 0); err != nil {
				t.Fatal(err)
			}
			if code, out := w.start(false, "run", "up", "head").wait(); code != 0 {
				t.Errorf("with room: exit %d\n%s", code, out)
			}
			if rows, err := w.query("SELECT m FROM marks ORDER BY m"); err != nil || len(rows) != 2 {
				t.Errorf("marks: %q, %v", rows, err)
			}
			os.Remove(path)
		})
	}
}

// readOnly is a file system that cannot be written: it is told, and writes nothing.
func (w *world) readOnly() {
	t := w.t
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("only root on Linux can mount a file system for reading only")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("no file system can be mounted here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	path := filepath.Join(dir, "a.db")
	w.fresh()
	w.addr.Name, w.url = path, "sqlite:"+path
	if code, out := w.start(false, "run", "up", "r1").wait(); code != 0 {
		t.Fatalf("exit %d\n%s", code, out)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	code, out := w.start(false, "run", "up", "head").wait()
	if code == 0 || !strings.Contains(strings.ToLower(out), "read-only") && !strings.Contains(strings.ToLower(out), "readonly") {
		t.Errorf("exit %d\n%s", code, out)
	}
	// To look is possible.
	if code, out := w.start(false, "run", "current").wait(); code != 0 || !strings.Contains(out, "r1") {
		t.Errorf("run current: exit %d\n%s", code, out)
	}
}

// everyMessage does to the connection all that a wire can do, at every message of a run, one after the other, in both directions, and half of the
// time inside of the message. It is for the long run.
func (w *world) everyMessage() {
	for _, toClient := range []bool{false, true} {
		for _, how := range []how{cutBoth, halfClose, stall} {
			w.sweep(fault{toClient: toClient, how: how})
		}
	}
}

// sweep has a fault come at each message in turn.
func (w *world) sweep(f fault) {
	var sum tally
	want := w.expected(false)
	for at := 1; ; at++ {
		w.fresh()
		f.at, f.inside = at, at%2 == 0
		w.wire.arm(f)
		code, out := w.start(false, "run", "up", "head").wait()
		if hit := w.wire.arm(fault{}); !hit {
			break
		}
		sum.faults++
		err := w.truth(out)
		if code != 0 && code != 5 && code != 6 {
			err = fmt.Errorf("exit %d", code)
		}
		asked, story, settled := 0, "", error(nil)
		if err == nil {
			asked, story, settled = w.settle([]string{"run", "up", "head"})
		}
		got, pictured := w.picture()
		if err != nil || settled != nil || pictured != nil || got != want {
			sum.wrong++
			w.t.Errorf("%+v: %v, %v, %v\n%s\n%s\ngot\n%s\nwant\n%s", f, err, settled, pictured, out, story, got, want)
		}
		sum.asked += asked
	}
	w.t.Logf("to the client %v, %s at each of %d messages: asked %d times, wrong %d", f.toClient, f.how, sum.faults, sum.asked, sum.wrong)
}

// TestFullServer has the disk of a server fill up under a run: what it could not do it has not half done, and when there is room the run goes on.
func TestFullServer(t *testing.T) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("only root on Linux can mount a small file system")
	}
	binary := build(t)
	for _, kind := range []string{servers.Postgres, servers.MariaDB} {
		t.Run(kind, func(t *testing.T) {
			small := t.TempDir()
			if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=400m,mode=0777"); err != nil {
				t.Skipf("no file system can be mounted here: %v", err)
			}
			t.Cleanup(func() { syscall.Unmount(small, syscall.MNT_DETACH) })
			for d := filepath.Dir(small); d != "/" && d != "/tmp"; d = filepath.Dir(d) {
				os.Chmod(d, 0o755) // for the server's user
			}
			before := os.Getenv("TMPDIR")
			os.Setenv("TMPDIR", small)
			w := newWorld(t, kind, binary)
			os.Setenv("TMPDIR", before)
			big := "INSERT INTO big SELECT g, repeat('x', 1000) FROM generate_series(1, 60000) g"
			if kind == servers.MariaDB {
				big = "INSERT INTO big SELECT seq, REPEAT('x', 1000) FROM seq_1_to_60000"
			}
			w.parts = append(w.parts[:2:2], part{id: "r3", off: true, up: []string{"CREATE TABLE big (x integer, y text)", mark("r3:2"), big, count}, down: []string{"DROP TABLE big"}})
			w.write(w.parts)
			want := w.undisturbed(false)
			if err := execOn(w.driver, w.addr, "DROP TABLE big"); err != nil {
				t.Fatal(err)
			}
			w.fresh()
			if code, out := w.start(false, "run", "up", "r2").wait(); code != 0 {
				t.Fatalf("exit %d\n%s", code, out)
			}
			var fs syscall.Statfs_t
			if err := syscall.Statfs(small, &fs); err != nil {
				t.Fatal(err)
			}
			filler := filepath.Join(small, "filler")
			if err := os.WriteFile(filler, make([]byte, int64(fs.Bavail)*fs.Bsize-(8<<20)), 0o666); err != nil {
				t.Fatal(err)
			}
			code, out := w.start(false, "run", "up", "head").wait()
			t.Logf("exit %d\n%s", code, out)
			if code != 1 && code != 6 { // a server that cannot write its log ends
				t.Errorf("exit %d\n%s", code, out)
			}
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
			if _, err := w.query("SELECT 1"); err != nil { // it has ended
				if err := w.server.Kill(); err != nil {
					t.Log(err)
				}
				if err := w.server.Restart(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if code == 1 {
				if err := w.truth(out); err != nil {
					t.Error(err)
				}
			}
			if _, story, err := w.settle([]string{"run", "up", "head"}); err != nil {
				t.Errorf("with room: %v\n%s", err, story)
			}
			if got, err := w.picture(); err != nil || got != want {
				t.Errorf("%v, got\n%s\nwant\n%s", err, got, want)
			}
			if rows, err := w.query("SELECT count(*), count(DISTINCT x) FROM big"); err != nil || strings.Join(rows[0], " ") != "60000 60000" {
				t.Errorf("big holds %q, %v", rows, err)
			}
		})
	}
}
