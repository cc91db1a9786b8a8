package parser

import "sync"

// A Dialect says how a database's SQL is cut into statements. It is plain data: each driver's folder fills one in, the one
// scanner of this package reads it, and a zero field means "this dialect does not have that".
//
// It must not be copied or changed once it is in use; any number of goroutines may use it.
//
// Common to all dialects, and so no field: ';' ends a statement, '…' is a string with two quotes for a quote, "…" a quoted name (or, by a
// field, a string), "--" begins a comment and "/*" another, names are letters, digits, '_', '$' and every byte from 0x80 on.
type Dialect struct {
	// Name is the word that markers use: "postgres", "mysql", "sqlite".
	Name string

	// White space and comments.
	VerticalTab     bool // \v is white space
	InnerTab        bool // \v is white space behind another blank
	MarkIsBlank     bool // a byte order mark where a token could begin is white space
	ReturnEndsLine  bool // a "--" comment ends at \r, too
	DashNeedsBlank  bool // "--" begins a comment only before a blank, a control character or the end; "5--1" is arithmetic
	HashComment     bool // "#" begins a comment
	NestedComments  bool // "/*" comments nest
	OpenComment     bool // "/*" without "*/" runs to the end of the text and is no mistake
	ConditionalCode bool // "/*!40101 … */" and "/*M!100100 … */" hold SQL

	// Quotes.
	BackslashEscapes bool   // '\'' is a string of one quote; SQL may switch it (see Modes)
	DoubleIsString   bool   // "…" is a string; SQL may switch it (see Modes)
	Backquotes       bool   // `…` is a quoted name
	Brackets         bool   // […] is a quoted name
	DollarQuotes     bool   // $tag$…$tag$ is a string, $1 a parameter
	Prefixes         string // letters that, directly before a quote, belong to the literal: "bx"
	TypedStrings     bool   // E'…' takes backslashes, U&'…' and B'…' do not, and a literal goes on over a line break

	// Names and operators.
	DollarStarts bool     // '$' may begin a name
	DigitStarts  bool     // so may a digit, and a number with a point ends where no digit goes on: "1.THEN" are two tokens
	AtNames      bool     // @name is one token, and no word; points belong to it
	Variables    string   // bytes that begin a variable, with "::" and "(…)" in it: "$@:#"
	OperatorRuns bool     // operators are runs of operator characters, by PostgreSQL's rule for a last + or -
	Operators    []string // otherwise, the operators of two and three characters; longer ones first

	// What does not end at its first ';'.
	Parens bool // ';' inside parentheses ends nothing
	Bodies Bodies

	// What is not SQL, but stands in files.
	CopyData       bool     // lines behind COPY … FROM STDIN are data
	MetaCommands   bool     // a backslash begins a command of psql
	Delimiters     bool     // DELIMITER lines, and backslash commands of the mysql client
	ClientCommands []string // first words that only the database's own client understands
	DotCommands    bool     // a dot at the start of a line begins a command of the sqlite3 shell

	// Modes says which statements change how later ones are read.
	Modes Modes

	// Classes gives statements their Class; the first pattern that fits decides, and Plain is the rest.
	Classes []ClassPattern

	once   sync.Once
	tables tables // of all the above
}

// Bodies says what kind of statement holds others.
type Bodies int

const (
	NoBodies      Bodies = iota
	AtomicBodies         // BEGIN ATOMIC … END in CREATE FUNCTION and CREATE PROCEDURE (PostgreSQL)
	ProgramBodies        // routines, triggers, events, packages and compound statements (MySQL, MariaDB)
	TriggerBodies        // CREATE TRIGGER … END (SQLite)
)

// Modes says which setting of the session changes the lexical rules.
type Modes int

const (
	NoModes         Modes = iota
	StandardStrings       // standard_conforming_strings (PostgreSQL)
	SQLMode               // sql_mode with ANSI_QUOTES, NO_BACKSLASH_ESCAPES, ORACLE (MySQL, MariaDB)
)

// A ClassPattern recognises statements by their leading words.
//
// Pattern is a line of elements. A word or sign stands for itself, in any case, unquoted; "a|b" is either of two, "*" any one
// token, "..." any number of them, "[…]" what may be left out, "$" the end of the statement. Comments, and parentheses that the
// pattern does not mention, are passed over.
type ClassPattern struct {
	Pattern string
	Class   Class
}
