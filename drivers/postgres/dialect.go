package postgres

import (
	"sync"

	"revise/parser"
)

// Dialect says how SQL for PostgreSQL is cut into statements, by the rules of the server's lexer (src/backend/parser/scan.l) and,
// for what the server never sees, of psql.
func Dialect() *parser.Dialect { return dialect() }

// dialect makes it once: what the splitter makes of it is kept with it.
var dialect = sync.OnceValue(func() *parser.Dialect {
	return &parser.Dialect{
		Name: "postgres",

		VerticalTab:    true, // white space since 16; before, the server refuses it
		ReturnEndsLine: true,
		NestedComments: true,

		DollarQuotes: true,
		Prefixes:     "ebxn",
		TypedStrings: true,
		OperatorRuns: true,

		Parens: true,
		Bodies: parser.AtomicBodies,

		CopyData:     true,
		MetaCommands: true,
		Modes:        parser.StandardStrings,

		Classes: []parser.ClassPattern{
			{Pattern: "BEGIN", Class: parser.Begin},
			{Pattern: "START TRANSACTION", Class: parser.Begin},
			{Pattern: "COMMIT PREPARED", Class: parser.Control},
			{Pattern: "COMMIT|END [WORK|TRANSACTION] AND CHAIN", Class: parser.Control},
			{Pattern: "COMMIT|END", Class: parser.Commit},
			{Pattern: "ROLLBACK|ABORT|SAVEPOINT|RELEASE", Class: parser.Control},
			{Pattern: "PREPARE TRANSACTION AS", Class: parser.Plain}, // a statement of that name
			{Pattern: "PREPARE TRANSACTION", Class: parser.Control},

			// The statements that call PreventInTransactionBlock in the server's source.
			{Pattern: "CREATE [UNIQUE] INDEX CONCURRENTLY", Class: parser.Outside},
			{Pattern: "DROP INDEX CONCURRENTLY", Class: parser.Outside},
			{Pattern: "REINDEX SCHEMA|DATABASE|SYSTEM", Class: parser.Outside},
			{Pattern: "REINDEX ( ... CONCURRENTLY FALSE|OFF|0", Class: parser.Plain},
			{Pattern: "REINDEX ( ... CONCURRENTLY", Class: parser.Outside},
			{Pattern: "REINDEX INDEX|TABLE CONCURRENTLY", Class: parser.Outside},
			{Pattern: "VACUUM", Class: parser.Outside},
			{Pattern: "ALTER SYSTEM", Class: parser.Outside},
			{Pattern: "CREATE|DROP DATABASE|TABLESPACE", Class: parser.Outside},
			{Pattern: "CREATE SUBSCRIPTION ... WITH ( ... connect|create_slot = FALSE|OFF|0", Class: parser.Plain},
			{Pattern: "CREATE|DROP SUBSCRIPTION", Class: parser.Outside},
			{Pattern: "ALTER SUBSCRIPTION ... PUBLICATION ... ( ... refresh = FALSE|OFF|0", Class: parser.Plain},
			{Pattern: "ALTER SUBSCRIPTION * REFRESH|SET|ADD|DROP PUBLICATION", Class: parser.Outside},
			{Pattern: "ALTER SUBSCRIPTION * SET ( ... two_phase|failover", Class: parser.Outside}, // since 18 and 17
			{Pattern: "ALTER DATABASE * [SET] TABLESPACE", Class: parser.Outside},
			{Pattern: "ALTER DATABASE * WITH TABLESPACE", Class: parser.Outside},
			{Pattern: "CLUSTER [VERBOSE] $", Class: parser.Outside},
			{Pattern: "DISCARD ALL", Class: parser.Outside},
			{Pattern: "ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY", Class: parser.Outside},
		},
	}
})
