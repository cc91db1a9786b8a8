package mysql

import (
	"sync"

	"revise/parser"
)

// Dialect says how SQL for MySQL and MariaDB is cut into statements: by the server's grammar while the delimiter is ";", and by the
// rules of the mysql client (client/mysql.cc) behind a DELIMITER line.
func Dialect() *parser.Dialect { return dialect() }

// dialect makes it once: what the splitter makes of it is kept with it.
var dialect = sync.OnceValue(func() *parser.Dialect {
	return &parser.Dialect{
		Name: "mysql",

		VerticalTab:     true,
		DashNeedsBlank:  true,
		HashComment:     true,
		ConditionalCode: true,

		BackslashEscapes: true,
		DoubleIsString:   true,
		Backquotes:       true,
		Prefixes:         "bxn",

		DollarStarts: true,
		DigitStarts:  true,
		AtNames:      true,
		Operators:    []string{"<=>", "->>", "<>", "!=", "<=", ">=", "<<", ">>", "&&", "||", ":=", "->", "..", "=>"},

		Bodies: parser.ProgramBodies,

		Delimiters:     true,
		ClientCommands: []string{"source", "system", "tee", "notee", "pager", "nopager", "edit", "prompt", "rehash", "charset"},
		Modes:          parser.SQLMode,

		Classes: []parser.ClassPattern{
			{Pattern: "START TRANSACTION", Class: parser.Begin},
			{Pattern: "BEGIN [WORK] $", Class: parser.Begin},
			{Pattern: "COMMIT [WORK] AND CHAIN", Class: parser.Control},
			{Pattern: "COMMIT [WORK] [AND NO CHAIN] RELEASE", Class: parser.Control}, // ends the session
			{Pattern: "COMMIT", Class: parser.Commit},
			{Pattern: "ROLLBACK|SAVEPOINT", Class: parser.Control},
			{Pattern: "RELEASE SAVEPOINT", Class: parser.Control},
			{Pattern: "XA", Class: parser.Control},

			{Pattern: "LOCK TABLES|TABLE", Class: parser.Hold},
			{Pattern: "FLUSH [LOCAL|NO_WRITE_TO_BINLOG] TABLES|TABLE ... WITH READ LOCK", Class: parser.Hold},
			{Pattern: "FLUSH [LOCAL|NO_WRITE_TO_BINLOG] TABLES|TABLE ... FOR EXPORT", Class: parser.Hold},
			{Pattern: "UNLOCK TABLES|TABLE", Class: parser.Unhold},
		},
	}
})
