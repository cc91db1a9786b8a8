package parser

import "strings"

// This file reads the stored programs of MySQL and MariaDB while the delimiter is ";". It follows the servers' grammar (sql_yacc.yy)
// only as far as it must to find the ';' that ends the statement: a stack of open blocks, and a look at each word where a statement
// starts. So columns called "end", the functions IF() and REPEAT(), and CASE expressions need no care.

// program reads a statement that may hold others up to the ';' behind it; all else it leaves to be read to the first ';'.
func (s *Splitter) program() {
	s.open = s.open[:0]
	oracle := s.scan.modes.oracle
	s.oracle = oracle
	switch {
	case s.accept("CREATE"):
		if s.accept("OR") {
			s.accept("REPLACE")
		}
		s.definer()
		s.accept("AGGREGATE")
		switch {
		case s.accept("PROCEDURE", "FUNCTION"):
			s.routine()
		case s.accept("LIBRARY"):
			s.library()
		case s.accept("TRIGGER"):
			s.rowTrigger()
		case s.accept("EVENT"):
			s.event()
		case s.accept("PACKAGE"):
			s.accept("BODY")
			s.packageBody()
		}
	case s.accept("ALTER"):
		s.definer()
		if s.accept("EVENT") {
			s.event()
		}
	case s.accept("SET"):
		// SET STATEMENT variable = value, … FOR statement
		if s.accept("STATEMENT") && s.readTo("FOR") {
			s.program()
		}
	case s.is("BEGIN"):
		// BEGIN and BEGIN WORK start a transaction; in Oracle mode any other BEGIN is an anonymous block.
		next := s.scan.peek()
		if s.nextIs("NOT") || oracle && next.kind >= wordToken && !s.nextIs("WORK") {
			s.body()
		}
	case s.is("IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR"), s.labels():
		s.body()
	case oracle && s.is("DECLARE"):
		s.sectionBody()
	case oracle && s.isSign("<<"):
		s.body()
	}
}

// definer reads "DEFINER = user".
func (s *Splitter) definer() {
	if !s.accept("DEFINER") || !s.isSign("=") {
		return
	}
	s.step()
	if !s.over() {
		s.step()
	}
	if s.tok.kind == otherToken && s.scan.text[s.tok.start] == '@' { // @host is one token, @ and a quoted host are two
		bare := s.tok.end-s.tok.start == 1
		s.step()
		if bare && (s.tok.kind == stringToken || s.tok.kind == quotedToken) && s.tok.start == s.prev.end { // the host may be left out
			s.step()
		}
	}
	s.parentheses() // CURRENT_USER()
}

// parentheses passes over "( … )". They never span a ';'.
func (s *Splitter) parentheses() {
	if s.tok.kind != openToken {
		return
	}
	for depth := 0; !s.over(); {
		switch s.tok.kind {
		case openToken:
			depth++
		case closeToken:
			depth--
		}
		s.step()
		if depth == 0 {
			return
		}
	}
}

// rowTrigger reads a trigger from its name on.
func (s *Splitter) rowTrigger() {
	for !s.over() {
		if s.accept("FOR") && s.accept("EACH") && s.accept("ROW") {
			if s.accept("FOLLOWS", "PRECEDES") && !s.over() {
				s.step()
			}
			s.body()
			return
		}
		if !s.over() && !s.is("FOR") {
			s.step()
		}
	}
}

// event reads an event from its name on.
func (s *Splitter) event() {
	s.name()
	if s.readTo("DO") {
		s.body()
	}
}

// packageBody reads a package, or the body of one, from its name on. Since MariaDB 11.4 there are packages without Oracle mode: without AS, and their
// statements need no BEGIN.
func (s *Splitter) packageBody() {
	s.name()
	for s.is("COMMENT", "SQL") && !s.over() {
		if s.accept("SQL") {
			s.accept("SECURITY")
		} else {
			s.step()
		}
		if !s.over() {
			s.step()
		}
	}
	if s.is("AS", "IS") {
		s.sectionBody()
		return
	}
	if !s.over() {
		s.open = append(s.open, opened{word: "PACKAGE", at: s.tok.start, routines: true})
		s.body()
	}
}

// name reads the name of a program, with IF NOT EXISTS before it.
func (s *Splitter) name() {
	if s.is("IF") && s.nextIs("NOT") {
		s.step()
		s.step()
		s.accept("EXISTS")
	}
	if !s.over() {
		s.step() // it may be any word
	}
	for s.isSign(".") {
		s.step()
		if !s.over() {
			s.step()
		}
	}
}

// routine reads a procedure or function from its name on, up to what can begin its body.
func (s *Splitter) routine() {
	s.name()
	for parameters := true; !s.over(); parameters = false {
		switch {
		case s.tok.kind == openToken:
			if !parameters && (s.nextIs("SELECT", "WITH", "VALUES", "TABLE") || s.scan.peek().kind == openToken) {
				return // a query, which is a simple body
			}
			s.parentheses()
		case s.is("BEGIN", "IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR"), s.labels():
			s.body()
			return
		case s.is("AS", "IS"):
			if s.foreignBody() {
				return
			}
			s.sectionBody()
			return
		case s.is("SET"):
			// "CHARACTER SET" and "RETURNS SET('a','b')" belong to the type.
			if !s.prevIs("CHARACTER", "CHAR", "RETURNS") {
				return
			}
			s.step()
		case s.is("RETURN") && s.scan.modes.oracle:
			// "RETURN type AS …"; a simple body if no AS comes.
			for !s.over() && !s.is("AS", "IS") {
				if s.tok.kind == openToken {
					s.parentheses()
				} else {
					s.step()
				}
			}
		case s.is("SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "RETURN", "CALL", "WITH", "VALUES", "TABLE", "DO", "EXECUTE", "PREPARE",
			"DEALLOCATE", "CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME", "GRANT", "REVOKE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC",
			"SIGNAL", "RESIGNAL", "GET", "ANALYZE", "OPTIMIZE", "REPAIR", "CHECK", "CHECKSUM", "FLUSH", "KILL", "RESET", "INSTALL",
			"UNINSTALL", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "XA", "PURGE"):
			return // a simple body, which ends at the next ';'
		default:
			s.step()
		}
	}
}

// prevIs reports whether the token before the next one is one of these words.
func (s *Splitter) prevIs(words ...string) bool {
	for _, w := range words {
		if s.prev.kind == wordToken && isWord(s.scan.text[s.prev.start:s.prev.end], w) {
			return true
		}
	}
	return false
}

// library reads CREATE LIBRARY (MySQL) up to its text in another language.
func (s *Splitter) library() {
	for !s.over() && !s.is("AS") {
		s.step()
	}
	if !s.over() {
		s.foreignBody()
	}
}

// rawProgram reads what stands between delimiters of the author's own up to the text of a routine in another language, in which the mysql client
// of MySQL 9 looks for no delimiter either.
func (s *Splitter) rawProgram() {
	if !s.accept("CREATE") {
		return
	}
	if s.accept("OR") {
		s.accept("REPLACE")
	}
	s.definer()
	if !s.accept("FUNCTION", "PROCEDURE", "LIBRARY") {
		return
	}
	for !s.over() && !s.is("BEGIN") {
		if s.is("AS") && s.foreignBody() {
			return
		}
		s.step()
	}
}

// foreignBody reads AS and the text of a routine in another language, a string or (MySQL 9) a dollar quote. Elsewhere in MySQL '$' is
// a letter, so the quote is looked for only here.
func (s *Splitter) foreignBody() bool {
	tok := s.scan.peek()
	if tok.kind == stringToken {
		return true
	}
	tag := s.scan.dollarTag(tok.start)
	if tag == "" || tok.kind == terminatorToken {
		return false
	}
	s.take() // AS; what was read behind it is read again
	s.scan.at = tok.start
	s.tok = s.scan.dollarQuote(tag)
	s.foreign = extent{s.tok.start, s.tok.end}
	return true
}

// readTo reads over the next of these words, past CASE … END and parentheses. It reports false where the statement ends before.
func (s *Splitter) readTo(words ...string) bool {
	for depth := 0; !s.over(); {
		switch {
		case s.tok.kind == openToken:
			s.parentheses()
			continue
		case depth == 0 && !(s.is("DO") && s.operandNext()) && s.accept(words...):
			return true
		case s.is("CASE"):
			depth++
		case depth > 0 && s.is("END") && !s.operandNext():
			depth--
		}
		s.step()
	}
	return false
}

// operandNext reports whether an operand has to come next, by what is before: DO and END, which are not reserved, are names then. Only reserved
// words tell.
func (s *Splitter) operandNext() bool {
	if s.prev.kind == otherToken {
		text := s.scan.text[s.prev.start:s.prev.end]
		return strings.IndexByte("+-*/%<>=!&|^~,:", text[0]) >= 0 || text == ".."
	}
	if s.scan.behindPoint(s.prev.start) {
		return false // it was a name
	}
	return s.prevIs("CASE", "WHEN", "THEN", "ELSE", "AND", "OR", "NOT", "XOR", "LIKE", "REGEXP", "RLIKE", "BETWEEN", "DIV", "MOD", "IN", "TO",
		"INTERVAL", "WHILE", "FOR", "BINARY")
}

// labels reports whether the next tokens are a label and its colon before a block. A colon alone tells nothing: Oracle mode writes
// IF :NEW.a THEN.
func (s *Splitter) labels() bool {
	if s.tok.kind != wordToken && s.tok.kind != quotedToken {
		return false
	}
	kept := s.scan.lexState
	colon := s.scan.code()
	is := colon.kind == otherToken && s.scan.text[colon.start:colon.end] == ":" &&
		s.nextIs("BEGIN", "LOOP", "REPEAT", "WHILE", "FOR")
	s.scan.lexState = kept
	return is
}

// body reads a body from a place where a statement starts, up to the ';' behind it all.
func (s *Splitter) body() {
	for {
		switch {
		case s.tok.kind == terminatorToken && len(s.open) == 0:
			return
		case s.tok.kind == terminatorToken:
			s.step()
		case s.over():
			if n := len(s.open); n > 0 && s.tok.kind == endToken {
				s.fail(s.open[n-1].at, `body is not closed: missing END for "`+s.open[n-1].word+`"`)
			}
			return
		case s.inSection():
			s.declaration()
		default:
			s.bodyStatement()
		}
	}
}

// bodyStatement reads from where a statement starts to where the next one does, or to a ';'.
func (s *Splitter) bodyStatement() {
	switch {
	case s.inPackage() && s.accept("PROCEDURE", "FUNCTION"):
		s.routine()
	case s.labels():
		s.step()
		s.step()
	case s.isSign("<<"):
		for !s.over() && !s.isSign(">>") {
			s.step()
		}
		if !s.over() {
			s.step()
		}
	case s.is("BEGIN"):
		s.push("BEGIN", false)
		if s.accept("NOT") {
			s.accept("ATOMIC")
		}
	case s.is("LOOP"):
		s.push("LOOP", false)
	case s.is("REPEAT"):
		s.push("REPEAT", false)
	case s.is("IF"):
		s.header("IF", "THEN")
	case s.is("CASE"):
		s.header("CASE", "THEN")
	case s.is("WHILE"):
		s.header("WHILE", "DO", "LOOP")
	case s.is("FOR"):
		s.header("FOR", "DO", "LOOP")
	case s.accept("WHEN", "ELSEIF", "ELSIF"):
		s.readTo("THEN")
	case s.accept("ELSE"):
	case s.is("END"):
		s.pop()
		s.toEnd()
	case s.accept("UNTIL"):
		if s.readTo("END") {
			s.pop()
		}
		s.toEnd()
	case s.is("DECLARE") && s.nextIs("CONTINUE", "EXIT", "UNDO"):
		s.step()
		s.handler()
	case s.is("DECLARE") && s.oracle:
		s.push("DECLARE", true)
	case s.is("EXCEPTION") && s.nextIs("WHEN"):
		s.step()
	default:
		s.toEnd()
	}
}

// header reads the head of a control statement, up to the word behind which its statements start. Without that word it was none.
func (s *Splitter) header(word string, to ...string) {
	s.push(word, false)
	if !s.readTo(to...) {
		s.pop()
	}
}

// handler reads "{CONTINUE | EXIT | UNDO} HANDLER FOR condition, …"; behind it a statement starts. Without HANDLER it reads to the ';'.
func (s *Splitter) handler() {
	s.step()
	if !s.accept("HANDLER") || !s.accept("FOR") {
		s.toEnd()
		return
	}
	for !s.over() {
		if s.accept("SQLSTATE") {
			s.accept("VALUE")
		} else {
			s.accept("NOT") // FOUND
		}
		if !s.over() {
			s.step()
		}
		if !s.isSign(",") {
			return
		}
		s.step()
	}
}
