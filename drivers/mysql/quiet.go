package mysql

import "strings"

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

// sessionMarks are in statements that may change a session besides what they do: variables, conditional code, functions for locks and numbers.
func sessionMarks() []string {
	return []string{"@", ":=", "/*!", "/*m!", "temporary", "_lock", "last_insert_id", "set_"}
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
	first, rest := nextWord(text)
	second, rest := nextWord(rest)
	if second == "OR" { // REPLACE
		_, rest = nextWord(rest)
		second, _ = nextWord(rest)
	}
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
	lower := strings.ToLower(text)
	for _, mark := range sessionMarks() {
		if strings.Contains(lower, mark) {
			l.harmless = false
			return l
		}
	}
	switch first {
	case "INSERT", "REPLACE", "UPDATE", "DELETE":
		l.silent = !strings.Contains(lower, "returning")
	case "TRUNCATE", "CREATE", "ALTER", "DROP", "RENAME":
		l.silent = true
	}
	return l
}

// isPlain reports whether a statement of the runner's is one of those that write the ledger: it takes no time, and gives no rows.
func isPlain(text string) bool {
	switch first, _ := nextWord(text); first {
	case "INSERT", "UPDATE", "DELETE", "START", "COMMIT":
		return true
	}
	return false
}

// nextWord is the word that a text begins with, in capitals, and what is behind it and the blanks that follow; "" if it does not begin with one.
func nextWord(text string) (word, rest string) {
	n := 0
	for n < len(text) && (text[n]|0x20 >= 'a' && text[n]|0x20 <= 'z' || text[n] == '_') {
		n++
	}
	return strings.ToUpper(text[:n]), strings.TrimLeft(text[n:], " \t\r\n\f\v")
}
