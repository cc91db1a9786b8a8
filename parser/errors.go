package parser

import (
	"fmt"
	"sort"
	"strings"
)

// An Error is a mistake in a file. It prints as "file:line:col: message" on one line.
type Error struct {
	Pos  Position
	Msg  string
	Hint string // what to do about it; may be empty
}

func (e *Error) Error() string {
	msg := e.Msg
	if e.Hint != "" {
		msg += "; " + e.Hint
	}
	if at := e.Pos.String(); at != "" {
		return at + ": " + msg
	}
	return msg
}

// An ErrorList is every mistake found, in the order of the files. It is never empty where it is returned as an error.
type ErrorList []*Error

func (l ErrorList) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find the single mistakes.
func (l ErrorList) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// Add appends a mistake.
func (l *ErrorList) Add(pos Position, format string, args ...any) *Error {
	e := &Error{Pos: pos, Msg: fmt.Sprintf(format, args...)}
	*l = append(*l, e)
	return e
}

// Err returns the list sorted by place, or nil if nothing was found.
func (l ErrorList) Err() error {
	if len(l) == 0 {
		return nil
	}
	sort.SliceStable(l, func(i, j int) bool {
		a, b := l[i].Pos, l[j].Pos
		if a.File != b.File {
			return a.File < b.File
		}
		return a.Offset < b.Offset
	})
	return l
}

// Some joins the first of a list for a message; and, which is " and" or ", and", leads to how many more there are.
func Some(list []string, and string) string {
	const most = 5
	if more := len(list) - most; more > 0 {
		return fmt.Sprintf("%s%s %d more", strings.Join(list[:most], ", "), and, more)
	}
	return strings.Join(list, ", ")
}
