package config

import (
	"sort"
	"strconv"
	"strings"
)

// An Error is a mistake in the configuration. It prints as "file:line:col: message; hint" on one line, and without a place
// where the mistake is in a flag or in the environment: then the message names that. It never holds a value that may be secret.
type Error struct {
	File      string
	Line, Col int // from 1, Col in characters; 0 if the file as a whole is meant
	Msg       string
	Hint      string // what to do about it; may be empty
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			b.WriteString(":" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Col))
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Msg)
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

// A List is every mistake found, those in the file first and in its order. It is never empty where it is returned as an error.
type List []*Error

func (l List) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find the single mistakes.
func (l List) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// err returns the list sorted by place, or nil if nothing was found.
func (l List) err() error {
	if len(l) == 0 {
		return nil
	}
	sort.SliceStable(l, func(i, j int) bool {
		a, b := l[i], l[j]
		if (a.File == "") != (b.File == "") {
			return a.File != ""
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Col < b.Col
	})
	return l
}
