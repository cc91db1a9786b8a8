package parser

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// clientLine reads what stands between statements and is for the database's own client. It reports whether that was a line to skip;
// a command that we do not know is a mistake.
func (s *Splitter) clientLine() bool {
	d := s.scan.d
	switch {
	case s.tok.kind == backslashToken:
		if d.MetaCommands && s.restrict() {
			s.skipClientLine()
			return true
		}
		s.backslash()
	case s.first != nil && s.first.command:
		return s.mysqlCommand()
	case d.DotCommands && s.isSign(".") && s.scan.startsLine(s.tok.start):
		s.fail(s.tok.start, fmt.Sprintf("%q is a command of the sqlite3 shell, not SQL", strings.TrimSpace(firstBytes(s.restOfLine()))))
	}
	return false
}

// maxShown is how much of a command a message shows, in bytes. It is less than lookahead, so a window holds as much.
const maxShown = 60

// firstBytes is what a message shows of a line.
func firstBytes(line string) string {
	if len(line) <= maxShown {
		return line
	}
	n := maxShown
	for n > 0 && !utf8.RuneStart(line[n]) {
		n--
	}
	return line[:n] + "…"
}

// restOfLine is the line from the next token on.
func (s *Splitter) restOfLine() string {
	line := s.scan.text[s.tok.start:]
	if strings.IndexByte(line, '\n') < 0 {
		s.scan.ranOut = true
	}
	return line[:lineLength(line)]
}

func (s *Splitter) skipClientLine() {
	s.scan.at = s.scan.nextLine(s.tok.start)
	s.lastEnd = -1
}

// restrict reports whether the next line is "\restrict KEY" or "\unrestrict KEY", which pg_dump writes around its output since August
// 2025 (CVE-2025-8714). They protect psql from the dump; nothing here runs commands of psql.
func (s *Splitter) restrict() bool {
	if !s.scan.startsLine(s.tok.start) {
		return false
	}
	words := strings.Fields(s.restOfLine())
	return len(words) == 2 && (words[0] == `\restrict` || words[0] == `\unrestrict`)
}

// backslash reports the client's command that begins with the next token.
func (s *Splitter) backslash() {
	rest := s.restOfLine()
	_, size := utf8.DecodeRuneInString(rest[1:])
	n := 1 + size
	if !s.scan.d.MetaCommands {
		s.fail(s.tok.start, fmt.Sprintf(`client command "%s" is not SQL and is not supported`, rest[:n]))
		return
	}
	for isLetter(rest[n-1]) && n < len(rest) && n < maxShown && isLetter(rest[n]) {
		n++
	}
	s.fail(s.tok.start, fmt.Sprintf(`psql meta-command "%s" is not SQL and is not supported`, rest[:n]))
}

// mysqlCommand reads a DELIMITER line and reports whether it was one. Other commands of the mysql client are mistakes.
func (s *Splitter) mysqlCommand() bool {
	word := s.scan.text[s.tok.start:s.tok.end]
	for _, c := range s.scan.d.ClientCommands {
		if strings.EqualFold(word, c) && !s.labels() {
			s.fail(s.tok.start, fmt.Sprintf("%q is a command of the mysql client, not SQL", word))
			return false
		}
	}
	if !isWord(word, "DELIMITER") {
		return false
	}
	if end := s.tok.end; end < len(s.scan.text) && strings.IndexByte(" \t\r\n", s.scan.text[end]) < 0 {
		return false
	}
	line := s.restOfLine()
	if len(line) > len(word) && line[len(word)] == '\r' { // no line break follows it
		return false
	}
	if s.lastEnd >= 0 && strings.IndexByte(s.scan.text[s.lastEnd:s.tok.start], '\n') < 0 {
		s.fail(s.tok.start, "DELIMITER must stand at the start of a line of its own")
		return false
	}
	delimiter := delimiterArgument(line[len(word):])
	if delimiter == "" || strings.IndexByte(delimiter, '\\') >= 0 {
		s.fail(s.tok.start, "DELIMITER needs a delimiter, for example: DELIMITER //")
		return false
	}
	if delimiter == ";" {
		delimiter = ""
	}
	m := s.scan.modes
	m.delimiter = strings.Clone(delimiter) // the window may be written over
	s.setModes(m)
	s.skipClientLine()
	return true
}

// delimiterArgument is the first word of a line, or what is quoted there (client/mysql.cc, get_arg). What follows is ignored.
func delimiterArgument(line string) string {
	line = strings.TrimLeft(line, " \t\r\v\f")
	if line == "" {
		return ""
	}
	if strings.IndexByte("'\"`", line[0]) >= 0 {
		if n := strings.IndexByte(line[1:], line[0]); n >= 0 {
			return line[1 : 1+n]
		}
		return line[1:]
	}
	if n := strings.IndexAny(line, " \t"); n >= 0 {
		return line[:n]
	}
	return line
}
