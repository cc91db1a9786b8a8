package sqlite_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/sqlite"
)

func TestQuoting(t *testing.T) {
	c := open(t, "sqlite::memory:")
	d := sqlite.Driver{}
	for _, s := range []string{"", "a", `a"b`, "it's", `back\slash`, "ü\n\t;--", "'", `""''`} {
		want(t, c, "SELECT "+d.Literal(s)+", "+d.Ident(s+"x")+" FROM (SELECT 7 AS "+d.Ident(s+"x")+")", s+",7")
	}
	if got := d.Ident("main", `a"b`); got != `"main"."a""b"` {
		t.Errorf("got %s", got)
	}
	if d.Name() != d.Dialect().Name || d.Schemes()[0] != "sqlite" || !slices.Contains(d.Schemes(), "sqlite3") {
		t.Error("the driver's names do not fit")
	}
}

func TestSyntax(t *testing.T) {
	c := open(t, "sqlite::memory:")
	syntax := sqlite.Driver{}.Syntax()
	run(t, c, true, "CREATE TABLE t (ms integer, txt "+syntax.Text+")"+syntax.TableOptions)
	insert := "INSERT INTO t VALUES (" + syntax.NowMillis + ", " + syntax.NowText + ")"
	before := time.Now().UnixMilli()
	_, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: true, Statements: texts(insert, insert), Done: func(int) {
		for start := time.Now(); time.Since(start) < 3*time.Millisecond; {
		}
	}}})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := c.Query(context.Background(), "SELECT ms, typeof(ms), txt FROM t ORDER BY rowid")
	if err != nil {
		t.Fatal(err)
	}
	first, _ := strconv.ParseInt(rows[0][0], 10, 64)
	second, _ := strconv.ParseInt(rows[1][0], 10, 64)
	if rows[0][1] != "integer" || first < before || second < first+3 || second > time.Now().UnixMilli() {
		t.Errorf("got %v, started at %d", rows, before)
	}
	at, err := time.Parse("2006-01-02T15:04:05.000Z", rows[1][2])
	if d := at.UnixMilli() - second; err != nil || d < -1 || d > 1 {
		t.Errorf("text %s and number %d are not the same time", rows[1][2], second)
	}
}

func TestQuery(t *testing.T) {
	c := open(t, "sqlite:"+dbPath(t))
	want(t, c, "SELECT NULL, '', 1, 2.5, 'ü', CAST(x'ff00' AS TEXT), true", ",,1,2.5,ü,\xff\x00,1")
	want(t, c, "SELECT 1 WHERE false", "")
	for _, sql := range []string{"SELECT * FROM missing", "SELECT * FROM main.missing", "INSERT INTO missing VALUES (1)"} {
		if _, err := c.Query(context.Background(), sql); !errors.Is(err, drivers.ErrNoTable) {
			t.Errorf("%s: got %v", sql, err)
		}
	}
	if _, err := c.Query(context.Background(), "SELECT missing"); errors.Is(err, drivers.ErrNoTable) || err == nil {
		t.Errorf("got %v", err)
	}
}

// TestNoFileBeforeWriting: who only looks leaves nothing behind, and sees the file once somebody else has made it.
func TestNoFileBeforeWriting(t *testing.T) {
	path := dbPath(t)
	c, other, third := open(t, "sqlite:"+path+"?journal_mode=wal"), open(t, "sqlite:"+path), open(t, "sqlite:"+path)
	want(t, c, "SELECT count(*) FROM sqlite_schema", "0")
	if _, err := c.Query(context.Background(), "SELECT * FROM ledger"); !errors.Is(err, drivers.ErrNoTable) {
		t.Errorf("got %v", err)
	}
	if names := leftovers(t, filepath.Join(filepath.Dir(path), "x")); names != nil {
		t.Fatalf("reading left %v", names)
	}
	run(t, other, true, "CREATE TABLE ledger (a)", "INSERT INTO ledger VALUES (1)")
	want(t, c, "SELECT a FROM ledger", "1")
	want(t, c, "PRAGMA journal_mode", "delete") // reading does not change the file to what the URL says
	run(t, third, true, "INSERT INTO ledger VALUES (2)")
	run(t, c, true, "INSERT INTO ledger VALUES (3)")
	want(t, c, "PRAGMA journal_mode", "wal")
	want(t, other, "SELECT group_concat(a) FROM ledger", "1,2,3")

	path = dbPath(t)
	c = open(t, "sqlite:"+path)
	query(t, c, "CREATE TABLE t (a)")
	want(t, open(t, "sqlite:"+path), "SELECT count(*) FROM t", "0")
}

func TestMemory(t *testing.T) {
	c := open(t, "sqlite::memory:?foreign_keys=on&journal_mode=wal")
	want(t, c, "PRAGMA foreign_keys", "1")
	run(t, c, true, "CREATE TABLE t (a)")
	run(t, c, true, "INSERT INTO t VALUES (1)")
	want(t, c, "SELECT a FROM t", "1")
	if f := c.Facts(); f.Database != ":memory:" || f.Product != "SQLite" || f.Schema != "main" || !f.TransactionalDDL || !strings.HasPrefix(f.Version, "3.") {
		t.Errorf("got %+v", f)
	}
	if _, err := os.Stat(":memory:"); err == nil {
		t.Error("made a file of that name")
	}
}

func TestParameters(t *testing.T) {
	path := dbPath(t)
	c := open(t, "sqlite3://"+path+"?foreign_keys=ON&synchronous=extra&journal_mode=truncate")
	run(t, c, true, "CREATE TABLE t (a)")
	want(t, c, "PRAGMA foreign_keys", "1")
	want(t, c, "PRAGMA synchronous", "3")
	want(t, c, "PRAGMA journal_mode", "truncate")
	run(t, c, false, "PRAGMA synchronous = OFF") // the session is opened anew behind it
	want(t, c, "PRAGMA synchronous", "3")
	want(t, c, "PRAGMA journal_mode", "truncate")
	want(t, open(t, "sqlite:"+path), "PRAGMA foreign_keys", "0")
	for parameter, part := range map[string]string{
		"foreign_key=on": "known are busy_timeout, foreign_keys, journal_mode, mode, synchronous", "foreign_keys=maybe": "on, off",
		"journal_mode=": "wal", "mode=memory": "ro, rw, rwc", "busy_timeout=soon": "10s", "busy_timeout=-1s": "10s", "synchronous=2": "full",
	} {
		if _, err := (sqlite.Driver{}).Parse("sqlite:" + path + "?" + parameter); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: got %v", parameter, err)
		}
		key, value, _ := strings.Cut(parameter, "=")
		_, err := sqlite.Driver{}.Open(context.Background(), drivers.Address{Scheme: "sqlite", Name: path, Params: map[string]string{key: value}}, drivers.Options{})
		if ce := (*drivers.ConnectError)(nil); !errors.As(err, &ce) {
			t.Errorf("%s: got %v", parameter, err)
		}
	}
	for _, good := range []string{"busy_timeout=0", "busy_timeout=250", "busy_timeout=1m", "mode=rw", ""} {
		open(t, "sqlite:"+path+"?"+good)
	}
}

func TestReadOnly(t *testing.T) {
	path := dbPath(t)
	if _, err := tryOpen("sqlite:" + path + "?mode=ro"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	run(t, open(t, "sqlite:"+path), true, "CREATE TABLE t (a)")
	c := open(t, "sqlite:"+path+"?mode=ro&journal_mode=wal")
	want(t, c, "SELECT count(*) FROM t", "0")
	_, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: true, Statements: texts("SELECT 1", "INSERT INTO t VALUES (1)")}})
	if e := asError(t, err); e.Code != "SQLITE_READONLY" || !strings.Contains(e.Hint, "mode=") {
		t.Errorf("got %+v", e)
	}
}

func TestPathTrouble(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database at all\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, part := range map[string]string{
		dir:                                   "is a folder",
		filepath.Join(dir, "no", "such.db"):   "the folder " + filepath.Join(dir, "no") + " does not exist",
		filepath.Join(text, "x.db"):           "is no folder",
		filepath.Join(text, "deeper", "x.db"): "is no folder",
		text:                                  "is no SQLite database",
	} {
		_, err := tryOpen("sqlite:" + path)
		var ce *drivers.ConnectError
		if !errors.As(err, &ce) || !strings.Contains(ce.Msg, part) || strings.Contains(ce.Msg, "\n") || ce.Target != "sqlite:"+path {
			t.Errorf("%s: got %v, want one with %q", path, err, part)
		}
		if errors.Is(err, drivers.ErrUnavailable) {
			t.Errorf("%s: says that another try may help", path)
		}
	}
	if names := leftovers(t, text); names != nil {
		t.Errorf("left behind: %v", names)
	}
}

func TestNoPermission(t *testing.T) {
	if asNobody(t) { // root may do everything
		return
	}
	path := dbPath(t)
	run(t, open(t, "sqlite:"+path), true, "CREATE TABLE t (a)")
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	_, err := tryOpen("sqlite:" + path)
	if ce := (*drivers.ConnectError)(nil); !errors.As(err, &ce) || !strings.Contains(ce.Msg, "permission denied") || ce.Hint == "" {
		t.Errorf("file: got %v", err)
	}
	if err := os.Chmod(filepath.Dir(path), 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Dir(path), 0o700)
	c := open(t, "sqlite:"+filepath.Join(filepath.Dir(path), "new.db"))
	_, err = c.Exec(context.Background(), []drivers.Batch{{Atomic: true, Statements: texts("CREATE TABLE t (a)")}})
	if ce := (*drivers.ConnectError)(nil); !errors.As(err, &ce) || !strings.Contains(ce.Msg, "cannot be created") {
		t.Errorf("folder: got %v", err)
	}
	if err := c.TryLock(context.Background(), "k", ""); err == nil || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("lock: got %v", err)
	}
	want(t, c, "SELECT 1", "1")
}

func TestOpenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	path := dbPath(t)
	run(t, open(t, "sqlite:"+path), true, "CREATE TABLE t (a)")
	_, err := sqlite.Driver{}.Open(ctx, drivers.Address{Scheme: "sqlite", Name: path}, drivers.Options{})
	if ce := (*drivers.ConnectError)(nil); !errors.As(err, &ce) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestUnavailable(t *testing.T) {
	path := dbPath(t)
	c := open(t, "sqlite:"+path)
	run(t, c, true, "CREATE TABLE t (a)")
	_, err := c.Exec(context.Background(), []drivers.Batch{{Statements: texts("BEGIN EXCLUSIVE", "COMMIT"), Done: func(i int) {
		if i != 0 {
			return
		}
		if _, err := tryOpen("sqlite:" + path + "?busy_timeout=10ms"); !errors.Is(err, drivers.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
	}}})
	if err != nil {
		t.Error(err)
	}
}

func TestClose(t *testing.T) {
	ctx := context.Background()
	path := dbPath(t)
	c := open(t, "sqlite:"+path+"?journal_mode=wal")
	run(t, c, true, "CREATE TABLE t (a)")
	if len(leftovers(t, path)) != 2 {
		t.Errorf("no -wal and -shm while open: %v", leftovers(t, path))
	}
	for range 2 {
		if err := c.Close(ctx); err != nil {
			t.Error(err)
		}
	}
	if names := leftovers(t, path); names != nil {
		t.Errorf("left behind: %v", names)
	}
	if _, err := c.Query(ctx, "SELECT 1"); !errors.Is(err, drivers.ErrLost) {
		t.Errorf("query: got %v", err)
	}
	if _, err := c.Exec(ctx, []drivers.Batch{{Statements: texts("SELECT 1")}}); !errors.Is(err, drivers.ErrLost) {
		t.Errorf("exec: got %v", err)
	}
	if err := c.TryLock(ctx, "k", ""); !errors.Is(err, drivers.ErrLost) {
		t.Errorf("lock: got %v", err)
	}
}

// TestFileRemoved: a session that has to be opened anew must not make an empty database in place of one that was removed.
func TestFileRemoved(t *testing.T) {
	path := dbPath(t)
	c := open(t, "sqlite:"+path)
	run(t, c, true, "CREATE TABLE t (a)")
	p, err := c.Exec(context.Background(), []drivers.Batch{{Statements: texts("PRAGMA recursive_triggers = ON"), Committed: func() { os.Remove(path) }}})
	if !errors.Is(err, drivers.ErrLost) || p != (drivers.Progress{Batches: 1}) {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file is there again")
	}
}
