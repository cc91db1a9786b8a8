// Package parser turns the text of a revision file into a Revision, and the text of a section into statements. It knows
// nothing of databases, folders or the chain: the dialect it splits by is data that a driver hands in.
//
// The two steps are apart on purpose. Parse sees only lines (header, markers), so a file's structure can be read without
// knowing any SQL, and a revision that is applied already is never split. Split sees only SQL.
package parser

import (
	"crypto/sha256"
	"encoding/hex"
	"hash/crc32"
	"slices"
	"time"
)

// A Kind says what a section is for.
type Kind int

const (
	Upgrade   Kind = iota // run on the way up
	Downgrade             // run on the way down
	Verify                // queries that must hold after the upgrade
)

// String gives the word of the marker line: "upgrade", "downgrade", "verify".
func (k Kind) String() string {
	return [...]string{"upgrade", "downgrade", "verify"}[k]
}

// A Revision is one parsed file.
type Revision struct {
	File        string
	ID          Ref
	Revises     []Ref      // none: a base; two or more: a merge
	Replaces    []Replaced // that it was squashed from: a database that has them has it. It stands on none then
	DependsOn   []Ref
	Labels      []Ref
	Message     string
	Created     string // as it stands in the file
	Settings    Settings
	Variables   []Ref        // that its statements have placeholders for; none: what looks like one is text
	Annotations []Annotation // header lines whose key is the author's own
	Sections    []*Section   // in the order of the file
}

// Section returns the section of kind k for a dialect: the one that names the dialect, else the one that names none, else nil.
// A revision without a downgrade section is irreversible.
func (r *Revision) Section(k Kind, dialect string) *Section {
	var general *Section
	for _, s := range r.Sections {
		if s.Kind != k {
			continue
		}
		if len(s.Dialects) == 0 {
			general = s
		}
		for _, d := range s.Dialects {
			if d == dialect {
				return s
			}
		}
	}
	return general
}

// A Ref is a word of the header that names a revision or a label, with its place.
type Ref struct {
	Name string
	Pos  Position
}

// Names reports whether one of these words is a name.
func Names(refs []Ref, name string) bool {
	return slices.ContainsFunc(refs, func(r Ref) bool { return r.Name == name })
}

// An Annotation is a header line "-- key: value" whose key is not one of ours.
type Annotation struct {
	Key, Value string
	Pos        Position
}

// Settings are what a header or a marker says about how a section runs.
type Settings struct {
	Transaction      Switch
	ForeignKeys      Switch         // SQLite: off while the section runs, and checked at its end
	LockTimeout      *time.Duration // nil: not said
	StatementTimeout *time.Duration // nil: not said
}

// over returns s with what it leaves unsaid taken from below.
func (s Settings) over(below Settings) Settings {
	if s.Transaction == Unset {
		s.Transaction = below.Transaction
	}
	if s.ForeignKeys == Unset {
		s.ForeignKeys = below.ForeignKeys
	}
	if s.LockTimeout == nil {
		s.LockTimeout = below.LockTimeout
	}
	if s.StatementTimeout == nil {
		s.StatementTimeout = below.StatementTimeout
	}
	return s
}

// without returns s with what below says alike left unsaid: the inverse of over.
func (s Settings) without(below Settings) Settings {
	same := func(a, b *time.Duration) bool { return a != nil && b != nil && *a == *b }
	if s.Transaction == below.Transaction {
		s.Transaction = Unset
	}
	if s.ForeignKeys == below.ForeignKeys {
		s.ForeignKeys = Unset
	}
	if same(s.LockTimeout, below.LockTimeout) {
		s.LockTimeout = nil
	}
	if same(s.StatementTimeout, below.StatementTimeout) {
		s.StatementTimeout = nil
	}
	return s
}

// A Switch is a setting that is on, off, or not said.
type Switch int

const (
	Unset Switch = iota
	On
	Off
)

// A Section is what stands under one marker line.
type Section struct {
	Kind     Kind
	Pos      Position // of the marker line
	Dialects []string // none: for every dialect that has no section of its own
	Settings Settings // the header's, overridden by the marker's
	// Variables are those of the header.
	Variables []Ref
	Text      Text     // from behind the marker line to the next marker or the end
	Start     Position // of the first byte of Text

	check uint32    // of a Text that is not held, as it was when the file was parsed
	ends  []dataEnd // in such a Text, in their order: none is missing before the last
}

// ByteSum is the sum of the section's bytes. As long as it is unchanged, nothing in the section is. An error is one of reading the file.
func (s *Section) ByteSum() (Sum, error) { return s.Text.Sum() }

// Check is what Splitter.Check tells behind the last statement, as long as the file has not been changed.
func (s *Section) Check() uint32 {
	if s.Text.src == nil {
		return crc32.Checksum(bytesOf(s.Text.held), castagnoli())
	}
	return s.check
}

// Split cuts the section into statements by the rules of a dialect, all at once. A mistake is an ErrorList with places in the file; any
// other error is one of reading it.
func (s *Section) Split(d *Dialect) ([]Statement, error) {
	text, err := s.Text.String()
	if err != nil {
		return nil, err
	}
	return Split(s.Start, text, d)
}

// Splitter cuts the section statement by statement, and holds no more of it than it has to.
func (s *Section) Splitter(d *Dialect) *Splitter {
	if s.Text.src == nil {
		return NewSplitter(s.Start, s.Text.held, d)
	}
	return s.splitter(d, windowSize)
}

func (s *Section) splitter(d *Dialect, window int) *Splitter {
	split := newReader(s.Start, s.Text.Reader(), d, window)
	split.ends, split.origin = s.ends, s.Start.Offset
	return split
}

// A Sum is a SHA-256.
type Sum [sha256.Size]byte

// String gives the sum in hex.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }
