package runner_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"revise/drivers"
	"revise/drivers/all"
	"revise/runner"
)

// told is a command that notes when it runs, and fails where it is to.
func told(notes *[]string, fails string) func(context.Context, runner.HookCall) error {
	return func(_ context.Context, c runner.HookCall) error {
		note := string(c.Hook.When)
		if c.Step != nil {
			note += ":" + c.Step.Revision.ID.Name
		}
		*notes = append(*notes, note)
		if note == fails {
			return errors.New("it said no")
		}
		return nil
	}
}

// everywhere is one command at each moment, on the way up.
func everywhere(command func(context.Context, runner.HookCall) error) []runner.Hook {
	var hooks []runner.Hook
	for _, m := range []runner.Moment{runner.AfterRun, runner.OnFailure, runner.BeforeRun, runner.AfterRevision, runner.BeforeRevision} {
		hooks = append(hooks, runner.Hook{Name: "x", When: m, Up: true, Command: command})
	}
	return hooks
}

// TestCommands has a command fail at every place where one runs.
func TestCommands(t *testing.T) {
	whole := "before_run before_revision:a1 after_revision:a1 before_revision:b2 after_revision:b2 before_revision:c3 after_revision:c3 after_run"
	for _, fails := range append([]string{""}, strings.Fields(whole)...) {
		t.Run(fails, func(t *testing.T) {
			h := newHouse(t, three())
			var notes []string
			h.opt.Hooks = everywhere(told(&notes, fails))
			err := h.up("head")
			moment, id, _ := strings.Cut(fails, ":")
			want := strings.Fields(whole)
			done := 3
			if fails != "" {
				at := slices.Index(want, fails)
				want = append(slices.Clone(want[:at+1]), "on_failure")
				if id != "" {
					want[len(want)-1] += ":" + id
				}
				done = at / 2
				var hook *runner.HookError
				if !errors.As(err, &hook) || string(hook.Hook.When) != moment || hook.Done != done || hook.Of != 3 {
					t.Fatalf("got %#v", err)
				}
			} else if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(notes, want) {
				t.Errorf("got  %v\nwant %v", notes, want)
			}
			if got := len(strings.Fields(h.ledger())); got != done {
				t.Errorf("%d revisions are applied, want %d", got, done)
			}
			notes, h.opt.Hooks = nil, everywhere(told(&notes, ""))
			if err := h.up("head"); err != nil {
				t.Fatal(err)
			}
			if done == 3 && notes != nil {
				t.Errorf("nothing was left to do, and hooks ran: %v", notes)
			}
		})
	}
}

// TestSQLHooks has SQL stand inside and outside of revisions, in the order of the events.
func TestSQLHooks(t *testing.T) {
	h := newHouse(t, three())
	hook := func(m runner.Moment, text string) runner.Hook {
		return runner.Hook{Name: "x", When: m, Up: true, SQL: runner.HookSQL("hooks/x.sql", []byte(text))}
	}
	h.opt.Hooks = []runner.Hook{
		hook(runner.BeforeRun, "\ufeffCREATE TABLE seen (what);\r\nINSERT INTO seen SELECT 1 WHERE 0;"),
		hook(runner.BeforeRevision, "-- nothing"),
		hook(runner.BeforeRevision, "BEGIN; INSERT INTO seen VALUES ('before'); COMMIT;"),
		hook(runner.AfterRevision, "INSERT INTO seen SELECT 'after ' || count(*) FROM schema_revisions WHERE state = 'applied'"),
	}
	if err := h.up("b2"); err != nil {
		t.Fatal(err)
	}
	want := "planned:2 runner.HookStarted runner.HookDone start:a1:1/2 runner.HookStarted runner.HookDone stmt:1 stmt:2 runner.HookStarted runner.HookDone done:a1" +
		" start:b2:2/2 runner.HookStarted runner.HookDone stmt:1 runner.HookStarted runner.HookDone done:b2"
	if got := strings.Join(h.events, " "); got != want {
		t.Errorf("events:\ngot  %s\nwant %s", got, want)
	}
	if got, want := h.query("SELECT what FROM seen ORDER BY rowid"), "before after 0 before after 1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	h.opt.Hooks = []runner.Hook{hook(runner.AfterRevision, "INSERT INTO seen VALUES (1);\n SELECT nope();")}
	err := h.up("head")
	var failed *runner.StatementError
	if !errors.As(err, &failed) || failed.Phase != runner.InHook || failed.Index != 1 || failed.HookStatements != 2 || failed.At().String() != "hooks/x.sql:2:9" {
		t.Fatalf("got %v, %+v", err, failed)
	}
	if got, want := h.tables(), "a a2 b seen"; got != want {
		t.Errorf("tables: got %s, want %s", got, want)
	}
}

// losing is a session that breaks once, behind the commit of a batch.
type losing struct {
	drivers.Conn
	after *int
}

func (l losing) Exec(ctx context.Context, batches []drivers.Batch) (drivers.Progress, error) {
	p, err := l.Conn.Exec(ctx, batches)
	if *l.after--; *l.after == 0 && err == nil {
		return drivers.Progress{Batches: len(batches) - 1}, fmt.Errorf("%w: %w", drivers.ErrUnknown, drivers.ErrLost)
	}
	return p, err
}

// TestCommandsBehindABrokenCommit wants the command behind a revision to run once, also if the answer to its commit was lost.
func TestCommandsBehindABrokenCommit(t *testing.T) {
	for after := 1; after <= 3; after++ {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			h := newHouse(t, three())
			left := after
			h.wrap = func(c drivers.Conn) drivers.Conn { return losing{c, &left} }
			h.opt.Reopen = func(ctx context.Context) (drivers.Conn, error) {
				driver, err := all.Drivers().ByScheme("sqlite")
				if err != nil {
					return nil, err
				}
				return driver.Open(ctx, drivers.Address{Scheme: "sqlite", Name: h.path, File: true}, drivers.Options{})
			}
			var notes []string
			command := told(&notes, "")
			h.opt.Hooks = []runner.Hook{{Name: "x", When: runner.AfterRevision, Up: true, Command: command}, {Name: "x", When: runner.AfterRun, Up: true, Command: command}}
			if err := h.up("head"); err != nil {
				t.Fatal(err)
			}
			if want := []string{"after_revision:a1", "after_revision:b2", "after_revision:c3", "after_run"}; !slices.Equal(notes, want) {
				t.Errorf("got %v", notes)
			}
		})
	}
}
