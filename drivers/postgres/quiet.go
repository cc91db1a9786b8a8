package postgres

import (
	"strings"

	"revise/drivers"
)

// A session that nothing has changed needs no cleaning, and cleaning it takes the server longer than a usual revision. A statement that is on the lists
// below changes it by a function only that it calls, also by a trigger, a default, an index. PostgreSQL's own functions that do are known by their names, and whether
// there are others that might is asked of the catalog when the lock is taken.

// harmlessFirst are first words of statements that change no session by themselves.
const harmlessFirst = " INSERT UPDATE DELETE MERGE COPY TRUNCATE LOCK COMMENT GRANT REVOKE SELECT WITH VALUES "

// harmlessObjects are what CREATE, ALTER and DROP are followed by where they change no session.
const harmlessObjects = " TABLE UNLOGGED INDEX UNIQUE VIEW MATERIALIZED TYPE DOMAIN SEQUENCE SCHEMA TRIGGER CONSTRAINT POLICY STATISTICS COLLATION AGGREGATE OPERATOR" +
	" CAST FOREIGN PUBLICATION RULE FUNCTION PROCEDURE ROUTINE "

// maxHarmless is how long a statement may be to be looked at, in bytes: cleaning is nothing beside one that is longer.
const maxHarmless = 64 << 10

// sessionWords are in names of PostgreSQL's functions that change a session or run a text, and in temporary tables. u& may hide any.
func sessionWords() []string {
	return []string{"set_config", "setseed", "advisory", "temp", "dblink", "_to_xml", "session", "pg_settings", "ts_stat", "ts_rewrite", `u&"`}
}

// bodyPattern finds in the source of a function what might change a session, as POSIX, which is what the server is asked, too.
const bodyPattern = `set_config|setseed|advisory|temp|dblink|_to_xml|session|ts_stat|ts_rewrite|u&"|` +
	`(^|[^[:alnum:]_])(set|reset|discard|listen|unlisten|prepare|deallocate|cursor|refcursor|execute|load|plpy|spi_exec|spi_query|spi_prepare)([^[:alnum:]_]|$)`

var bodyForm = drivers.Form("(?i)" + bodyPattern)

// quietQuery tells whether nothing in the database might change a session by itself: no function (those written in C are taken not to, those that stand for one
// of PostgreSQL's own and those without a source to read are), no rule, and no default, view or condition that calls set_config or goes to pg_settings, an UPDATE of which
// does the same. 2078 is the number of set_config (pg_proc.dat), the same in every version; numbers from 16384 on are of what initdb has not made.
const quietQuery = `NOT EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
	WHERE p.oid >= 16384 AND (l.lanname = 'internal' OR l.lanname <> 'c' AND (p.prosrc = '' OR p.prosrc ~* '` + bodyPattern + `')))
	AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite WHERE oid >= 16384 AND (rulename <> '_RETURN' OR ev_action::text LIKE '%:funcid 2078 %'
		OR ev_action::text LIKE '%:relid ' || 'pg_catalog.pg_settings'::pg_catalog.regclass::pg_catalog.oid || ' %'))
	AND NOT EXISTS (SELECT FROM pg_catalog.pg_attrdef WHERE adbin::text LIKE '%:funcid 2078 %')
	AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE oid >= 16384 AND conbin::text LIKE '%:funcid 2078 %')
	AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgqual::text LIKE '%:funcid 2078 %')
	AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy WHERE polqual::text LIKE '%:funcid 2078 %' OR polwithcheck::text LIKE '%:funcid 2078 %')`

// look notes what a statement of a revision may do to the session.
func (c *conn) look(text string) {
	if c.dirty && !c.quiet {
		return
	}
	first, second := drivers.LeadingWords(text)
	known := strings.Contains(harmlessFirst, " "+first+" ")
	if first == "CREATE" || first == "ALTER" || first == "DROP" {
		known = strings.Contains(harmlessObjects, " "+second+" ")
	}
	function := first == "CREATE" && (second == "FUNCTION" || second == "PROCEDURE")
	switch {
	case !known || first == "" || len(text) > maxHarmless:
		c.dirty = true
		temporary := strings.Contains(" TEMP TEMPORARY LOCAL GLOBAL ROLE USER DATABASE ", " "+second+" ")
		c.quiet = c.quiet && first != "DO" && first != "CALL" && (first != "CREATE" || temporary) // they may have made a function
	case function && (!strings.Contains(text, "$") && !strings.Contains(text, "'") || bodyForm().MatchString(text)):
		c.quiet, c.dirty = false, true
	case mentions(text, sessionWords()...):
		c.dirty = true
		c.quiet = c.quiet && first != "CREATE" && first != "ALTER" // what they have made may call it later
	case second == "RULE" && first != "DROP":
		c.quiet, c.dirty = false, true
	}
	c.dirty = c.dirty || !c.quiet
}
