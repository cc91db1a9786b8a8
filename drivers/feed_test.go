package drivers_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"revise/drivers"
)

// texts are statements named a0, a1 …
func texts(name string, n int) []drivers.Statement {
	list := make([]drivers.Statement, n)
	for i := range list {
		list[i].Text = fmt.Sprint(name, i)
	}
	return list
}

// inPieces gives lists one by one, and then none.
func inPieces(lists ...[]drivers.Statement) func() ([]drivers.Statement, error) {
	return func() ([]drivers.Statement, error) {
		if len(lists) == 0 {
			return nil, nil
		}
		list := lists[0]
		lists = lists[1:]
		return list, nil
	}
}

// readAll reads a feed and marks where the tail begins by a bar.
func readAll(t *testing.T, f *drivers.Feed) (all string) {
	t.Helper()
	for n := 0; ; n++ {
		s, tail, err := f.At(n)
		if err != nil {
			t.Fatal(err)
		}
		if s == nil {
			return all
		}
		if tail {
			all += "| "
		}
		all += s.Text + " "
	}
}

func TestFeed(t *testing.T) {
	for _, c := range []struct {
		batch drivers.Batch
		want  string
	}{
		{drivers.Batch{}, ""},
		{drivers.Batch{Statements: texts("a", 2)}, "a0 a1 "},
		{drivers.Batch{Tail: texts("t", 2)}, "| t0 t1 "},
		{drivers.Batch{Statements: texts("a", 1), Tail: texts("t", 1)}, "a0 | t0 "},
		{drivers.Batch{More: inPieces()}, ""},
		{drivers.Batch{More: inPieces(), Tail: texts("t", 1)}, "| t0 "},
		{drivers.Batch{More: inPieces(texts("m", 1), texts("n", 3), texts("o", 1)), Tail: texts("t", 2)}, "m0 n0 n1 n2 o0 | t0 t1 "},
		{drivers.Batch{Statements: texts("a", 2), More: inPieces(texts("m", 2))}, "a0 a1 m0 m1 "},
		{drivers.Batch{Statements: texts("a", 1), More: inPieces(nil, texts("never", 1)), Tail: texts("t", 1)}, "a0 | t0 "},
	} {
		if got := readAll(t, c.batch.Feed()); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestFeedAsksLate sees that More is called when its statements are needed, and not once it has said that there are no more.
func TestFeedAsksLate(t *testing.T) {
	calls := 0
	more := inPieces(texts("m", 2))
	b := drivers.Batch{Statements: texts("a", 2), More: func() ([]drivers.Statement, error) { calls++; return more() }}
	f := b.Feed()
	for n, want := range []int{0, 0, 1, 1, 2, 2, 2} {
		f.At(n)
		f.At(n)
		if calls != want {
			t.Errorf("at %d: %d calls, want %d", n, calls, want)
		}
	}
}

// TestFeedError sees that what was there before an error can be read, again and again, and that the error stays.
func TestFeedError(t *testing.T) {
	wrong := errors.New("wrong")
	calls := 0
	b := drivers.Batch{Statements: texts("a", 1), Tail: texts("t", 1), More: func() ([]drivers.Statement, error) {
		if calls++; calls == 2 {
			return texts("never", 1), wrong
		}
		return texts("m", 1), nil
	}}
	f := b.Feed()
	for range 3 {
		for n := range 2 {
			if s, tail, err := f.At(n); s == nil || tail || err != nil {
				t.Errorf("at %d: %v, %v, %v", n, s, tail, err)
			}
		}
		for n := 2; n < 4; n++ {
			if s, _, err := f.At(n); s != nil || err != wrong {
				t.Errorf("at %d: %v, %v", n, s, err)
			}
		}
	}
	if calls != 2 {
		t.Errorf("%d calls of More", calls)
	}
}

// TestFeedForgets reads with a reader that looks ahead and forgets behind, at random, and looks at what it was given again at the end. What
// More gives has room behind it that is not the feed's.
func TestFeedForgets(t *testing.T) {
	for range 200 {
		size := rand.IntN(2000)
		room := make([]drivers.Statement, size+100)
		for i := range room {
			room[i].Text = fmt.Sprint(i)
		}
		at := min(rand.IntN(4), size)
		b := drivers.Batch{Statements: room[:at], Tail: texts("t", rand.IntN(3)), More: func() ([]drivers.Statement, error) {
			from := at
			at = min(from+1+rand.IntN(1+rand.IntN(20)), size)
			return room[from:at], nil
		}}
		f := b.Feed()
		var given []*drivers.Statement
		forgotten := 0
		for len(given) < size+len(b.Tail) {
			n := len(given)
			s, tail, err := f.At(n)
			if s == nil || err != nil || tail != (n == size) {
				t.Fatalf("at %d of %d: %v, %v, %v", n, size, s, tail, err)
			}
			given = append(given, s)
			if again := forgotten + rand.IntN(n-forgotten+1); rand.IntN(3) == 0 {
				if s, _, _ := f.At(again); s == nil || s.Text != given[again].Text {
					t.Fatalf("again at %d: %v", again, s)
				}
			}
			if rand.IntN(10) == 0 {
				forgotten += rand.IntN(n - forgotten + 2)
				f.Forget(forgotten)
				f.Forget(0)
			}
		}
		if s, _, err := f.At(len(given)); s != nil || err != nil {
			t.Errorf("behind the end: %v, %v", s, err)
		}
		for i, s := range given {
			want := fmt.Sprint(i)
			if i >= size {
				want = fmt.Sprint("t", i-size)
			}
			if s.Text != want {
				t.Fatalf("statement %d is %q, want %q", i, s.Text, want)
			}
		}
		for i := range room {
			if room[i].Text != fmt.Sprint(i) {
				t.Fatalf("the feed wrote into what it was given, at %d of %d", i, size)
			}
		}
	}
}
