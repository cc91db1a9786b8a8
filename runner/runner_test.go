package runner_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"revise/chain"
	"revise/drivers"
	"revise/drivers/all"
	"revise/parser"
	"revise/runner"
)

// A house is a SQLite database with a chain and a runner on it.
type house struct {
	t      *testing.T
	path   string
	files  map[string]string // id → file text
	fsys   fs.FS             // instead of files, if not nil
	events []string
	wrap   func(drivers.Conn) drivers.Conn
	opt    runner.Options
}

func newHouse(t *testing.T, files map[string]string) *house {
	return &house{t: t, path: filepath.Join(t.TempDir(), "a.db"), files: files, wrap: func(c drivers.Conn) drivers.Conn { return c }}
}

// rev writes a revision file with an upgrade and a downgrade.
func rev(id, revises, up, down string) string {
	return fmt.Sprintf("-- revision: %s\n-- revises: %s\n-- message: make %s\n-- +upgrade\n%s\n-- +downgrade\n%s\n", id, revises, id, up, down)
}

func (h *house) load() *chain.Chain {
	h.t.Helper()
	fsys := fstest.MapFS{}
	for id, text := range h.files {
		fsys[id+".sql"] = &fstest.MapFile{Data: []byte(text)}
	}
	var files fs.FS = fsys
	if h.fsys != nil {
		files = h.fsys
	}
	c, err := runner.Load(files, "versions", all.Drivers().Dialects())
	if err != nil {
		h.t.Fatalf("Load: %v", err)
	}
	return c
}

// with opens a session, makes a runner on it and hands both to f.
func (h *house) with(f func(r *runner.Runner, conn drivers.Conn) error) error {
	h.t.Helper()
	ctx := context.Background()
	driver, err := all.Drivers().ByScheme("sqlite")
	if err != nil {
		h.t.Fatal(err)
	}
	var r *runner.Runner
	conn, err := driver.Open(ctx, drivers.Address{Scheme: "sqlite", Name: h.path, File: true}, drivers.Options{})
	if err != nil {
		h.t.Fatal(err)
	}
	defer conn.Close(ctx)
	opt := h.opt
	opt.Events = func(e runner.Event) { h.events = append(h.events, word(e)) }
	opt.Who = runner.Who{OSUser: "me", Host: "here", Tool: "test"}
	r, err = runner.New(driver, h.wrap(conn), h.load(), opt)
	if err != nil {
		h.t.Fatal(err)
	}
	return f(r, conn)
}

func (h *house) up(target string) error {
	h.t.Helper()
	return h.with(func(r *runner.Runner, _ drivers.Conn) error {
		_, err := r.Up(context.Background(), target)
		return err
	})
}

func (h *house) down(target string) error {
	h.t.Helper()
	return h.with(func(r *runner.Runner, _ drivers.Conn) error {
		_, err := r.Down(context.Background(), target)
		return err
	})
}

// query gives the rows of a query, "a|b c|d".
func (h *house) query(sql string) string {
	h.t.Helper()
	var out []string
	err := h.with(func(_ *runner.Runner, conn drivers.Conn) error {
		rows, err := conn.Query(context.Background(), sql)
		for _, r := range rows {
			out = append(out, strings.Join(r, "|"))
		}
		return err
	})
	if err != nil && !errors.Is(err, drivers.ErrNoTable) {
		h.t.Fatalf("%s: %v", sql, err)
	}
	return strings.Join(out, " ")
}

func (h *house) tables() string {
	h.t.Helper()
	return h.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'schema_revisions%' ORDER BY name")
}

func (h *house) ledger() string {
	h.t.Helper()
	return h.query("SELECT revision, state, statements_done, statement_begun, statements_total FROM schema_revisions ORDER BY revision")
}

// word is an event in one word for comparison.
func word(e runner.Event) string {
	switch e := e.(type) {
	case runner.Planned:
		return fmt.Sprintf("planned:%d", len(e.Plan.Steps))
	case runner.StepStarted:
		return fmt.Sprintf("start:%s:%d/%d", e.Step.Revision.ID.Name, e.Number, e.Of)
	case runner.StatementDone:
		return fmt.Sprintf("stmt:%d", e.Index+1)
	case runner.StepDone:
		return "done:" + e.Step.Revision.ID.Name
	case runner.StepFailed:
		return "failed:" + e.Step.Revision.ID.Name
	}
	return fmt.Sprintf("%T", e)
}

func three() map[string]string {
	return map[string]string{
		"a1": rev("a1", "", "CREATE TABLE a (x); CREATE TABLE a2 (x);", "DROP TABLE a2; DROP TABLE a;"),
		"b2": rev("b2", "a1", "CREATE TABLE b (x);", "DROP TABLE b;"),
		"c3": rev("c3", "b2", "CREATE TABLE c (x);\nINSERT INTO c VALUES (1);\n", "DROP TABLE c;"),
	}
}

func TestUpAndDown(t *testing.T) {
	h := newHouse(t, three())
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	want := "planned:3 start:a1:1/3 stmt:1 stmt:2 done:a1 start:b2:2/3 stmt:1 done:b2 start:c3:3/3 stmt:1 stmt:2 done:c3"
	if got := strings.Join(h.events, " "); got != want {
		t.Errorf("events:\ngot  %s\nwant %s", got, want)
	}
	if got, want := h.tables(), "a a2 b c"; got != want {
		t.Errorf("tables: got %s, want %s", got, want)
	}
	if got, want := h.ledger(), "a1|applied|2|2|2 b2|applied|1|1|1 c3|applied|2|2|2"; got != want {
		t.Errorf("ledger: got %s, want %s", got, want)
	}

	h.events = nil
	if err := h.up("head"); err != nil || len(h.events) != 0 {
		t.Errorf("the second time: %v, events %v", err, h.events)
	}
	if err := h.down("1"); err != nil {
		t.Fatal(err)
	}
	if got, want := h.tables(), "a a2 b"; got != want {
		t.Errorf("tables after down 1: got %s, want %s", got, want)
	}
	if err := h.down("base"); err != nil {
		t.Fatal(err)
	}
	if got := h.tables() + h.ledger(); got != "" {
		t.Errorf("left after down base: %s", got)
	}
	if err := h.up("+2"); err != nil {
		t.Fatal(err)
	}
	if got, want := h.tables(), "a a2 b"; got != want {
		t.Errorf("tables after up +2: got %s, want %s", got, want)
	}
	log := h.query("SELECT action, revision FROM schema_revisions_log ORDER BY id")
	want = "upgrade|a1 upgrade|b2 upgrade|c3 downgrade|c3 downgrade|b2 downgrade|a1 upgrade|a1 upgrade|b2"
	if log != want {
		t.Errorf("log:\ngot  %s\nwant %s", log, want)
	}
	who := h.query("SELECT DISTINCT os_user, host, tool FROM schema_revisions")
	if who != "me|here|test" {
		t.Errorf("who: %s", who)
	}
	at := h.query("SELECT applied_at FROM schema_revisions LIMIT 1")
	if when, err := time.Parse("2006-01-02T15:04:05.000Z", at); err != nil || time.Since(when).Abs() > time.Minute {
		t.Errorf("applied at %s: %v", at, err)
	}
}

func TestFailureInATransaction(t *testing.T) {
	files := three()
	files["b2"] = rev("b2", "a1", "CREATE TABLE b (x);\n  INSERT INTO nope VALUES (1);\nCREATE TABLE b3 (x);", "DROP TABLE b;")
	h := newHouse(t, files)
	err := h.up("head")
	var failed *runner.StatementError
	if !errors.As(err, &failed) {
		t.Fatalf("got %v, want a StatementError", err)
	}
	if failed.Index != 1 || failed.Before != 1 || failed.Applied != 0 || failed.InDoubt != -1 || failed.Unknown || failed.Phase != runner.InStatement {
		t.Errorf("got %+v", failed)
	}
	if got, want := failed.Statement.Pos.String(), "versions/b2.sql:6:3"; got != want {
		t.Errorf("at %s, want %s", got, want)
	}
	if got, want := h.tables(), "a a2"; got != want {
		t.Errorf("tables: got %s, want %s", got, want)
	}
	if got, want := h.ledger(), "a1|applied|2|2|2"; got != want {
		t.Errorf("ledger: got %s, want %s", got, want)
	}
	if got := h.query("SELECT action, revision FROM schema_revisions_log ORDER BY id"); got != "upgrade|a1 failure|b2" {
		t.Errorf("log: %s", got)
	}
	h.files["b2"] = three()["b2"]
	if err := h.up("head"); err != nil {
		t.Fatalf("mended: %v", err)
	}
	if got, want := h.tables(), "a a2 b c"; got != want {
		t.Errorf("tables: got %s, want %s", got, want)
	}
}

// off is a revision that runs without a transaction, so that its statements are journalled.
func off(id, revises, up, down string) string {
	return strings.Replace(rev(id, revises, up, down), "-- +upgrade", "-- transaction: off\n-- +upgrade", 1)
}

func TestFailureWithoutATransaction(t *testing.T) {
	bad := "CREATE TABLE b1 (x);\nCREATE TABLE b2 (x);\nCREATE TABLE b2 (y);\nCREATE TABLE b4 (x);"
	good := strings.Replace(bad, "b2 (y)", "b3 (y)", 1)
	h := newHouse(t, map[string]string{"a1": rev("a1", "", "CREATE TABLE a (x);", "DROP TABLE a;"), "b2": off("b2", "a1", bad, "DROP TABLE b4;DROP TABLE b3;DROP TABLE b2;DROP TABLE b1;")})
	var failed *runner.StatementError
	if err := h.up("head"); !errors.As(err, &failed) {
		t.Fatalf("got %v", err)
	}
	if failed.Index != 2 || failed.Applied != 2 || failed.InDoubt != -1 || failed.Step.Atomic {
		t.Errorf("got index %d, applied %d, in doubt %d", failed.Index, failed.Applied, failed.InDoubt)
	}
	if got, want := h.ledger(), "a1|applied|1|1|1 b2|upgrading|2|2|4"; got != want {
		t.Errorf("ledger: got %s, want %s", got, want)
	}
	// Nothing else goes on while it stands half-way.
	var half *runner.HalfwayError
	if err := h.down("1"); !errors.As(err, &half) {
		t.Errorf("down while half-way: %v", err)
	}
	// A changed prefix is refused, also when the file has become shorter than what ran.
	for _, changed := range []string{strings.Replace(good, "b1 (x)", "b1 (z)", 1), "CREATE TABLE b1 (x);"} {
		h.files["b2"] = off("b2", "a1", changed, "")
		var prefix *runner.PrefixError
		if err := h.up("head"); !errors.As(err, &prefix) {
			t.Errorf("changed prefix %q: %v", changed, err)
		}
	}
	// The mended file goes on behind what is done; comments in the prefix do not matter.
	h.files["b2"] = off("b2", "a1", "-- mended\n"+good, "DROP TABLE b4;DROP TABLE b3;DROP TABLE b2;DROP TABLE b1;")
	h.events = nil
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(h.events, " "), "planned:1 start:b2:1/1 stmt:3 stmt:4 done:b2"; got != want {
		t.Errorf("events: got %s, want %s", got, want)
	}
	if got, want := h.ledger(), "a1|applied|1|1|1 b2|applied|4|4|4"; got != want {
		t.Errorf("ledger: got %s, want %s", got, want)
	}
	if err := h.down("base"); err != nil {
		t.Fatal(err)
	}
	if got := h.tables(); got != "" {
		t.Errorf("tables: %s", got)
	}
}

// A dying conn loses its session at one of the statements of an Exec: before it runs, or right after.
type dying struct {
	drivers.Conn
	at    int // counts the statements of all batches
	after bool
	dead  bool
}

func (d *dying) Exec(ctx context.Context, batches []drivers.Batch) (drivers.Progress, error) {
	if d.dead {
		return drivers.Progress{}, drivers.ErrLost
	}
	batches = unfold(batches)
	n := 0
	for i, b := range batches {
		for j := range len(b.Statements) + len(b.Tail) {
			if n++; n != d.at {
				continue
			}
			d.dead = true
			until := j
			if d.after {
				until++
			}
			if _, err := d.Conn.Exec(ctx, cut(batches, i, until, j)); err != nil {
				panic(err)
			}
			return drivers.Progress{Batches: i, Statements: j}, fmt.Errorf("%w: %w", drivers.ErrUnknown, drivers.ErrLost)
		}
	}
	d.at -= n
	return d.Conn.Exec(ctx, batches)
}

// unfold reads all that batches give piece by piece, so that they can be counted and cut.
func unfold(batches []drivers.Batch) []drivers.Batch {
	batches = slices.Clone(batches)
	for i := range batches {
		b := &batches[i]
		for b.More != nil {
			list, err := b.More()
			if err != nil {
				panic(err)
			}
			if b.Statements = slices.Concat(b.Statements, list); len(list) == 0 {
				b.More = nil
			}
		}
	}
	return batches
}

// cut is the batches up to a statement of batch i, of which no more than seen are told to be done. An atomic one dies with its transaction.
func cut(batches []drivers.Batch, i, until, seen int) []drivers.Batch {
	batches = slices.Clone(batches[:i+1])
	b := &batches[i]
	if b.Atomic {
		return batches[:i]
	}
	b.Tail = b.Tail[:max(until-len(b.Statements), 0)]
	b.Statements = b.Statements[:min(until, len(b.Statements))]
	b.Committed = nil
	if done := b.Done; done != nil {
		b.Done = func(n int) {
			if n < seen {
				done(n)
			}
		}
	}
	return batches
}

func (d *dying) Query(ctx context.Context, sql string) ([][]string, error) {
	if d.dead {
		return nil, drivers.ErrLost
	}
	return d.Conn.Query(ctx, sql)
}

func (d *dying) Unlock(ctx context.Context, key string) error {
	if d.dead {
		_ = d.Conn.Unlock(ctx, key)
		return drivers.ErrLost
	}
	return d.Conn.Unlock(ctx, key)
}

// TestDeathAtEveryStatement kills the session at every statement that a run sends, and runs again until it is through: the schema is that of
// an undisturbed run. What shares a transaction with its entry is never in doubt; VACUUM INTO bears no transaction, and is settled with what a look at
// its file says.
func TestDeathAtEveryStatement(t *testing.T) {
	file := filepath.Join(t.TempDir(), "copy.db")
	files := map[string]string{
		"a1": rev("a1", "", "CREATE TABLE a (x);", "DROP TABLE a;"),
		"b2": off("b2", "a1", "CREATE TABLE b1 (x); VACUUM INTO '"+file+"'; INSERT INTO b1 VALUES (1); CREATE TABLE b3 (x);", "DROP TABLE b3; DROP TABLE b1;"),
		"c3": rev("c3", "b2", "CREATE TABLE c (x);", "DROP TABLE c;"),
	}
	deaths, doubts := dieEverywhere(t, files, file)
	if deaths < 20 || doubts != 4 {
		t.Errorf("%d deaths and %d doubts: the test has not seen what it is for", deaths, doubts)
	}
	// A transaction of the section's own: the entries in it tell what became of it.
	files["b2"] = off("b2", "a1", "BEGIN; CREATE TABLE b1 (x); INSERT INTO b1 VALUES (1); COMMIT; CREATE TABLE b3 (x);", "")
	if deaths, doubts = dieEverywhere(t, files, file); deaths < 20 || doubts != 0 {
		t.Errorf("%d deaths and %d doubts with a transaction of the section's own", deaths, doubts)
	}
}

func dieEverywhere(t *testing.T, files map[string]string, file string) (deaths, doubts int) {
	const schema = "a b1 b3 c"
	for _, after := range []bool{false, true} {
		for at := 1; ; at++ {
			h := newHouse(t, files)
			os.Remove(file)
			d := &dying{at: at, after: after}
			h.wrap = func(c drivers.Conn) drivers.Conn { d.Conn = c; return d }
			err := h.up("head")
			if !d.dead {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
			deaths++
			if err == nil {
				t.Fatalf("death at %d: no error", at)
			}
			h.wrap = func(c drivers.Conn) drivers.Conn { return c }
			err = h.up("head")
			var doubt *runner.InDoubtError
			if errors.As(err, &doubt) {
				doubts++
				if doubt.Row.Begun != 2 {
					t.Errorf("death at %d: statement %d is in doubt", at, doubt.Row.Begun)
				}
				_, missing := os.Stat(file)
				done := missing == nil
				err = h.with(func(r *runner.Runner, _ drivers.Conn) error {
					_, err := r.Resolve(context.Background(), done)
					return err
				})
				if err != nil {
					t.Fatalf("death at %d: resolve: %v", at, err)
				}
				err = h.up("head")
			}
			if err != nil {
				t.Fatalf("death at %d (after %v): the next run: %v", at, after, err)
			}
			if got := h.tables(); got != schema {
				t.Errorf("death at %d (after %v): tables %s, want %s", at, after, got, schema)
			}
			if got, want := h.ledger(), "a1|applied|1|1|1 b2|applied|"; !strings.HasPrefix(got, want) || !strings.HasSuffix(got, " c3|applied|1|1|1") {
				t.Errorf("death at %d: ledger %s, want %s", at, got, want)
			}
			if got := h.query("SELECT x FROM b1"); got != "1" {
				t.Errorf("death at %d: b1 holds %s", at, got)
			}
			if got := h.query("SELECT count(*), count(DISTINCT revision) FROM schema_revisions_log WHERE action = 'upgrade'"); got != "3|3" {
				t.Errorf("death at %d: entries of upgrades %s", at, got)
			}
		}
	}
	return deaths, doubts
}

func TestVerify(t *testing.T) {
	h := newHouse(t, map[string]string{"a1": rev("a1", "", "CREATE TABLE a (x);", "DROP TABLE a;") + "-- +verify\nSELECT 1;\nSELECT count(*) FROM a;\n"})
	var failed *runner.StatementError
	if err := h.up("head"); !errors.As(err, &failed) || failed.Phase != runner.InVerify || failed.Index != 1 {
		t.Fatalf("got %v", err)
	}
	if got := h.tables() + h.ledger(); got != "" {
		t.Errorf("left after a failed verify: %s", got)
	}
	h.files["a1"] = strings.Replace(h.files["a1"], "count(*)", "count(*) = 0", 1)
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	// Without a transaction the statements stay, and only the queries run again.
	h.files["b2"] = off("b2", "a1", "CREATE TABLE b (x);", "") + "-- +verify\nSELECT count(*) FROM b;\n"
	if err := h.up("head"); !errors.As(err, &failed) || failed.Applied != 1 {
		t.Fatalf("got %v, applied %d", err, failed.Applied)
	}
	h.query("SELECT 1")
	h.files["b2"] = strings.Replace(h.files["b2"], "count(*)", "count(*) = 0", 1)
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
}

func TestIrreversible(t *testing.T) {
	files := three()
	files["b2"] = "-- revision: b2\n-- revises: a1\n-- +upgrade\nCREATE TABLE b (x);\n"
	h := newHouse(t, files)
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	var irreversible *runner.IrreversibleError
	if err := h.down("base"); !errors.As(err, &irreversible) || len(irreversible.Revisions) != 1 {
		t.Fatalf("got %v", err)
	}
	if got, want := h.tables(), "a a2 b c"; got != want {
		t.Errorf("something ran: %s, want %s", got, want)
	}
}

// An older image lacks the newest files: the ledger has their downgrades.
func TestDownWithoutTheFile(t *testing.T) {
	h := newHouse(t, three())
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	delete(h.files, "c3")
	var unknown *chain.LedgerError
	if err := h.up("head"); !errors.As(err, &unknown) {
		t.Errorf("up with an unknown revision in the ledger: %v", err)
	}
	if err := h.down("1"); err != nil {
		t.Fatal(err)
	}
	if got, want := h.tables(), "a a2 b"; got != want {
		t.Errorf("tables: got %s, want %s", got, want)
	}
	if err := h.up("head"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestMistakesAreFoundBeforeAnythingRuns(t *testing.T) {
	files := three()
	files["b2"] = rev("b2", "a1", "CREATE TABLE b (x);\nCOMMIT;", "DROP TABLE b")
	files["c3"] = rev("c3", "b2", "SELECT 'open;", "")
	h := newHouse(t, files)
	var list parser.ErrorList
	if err := h.up("head"); !errors.As(err, &list) || len(list) != 2 {
		t.Fatalf("got %v, want two mistakes", err)
	}
	if got := h.tables() + h.ledger(); got != "" {
		t.Errorf("something ran: %s", got)
	}
}

func TestWrappedInATransactionOfItsOwn(t *testing.T) {
	h := newHouse(t, map[string]string{"a1": rev("a1", "", "BEGIN;\nCREATE TABLE a (x);\nCOMMIT;", "BEGIN; DROP TABLE a; COMMIT;")})
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	if got, want := h.ledger(), "a1|applied|1|1|1"; got != want {
		t.Errorf("ledger: got %s, want %s", got, want)
	}
	if err := h.down("base"); err != nil {
		t.Fatal(err)
	}
}

func TestStamp(t *testing.T) {
	h := newHouse(t, three())
	stamp := func(purge bool, targets ...string) string {
		t.Helper()
		var res *runner.StampResult
		err := h.with(func(r *runner.Runner, _ drivers.Conn) (err error) {
			res, err = r.Stamp(context.Background(), targets, purge)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("+%v -%v", res.Added, res.Removed)
	}
	for _, c := range []struct{ target, want, ledger string }{
		{"head", "+[a1 b2 c3] -[]", "a1 b2 c3"},
		{"head", "+[] -[]", "a1 b2 c3"},
		{"b2", "+[] -[c3]", "a1 b2"},
		{"base", "+[] -[a1 b2]", ""},
		{"a1", "+[a1] -[]", "a1"},
	} {
		if got := stamp(false, c.target); got != c.want {
			t.Errorf("stamp %s: got %s, want %s", c.target, got, c.want)
		}
		if got := h.query("SELECT revision FROM schema_revisions WHERE state = 'applied' ORDER BY revision"); got != c.ledger {
			t.Errorf("stamp %s: ledger %q, want %q", c.target, got, c.ledger)
		}
	}
	if got := h.tables(); got != "" {
		t.Errorf("a stamp ran something: %s", got)
	}
	h.files = map[string]string{"x9": rev("x9", "", "CREATE TABLE x (y);", "")}
	if got, want := stamp(true, "head"), "+[x9] -[a1]"; got != want {
		t.Errorf("stamp --purge: got %s, want %s", got, want)
	}
}

func TestLocked(t *testing.T) {
	h := newHouse(t, three())
	err := h.with(func(_ *runner.Runner, conn drivers.Conn) error {
		if err := conn.TryLock(context.Background(), "main.schema_revisions", ""); err != nil {
			t.Fatal(err)
		}
		h.opt.LockWait = 60 * time.Millisecond
		return h.up("head")
	})
	var timeout *runner.LockTimeoutError
	if !errors.As(err, &timeout) {
		t.Fatalf("got %v, want a LockTimeoutError", err)
	}
	if got, want := strings.Join(h.events, " "), "runner.LockWaiting"; got != want {
		t.Errorf("events: got %s, want %s", got, want)
	}
	if err := h.up("head"); err != nil {
		t.Fatalf("after the other session ended: %v", err)
	}
}

// A run that waits for the lock ends when another one has done all of its plan, whoever has the lock.
func TestOvertaken(t *testing.T) {
	h := newHouse(t, three())
	h.opt.LockWait = 30 * time.Second
	ctx := context.Background()
	for _, c := range []struct {
		direction chain.Direction
		target    string
		move      func() error
	}{
		{chain.Up, "head", func() error { return h.up("head") }},
		{chain.Down, "base", func() error { return h.down("base") }},
	} {
		err := h.with(func(r *runner.Runner, _ drivers.Conn) error {
			p, err := r.Plan(ctx, c.direction, c.target)
			if err != nil || len(p.Steps) != 3 {
				t.Fatalf("%v, %v", p, err)
			}
			if err := c.move(); err != nil {
				t.Fatal(err)
			}
			return h.with(func(_ *runner.Runner, holder drivers.Conn) error {
				if err := holder.TryLock(ctx, "main.schema_revisions", ""); err != nil {
					t.Fatal(err)
				}
				p, err := r.Apply(ctx, p)
				if err == nil && len(p.Steps) != 0 {
					t.Errorf("%s: %d steps were done again", c.direction, len(p.Steps))
				}
				return err
			})
		})
		if err != nil {
			t.Errorf("%s: %v", c.direction, err)
		}
	}
}

func TestChanged(t *testing.T) {
	h := newHouse(t, three())
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	changed := func() bool {
		var is bool
		_ = h.with(func(r *runner.Runner, _ drivers.Conn) error {
			state, err := r.State(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			is = r.Changed(h.load().Get("c3"), state.Rows["c3"])
			return nil
		})
		return is
	}
	same := h.files["c3"]
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"the same", same, false},
		{"CRLF", strings.ReplaceAll(same, "\n", "\r\n"), false},
		{"a comment", strings.Replace(same, "INSERT", "/* one */ INSERT", 1), false},
		{"a literal", strings.Replace(same, "(1)", "(2)", 1), true},
		{"a statement less", strings.Replace(same, "INSERT INTO c VALUES (1);", "", 1), true},
		{"the downgrade only", strings.Replace(same, "DROP TABLE c", "DROP TABLE IF EXISTS c", 1), false},
	} {
		h.files["c3"] = c.text
		if got := changed(); got != c.want {
			t.Errorf("%s: changed is %v, want %v", c.name, got, c.want)
		}
	}
}

// A run that waited for the lock does not do something else than what was asked for when it was started.
func TestChangedPlan(t *testing.T) {
	h := newHouse(t, three())
	if err := h.up("+1"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		direction chain.Direction
		target    string
		wants     bool // a ChangedPlanError
	}{{chain.Up, "+1", true}, {chain.Down, "1", true}, {chain.Up, "head", false}} {
		err := h.with(func(r *runner.Runner, _ drivers.Conn) error {
			p, err := r.Plan(context.Background(), c.direction, c.target)
			if err != nil {
				t.Fatal(err)
			}
			if err := h.up("+1"); err != nil {
				t.Fatal(err)
			}
			_, err = r.Apply(context.Background(), p)
			return err
		})
		var changed *runner.ChangedPlanError
		if errors.As(err, &changed) != c.wants || !c.wants && err != nil {
			t.Errorf("%v %s: got %v", c.direction, c.target, err)
		}
		if err := h.down("base"); err != nil {
			t.Fatal(err)
		}
		if err := h.up("+1"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLongDowngradeIsNotKept(t *testing.T) {
	h := newHouse(t, map[string]string{"a1": rev("a1", "", "CREATE TABLE a (x);", "DROP TABLE a; -- "+strings.Repeat("x", 1<<20))})
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	if got := h.query("SELECT length(downgrade) FROM schema_revisions"); got != "0" {
		t.Errorf("kept %s bytes", got)
	}
	if err := h.down("base"); err != nil {
		t.Fatal(err)
	}
}

// A stopped conn is interrupted at one of the statements of an Exec, which does not run then. The session stays.
type stopped struct {
	drivers.Conn
	at   int
	done bool
}

func (s *stopped) Exec(ctx context.Context, batches []drivers.Batch) (drivers.Progress, error) {
	batches = unfold(batches)
	n := 0
	for i, b := range batches {
		for j := range len(b.Statements) + len(b.Tail) {
			if n++; s.done || n != s.at {
				continue
			}
			s.done = true
			if _, err := s.Conn.Exec(ctx, cut(batches, i, j, j)); err != nil {
				panic(err)
			}
			return drivers.Progress{Batches: i, Statements: j}, &drivers.Error{Message: "interrupted", Offset: -1}
		}
	}
	if !s.done {
		s.at -= n
	}
	return s.Conn.Exec(ctx, batches)
}

// TestStoppedAtEveryStatement interrupts a run at every statement that it sends, those of the journal's own too. Nothing is in doubt then, and
// the next run does the rest and nothing twice.
func TestStoppedAtEveryStatement(t *testing.T) {
	files := map[string]string{
		"a1": rev("a1", "", "CREATE TABLE a (x);", "DROP TABLE a;"),
		"b2": off("b2", "a1", "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2); INSERT INTO a VALUES (3);", "DELETE FROM a WHERE x = 3; DELETE FROM a;"),
	}
	stops := 0
	for at := 1; ; at++ {
		h := newHouse(t, files)
		s := &stopped{at: at}
		h.wrap = func(c drivers.Conn) drivers.Conn { s.Conn = c; return s }
		err := h.up("head")
		if !s.done {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		stops++
		if err == nil {
			t.Fatalf("stopped at %d: no error", at)
		}
		h.wrap = func(c drivers.Conn) drivers.Conn { return c }
		if err := h.up("head"); err != nil {
			t.Fatalf("stopped at %d: the next run: %v", at, err)
		}
		if got := h.query("SELECT x FROM a ORDER BY x"); got != "1 2 3" {
			t.Errorf("stopped at %d: the table holds %s, want 1 2 3", at, got)
		}
	}
	if stops < 10 {
		t.Errorf("%d stops: the test has not seen what it is for", stops)
	}
}

// A revision that stands half-way on another branch is no business of a stamp; one above the target is.
func TestStampAndHalfway(t *testing.T) {
	files := map[string]string{
		"a1": rev("a1", "", "CREATE TABLE a (x);", ""),
		"b2": off("b2", "a1", "CREATE TABLE b (x);\nCREATE TABLE a (x);", ""),
		"c3": rev("c3", "a1", "CREATE TABLE c (x);", ""),
	}
	for _, c := range []struct{ target, want string }{
		{"c3", "a1|applied b2|upgrading c3|applied"},
		{"b2", "a1|applied b2|applied"},
		{"a1", "a1|applied"},
		{"base", ""},
	} {
		h := newHouse(t, files)
		if err := h.up("b2"); err == nil {
			t.Fatal("no failure")
		}
		err := h.with(func(r *runner.Runner, _ drivers.Conn) error {
			_, err := r.Stamp(context.Background(), []string{c.target}, false)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := h.query("SELECT revision, state FROM schema_revisions ORDER BY revision"); got != c.want {
			t.Errorf("stamp %s: got %q, want %q", c.target, got, c.want)
		}
	}
}
