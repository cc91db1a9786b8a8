package drivers_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"revise/drivers"
)

// Who blocks is asked only behind half of the limit, what was found is given only if the session got no answer since, and Stop leaves nothing behind.
func TestWatchBlockers(t *testing.T) {
	var answers, asked, open atomic.Int64
	ask := func(context.Context) ([]drivers.Blocker, error) {
		open.Store(1)
		asked.Add(1)
		return []drivers.Blocker{{Session: "pid 1"}}, nil
	}
	watch := func() *drivers.BlockerWatch {
		return drivers.WatchBlockers(400*time.Millisecond, answers.Load, ask, func() { open.Store(0) })
	}
	w := watch()
	for range 30 { // a statement is through all the time
		time.Sleep(20 * time.Millisecond)
		answers.Add(1)
	}
	if found := w.Stop(answers.Load()); found != nil || asked.Load() > 0 {
		t.Errorf("without a wait: %d questions, found %v", asked.Load(), found)
	}
	w = watch()
	for deadline := time.Now().Add(10 * time.Second); asked.Load() == 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond)
	if found := w.Stop(answers.Load()); len(found) != 1 || found[0].Session != "pid 1" {
		t.Errorf("found %v", found)
	}
	if open.Load() != 0 {
		t.Error("what the questions opened is open behind Stop")
	}
	before := asked.Load()
	time.Sleep(300 * time.Millisecond)
	if asked.Load() != before {
		t.Error("a question behind Stop")
	}
	w = watch()
	for deadline := time.Now().Add(10 * time.Second); asked.Load() == before && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if found := w.Stop(answers.Add(1)); found != nil {
		t.Errorf("of a statement that is through: %v", found)
	}
}

func TestBlockerQuery(t *testing.T) {
	for text, want := range map[string]string{
		"UPDATE  t\n\tSET x = 1":                 "UPDATE t SET x = 1",
		"ALTER USER app IDENTIFIED BY 'hunter2'": "ALTER USER …",
		"create role r PASSWORD 'hunter2'":       "create role …",
		"SELECT '\x1b[31m\xff'":                  "SELECT ' [31m?'",
		strings.Repeat("é", 300):                 strings.Repeat("é", 200) + "…",
		"":                                       "",
	} {
		if got := drivers.BlockerQuery(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
