package mysql

import (
	"strings"

	"revise/drivers"
)

// A session that nothing has changed needs no cleaning. A usual statement changes it by a stored function or a trigger only; whether there are any is asked when the
// lock is taken.

// harmlessFirst are first words of statements that change no session by themselves.
const harmlessFirst = " INSERT REPLACE UPDATE DELETE TRUNCATE GRANT REVOKE SELECT WITH VALUES "

// harmlessObjects are what CREATE, ALTER, DROP and RENAME are followed by where they change no session.
const harmlessObjects = " TABLE INDEX UNIQUE FULLTEXT SPATIAL VIEW "

// withoutRoutines are other things that CREATE makes and that run nothing by themselves.
const withoutRoutines = " TEMPORARY DATABASE SCHEMA USER ROLE SEQUENCE ALGORITHM "

// maxHarmless is how long a statement may be to be looked at for words, in bytes: cleaning is nothing beside one that is longer.
const maxHarmless = 64 << 10

// marksIn finds in a statement what may change a session besides what it does (variables, conditional code, temporary tables, functions for locks and numbers:
// @ := /*! /*M! TEMPORARY _LOCK LAST_INSERT_ID SET_), and whether it may give rows (RETURNING). One look serves for all: texts are long.
func marksIn(text string) (session, returning bool) {
	behind := func(i int, word string) bool {
		return len(text)-i > len(word) && strings.EqualFold(text[i+1:i+1+len(word)], word)
	}
	before := func(i int, word string) bool { return i >= len(word) && strings.EqualFold(text[i-len(word):i], word) }
	for i := range len(text) {
		switch text[i] {
		case '@':
			session = true
		case ':':
			session = session || behind(i, "=")
		case '/':
			session = session || behind(i, "*!") || behind(i, "*m!")
		case '_':
			session = session || before(i, "set") || behind(i, "lock") || before(i, "last_insert") && behind(i, "id")
		case 'y', 'Y':
			session = session || before(i, "temporar")
		case 'g', 'G':
			returning = returning || before(i, "returnin")
		}
		if session {
			return true, returning
		}
	}
	return false, returning
}

// quietQuery tells whether there is no routine and no trigger that could change a session.
const quietQuery = "SELECT NOT EXISTS (SELECT * FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA NOT IN ('mysql', 'sys', 'performance_schema', 'information_schema'))" +
	" AND NOT EXISTS (SELECT * FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA NOT IN ('mysql', 'sys', 'performance_schema', 'information_schema'))"

// A look is what is known of a statement of a revision by its text.
type look struct {
	harmless bool // it leaves the session as it is, if no routine and no trigger does otherwise
	routines bool // it may have made one: from then on nothing is known
	silent   bool // it is harmless and gives no rows, for certain: so the answer to the SHOW WARNINGS behind it is known for one
}

func lookAt(text string) (l look) {
	first, second := drivers.LeadingWords(text)
	switch first {
	case "CREATE", "ALTER", "DROP", "RENAME":
		l.harmless = strings.Contains(harmlessObjects, " "+second+" ")
		l.routines = first == "CREATE" && !l.harmless && !strings.Contains(withoutRoutines, " "+second+" ")
	case "":
		return look{routines: strings.Contains(strings.ToUpper(text), "CREATE")} // conditional code, a statement in parentheses
	case "INSERT", "REPLACE", "UPDATE", "DELETE", "TRUNCATE", "GRANT", "REVOKE", "SELECT", "WITH", "VALUES", "SET", "USE", "COMMIT", "ROLLBACK", "START", "LOCK", "UNLOCK":
		l.harmless = strings.Contains(harmlessFirst, " "+first+" ")
	default:
		l.routines = true // CALL, EXECUTE, BEGIN NOT ATOMIC …
	}
	if !l.harmless || len(text) > maxHarmless {
		l.harmless = false
		return l
	}
	session, returning := marksIn(text)
	if session {
		l.harmless = false
		return l
	}
	switch first {
	case "INSERT", "REPLACE", "UPDATE", "DELETE":
		l.silent = !returning
	case "TRUNCATE", "CREATE", "ALTER", "DROP", "RENAME":
		l.silent = true
	}
	return l
}
