package sqlite

import (
	"sync"

	"revise/parser"
)

// Dialect says how SQL for SQLite is cut into statements, as sqlite3_prepare_v2 does it (src/tokenize.c, src/complete.c).
func Dialect() *parser.Dialect { return dialect() }

// dialect makes it once: what the splitter makes of it is kept with it.
var dialect = sync.OnceValue(func() *parser.Dialect {
	return &parser.Dialect{
		Name: "sqlite",

		InnerTab:    true,
		MarkIsBlank: true,
		OpenComment: true,
		Backquotes:  true,
		Brackets:    true,
		Prefixes:    "x",
		Variables:   "$@:#",
		Operators:   []string{"->>", "->", "==", "<=", "<>", "<<", ">=", ">>", "!=", "||"},

		Bodies:      parser.TriggerBodies,
		DotCommands: true,

		Classes: []parser.ClassPattern{
			{Pattern: "BEGIN", Class: parser.Begin},
			{Pattern: "COMMIT|END", Class: parser.Commit},
			{Pattern: "ROLLBACK|SAVEPOINT|RELEASE", Class: parser.Control},

			{Pattern: "VACUUM|DETACH", Class: parser.Outside},
			{Pattern: "PRAGMA [* .] journal_mode =|(", Class: parser.Outside},
			{Pattern: "PRAGMA [* .] foreign_keys =|(", Class: parser.Outside}, // inside a transaction it silently does nothing
			{Pattern: "PRAGMA [* .] synchronous =|(", Class: parser.Outside},
			{Pattern: "PRAGMA [* .] wal_checkpoint", Class: parser.Outside},
		},
	}
})
