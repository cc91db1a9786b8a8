package parser

// sectionBody reads a body that begins with declarations, as MariaDB has it in Oracle mode: the next token is AS, IS or DECLARE.
// AS and IS show it whatever sql_mode says.
func (s *Splitter) sectionBody() {
	if s.over() {
		return
	}
	s.oracle = true
	s.push(s.sectionWord(), true)
	s.body()
}

func (s *Splitter) sectionWord() string {
	switch {
	case s.is("IS"):
		return "IS"
	case s.is("DECLARE"):
		return "DECLARE"
	default:
		return "AS"
	}
}

// declaration reads one entry of a section of declarations. A BEGIN turns the section into a block, so that one END closes both; an END
// closes it as it is, which packages do.
func (s *Splitter) declaration() {
	top := &s.open[len(s.open)-1]
	switch {
	case s.is("BEGIN"):
		*top = opened{word: "BEGIN", at: s.tok.start}
		s.step()
	case s.is("END"):
		s.pop()
		s.toEnd()
	case s.accept("PROCEDURE", "FUNCTION"):
		if !s.over() {
			s.step() // the name
		}
		for !s.over() {
			switch {
			case s.tok.kind == openToken:
				s.parentheses()
				continue
			case s.is("AS", "IS"):
				s.push(s.sectionWord(), true)
				return
			}
			s.step()
		}
		// Without AS it is a declaration in advance.
	case s.is("CONTINUE", "EXIT", "UNDO") && s.nextIs("HANDLER"):
		s.handler()
		for s.isSign("<<") {
			s.bodyStatement()
		}
		if !s.over() {
			s.bodyStatement() // a BEGIN here is the handler's own
		}
	default:
		s.toEnd()
	}
}
