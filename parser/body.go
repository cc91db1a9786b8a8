package parser

// An opened is a word that END has yet to close.
type opened struct {
	word     string
	at       int
	section  bool // declarations of Oracle mode, up to BEGIN or END
	routines bool // a package: PROCEDURE and FUNCTION begin routines in it
}

func (s *Splitter) push(word string, section bool) {
	s.open = append(s.open, opened{word: word, at: s.tok.start, section: section})
	s.step()
}

func (s *Splitter) pop() {
	if n := len(s.open); n > 0 {
		s.open = s.open[:n-1]
	}
}

// inSection reports whether declarations are being read.
func (s *Splitter) inSection() bool { return len(s.open) > 0 && s.open[len(s.open)-1].section }

// inPackage reports whether what is read stands in a package, and in none of its routines.
func (s *Splitter) inPackage() bool { return len(s.open) > 0 && s.open[len(s.open)-1].routines }

// atomicBody reads CREATE FUNCTION and CREATE PROCEDURE of PostgreSQL up to the end of a BEGIN ATOMIC … END in it. Its END is the one
// directly behind ';' or ATOMIC: every statement in it ends in ';', and none begins with END (gram.y, routine_body_stmt_list).
// Elsewhere BEGIN, ATOMIC and END are words like others.
//
// The grammar, but no server so far, takes CREATE FUNCTION in a body too; the body of that one has an END of its own.
func (s *Splitter) atomicBody() {
	if !s.routineHead() {
		return
	}
	var atomic []int // where the bodies opened that are open
	routine, first := true, false
	for {
		switch {
		case s.tok.kind == terminatorToken && len(atomic) > 0:
			routine, first = false, true
			s.step()
			continue
		case s.over():
			if n := len(atomic); n > 0 && s.tok.kind == endToken && s.scan.depth == 0 {
				s.fail(atomic[n-1], "BEGIN ATOMIC without END")
			}
			return
		case s.scan.depth > 0:
		case first && s.accept("END"):
			atomic = atomic[:len(atomic)-1]
			if len(atomic) == 0 {
				return
			}
			first = false
			continue
		case first && s.is("CREATE"):
			routine, first = s.routineHead(), false
			continue
		case routine && s.accept("BEGIN"):
			if s.is("ATOMIC") {
				atomic = append(atomic, s.tok.start)
				s.step()
				routine, first = false, true
			}
			continue
		}
		first = false
		s.step()
	}
}

// routineHead reads CREATE [OR REPLACE] FUNCTION or PROCEDURE, if that comes next, or what of it does.
func (s *Splitter) routineHead() bool {
	return s.accept("CREATE") && (!s.accept("OR") || s.accept("REPLACE")) && s.accept("FUNCTION", "PROCEDURE")
}

// trigger reads CREATE TRIGGER of SQLite up to its end, the ';' behind END behind ';' (complete.c).
func (s *Splitter) trigger() {
	if s.accept("EXPLAIN") {
		for !s.over() && !s.is("CREATE", "EXPLAIN", "TEMP", "TEMPORARY", "TRIGGER", "END") {
			s.step()
			s.prev = token{} // whatever stands before the word
		}
	}
	create := s.tok.start
	if !s.accept("CREATE") {
		return
	}
	if s.accept("VIRTUAL") {
		s.moduleArguments()
		return
	}
	for s.accept("TEMP", "TEMPORARY") {
	}
	if !s.accept("TRIGGER") {
		return
	}
	behindSemicolon, ended := false, false
	for {
		switch {
		case s.tok.kind == terminatorToken:
			if ended {
				return
			}
			s.step()
			behindSemicolon = true
			continue
		case s.over():
			if s.tok.kind == endToken && !ended {
				s.fail(create, "CREATE TRIGGER without END")
			}
			return
		}
		ended = behindSemicolon && s.is("END")
		behindSemicolon = false
		s.step()
	}
}

// moduleArguments reads CREATE VIRTUAL TABLE … USING module(…) up to the parenthesis that closes: the arguments are any tokens, ';' as well
// (parse.y, vtabarg and anylist).
func (s *Splitter) moduleArguments() {
	for !s.accept("USING") {
		if s.over() {
			return
		}
		s.step()
	}
	if s.over() {
		return
	}
	s.step()
	if s.tok.kind != openToken {
		return
	}
	paren := s.tok.start
	for depth := 0; ; s.step() {
		switch s.tok.kind {
		case openToken:
			depth++
		case closeToken:
			if depth--; depth == 0 {
				return
			}
		case endToken:
			s.fail(paren, "unclosed parenthesis")
			return
		case errorToken, lineToken, backslashToken:
			return
		}
	}
}
