package runner_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"revise/drivers"
	"revise/runner"
)

// A seer tells of each statement of a batch that it was watched: its number is its effect.
type seer struct{ drivers.Conn }

func (s seer) Exec(ctx context.Context, batches []drivers.Batch) (drivers.Progress, error) {
	for i, b := range batches {
		if b.Watch == nil {
			continue
		}
		batches[i].Done = func(n int) {
			b.Watch(n, drivers.Effect{How: fmt.Sprint(n)})
			b.Done(n)
		}
		batches[i].Watch = nil // or the database would tell as well
	}
	return s.Conn.Exec(ctx, batches)
}

// TestWatch tells what the statements of sections did, and not those of the ledger or of verify sections, whatever number they have in their batch.
func TestWatch(t *testing.T) {
	h := newHouse(t, map[string]string{
		"a": rev("a", "", "CREATE TABLE a (x);\nINSERT INTO a VALUES (1);", "DROP TABLE a;"),
		"b": "-- revision: b\n-- revises: a\n-- transaction: off\n-- +upgrade\nCREATE TABLE b (x);\n\n  INSERT INTO b VALUES (1);\nCREATE INDEX i ON b (x);\n-- +verify\nSELECT 1;\n-- +downgrade\nDROP TABLE b;\n",
	})
	var seen []string
	h.wrap = func(c drivers.Conn) drivers.Conn { return seer{c} }
	h.opt.Watch = func(w runner.Watched) {
		if w.Effect.How == "" {
			t.Errorf("%s: no effect", w.Pos)
		}
		seen = append(seen, fmt.Sprintf("%s%s %d %s", w.Step.Direction, w.Step.Revision.ID.Name, w.Index, w.Pos))
	}
	if err := h.up("head"); err != nil {
		t.Fatal(err)
	}
	if err := h.down("base"); err != nil {
		t.Fatal(err)
	}
	want := "upa 0 versions/a.sql:5:1, upa 1 versions/a.sql:6:1, upb 0 versions/b.sql:5:1, upb 1 versions/b.sql:7:3, upb 2 versions/b.sql:8:1, " +
		"downb 0 versions/b.sql:12:1, downa 0 versions/a.sql:8:1"
	if got := strings.Join(seen, ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
