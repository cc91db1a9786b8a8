package mysql

import (
	"revise/drivers"
	"strings"
)

// A shape is what must be known of a statement's text before it can travel with others in one packet.
type shape struct {
	// text is the statement up to its last token: a comment behind it or a semicolon of its own (as a piece between custom delimiters
	// may have) must not meet the semicolon that parts it from the next.
	text string
	// nothing says that the server would see no token at all: the conditional comments in it are for other servers. Behind such a one a
	// semicolon is a syntax error.
	nothing bool
	// alone says that nothing may stand behind the statement in its packet, because where it ends is not certain.
	alone bool
	// many says that it may count as more than one statement.
	many bool
	// load says that it starts with LOAD, local that it is LOAD DATA LOCAL or LOAD XML LOCAL.
	load, local bool
}

var (
	dollarForm  = drivers.Form(`\$\w*\$`)
	localForm   = drivers.Form(`(?is)\bLOAD\s+(?:DATA|XML)\s+(?:LOW_PRIORITY\s+|CONCURRENT\s+)?LOCAL\b`)
	routineForm = drivers.Form(`(?is)^(?:/\*M?![0-9]*\s*)?CREATE\b(?:\(\)|[^(])*?\b(?:PROCEDURE|FUNCTION|TRIGGER|EVENT)\b`)
	blockForm   = drivers.Form("(?i)\\bEND(?:\\s+[\\w$]+|\\s*`[^`]+`)?(?:\\s*\\*/)?$")
)

// shapeOf reads a statement. Whether a backslash escapes depends on the sql_mode at that moment, which a procedure may have set: where the
// two readings differ, the statement goes alone.
func (c *conn) shapeOf(sql string) shape {
	s := c.scan(sql, true)
	if strings.Contains(sql, `\`) {
		if other := c.scan(sql, false); other != s {
			s.alone, s.many = true, true
		}
	}
	routine := routineForm().MatchString(sql[:min(len(sql), 1000)])
	if routine && dollarForm().MatchString(sql) {
		s.alone = true // a body in another language (MySQL 9), in which none of this means anything
	}
	// A routine's body that is one statement is stored with the semicolon behind it if there is one (MySQL 9.7; MariaDB leaves it out): then SHOW
	// CREATE would differ from what mysql, which sends statements one by one, leaves in the catalog.
	if !c.mariadb() && routine && !blockForm().MatchString(s.text) {
		s.alone = true
	}
	if s.alone {
		s.text, s.nothing = sql, false
	}
	s.local = (s.load || s.alone) && localForm().MatchString(commentForm().ReplaceAllString(sql, " "))
	return s
}

// scan walks over the text as sql/sql_lex.cc does.
func (c *conn) scan(sql string, backslash bool) (s shape) {
	end, inside, pending := 0, false, false
	token := func(from, to int) {
		if end == 0 || pending {
			s.load = s.load || strings.EqualFold(sql[from:to], "LOAD")
		}
		s.many = s.many || pending
		end, pending = to, false
	}
	for i := 0; i < len(sql); {
		switch b := sql[i]; {
		case b == ' ' || b >= '\t' && b <= '\r':
			i++
		case b == '#', b == '-' && dashes(sql[i:]):
			if nl := strings.IndexByte(sql[i:], '\n'); nl >= 0 {
				i += nl + 1
			} else {
				i = len(sql)
			}
		case strings.HasPrefix(sql[i:], "/*"):
			size, verdict := c.conditional(sql[i:])
			if verdict == execute && !inside {
				inside = true
				i += size
				continue
			}
			stop := strings.Index(sql[i+2:], "*/")
			// A comment in a conditional comment, and the other way round, are read differently by the versions.
			if verdict == unsure || stop < 0 || inside || verdict == skip && strings.Contains(sql[i+2:i+2+stop], "/*") {
				s.alone = true
				return s
			}
			i += 2 + stop + 2
		case inside && strings.HasPrefix(sql[i:], "*/"):
			inside = false
			i += 2
			end = i
		case b == '\'' || b == '"' || b == '`':
			size := quoted(sql[i:], backslash && b != '`')
			if size < 0 {
				s.alone = true
				return s
			}
			token(i, i+size)
			i += size
		case b == ';':
			pending = true
			i++
		default:
			from := i
			for i < len(sql) && wordByte(sql[i]) {
				i++
			}
			i = max(i, from+1)
			token(from, i)
		}
	}
	s.alone = inside
	s.text, s.nothing = sql[:end], end == 0
	return s
}

// commentForm matches comments, but of conditional ones their ends only.
var commentForm = drivers.Form(`(?s)/\*M?![0-9]*|\*/|/\*.*?\*/|(?:#|--\s)[^\n]*`)

func wordByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '$' || b >= 0x80
}

// dashes reports whether text, which starts with a dash, starts a comment: two of them, and a blank or a control character or the end.
func dashes(text string) bool {
	return strings.HasPrefix(text, "--") && (len(text) == 2 || text[2] <= ' ' || text[2] == 0x7f)
}

// quoted gives the length of the quoted text at the start, or -1 if it is not closed.
func quoted(text string, backslash bool) int {
	for i := 1; i < len(text); i++ {
		switch {
		case backslash && text[i] == '\\':
			i++
		case text[i] == text[0]:
			if i+1 < len(text) && text[i+1] == text[0] {
				i++
				continue
			}
			return i + 1
		}
	}
	return -1
}

// What becomes of a comment.
type verdict int

const (
	comment verdict = iota
	execute         // a conditional comment whose content this server runs
	skip            // one that it skips
	unsure
)

var conditionForm = drivers.Form(`^/\*(M?)!(\d*)(\s?)`)

// conditional tells what this server does with the comment at the start of text, and how long its opening is. /*!NNNNN or /*!NNNNNN is run
// from that version on, except that MariaDB skips 50700 to 99999 as meant for MySQL, and that /*M! is MariaDB's alone. (Measured; sql_lex.cc.) A
// sixth digit counts in MySQL only before white space.
func (c *conn) conditional(text string) (size int, v verdict) {
	m := conditionForm().FindStringSubmatch(text)
	if m == nil {
		return 0, comment
	}
	size = len(m[0]) - len(m[3])
	number := 0
	for _, d := range m[2] {
		number = min(number*10+int(d-'0'), 1<<30)
	}
	switch {
	case m[1] == "M" && !c.mariadb():
		return size, skip
	case m[2] == "":
		return size, execute
	case len(m[2]) != 5 && len(m[2]) != 6, len(m[2]) == 6 && m[3] == "" && !c.mariadb():
		return size, unsure
	case number > c.version, c.mariadb() && m[1] == "" && number >= 50700 && number <= 99999:
		return size, skip
	}
	return size, execute
}
