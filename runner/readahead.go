package runner

import "revise/parser"

// A reading gives the statements of a walk, of a long one while another goroutine reads on: cutting statements and summing them up need not wait for the database, nor
// the database for that.
type reading struct {
	walk   *walk // whoever reads has it: the other goroutine until it is through
	sums   bool  // the sum before each statement is asked for
	next   int   // the number of the statement behind the one given last
	before string

	pieces chan []readStatement // nil: nobody reads ahead
	piece  []readStatement      // what is left of the one that came last
	paused bool                 // at a statement with data that are read from the same file
	resume chan struct{}        // they have been read
	over   chan struct{}        // closed: nobody wants more
	ended  bool                 // it is
}

// A readStatement is what reading one statement gave.
type readStatement struct {
	st     parser.Statement
	ok     bool
	err    error
	next   int
	before string
}

// Bounds of what is read ahead: a section from which on it is worth it, and a piece of it.
const (
	longSection     = 64 << 10 // bytes
	aheadStatements = 256
	aheadBytes      = 128 << 10
	aheadPieces     = 2
)

// reading goes on with a walk.
func (w *walk) reading(sums bool) *reading {
	r := &reading{walk: w, sums: sums, next: w.next}
	if w.values || w.outline.section.Text.Size() < longSection { // values are asked for on the caller's goroutine
		return r
	}
	r.pieces, r.resume, r.over = make(chan []readStatement, aheadPieces), make(chan struct{}), make(chan struct{})
	go r.ahead()
	return r
}

// one reads a statement.
func (r *reading) one() (got readStatement) {
	if r.sums && r.walk.next > 0 {
		got.before = r.walk.split.Sum().String()
	}
	got.st, got.ok, got.err = r.walk.Next()
	got.next = r.walk.next
	return got
}

// ahead reads all that is left.
func (r *reading) ahead() {
	defer close(r.pieces)
	for {
		var piece []readStatement
		ended, waits := false, false
		for bytes := 0; !ended && !waits && len(piece) < aheadStatements && bytes < aheadBytes; {
			got := r.one()
			piece = append(piece, got)
			bytes += len(got.st.Text) + len(got.st.Data)
			ended, waits = !got.ok || got.err != nil, got.st.Rest != nil
		}
		select {
		case r.pieces <- piece:
		case <-r.over:
			return
		}
		if ended {
			return
		}
		if waits {
			select {
			case <-r.resume:
			case <-r.over:
				return
			}
		}
	}
}

// Next returns the next statement, or false behind the last. What it needs of the statement before has been read.
func (r *reading) Next() (parser.Statement, bool, error) {
	var got readStatement
	if r.pieces == nil {
		got = r.one()
	} else {
		if r.paused {
			r.resume <- struct{}{}
		}
		if len(r.piece) == 0 {
			r.piece = <-r.pieces
		}
		if len(r.piece) == 0 { // asked behind the last
			return parser.Statement{}, false, nil
		}
		got, r.piece[0] = r.piece[0], readStatement{} // it may hold much text
		r.piece = r.piece[1:]
		r.paused = got.st.Rest != nil
	}
	r.next, r.before = got.next, got.before
	return got.st, got.ok, got.err
}

// end has nobody read any more.
func (r *reading) end() {
	if r.pieces == nil || r.ended {
		return
	}
	r.ended = true
	close(r.over)
	for range r.pieces { // until the other goroutine is gone
	}
}
