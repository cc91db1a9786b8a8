package drivertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"revise/drivers"
)

// copied makes a statement of s.Copy that reads its data from r.
func (s Subject) copied(r io.Reader) drivers.Statement {
	return drivers.Statement{Text: s.Copy, Copy: true, Data: r}
}

// rows is data for s.Copy: numbers from first on, without end, each with a text of so many bytes. It has no mutex: whoever reads it when
// Exec is over is found by the race detector.
type rows struct {
	next, padding int
	buf           []byte
	read          int64
	// at is called when so many bytes were read, and its error ends the data.
	at func(read int64) error
}

func (r *rows) Read(p []byte) (int, error) {
	if r.at != nil {
		if err := r.at(r.read); err != nil {
			return 0, err
		}
	}
	if len(r.buf) == 0 {
		r.buf = fmt.Appendf(r.buf, "%d\t%s\n", r.next, strings.Repeat("x", r.padding))
		r.next++
	}
	n := copy(p, r.buf)
	r.buf = r.buf[:copy(r.buf, r.buf[n:])]
	r.read += int64(n)
	return n, nil
}

// testCopy sends data of every kind of reader, between statements of every source.
func testCopy(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		line := func(n int) io.Reader { return strings.NewReader(fmt.Sprintf("%d\tx\n", n)) }
		list := append(inserts(1), s.copied(line(2)), s.copied(iotest.OneByteReader(line(3))), s.copied(iotest.DataErrReader(line(4))), s.copied(iotest.HalfReader(line(5))))
		list = append(list, inserts(6)...)
		list = append(list, s.copied(strings.NewReader("")), s.copied(nil), s.copied(line(7)), s.copied(line(8)))
		for size := 1; size < 4; size++ {
			e.must(true, "DELETE FROM t")
			for i, n := range []int{0, 2, 3, 4, 5, 0, 0, 0, 7, 8} {
				if n > 0 {
					list[i].Data = line(n)
				}
			}
			list[2].Data, list[3].Data, list[4].Data = iotest.OneByteReader(line(3)), iotest.DataErrReader(line(4)), iotest.HalfReader(line(5))
			r := e.record(context.Background(),
				drivers.Batch{Atomic: atomic, Statements: inserts(0)},
				drivers.Batch{Atomic: atomic, Statements: list[:2], More: pieces(list[2:], size), Tail: own(inserts(9)[0].Text)},
				drivers.Batch{Atomic: atomic, Statements: inserts(10)})
			if r.err != nil {
				t.Errorf("in pieces of %d: at %+v: %v", size, r.progress, r.err)
			}
			e.wantNumbers("0 1 2 3 4 5 6 7 8 9 10")
		}
		// A mistake in the data names the line, whatever the size of what was sent before.
		for _, at := range []int{1, 2, 7, 50_000} {
			e.must(true, "DELETE FROM t")
			var data bytes.Buffer
			for i := 1; i < at; i++ {
				fmt.Fprintf(&data, "%d\tline 3, column x\n", i)
			}
			data.WriteString("no number, line 77\tx\n5\tx\n")
			r := e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: append(inserts(0), s.copied(io.MultiReader(&data, &rows{at: untilBytes(20 << 20)}))), Tail: own(inserts(9)[0].Text)})
			if server := e.wantStopped(r, 0, 1); server.Line != at {
				t.Errorf("line %d (%s), want %d", server.Line, server.Context, at)
			}
			e.wantNumbers(map[bool]string{true: "", false: "0"}[atomic])
		}
		e.usable()
	})
}

// untilBytes ends data behind so many bytes.
func untilBytes(n int64) func(int64) error {
	return func(read int64) error {
		if read >= n {
			return io.EOF
		}
		return nil
	}
}

// testCopyFails has data that cannot be read to its end.
func testCopyFails(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		for _, size := range []int64{0, 1, 100, 5 << 20} {
			for _, cause := range []error{errMore, io.ErrUnexpectedEOF} {
				e.must(true, "DELETE FROM t")
				data := &rows{padding: 40, at: func(read int64) error {
					if read >= size {
						return fmt.Errorf("in the test: %w", cause)
					}
					return nil
				}}
				var r *record
				e.within("data that ends early", func() {
					r = e.record(context.Background(),
						drivers.Batch{Atomic: atomic, Statements: inserts(1)},
						drivers.Batch{Atomic: atomic, Statements: append(inserts(2), s.copied(data)), More: failing(inserts(3))})
				})
				var server *drivers.Error
				if !errors.Is(r.err, cause) || errors.As(r.err, &server) || errors.Is(r.err, drivers.ErrUnknown) || errors.Is(r.err, drivers.ErrLost) {
					t.Errorf("behind %d bytes: got %v, want the reader's error and no other", size, r.err)
				}
				if want := (drivers.Progress{Batches: 1, Statements: 1}); r.progress != want {
					t.Errorf("behind %d bytes: progress is %+v, want %+v", size, r.progress, want)
				}
				e.wantNumbers(map[bool]string{true: "1", false: "1 2"}[atomic])
				e.usable()
			}
		}
	})
}

// testCopyStops cancels in the middle of data without an end, that comes fast and that comes slowly, and cuts the connection there.
func testCopyStops(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		for _, slow := range []bool{false, true} {
			e.must(true, "DELETE FROM t")
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			data := &rows{padding: 1000, at: func(read int64) error {
				if slow {
					time.Sleep(5 * time.Millisecond)
				}
				if slow && read > 5<<10 || read > 5<<20 {
					cancel()
				}
				return nil
			}}
			var r *record
			e.within("a cancelled COPY", func() {
				r = e.record(ctx, drivers.Batch{Atomic: atomic, Statements: append(inserts(1), s.copied(data)), Tail: own(s.Slow)})
			})
			e.wantStopped(r, 0, 1)
			if !errors.Is(r.err, context.Canceled) {
				t.Errorf("the error %v does not wrap %v", r.err, context.Canceled)
			}
			e.wantNumbers(map[bool]string{true: "", false: "1"}[atomic])
			e.usable()
		}
		e.must(true, "DELETE FROM t")
		proxy, addr := ProxyTo(t, e.addr)
		watcher := e.conn
		e.conn = e.openAt(addr)
		data := &rows{padding: 1000, at: func(read int64) error {
			if read > 5<<20 {
				proxy.Cut()
			}
			return nil
		}}
		var r *record
		e.within("a COPY whose connection is cut", func() {
			r = e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: append(inserts(1), s.copied(data))})
		})
		data.read = 0
		if !errors.Is(r.err, drivers.ErrLost) || !errors.Is(r.err, drivers.ErrUnknown) || r.progress != (drivers.Progress{Statements: 1}) {
			t.Errorf("cut in a COPY: got %+v, %v", r.progress, r.err)
		}
		e.conn.Close(context.Background())
		e.conn = watcher
		e.wantNumbers(map[bool]string{true: "", false: "1"}[atomic])
	})
}

// testCopyMuch sends more data than the memory it may take holds.
func testCopyMuch(t *testing.T, s Subject) {
	const most = 8 << 20
	size := int64(200 << 20)
	if testing.Short() {
		size = 50 << 20
	}
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		before, grown, looked := heap(), int64(0), int64(0)
		data := &rows{padding: 4000, at: func(read int64) error {
			if read >= looked+size/5 {
				looked = read
				grown = max(grown, heap()-before)
			}
			return untilBytes(size)(read)
		}}
		start := time.Now()
		r := e.record(context.Background(), drivers.Batch{Atomic: atomic, Statements: append(append(inserts(-1), s.copied(data)), inserts(-2)...)})
		if r.err != nil {
			t.Fatalf("at %+v: %v", r.progress, r.err)
		}
		t.Logf("%d MB took %v and %d KB", data.read>>20, time.Since(start).Round(time.Millisecond), grown>>10)
		if grown > most {
			t.Errorf("%d MB of data take %d KB of memory, want at most %d", data.read>>20, grown>>10, most>>10)
		}
		if got := e.one(e.conn, "SELECT count(*) FROM t"); got != fmt.Sprint(data.next+2) {
			t.Errorf("%s rows, want %d", got, data.next+2)
		}
	})
}
