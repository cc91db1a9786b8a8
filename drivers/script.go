package drivers

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// A Script writes, as text for the database's own client (psql, mysql or mariadb, sqlite3), what a Conn would do. The client ends at the first
// error, whatever its settings are. Nothing is asked of a database: what has to be known is a condition, which the script looks at when it runs.
//
// An error is one of writing, one of reading what a batch gives, or a *ScriptError.
type Script interface {
	// Place is the schema in which a table is made that names none, and the condition for that to be so where the script runs. Both are empty if
	// the address does not say.
	Place() (schema, condition string)
	// HasTable is the condition that a table is there.
	HasTable(schema, table string) string
	// Begin stands first. title are lines of a comment.
	Begin(title []string) error
	// Lock takes the session lock called key, as Conn.TryLock does, or ends the script with a message. Where a client cannot hold it, it does nothing.
	Lock(key, message string) error
	// Require ends the script with a message unless a condition holds, an expression. On a clean session.
	Require(condition, message string) error
	// Exec writes a batch. Done and Committed are not called.
	Exec(b Batch) error
	// Say has the client write a line of text when it comes there.
	Say(line string) error
	// End gives the lock back.
	End() error
}

// A ScriptError says that a statement cannot be written for a client.
type ScriptError struct {
	Statement string
	Msg       string
}

func (e *ScriptError) Error() string { return e.Msg }

// A ScriptWriter is what the Scripts of all drivers share: lines of text, and the first error of writing.
type ScriptWriter struct{ w *bufio.Writer }

// NewScriptWriter makes one that writes to w.
func NewScriptWriter(w io.Writer) *ScriptWriter {
	return &ScriptWriter{bufio.NewWriterSize(w, 64<<10)}
}

// Line writes a line.
func (s *ScriptWriter) Line(format string, args ...any) error {
	_, err := fmt.Fprintf(s.w, format+"\n", args...)
	return err
}

// Lines writes texts as statements, each with a semicolon behind it, in one line.
func (s *ScriptWriter) Lines(texts ...string) error {
	return s.Line("%s;", strings.Join(texts, "; "))
}

// Statement writes a text with a terminator behind it, on a line of its own where a comment may stand before it.
func (s *ScriptWriter) Statement(text, terminator string) error {
	last := text[strings.LastIndexByte(text, '\n')+1:]
	if strings.Contains(last, "--") || strings.Contains(last, "#") {
		text += "\n"
	}
	return s.Line("%s%s", text, terminator)
}

// Data writes the data of a COPY, and a line end behind it if there is none.
func (s *ScriptWriter) Data(r io.Reader) error {
	last := &lastByte{w: s.w, last: '\n'}
	if _, err := io.Copy(last, r); err != nil {
		return err
	}
	if last.last != '\n' {
		return s.w.WriteByte('\n')
	}
	return nil
}

// Flush writes what is left.
func (s *ScriptWriter) Flush() error { return s.w.Flush() }

type lastByte struct {
	w    io.Writer
	last byte
}

func (l *lastByte) Write(b []byte) (int, error) {
	if len(b) > 0 {
		l.last = b[len(b)-1]
	}
	return l.w.Write(b)
}

// Comment writes lines of a comment that begins with two hyphens.
func (s *ScriptWriter) Comment(lines []string) error {
	for _, line := range lines {
		if err := s.Line("%s", strings.TrimRight("-- "+oneLine(line), " ")); err != nil {
			return err
		}
	}
	return nil
}

var lineEnds = Form(`[\r\n\x00]+`)

func oneLine(s string) string { return lineEnds().ReplaceAllString(s, " ") }

// Each hands the statements of a batch to f, clean set where Feed.At says so, and ends with the first error.
func (b Batch) Each(f func(s *Statement, clean bool) error) error {
	feed := b.Feed()
	for i := 0; ; i++ {
		s, clean, err := feed.At(i)
		if err != nil || s == nil {
			return err
		}
		if err := f(s, clean); err != nil {
			return err
		}
		feed.Forget(i + 1)
	}
}
