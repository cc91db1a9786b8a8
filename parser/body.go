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
func (s *Splitter) atomicBody() {
	if !s.accept("CREATE") {
		return
	}
	if s.accept("OR") && !s.accept("REPLACE") || !s.accept("FUNCTION", "PROCEDURE") {
		return
	}
	for {
		if s.over() {
			return
		}
		if s.scan.depth > 0 || !s.accept("BEGIN") {
			s.step()
			continue
		}
		if s.is("ATOMIC") {
			break
		}
	}
	atomic := s.tok.start
	s.step()
	for first := true; ; {
		switch {
		case s.tok.kind == terminatorToken:
			first = true
			s.step()
			continue
		case s.over():
			if s.tok.kind == endToken && s.scan.depth == 0 {
				s.fail(atomic, "BEGIN ATOMIC without END")
			}
			return
		case first && s.scan.depth == 0 && s.accept("END"):
			return
		}
		first = false
		s.step()
	}
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
