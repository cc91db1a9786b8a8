package parser

import (
	"bytes"
	"errors"
	"strings"
)

// Reparent gives a revision file other parents: it writes the line "-- revises:" anew, or puts one behind the line of the id. No other byte changes. An
// error says that the text has no such line; what else is wrong with it is not looked at.
func Reparent(src []byte, parents []string) ([]byte, error) {
	revision, revises := -1, -1 // where the lines begin
	comment := false
	rest := bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	at := len(src) - len(rest)
lines:
	for at < len(src) {
		end := at + len(lineOf(src[at:]))
		line := strings.TrimSpace(string(src[at:end]))
		switch {
		case comment:
			comment = !strings.Contains(line, "*/")
		case strings.HasPrefix(line, "/*"):
			comment = !strings.Contains(line, "*/")
		case strings.HasPrefix(line, "-- +"):
			break lines
		case strings.HasPrefix(line, "--"):
			key, _, ok := strings.Cut(line[2:], ":")
			switch {
			case !ok:
			case strings.EqualFold(strings.TrimSpace(key), "revision") && revision < 0:
				revision = at
			case strings.EqualFold(strings.TrimSpace(key), "revises") && revises < 0:
				revises = at
			}
		}
		at = end
	}
	var out []byte
	switch {
	case revises >= 0:
		line := lineOf(src[revises:])
		colon := bytes.IndexByte(line, ':') + 1
		out = append(out, src[:revises+colon]...)
		if len(parents) > 0 {
			out = append(out, " "+strings.Join(parents, ", ")...)
		}
		out = append(out, lineEnd(line)...)
		return append(out, src[revises+len(line):]...), nil
	case revision >= 0:
		line := lineOf(src[revision:])
		end := lineEnd(line)
		if end == "" {
			end = "\n"
		}
		out = append(out, src[:revision+len(line)]...)
		if lineEnd(line) == "" {
			out = append(out, end...)
		}
		out = append(out, strings.TrimRight("-- revises: "+strings.Join(parents, ", "), " ")+end...)
		return append(out, src[revision+len(line):]...), nil
	}
	return nil, errors.New(`the file has no line "-- revision: ID"`)
}

// lineOf is the first line of a text, with its end.
func lineOf(text []byte) []byte {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return text[:i+1]
	}
	return text
}

func lineEnd(line []byte) string {
	switch {
	case bytes.HasSuffix(line, []byte("\r\n")):
		return "\r\n"
	case bytes.HasSuffix(line, []byte("\n")):
		return "\n"
	}
	return ""
}
