package parser

// A Statement is one SQL statement as the server should get it: without its terminator, with no blanks around it, never
// empty and never only comments. Everything between its first and last token is kept byte for byte.
type Statement struct {
	Text string   // a piece of the file, not a copy
	Pos  Position // of the first byte of Text

	// Copy is true for PostgreSQL's COPY … FROM STDIN with inline data. Data is then that data, without the closing "\.";
	// it goes over the COPY protocol and starts at DataPos.
	Copy    bool
	Data    string
	DataPos Position

	// Sum identifies this statement and all before it in the section: it is computed over the tokens, so comments, white space
	// between tokens, line endings and a byte order mark do not count, and one changed literal does.
	Sum Sum

	// Class says what the statement means for transactions.
	Class Class
}

// At returns the position of the byte at off in s.Text.
func (s Statement) At(off int) Position {
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
