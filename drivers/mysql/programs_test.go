package mysql_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"revise/drivers/drivertest/servers"
)

// A programmer makes up statements that a server takes: programs within programs, with names and strings that look like their ends.
// Blanks between tokens are written \x01; spaced puts in others, and comments.
type programmer struct {
	*rand.Rand
	maria    bool
	packages bool // also without Oracle mode
	oracle   bool // MariaDB's sql_mode

	budget   int      // how much may still be nested in the statement
	labels   int      // to have each once
	loops    []string // labels that ITERATE may name
	handles  bool     // inside a handler, where no other is declared: the servers see one as the other's neighbour
	outside  bool     // no label may stand here
	replaces bool     // CREATE OR REPLACE, which excludes IF NOT EXISTS
	kind     routine
}

// A routine is what a body belongs to: not every statement is allowed in each.
type routine int

const (
	procedure routine = iota
	function
	trigger
)

// newProgrammer makes a programmer for a server. From the same seed it makes up the same for the same kind and version.
func newProgrammer(o *oracle, seed uint64, oracleMode bool) *programmer {
	return &programmer{Rand: rand.New(rand.NewPCG(seed, 1)), maria: o.kind == servers.MariaDB, packages: o.packages, oracle: oracleMode}
}

// pick returns one of these.
func (p *programmer) pick(list ...string) string { return list[p.IntN(len(list))] }

// maybe returns the text half of the time.
func (p *programmer) maybe(text string) string { return p.pick(text, "") }

// one calls one of these.
func (p *programmer) one(list ...func() string) string { return list[p.IntN(len(list))]() }

// form makes a statement of a template: each _ of it is a blank between tokens.
func form(template string, args ...any) string {
	return fmt.Sprintf(strings.ReplaceAll(template, "_", "\x01"), args...)
}

// spaced puts in blanks and comments.
func (p *programmer) spaced(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c != 1 {
			b.WriteByte(c)
			continue
		}
		if p.IntN(8) > 0 {
			b.WriteByte(' ')
			continue
		}
		b.WriteString(p.pick("\n", "\t", "\r\n", " -- it's; END\n", " # it`s; BEGIN \"\n", " /* ; ' */ ", "/**/", "\v", " --\n", " /* a /* b */ ", "\n--\t;\n"))
	}
	return b.String()
}

// joined writes statements with a ';' behind each, but for the last sometimes.
func (p *programmer) joined(stmts []string) string {
	var b strings.Builder
	for i, s := range stmts {
		b.WriteString(p.pick("", "", "\n", "-- a; b\n", "/* c; */", ";;"))
		b.WriteString(s)
		if i < len(stmts)-1 || p.IntN(2) > 0 {
			b.WriteString(p.pick(";", "\n;\n", " /* d */;", " -- e;\n;"))
		}
	}
	return b.String()
}

// list makes statements.
func (p *programmer) list(n int) []string {
	var list []string
	for range n {
		*p = programmer{Rand: p.Rand, maria: p.maria, packages: p.packages, oracle: p.oracle, budget: 5 + p.IntN(30)}
		list = append(list, p.statement())
	}
	return list
}

func (p *programmer) statement() string {
	switch {
	case p.oracle:
		return p.one(p.plain, p.oracleProcedure, p.oracleFunction, p.oracleTrigger, p.event, p.anonymous, p.packageSpec, p.packageBody)
	case p.packages && p.IntN(6) == 0:
		return p.one(p.plainPackage, p.plainPackageBody)
	case p.maria:
		return p.one(p.plain, p.procedure, p.function, p.trigger, p.event, p.alterEvent, p.compound, p.setStatement)
	}
	return p.one(p.plain, p.procedure, p.function, p.trigger, p.event, p.alterEvent, p.foreign)
}

// name is the name of something that need not exist.
func (p *programmer) name() string {
	return p.pick("p", "`a;b`", "`end`", "d.q", "`BEGIN`", "`it's`", "`d``;`.`if`", "é")
}

func (p *programmer) text() string {
	if p.oracle {
		return p.pick("'a;b'", "'it''s; END'", "'x'", `'\';'`, `'\\'`, "''")
	}
	return p.pick("'a;b'", "'it''s; END'", `"b;""c"`, `'\';'`, `"\";"`, `'\\'`, "''", "_utf8mb4'é;'", "N'n;'", "X'3b'", "'a'\x01';b'")
}

// column is a column of t and u.
func (p *programmer) column() string {
	return p.pick("a", "b", "`end`", "`begin`", "`repeat`", "`case`")
}

func (p *programmer) expr() string {
	if p.budget <= 0 {
		return p.pick("1", "@a", p.text())
	}
	p.budget--
	return p.one(
		func() string { return p.pick("0", "1", "2.5e-3", "0x3b", "5--1", "NULL", "TRUE", "-1") },
		p.text, p.text,
		func() string { return p.pick("@a", "@begin", "@end", "@`x;y`", "@@session.autocommit") },
		func() string { return form("CASE_%s_WHEN_%s_THEN_%s_END", p.expr(), p.expr(), p.expr()) },
		func() string { return form("CASE_WHEN_%s_THEN_%s_ELSE_%s_END", p.expr(), p.expr(), p.expr()) },
		func() string { return form("IF(%s,_%s,%s)", p.expr(), p.expr(), p.expr()) },
		func() string { return form("IF_(%s,_%s,%s)", p.expr(), p.expr(), p.expr()) },
		func() string { return form("REPEAT(%s,_%s)", p.expr(), p.expr()) },
		func() string { return form("REPLACE(%s,_'x',_%s)", p.expr(), p.expr()) },
		func() string { return form("INSERT(%s,_1,_2,_%s)", p.expr(), p.expr()) },
		func() string { return form("(%s_+_%s)", p.expr(), p.expr()) },
		func() string {
			return form("(SELECT_%s_AS_`end`_FROM_u_WHERE_%s_=_%s)", p.expr(), p.column(), p.expr())
		},
		func() string { return form("(%s_IN_(%s,%s))", p.pick("1", "@a"), p.expr(), p.expr()) },
		func() string { return form("EXISTS_(SELECT_1_FROM_u_LIMIT_1)") },
	)
}

// query is a SELECT that may stand anywhere.
func (p *programmer) query() string {
	return p.one(
		func() string { return form("SELECT_%s_AS_%s", p.expr(), p.pick("`end`", "x", "`if`")) },
		func() string { return form("SELECT_%s,_%s_FROM_t_WHERE_%s", p.column(), p.expr(), p.expr()) },
		func() string { return form("SELECT_%s_FROM_t_ORDER_BY_%s", p.column(), p.column()) },
		func() string { return form("SELECT_%s_UNION_ALL_SELECT_%s", p.expr(), p.expr()) },
		func() string { return form("WITH_c_AS_(SELECT_%s)_SELECT_*_FROM_c", p.expr()) },
	)
}

// change is a statement that gives no rows and may stand in every body.
func (p *programmer) change() string {
	return p.one(
		func() string { return form("SET_@a_=_%s", p.expr()) },
		func() string { return form("SET_@begin_:=_%s,_@end_=_%s", p.expr(), p.expr()) },
		func() string { return form("INSERT_INTO_t_(`end`,_a)_VALUES_(%s,_%s)", p.expr(), p.expr()) },
		func() string {
			return form("INSERT_INTO_t_SET_`if`_=_%s_ON_DUPLICATE_KEY_UPDATE_`end`_=_%s", p.expr(), p.expr())
		},
		func() string { return form("REPLACE_INTO_t_(a)_SELECT_%s", p.expr()) },
		func() string { return form("UPDATE_t_SET_`end`_=_%s_WHERE_%s", p.expr(), p.expr()) },
		func() string { return form("DELETE_FROM_t_WHERE_%s", p.expr()) },
		func() string { return form("DO_%s", p.expr()) },
		func() string { return form("CALL_%s(%s)", p.pick("p", "d.q", "`a;b`"), p.expr()) },
		func() string { return form("SIGNAL_SQLSTATE_'45000'_SET_%s_=_'a;END'", "MESSAGE_TEXT") },
		func() string { return form("SELECT_%s_INTO_@a", p.expr()) },
	)
}

// plain is a statement of its own without a body, with words that begin or end one elsewhere.
func (p *programmer) plain() string {
	list := []func() string{
		p.query, p.change,
		func() string {
			return p.pick(form("START_TRANSACTION"), "COMMIT", form("XA_START_'x;'"))
		},
		func() string {
			return form("CREATE_TABLE_%s_(`begin`_INT,_`end`_INT_DEFAULT_5,_c_ENUM('a;',_'b')_COMMENT_'do;',_CHECK_(`end`_>_1))", p.name())
		},
		func() string {
			return form("CREATE_VIEW_%s_AS_%s", p.name(), "SELECT\x01"+p.pick("1", "a", form("CASE_WHEN_1_THEN_2_END"))+form("_AS_`end`_FROM_t"))
		},
		func() string { return form("DROP_PROCEDURE_IF_EXISTS_%s", p.name()) },
		func() string {
			return form("ALTER_EVENT_%s_%s", p.name(), p.pick("DISABLE", form("COMMENT_'do;'"), form("RENAME_TO_x")))
		},
		func() string { return form("PREPARE_s_FROM_'BEGIN;END'") },
		func() string { return form("CREATE_FUNCTION_g_RETURNS_STRING_SONAME_'x;y.so'") },
	}
	if !p.oracle {
		list = append(list, func() string { return p.pick("BEGIN", form("BEGIN_WORK"), form("XA_BEGIN_'x'")) }, func() string { return form("SELECT_a_AS_end,_t.end_AS_begin_FROM_t") })
	}
	return p.one(list...)
}

// bodyStatement is a statement of a body, without its ';'.
func (p *programmer) bodyStatement() string {
	if p.budget <= 0 {
		return p.change()
	}
	p.budget -= 2
	list := []func() string{
		p.change, p.change, p.ifs, p.cases, p.loop, p.repeat, p.while, p.block, p.jump,
		func() string {
			if p.kind == procedure {
				return p.query()
			}
			return p.change()
		},
	}
	if p.maria {
		list = append(list, p.forLoop)
	}
	return p.one(list...)
}

// statements are the statements of a block, at least one, each with its ';'.
func (p *programmer) statements() string {
	var b strings.Builder
	for range 1 + p.IntN(3) {
		b.WriteString(p.bodyStatement() + p.pick(";", "\x01;") + "\x01")
	}
	return b.String()
}

// label returns "name:" and what END may name, or nothing.
func (p *programmer) label(loop bool) (begin, end string, done func()) {
	if p.outside || p.IntN(2) == 0 {
		p.outside = false
		return "", "", func() {}
	}
	p.labels++
	name := fmt.Sprintf(p.pick("l%d", "`l%d;`", "`end %d`", "outer_%d"), p.labels)
	kept := p.loops
	if loop {
		p.loops = append(kept[:len(kept):len(kept)], name)
	}
	return name + p.pick(":", "\x01:") + "\x01", p.maybe("\x01" + name), func() { p.loops = kept }
}

func (p *programmer) jump() string {
	if len(p.loops) == 0 {
		return p.change()
	}
	return p.pick("LEAVE", "ITERATE") + "\x01" + p.loops[p.IntN(len(p.loops))]
}

func (p *programmer) ifs() string {
	text := form("IF_%s_THEN_%s", p.expr(), p.statements())
	for range p.IntN(3) {
		text += form("ELSEIF_%s_THEN_%s", p.expr(), p.statements())
	}
	if p.IntN(2) > 0 {
		text += form("ELSE_%s", p.statements())
	}
	return text + form("END_IF")
}

func (p *programmer) cases() string {
	text := form("CASE") + p.maybe("\x01"+p.expr()) + "\x01"
	for range 1 + p.IntN(2) {
		text += form("WHEN_%s_THEN_%s", p.expr(), p.statements())
	}
	if p.IntN(2) > 0 {
		text += form("ELSE_%s", p.statements())
	}
	return text + form("END_CASE")
}

func (p *programmer) loop() string {
	begin, end, done := p.label(true)
	defer done()
	return begin + form("LOOP_%sEND_LOOP", p.statements()) + end
}

func (p *programmer) repeat() string {
	begin, end, done := p.label(true)
	defer done()
	return begin + form("REPEAT_%sUNTIL_%s_END_REPEAT", p.statements(), p.expr()) + end
}

func (p *programmer) while() string {
	begin, end, done := p.label(true)
	defer done()
	return begin + form("WHILE_%s_DO_%sEND_WHILE", p.expr(), p.statements()) + end
}

// forLoop is MariaDB's.
func (p *programmer) forLoop() string {
	begin, end, done := p.label(true)
	defer done()
	over := p.one(
		func() string { return form("%s..%s", p.pick("1", "@a\x01"), p.pick("2", form("IF(1,2,3)"))) },
		func() string { return form("REVERSE_1..CASE_1_WHEN_1_THEN_2_END") },
		func() string { return form("(SELECT_a,_t.end_FROM_t)") },
	)
	return begin + form("FOR_i_IN_%s_DO_%sEND_FOR", over, p.statements()) + end
}

// block is BEGIN with declarations, and END.
func (p *programmer) block() string {
	begin, end, done := p.label(false)
	defer done()
	text := begin + form("BEGIN_") + p.declarations()
	if p.IntN(6) > 0 {
		text += p.statements()
	}
	return text + "END" + end
}

func (p *programmer) declarations() string {
	text := ""
	if p.IntN(3) == 0 {
		text += form("DECLARE_x,_`y;`_%s;_", p.pick(form("INT_DEFAULT_CASE_1_WHEN_1_THEN_2_END"), form("ENUM('a;',_'end')"), form("VARCHAR(9)_CHARACTER_SET_utf8mb4"), "INT"))
	}
	if p.IntN(4) == 0 {
		text += form("DECLARE_c_CONDITION_FOR_SQLSTATE_VALUE_'42S02';_")
	}
	if p.IntN(4) == 0 {
		text += form("DECLARE_cur_CURSOR_FOR_%s;_", p.query())
	}
	if p.IntN(3) == 0 && !p.handles {
		kept := p.loops
		p.loops, p.handles = nil, true // it sees no labels outside of it
		text += form("DECLARE_%s_HANDLER_FOR_%s_%s;_", p.pick("CONTINUE", "EXIT"),
			p.pick("SQLEXCEPTION", form("NOT_FOUND,_SQLWARNING"), form("1062,_1063_,1064"), form("SQLSTATE_'23000',_SQLSTATE_VALUE_'42S01'")), p.bodyStatement())
		p.loops, p.handles = kept, false
	}
	return text
}
