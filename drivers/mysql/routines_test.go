package mysql_test

// create is CREATE, with what may stand before the kind of a program.
func (p *programmer) create() string {
	text := "CREATE\x01"
	if p.replaces = p.maria && p.IntN(2) > 0; p.replaces {
		text += form("OR_REPLACE_")
	}
	if p.IntN(3) == 0 {
		text += form("DEFINER_=_%s_", p.pick("CURRENT_USER", "CURRENT_USER()", "`a;`@`%`", "'event'@'localhost'", "root@localhost", "`begin`"))
	}
	return text
}

func (p *programmer) ifNotExists() string {
	if p.replaces {
		return ""
	}
	return p.maybe(form("IF_NOT_EXISTS_"))
}

func (p *programmer) kindOfData() string {
	return p.pick("INT", form("DECIMAL(5,_2)_UNSIGNED"), form("VARCHAR(9)_CHARACTER_SET_utf8mb4"), form("ENUM('a;',_'begin')"), form("SET('x;',_'end')"), "TEXT", "DATETIME(3)")
}

func (p *programmer) characteristics() string {
	text := ""
	for _, c := range []string{form("COMMENT_'begin;it''s'_"), form("LANGUAGE_SQL_"), form("SQL_SECURITY_%s_", p.pick("INVOKER", "DEFINER")),
		form("%s_", p.pick(form("READS_SQL_DATA"), form("MODIFIES_SQL_DATA"), form("NO_SQL"), form("CONTAINS_SQL")))} {
		if p.IntN(3) == 0 {
			text += c
		}
	}
	return text
}

func (p *programmer) procedure() string {
	p.kind = procedure
	params := p.pick("", form("IN_a_%s", p.kindOfData()), form("INOUT_`if;`_%s,_OUT_b_%s", p.kindOfData(), p.kindOfData()))
	return form("%sPROCEDURE_%s%s_(%s)_%s%s", p.create(), p.ifNotExists(), p.name(), params, p.characteristics(), p.body())
}

func (p *programmer) function() string {
	p.kind = function
	body := p.one(
		func() string { return form("RETURN_%s", p.expr()) },
		func() string { return form("BEGIN_%s%sRETURN_%s;_END", p.declarations(), p.statements(), p.expr()) },
		func() string {
			return form("IF_%s_THEN_%sRETURN_%s;_ELSE_RETURN_%s;_END_IF", p.expr(), p.statements(), p.expr(), p.expr())
		},
	)
	return form("%sFUNCTION_%s%s_(%s)_RETURNS_%s_DETERMINISTIC_%s%s", p.create(), p.ifNotExists(), p.name(), p.pick("", "`begin`\x01INT", form("a_TEXT,_b_%s", p.kindOfData())),
		p.kindOfData(), p.characteristics(), body)
}

// body is one statement, of whatever kind.
func (p *programmer) body() string {
	if p.IntN(2) > 0 {
		return p.block()
	}
	return p.bodyStatement()
}

func (p *programmer) trigger() string {
	p.kind = trigger
	order := p.pick("", form("FOLLOWS_`x;`_"), form("PRECEDES_begin_"))
	body := p.body()
	at := p.pick("BEFORE", "AFTER")
	if at == "BEFORE" && p.IntN(2) == 0 {
		body = form("SET_NEW.a_=_%s,_NEW.`end`_=_%s", p.expr(), p.expr())
	}
	return form("%sTRIGGER_%s_%s_%s_ON_t_FOR_EACH_ROW_%s%s", p.create(), p.ifNotExists()+p.pick("tr", "`end;`", "follows"), at,
		p.pick("INSERT", "UPDATE"), order, body)
}

func (p *programmer) schedule() string {
	return p.one(
		func() string {
			return form("ON_SCHEDULE_EVERY_%s_DAY", p.pick("1", form("CASE_WHEN_1_THEN_2_END"), "IF(1,2,3)"))
		},
		func() string { return form("ON_SCHEDULE_EVERY_'1:2'_%s", "HOUR_MINUTE") },
		func() string {
			return form("ON_SCHEDULE_AT_NOW()_+_INTERVAL_%s_HOUR", p.pick("1", form("CASE_1_WHEN_1_THEN_2_END")))
		},
	)
}

func (p *programmer) event() string {
	p.kind = procedure
	options := p.maybe(form("ON_COMPLETION_NOT_PRESERVE_")) + p.pick("", "ENABLE\x01", "DISABLE\x01") + p.maybe(form("COMMENT_'do;END'_"))
	body := p.body()
	if p.oracle {
		body = p.oracleBlock()
	}
	return form("%sEVENT_%s%s_%s_%sDO_%s", p.create(), p.ifNotExists(), p.pick("e", "`do;`", "d.`e`"), p.schedule(), options, body)
}

func (p *programmer) alterEvent() string {
	p.kind = procedure
	return form("ALTER_EVENT_%s_%s%sDO_%s", p.pick("e", "`do;`"), p.maybe(p.schedule()+"\x01"), p.maybe(form("RENAME_TO_f_")), p.body())
}

// compound is a block outside of any program, which MariaDB has. It has no label.
func (p *programmer) compound() string {
	p.kind, p.outside = procedure, true
	return p.one(
		func() string { return form("BEGIN_NOT_ATOMIC_%s%sEND", p.declarations(), p.statements()) },
		p.ifs, p.cases, p.loop, p.repeat, p.while, p.forLoop,
	)
}

// setStatement is MariaDB's SET STATEMENT, before a statement or a program.
func (p *programmer) setStatement() string {
	return form("SET_STATEMENT_%s_=_%s_FOR_%s", "max_statement_time", p.pick("1", "IF(1,2,3)", "(1+2)"),
		p.one(p.query, p.procedure, p.function, p.trigger, p.compound))
}

// plainPackage is a package outside of Oracle mode.
func (p *programmer) plainPackage() string {
	return form("%sPACKAGE_%s%s_%sPROCEDURE_a(x_INT);_FUNCTION_b()_RETURNS_%s_COMMENT_'c;';_%sEND", p.create(), p.ifNotExists(), p.name(), p.maybe(form("COMMENT_'begin;'_")),
		p.kindOfData(), p.maybe(form("PROCEDURE_d();_")))
}

// plainPackageBody may end with statements without BEGIN, which run once.
func (p *programmer) plainPackageBody() string {
	p.kind = procedure
	text := form("%sPACKAGE_BODY_%s_%s%s", p.create(), p.pick("k", "`k`"), p.maybe(form("DECLARE_v_INT_DEFAULT_CASE_WHEN_1_THEN_2_END;_")), p.maybe(form("FUNCTION_b()_RETURNS_INT;_")))
	text += form("PROCEDURE_a(x_INT)_%s%s;_", p.characteristics(), p.body())
	p.kind = function
	text += form("FUNCTION_b()_RETURNS_INT_%s;_", p.pick(form("RETURN_%s", p.expr()), form("BEGIN_%sRETURN_1;_END", p.statements())))
	if p.IntN(2) > 0 {
		text += p.statements()
	}
	return text + "END"
}

// foreign is MySQL's routine in another language.
func (p *programmer) foreign() string {
	tag := p.pick("$$", "$js$", "$0$", "$_$")
	body := p.pick(tag+" return 'it; ' + \"x\" + `y`; "+tag, tag+";"+tag, tag+"\n// it's; BEGIN\nif (a) { b(); } "+tag, "'return 1; //'")
	return p.one(
		func() string {
			return form("CREATE_FUNCTION_%s(a_INT)_RETURNS_INT_LANGUAGE_JAVASCRIPT_AS_%s", p.name(), body)
		},
		func() string {
			return form("CREATE_PROCEDURE_%s%s()_LANGUAGE_JAVASCRIPT_NO_SQL_AS_%s", p.ifNotExists(), p.name(), body)
		},
		func() string {
			return form("CREATE_LIBRARY_%s%s_LANGUAGE_JAVASCRIPT_AS_%s", p.ifNotExists(), p.name(), body)
		},
	)
}

// What follows is for MariaDB's Oracle mode.

func (p *programmer) oracleStatement() string {
	if p.budget <= 0 {
		return p.pick("NULL", p.change())
	}
	p.budget -= 2
	return p.one(
		p.change, p.change, p.cases0, p.oracleBlock,
		func() string { return "NULL" },
		func() string {
			if p.kind != procedure {
				return "NULL" // dynamic SQL is not allowed there
			}
			return form("EXECUTE_IMMEDIATE_'BEGIN;END'")
		},
		func() string { return form("IF_%s_THEN_%sEND_IF", p.expr(), p.oracleStatements()) },
		func() string {
			return form("IF_%s_THEN_%sELSIF_%s_THEN_%sELSE_%sEND_IF", p.expr(), p.oracleStatements(), p.expr(), p.oracleStatements(), p.oracleStatements())
		},
		func() string { return form("WHILE_%s_LOOP_%sEND_LOOP", p.expr(), p.oracleStatements()) },
		func() string {
			return form("FOR_i_IN_REVERSE_1..%s_LOOP_%sEND_LOOP", p.pick("2", "IF(1,2,3)"), p.oracleStatements())
		},
		func() string { return form("FOR_r_IN_(SELECT_a_FROM_t)_LOOP_%sEND_LOOP", p.oracleStatements()) },
		func() string {
			p.labels++
			name := form("l%d", p.labels)
			return form("<<%s>>_LOOP_%sEXIT_%s_WHEN_%s;_CONTINUE_WHEN_1_=_2;_END_LOOP_%s", name, p.oracleStatements(), name, p.expr(), p.maybe(name))
		},
		func() string { return form("REPEAT_%sUNTIL_%s_END_REPEAT", p.oracleStatements(), p.expr()) },
	)
}

// cases0 is a CASE statement in Oracle mode.
func (p *programmer) cases0() string {
	return form("CASE_%sWHEN_%s_THEN_%sELSE_%sEND_CASE", p.maybe(p.expr()+"\x01"), p.expr(), p.oracleStatements(), p.oracleStatements())
}

func (p *programmer) oracleStatements() string {
	text := ""
	for range 1 + p.IntN(3) {
		text += p.oracleStatement() + p.pick(";", "\x01;") + "\x01"
	}
	return text
}

// oracleDeclarations are what stands between AS and BEGIN.
func (p *programmer) oracleDeclarations() string {
	text := ""
	for _, d := range []string{form("x_INT_:=_%s;_", p.expr()), form("`y;`_VARCHAR2(9);_"), form("CURSOR_c_IS_%s;_", p.query()), form("u_t%%ROWTYPE;_"),
		form("w_EXCEPTION;_")} {
		if p.IntN(4) == 0 {
			text += d
		}
	}
	return text
}

// oracleEnd is the part from BEGIN on.
func (p *programmer) oracleEnd() string {
	text := form("BEGIN_%s", p.oracleStatements())
	if p.IntN(3) == 0 {
		text += form("EXCEPTION_WHEN_%s_THEN_%s", p.pick("NO_DATA_FOUND", "1062", "DUP_VAL_ON_INDEX"), p.oracleStatements())
		if p.IntN(2) > 0 {
			text += form("WHEN_OTHERS_THEN_%s", p.oracleStatements())
		}
	}
	return text + "END"
}

func (p *programmer) oracleBlock() string {
	if p.IntN(3) == 0 {
		return form("DECLARE_z_INT;_%s%s", p.oracleDeclarations(), p.oracleEnd())
	}
	return p.oracleEnd()
}

func (p *programmer) anonymous() string {
	p.kind = procedure
	return p.oracleBlock()
}

func (p *programmer) params() string {
	return p.pick("", form("(a_IN_INT)"), form("(a_INT,_`b;`_OUT_VARCHAR2(9))"))
}

func (p *programmer) oracleProcedure() string {
	p.kind = procedure
	return form("%sPROCEDURE_%s_%s_%s%s_%s%s", p.create(), p.name(), p.params(), p.maybe(form("COMMENT_'as;is'_")), p.pick("AS", "IS"), p.oracleDeclarations(), p.oracleEnd())
}

func (p *programmer) oracleFunction() string {
	p.kind = function
	return form("%sFUNCTION_%s_%s_RETURN_%s_%s_%sBEGIN_%sRETURN_%s;_END", p.create(), p.name(), p.pick("", form("(a_INT)")), p.pick("INT", "VARCHAR(9)"), p.pick("AS", "IS"),
		p.oracleDeclarations(), p.oracleStatements(), p.expr())
}

func (p *programmer) oracleTrigger() string {
	p.kind = trigger
	return form("%sTRIGGER_tr_BEFORE_INSERT_ON_t_FOR_EACH_ROW_%sBEGIN_IF_:NEW.a_=_%s_THEN_:NEW.a_:=_%s;_END_IF;_%sEND", p.create(), p.maybe(form("FOLLOWS_x_")),
		p.expr(), p.expr(), p.oracleStatements())
}

func (p *programmer) packageSpec() string {
	return form("%sPACKAGE_%s_%s_PROCEDURE_a(x_INT);_FUNCTION_b_RETURN_INT;_%sEND", p.create(), p.name(), p.pick("AS", "IS"), p.maybe(form("PROCEDURE_c;_")))
}

func (p *programmer) packageBody() string {
	p.kind = procedure
	text := form("%sPACKAGE_BODY_%s_AS_%s", p.create(), p.pick("k", "`k`"), p.maybe(form("v_INT_:=_1;_")))
	text += p.maybe(form("FUNCTION_b_RETURN_INT;_"))
	text += form("PROCEDURE_a%s_%s_%s%s;_", p.params(), p.pick("AS", "IS"), p.oracleDeclarations(), p.oracleEnd())
	p.kind = function
	text += form("FUNCTION_b_RETURN_INT_AS_%sBEGIN_%sRETURN_1;_END;_", p.oracleDeclarations(), p.oracleStatements())
	p.kind = procedure
	if p.IntN(2) > 0 {
		text += form("BEGIN_%s", p.oracleStatements())
	}
	return text + "END"
}
