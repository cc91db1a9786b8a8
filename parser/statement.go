package parser

import "io"

// A Statement is one SQL statement as the server should get it: from its first token to before its terminator, byte for byte but for blanks at the
// end; never empty and never only comments. Comments before the terminator belong to it, for databases store them: it may end in a "--" comment. Where the
// end of the text ends it, it goes to its last token.
type Statement struct {
	Text string   // a piece of the file, not a copy, unless Splitter.Expand has put values into it
	Pos  Position // of the first byte of Text

	// Copy is true for PostgreSQL's COPY … FROM STDIN with inline data, which goes over the COPY protocol and starts at DataPos. Data is
	// that data, without the closing "\.", or its beginning: what Rest gives follows then. Rest is to be read before the next statement is
	// asked for, or else is passed over; a mistake in the data, or in reading the file, is an error of the one who meets it first.
	Copy    bool
	Data    string
	Rest    io.Reader // nil: Data is all
	DataPos Position

	// Clean is true of the first statement behind a line "-- +reset": the session is made clean before it, as it is before a section.
	Clean bool

	// Class says what the statement means for transactions.
	Class Class

	expansion *expansion // nil: Text is the file's
}

// At returns the position of the byte at off in s.Text; of a byte of a variable's value, that of its placeholder.
func (s Statement) At(off int) Position {
	if x := s.expansion; x != nil {
		return s.Pos.Advance(x.source[:x.back(min(max(off, 0), len(s.Text)))])
	}
	return s.Pos.Advance(s.Text[:min(max(off, 0), len(s.Text))])
}

// A Class says what a statement means for the transaction a section runs in.
type Class int

const (
	Plain   Class = iota // runs in a transaction or without one
	Begin                // starts a transaction: BEGIN, START TRANSACTION
	Commit               // commits one: COMMIT, END
	Control              // any other control of transactions: ROLLBACK, SAVEPOINT, RELEASE, PREPARE TRANSACTION …
	Outside              // cannot run inside a transaction: CREATE INDEX CONCURRENTLY, VACUUM …
	Hold                 // takes table locks under which other tables cannot be written (MySQL: LOCK TABLES)
	Unhold               // gives them back (MySQL: UNLOCK TABLES)
)
