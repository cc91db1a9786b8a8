package runner_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"revise/chain"
	"revise/drivers"
	"revise/drivers/all"
	"revise/parser"
	"revise/runner"
)

// inserts are statements that fill table a with the numbers from 1, each as long as it is wanted.
func inserts(n, size int) string {
	var b strings.Builder
	for i := range n {
		text := fmt.Sprintf("INSERT INTO a VALUES (%d)", i+1)
		fmt.Fprintf(&b, "%s /*%s*/;\n", text, strings.Repeat("x", max(size-len(text)-6, 0)))
	}
	return b.String()
}

// TestManyPieces runs sections that the driver gets in many pieces: by the number of the statements, and by their size.
func TestManyPieces(t *testing.T) {
	for _, c := range []struct {
		name    string
		n, size int
	}{{"many", 300, 0}, {"long", 10, 100 << 10}, {"longer than a piece", 5, 600 << 10}, {"one", 1, 300 << 10}} {
		for _, kind := range []struct {
			name string
			rev  func(id, revises, up, down string) string
		}{{"atomic", rev}, {"journalled", off}} {
			t.Run(c.name+" "+kind.name, func(t *testing.T) {
				h := newHouse(t, map[string]string{
					"a1": rev("a1", "", "CREATE TABLE a (x integer PRIMARY KEY);", "DROP TABLE a;"),
					"b2": kind.rev("b2", "a1", inserts(c.n, c.size), "DELETE FROM a;"),
				})
				if err := h.up("head"); err != nil {
					t.Fatal(err)
				}
				if got, want := h.query("SELECT count(*), max(x) FROM a"), fmt.Sprintf("%d|%d", c.n, c.n); got != want {
					t.Errorf("in the table: %s, want %s", got, want)
				}
				if got, want := h.ledger(), fmt.Sprintf("a1|applied|1|1|1 b2|applied|%[1]d|%[1]d|%[1]d", c.n); got != want {
					t.Errorf("ledger: %s, want %s", got, want)
				}
				want := 2 + c.n // with "start" and "done"
				if got := len(h.events) - 4; got != want {
					t.Errorf("%d events, want %d", got, want)
				}
			})
		}
	}
}

// TestFailureInALatePiece fails far behind the first piece, and goes on there when it is mended.
func TestFailureInALatePiece(t *testing.T) {
	const n, bad = 320, 290 // the statement with number bad fails
	good := inserts(n, 400)
	wrong := strings.Replace(good, fmt.Sprintf("VALUES (%d)", bad), fmt.Sprintf("VALEUS (%d)", bad), 1)
	for _, atomic := range []bool{true, false} {
		write := off
		done, table := bad-1, bad-1
		if atomic {
			write, done, table = rev, 0, 0
		}
		h := newHouse(t, map[string]string{
			"a1": rev("a1", "", "CREATE TABLE a (x integer PRIMARY KEY);", "DROP TABLE a;"), "b2": write("b2", "a1", wrong, "DELETE FROM a;"),
		})
		var failed *runner.StatementError
		if err := h.up("head"); !errors.As(err, &failed) {
			t.Fatalf("got %v", err)
		}
		if failed.Index != bad-1 || failed.Applied != done || failed.InDoubt != -1 || failed.Phase != runner.InStatement {
			t.Errorf("atomic %v: index %d, applied %d, in doubt %d, phase %d", atomic, failed.Index, failed.Applied, failed.InDoubt, failed.Phase)
		}
		header := strings.Count(h.files["b2"][:strings.Index(h.files["b2"], "INSERT")], "\n")
		if got, want := failed.At().String(), fmt.Sprintf("versions/b2.sql:%d:15", header+bad); got != want {
			t.Errorf("atomic %v: at %s, want %s", atomic, got, want)
		}
		if got, want := h.query("SELECT count(*) FROM a"), fmt.Sprint(table); got != want {
			t.Errorf("atomic %v: %s rows, want %s", atomic, got, want)
		}
		h.files["b2"] = write("b2", "a1", good, "DELETE FROM a;")
		if err := h.up("head"); err != nil {
			t.Fatal(err)
		}
		if got, want := h.query("SELECT count(*) FROM a"), fmt.Sprint(n); got != want {
			t.Errorf("atomic %v, mended: %s rows, want %s", atomic, got, want)
		}
	}
}

// A changing conn lets something happen to the files when the plan is made and its first statements are about to run.
type changing struct {
	drivers.Conn
	when func()
}

func (c *changing) Exec(ctx context.Context, batches []drivers.Batch) (drivers.Progress, error) {
	for i := range batches {
		if batches[i].More != nil {
			c.when()
		}
	}
	return c.Conn.Exec(ctx, batches)
}

// TestFileChangedWhileItRuns changes a large file behind the plan's back.
func TestFileChangedWhileItRuns(t *testing.T) {
	const n = 150
	text := inserts(n, 1000)
	for _, c := range []struct {
		name   string
		change func(f *fstest.MapFile)
		atomic bool
		rows   string
		phase  runner.Phase
	}{
		{"longer", func(f *fstest.MapFile) { f.Data = append(f.Data, "-- more\n"...) }, true, "0", runner.InFile},
		{"at another time", func(f *fstest.MapFile) { f.ModTime = f.ModTime.Add(time.Second) }, true, "0", runner.InFile},
		{"not to be seen from outside", func(f *fstest.MapFile) {
			f.Data = []byte(strings.Replace(string(f.Data), "(149)", "(148.5)", 1))
			f.Data = append(f.Data[:len(f.Data)-3], '\n')
		}, true, "0", runner.InFile},
		{"other text of the same size", func(f *fstest.MapFile) {
			f.Data = []byte(strings.Replace(string(f.Data), "(149)", "(999)", 1))
		}, true, "0", runner.InFile},
		{"journalled", func(f *fstest.MapFile) { f.ModTime = f.ModTime.Add(time.Second) }, false, "0", runner.InFile},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, nil)
			write := off
			if c.atomic {
				write = rev
			}
			file := &fstest.MapFile{Data: []byte(write("b2", "a1", text, "DELETE FROM a;")), ModTime: time.Unix(1_700_000_000, 0)}
			h.fsys = fstest.MapFS{"a1.sql": {Data: []byte(rev("a1", "", "CREATE TABLE a (x);", "DROP TABLE a;"))}, "b2.sql": file}
			if err := h.up("a1"); err != nil {
				t.Fatal(err)
			}
			h.wrap = func(conn drivers.Conn) drivers.Conn {
				return &changing{conn, func() { c.change(file); c.change = func(*fstest.MapFile) {} }}
			}
			err := h.up("head")
			var failed *runner.StatementError
			var changed *runner.FileError
			if !errors.As(err, &failed) || !errors.As(err, &changed) {
				t.Fatalf("got %v", err)
			}
			if failed.Phase != c.phase || failed.Applied != 0 || failed.InDoubt != -1 {
				t.Errorf("phase %d, applied %d, in doubt %d", failed.Phase, failed.Applied, failed.InDoubt)
			}
			if got := h.query("SELECT count(*) FROM a"); got != c.rows {
				t.Errorf("%s rows, want %s", got, c.rows)
			}
			h.wrap = func(conn drivers.Conn) drivers.Conn { return conn }
			file.Data = []byte(write("b2", "a1", text, "DELETE FROM a;"))
			if err := h.up("head"); err != nil {
				t.Fatalf("the next run: %v", err)
			}
			if got := h.query("SELECT count(*) FROM a"); got != fmt.Sprint(n) {
				t.Errorf("%s rows after the next run, want %d", got, n)
			}
		})
	}
}

// A movingFS is files of which one can be changed while others read them.
type movingFS struct {
	mu    sync.Mutex
	files fstest.MapFS
}

func (m *movingFS) Open(name string) (fs.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.files.Open(name)
}

// touch makes a file a second younger.
func (m *movingFS) touch(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	file := *m.files[name]
	file.ModTime = file.ModTime.Add(time.Second)
	m.files[name] = &file
}

// TestFileChangedHalfway changes a file when some of it is through: what ran is known, and does not run again. It is long enough for its end not to have been read
// ahead by then.
func TestFileChangedHalfway(t *testing.T) {
	const n = 200
	text := inserts(n, 20<<10)
	for calls := 1; calls <= 6; calls++ {
		h := newHouse(t, nil)
		file := &fstest.MapFile{Data: []byte(off("b2", "a1", text, "DELETE FROM a;")), ModTime: time.Unix(1_700_000_000, 0)}
		files := &movingFS{files: fstest.MapFS{"a1.sql": {Data: []byte(rev("a1", "", "CREATE TABLE a (x);", "DROP TABLE a;"))}, "b2.sql": file}}
		h.fsys = files
		if err := h.up("a1"); err != nil {
			t.Fatal(err)
		}
		h.wrap = func(conn drivers.Conn) drivers.Conn {
			return &later{conn, calls, func() { files.touch("b2.sql") }}
		}
		var failed *runner.StatementError
		if err := h.up("head"); !errors.As(err, &failed) || failed.Phase != runner.InFile || failed.InDoubt != -1 {
			t.Fatalf("changed at call %d: got %v", calls, err)
		}
		if got, want := h.query("SELECT count(*) FROM a"), fmt.Sprint(failed.Applied); got != want {
			t.Errorf("changed at call %d: %s rows, and %s statements are said to be done", calls, got, want)
		}
		h.wrap = func(conn drivers.Conn) drivers.Conn { return conn }
		if err := h.up("head"); err != nil {
			t.Fatal(err)
		}
		if got, want := h.query("SELECT count(*), max(x) FROM a"), fmt.Sprintf("%d|%d", n, n); got != want {
			t.Errorf("changed at call %d, run again: %s, want %s", calls, got, want)
		}
	}
}

// A later conn lets something happen when a driver asks for more the nth time.
type later struct {
	drivers.Conn
	calls int
	when  func()
}

func (l *later) Exec(ctx context.Context, batches []drivers.Batch) (drivers.Progress, error) {
	for i := range batches {
		if more := batches[i].More; more != nil {
			batches[i].More = func() ([]drivers.Statement, error) {
				if l.calls--; l.calls == 0 {
					l.when()
				}
				return more()
			}
		}
	}
	return l.Conn.Exec(ctx, batches)
}

// A closed file system can be read once.
type closing struct {
	fs.FS
	shut bool
}

func (c *closing) Open(name string) (fs.File, error) {
	if c.shut && strings.HasSuffix(name, ".sql") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return c.FS.Open(name)
}

// TestLargeFilesAreNotHeld reads a large file when it is asked for and no sooner, and says which it is when it cannot be read.
func TestLargeFilesAreNotHeld(t *testing.T) {
	files := fstest.MapFS{
		"a1.sql": {Data: []byte(rev("a1", "", "SELECT 1;", ""))},
		"b2.sql": {Data: []byte(rev("b2", "a1", inserts(3000, 100), ""))},
	}
	c := &closing{FS: files}
	links, err := runner.Load(c, "versions", all.Drivers().Dialects())
	if err != nil {
		t.Fatal(err)
	}
	driver, err := all.Drivers().ByScheme("sqlite")
	if err != nil {
		t.Fatal(err)
	}
	split := func(id string) (n int, err error) {
		s := links.Get(id).Section(parser.Upgrade, "sqlite").Splitter(driver.Dialect())
		for {
			_, ok, err := s.Next()
			if err != nil || !ok {
				return n, err
			}
			n++
		}
	}
	for id, want := range map[string]int{"a1": 1, "b2": 3000} {
		if n, err := split(id); err != nil || n != want {
			t.Errorf("%s: %d statements, %v", id, n, err)
		}
	}
	c.shut = true
	if _, err := split("a1"); err != nil {
		t.Errorf("a small file is not held: %v", err)
	}
	var fileErr *runner.FileError
	if _, err := split("b2"); !errors.As(err, &fileErr) || err.Error() != "versions/b2.sql: permission denied" && err.Error() != "versions/b2.sql: permission does not exist" {
		t.Errorf("a large file that cannot be read: %v", err)
	}
}

// A plain file offers nothing but Read.
type plain struct{ fs.FS }

type plainFile struct{ f fs.File }

func (p plainFile) Stat() (fs.FileInfo, error) { return p.f.Stat() }
func (p plainFile) Read(b []byte) (int, error) { return p.f.Read(b) }
func (p plainFile) Close() error               { return p.f.Close() }

func (p plain) Open(name string) (fs.File, error) {
	f, err := p.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	return plainFile{f}, nil
}

// TestAnyFileSystem runs a large file from one whose files can only be read from front to back.
func TestAnyFileSystem(t *testing.T) {
	h := newHouse(t, nil)
	h.fsys = plain{fstest.MapFS{
		"a1.sql": {Data: []byte(rev("a1", "", "CREATE TABLE a (x);", "DROP TABLE a;"))},
		"b2.sql": {Data: []byte(rev("b2", "a1", inserts(8000, 100), "DELETE FROM a;"))},
	}}
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	if got := h.query("SELECT count(*) FROM a"); got != "8000" {
		t.Errorf("%s rows", got)
	}
	if err := h.with(func(r *runner.Runner, _ drivers.Conn) error {
		p, err := r.Plan(context.Background(), chain.Down, "1")
		if err == nil && p.Steps[0].Total != 1 {
			t.Errorf("the way down has %d statements", p.Steps[0].Total)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestMistakesOfAllFiles wants those of every file in one list, in the order of the files, whichever is read first.
func TestMistakesOfAllFiles(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 500 {
		text := rev(fmt.Sprintf("r%03d", i), "", "", "")
		if i%3 == 0 {
			text = strings.Replace(text, "-- +upgrade", "-- +upgrad", 1)
		}
		files[fmt.Sprintf("r%03d.sql", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	revs, err := runner.ParseAll(files, "versions", all.Drivers().Dialects())
	var list parser.ErrorList
	if !errors.As(err, &list) || len(list) != 167 {
		t.Fatalf("got %d mistakes, want 167: %v", len(list), err)
	}
	for i, e := range list {
		if want := fmt.Sprintf("versions/r%03d.sql", 3*i); e.Pos.File != want {
			t.Fatalf("mistake %d is in %s, want %s", i, e.Pos.File, want)
		}
	}
	if len(revs) != 333 || revs[0].ID.Name != "r001" || revs[332].ID.Name != "r499" {
		t.Errorf("%d revisions without mistakes, want 333 in the order of the files", len(revs))
	}
}
