package runner_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"revise/drivers"
	"revise/runner"
)

// squashed are the files of three with the first two in one, and one more on top.
func squashed() map[string]string {
	base := rev("s9", "", "CREATE TABLE a (x); CREATE TABLE a2 (x);\n-- +reset\nCREATE TABLE b (x);", "DROP TABLE b;\n-- +reset\nDROP TABLE a2; DROP TABLE a;")
	return map[string]string{
		"s9": strings.Replace(base, "-- revises: \n", "-- replaces: a1, b2\n", 1),
		"c3": three()["c3"],
		"d4": rev("d4", "c3", "CREATE TABLE d (x);", "DROP TABLE d;"),
	}
}

func (h *house) stamp(targets ...string) (string, error) {
	var res *runner.StampResult
	err := h.with(func(r *runner.Runner, _ drivers.Conn) (err error) {
		res, err = r.Stamp(context.Background(), targets, false)
		return err
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("+%v -%v", res.Added, res.Removed), nil
}

// current is what the runner takes for applied, in order, with what a squash stands for.
func (h *house) current() string {
	h.t.Helper()
	var words []string
	err := h.with(func(r *runner.Runner, _ drivers.Conn) error {
		state, err := r.State(context.Background())
		if err != nil {
			return err
		}
		c := h.load()
		for _, rev := range c.All() {
			row, ok := state.Rows[rev.ID.Name]
			if !ok {
				continue
			}
			if r.Changed(rev, row) {
				words = append(words, "edited:")
			}
			words = append(words, rev.ID.Name+strings.Join(append([]string{""}, row.Squashed...), "<"))
		}
		words = append(words, c.Unknown(state.Applied())...)
		return nil
	})
	if err != nil {
		return err.Error()
	}
	return strings.Join(words, " ")
}

const rowsAndLog = "SELECT group_concat(revision, ' ') FROM (SELECT revision FROM schema_revisions ORDER BY 1) UNION ALL " +
	"SELECT group_concat(action || ' ' || revision, ', ') FROM (SELECT action, revision FROM schema_revisions_log ORDER BY id)"

// A database that has what a squash replaces has the squash, as it is: nothing is written until the squash itself is taken back.
func TestSquashOfWhatIsApplied(t *testing.T) {
	h := newHouse(t, three())
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	h.files = squashed()
	if got, want := h.current(), "s9<a1<b2 c3"; got != want {
		t.Errorf("current: got %q, want %q", got, want)
	}
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	const log = "upgrade a1, upgrade b2, upgrade c3, upgrade d4"
	if got, want := h.query(rowsAndLog), "a1 b2 c3 d4 "+log; got != want {
		t.Errorf("after up: got %q, want %q", got, want)
	}
	if err := h.down("s9"); err != nil {
		t.Fatal(err)
	}
	h.files = three() // of an image from before
	if got, want := h.current(), "a1 b2"; got != want {
		t.Errorf("with the files from before: got %q, want %q", got, want)
	}
	h.files = squashed()
	if err := h.down("base"); err != nil {
		t.Fatal(err)
	}
	if got := h.tables() + h.ledger(); got != "" {
		t.Errorf("left after down base: %s", got)
	}
	h.wantLog("upgrade a1, upgrade b2, upgrade c3, upgrade d4, downgrade d4, downgrade c3, stamp s9, unstamp a1, unstamp b2, downgrade s9")
}

func (h *house) wantLog(want string) {
	h.t.Helper()
	got := h.query("SELECT group_concat(action || ' ' || revision, ', ') FROM (SELECT action, revision FROM schema_revisions_log ORDER BY id)")
	if got != want {
		h.t.Errorf("log:\ngot  %s\nwant %s", got, want)
	}
}

// An empty database gets the squash as any revision, and goes down again.
func TestSquashFromNothing(t *testing.T) {
	h := newHouse(t, squashed())
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	if got, want := h.tables()+" "+h.current(), "a a2 b c d s9 c3 d4"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	h.files = three()
	if err := h.up("head"); err == nil || !strings.Contains(err.Error(), "which no file defines") && !strings.Contains(err.Error(), "no file defines") {
		t.Errorf("with the files from before: %v", err)
	}
	h.files = squashed()
	if err := h.down("base"); err != nil {
		t.Fatal(err)
	}
	if got := h.tables() + h.ledger(); got != "" {
		t.Errorf("left after down base: %s", got)
	}
	h.wantLog("upgrade s9, upgrade c3, upgrade d4, downgrade d4, downgrade c3, downgrade s9")
}

// A part of what a squash replaces cannot be told from none or all of it, and nothing is done.
func TestSquashOfAPart(t *testing.T) {
	h := newHouse(t, three())
	if err := h.up("a1"); err != nil {
		t.Fatal(err)
	}
	h.files = squashed()
	const want = "the database has 1 of the 2 revisions that the squash s9 (versions/s9.sql) replaces; missing: b2"
	var part *runner.PartError
	for _, err := range []error{h.up("head"), h.down("base"), func() error { _, err := h.stamp("c3"); return err }()} {
		if !errors.As(err, &part) || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if got := h.query(rowsAndLog); got != "a1 upgrade a1" {
		t.Errorf("it wrote something: %s", got)
	}
	err := h.with(func(r *runner.Runner, _ drivers.Conn) error {
		_, err := r.Stamp(context.Background(), []string{"s9"}, true)
		return err
	})
	if got := h.current(); err != nil || got != "s9" {
		t.Errorf("after stamp --purge: %q, %v", got, err)
	}
	half := newHouse(t, map[string]string{"a1": three()["a1"], "b2": off("b2", "a1", "CREATE TABLE b (x);\nCREATE TABLE a (x);", "")})
	if err := half.up("head"); err == nil {
		t.Fatal("no error")
	}
	half.files = squashed()
	if got, want := half.current(), "the database has 2 of the 2 revisions that the squash s9 (versions/s9.sql) replaces, and b2 stands half-way"; got != want {
		t.Errorf("half-way: got %q", got)
	}
}

// A squash of a squash counts where either is.
func TestSquashOfASquash(t *testing.T) {
	again := map[string]string{
		"t0": "-- revision: t0\n-- replaces: s9(a1, b2), c3\n-- +upgrade\nCREATE TABLE all_of_it (x);\n-- +downgrade\nDROP TABLE b; DROP TABLE a2; DROP TABLE a; DROP TABLE c;\n",
		"d4": squashed()["d4"],
	}
	for _, c := range []struct {
		files        map[string]string
		target, want string
	}{
		{three(), "head", "t0<a1<b2<c3"},
		{squashed(), "c3", "t0<s9<c3"},
		{three(), "b2", "the database has 1 of the 2 revisions that the squash t0 (versions/t0.sql) replaces; missing: c3"},
		{three(), "a1", "the database has 0 of the 2 revisions that the squash t0 (versions/t0.sql) replaces; missing: b2, c3"},
	} {
		h := newHouse(t, c.files)
		if err := h.up(c.target); err != nil {
			t.Fatal(err)
		}
		h.files = again
		if got := h.current(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
		if strings.HasPrefix(c.want, "the") {
			continue
		}
		if err := h.up("head"); err != nil {
			t.Fatal(err)
		}
		if err := h.down("base"); err != nil {
			t.Fatal(err)
		}
		if got := h.tables() + h.ledger(); got != "" {
			t.Errorf("left after down base: %s", got)
		}
	}
}

// A stamp that names the squash puts its row in the place of the others; one that takes it away takes them away.
func TestSquashAndStamp(t *testing.T) {
	for _, c := range []struct{ target, result, ledger, log string }{
		{"s9", "+[s9] -[c3]", "s9", "unstamp c3, stamp s9, unstamp a1, unstamp b2"},
		{"d4", "+[d4] -[]", "a1 b2 c3 d4", "stamp d4"},
		{"base", "+[] -[c3 s9]", "", "unstamp c3, unstamp a1, unstamp b2"},
	} {
		h := newHouse(t, three())
		if err := h.up("head"); err != nil {
			t.Fatal(err)
		}
		h.files = squashed()
		if got, err := h.stamp(c.target); err != nil || got != c.result {
			t.Errorf("stamp %s: got %s, %v, want %s", c.target, got, err, c.result)
		}
		if got := h.query("SELECT revision FROM schema_revisions ORDER BY 1"); got != c.ledger {
			t.Errorf("stamp %s: ledger %q, want %q", c.target, got, c.ledger)
		}
		h.wantLog("upgrade a1, upgrade b2, upgrade c3, " + c.log)
		if got := h.current(); c.target == "s9" && got != "s9" {
			t.Errorf("current: %s", got)
		}
	}
}

// apart has no transaction hold the runner's own statements together, as on a database whose DDL is not transactional.
type apart struct {
	drivers.Conn
	left int // statements that are carried out
}

func (a *apart) Facts() drivers.Facts {
	f := a.Conn.Facts()
	f.TransactionalDDL = false
	return f
}

func (a *apart) Exec(ctx context.Context, batches []drivers.Batch) (drivers.Progress, error) {
	for i, b := range batches {
		for j := range b.Statements {
			if a.left--; a.left >= 0 {
				continue
			}
			if _, err := a.Conn.Exec(ctx, cut(batches, i, j, j)); err != nil {
				panic(err)
			}
			return drivers.Progress{Batches: i, Statements: j}, &drivers.Error{Message: "the run dies", Offset: -1}
		}
	}
	return a.Conn.Exec(ctx, batches)
}

// A run that dies at any statement while a squash gets its row leaves a database that has the squash, and the next run does the rest.
func TestSquashGatheredInPieces(t *testing.T) {
	for left := range 20 {
		h := newHouse(t, three())
		if err := h.up("b2"); err != nil {
			t.Fatal(err)
		}
		h.files = squashed()
		h.wrap = func(c drivers.Conn) drivers.Conn { return &apart{c, left} }
		_, err := h.stamp("s9")
		h.wrap = func(c drivers.Conn) drivers.Conn { return c }
		if err == nil {
			if left < 6 {
				t.Errorf("only %d statements: the test has not seen what it is for", left)
			}
			return
		}
		if got := h.current(); !strings.HasPrefix(got, "s9") || strings.Contains(got, "edited") {
			t.Errorf("dead behind %d statements: %s", left, got)
		}
		if err := h.down("base"); err != nil {
			t.Fatalf("dead behind %d statements: %v", left, err)
		}
		if got := h.tables() + h.ledger(); got != "" {
			t.Errorf("dead behind %d statements: left after down base: %s", left, got)
		}
	}
	t.Error("it dies each time")
}

// A session is clean behind a reset, also in a section that no transaction holds, that is gone on with, and in one transaction with others.
func TestReset(t *testing.T) {
	const up = "CREATE TABLE a (x); CREATE TEMP TABLE b (x);\n-- +reset\nCREATE TABLE b (y); INSERT INTO b (y) VALUES (1);\n-- +reset\nINSERT INTO a VALUES (%s);"
	const down = "CREATE TEMP TABLE a (x);\n-- +reset\nDROP TABLE a;\n-- +reset\nDROP TABLE b;"
	for _, settings := range []string{"", "-- transaction: off\n"} {
		for _, single := range []bool{false, settings == ""} {
			file := func(value string) string { return settings + rev("a1", "", fmt.Sprintf(up, value), down) }
			h := newHouse(t, map[string]string{"a1": file("2"), "b2": rev("b2", "a1", "INSERT INTO b (y) VALUES (3);", "")})
			h.opt.SingleTransaction = single
			if err := h.up("head"); err != nil {
				t.Fatal(err)
			}
			if got, want := h.query("SELECT y FROM b UNION ALL SELECT x FROM a"), "1 3 2"; got != want {
				t.Errorf("%q: got %q, want %q", settings, got, want)
			}
			if settings == "" {
				continue
			}
			h = newHouse(t, map[string]string{"a1": file("wrong")})
			if err := h.up("head"); err == nil {
				t.Fatal("no error")
			}
			h.files = map[string]string{"a1": file("2")}
			if err := h.up("head"); err != nil { // the temporary table is gone, and is not missed
				t.Fatal(err)
			}
			if got, want := h.query("SELECT y FROM b UNION ALL SELECT x FROM a"), "1 2"; got != want {
				t.Errorf("%q: got %q, want %q", settings, got, want)
			}
			if err := h.down("base"); err != nil {
				t.Fatal(err)
			}
			if got := h.tables(); got != "" {
				t.Errorf("left: %s", got)
			}
		}
	}
	h := newHouse(t, map[string]string{"a1": off("a1", "", "BEGIN; CREATE TABLE a (x);\n-- +reset\nCOMMIT;", "")})
	if err := h.up("head"); err == nil || !strings.Contains(err.Error(), "this transaction is still open where the session is reset") {
		t.Errorf("a reset in a transaction: %v", err)
	}
}
