package config

import "strings"

// A Setting is one thing that can be configured, with its name in the file, in the environment and on the command line.
// The flag, the variable and, where it has one, the file variant of a setting are named alike: --ledger-table is REVISE_LEDGER_TABLE.
type Setting struct {
	Key     string   // in the file, with its tables: "database.url"; empty for what no file can say
	Env     []string // variables, the one that wins first
	Flag    string   // without the dashes
	Type    Type
	Default string // as one would write it; empty for none
	Help    string // one line without a full stop
}

// A Type says how a setting's value is written.
type Type string

const (
	Text     Type = "text"
	Hidden   Type = "secret"   // text that is never printed
	Path     Type = "path"     // of a file or folder; relative to the file's folder where it stands in the file
	Paths    Type = "paths"    // one path or a list of them; outside of the file commas part them
	Words    Type = "words"    // one text or a list of them; outside of the file commas part them
	Toggle   Type = "toggle"   // true or false
	Number   Type = "number"   // of a port
	Count    Type = "count"    // a whole number from 1
	Zone     Type = "zone"     // of time: UTC, Europe/Berlin
	Duration Type = "duration" // 30s, 5m, 1h30m
	Table    Type = "table"    // a table of names and values in the file, name=value&name=value elsewhere
)

// Settings lists everything that can be configured, in the order of the manual. It drives reading of file, environment and
// flags: what is not in it does not exist.
func Settings() []Setting {
	all := []Setting{
		{Flag: "config", Type: Path, Default: fileName + " here or in a folder above", Help: "the configuration file"},
		{Key: "environment", Flag: "env", Type: Text, Help: "which [env.NAME] of the file overrides the rest of it"},
		{Key: "revisions", Type: Paths, Default: "versions", Help: "the folder of the revision files, or several"},

		{Key: "heads_file", Type: Path, Help: "a file that new, merge, squash and rebase write the heads into, in one line: where two branches make a head each, git finds a conflict"},

		{Key: "new.file", Type: Text, Default: "{rev}_{slug}", Help: "the name of a new file without .sql: {rev} {slug} {epoch} {year} {month} {day} {hour} {minute} {second}; a / makes folders"},
		{Key: "new.slug_length", Type: Count, Default: "40", Help: "how many characters of the message go into {slug}"},
		{Key: "new.timezone", Type: Zone, Default: "UTC", Help: "of the time in names and in the header"},
		{Key: "new.template", Type: Path, Help: "a file whose text stands below the header of a new one, with the same words in braces and {message}"},

		{Key: "database.url", Env: []string{"DATABASE_URL"}, Type: Hidden, Help: "where the database is"},
		{Key: "database.url_file", Env: []string{"DATABASE_URL_FILE"}, Type: Path, Help: "a file that holds the URL"},
		{Key: "database.driver", Type: Text, Help: "the kind of database, as the URL's scheme says it"},
		{Key: "database.host", Type: Text, Help: "the server's name or address, or the path of its Unix socket"},
		{Key: "database.port", Type: Number, Help: "the server's port"},
		{Key: "database.user", Type: Text, Help: "as whom to enter"},
		{Key: "database.password", Type: Hidden, Help: "the user's password"},
		{Key: "database.password_file", Type: Path, Help: "a file that holds the password"},
		{Key: "database.name", Type: Text, Help: "the database's name, or the path of its file"},
		{Key: "database.params", Type: Table, Help: "parameters of the connection, added to the URL's"},

		{Key: "ledger.table", Type: Text, Default: "schema_revisions", Help: "the table that records what is applied"},
		{Key: "ledger.schema", Type: Text, Help: "the schema of that table; none: the database's own"},

		// Half of the ten minutes after which Kubernetes calls a rollout failed (progressDeadlineSeconds): of many instances that start at
		// once, one that waits in vain ends by itself and says who holds the lock, instead of being killed without a word.
		{Key: "run.lock_wait", Type: Duration, Default: "5m", Help: "how long to wait while another run works on the database"},
		{Key: "run.lock_timeout", Type: Duration, Help: "how long a statement may wait for locks at a time; none: 5s, but on SQLite; 0s: what the server says"},
		{Key: "run.lock_retry", Type: Duration, Default: "5m", Help: "how long in all a statement is tried again that another session blocks; 0s: not at all"},
		{Key: "run.lease_time", Type: Duration, Default: "30s", Help: "behind a pooler and in a cluster: how long the lock of a run holds that does not renew it"},
		{Key: "run.statement_timeout", Type: Duration, Default: "0s", Help: "how long a statement may run; 0s: what the server says"},
		{Key: "run.keep_schema", Type: Toggle, Default: "true", Help: "note down after each run which schema it left behind, by which run check finds drift"},
		{Key: "run.wait", Type: Duration, Default: "0s", Help: "how long to wait for a database that is not up yet"},

		{Key: "autogenerate.schema", Type: Hidden, Help: "the schema as it should be, for new --autogenerate: a file of SQL, a folder of them, or the URL of a database"},
		{Key: "autogenerate.command", Type: Words, Help: "a command that prints it as SQL, its arguments one by one, instead"},
		{Key: "schema.include", Type: Words, Help: "which objects count, as patterns: public.*, table:orders; none: all"},
		{Key: "schema.exclude", Type: Words, Help: "which objects do not count: audit, *.log_*, trigger:*"},
		{Key: "schema.privileges", Type: Toggle, Default: "false", Help: "owners and grants count too"},
		{Key: "schema.dump", Type: Path, Help: "a file that run up and run down write the schema to when they are done"},
		{Key: "scratch.url", Type: Hidden, Help: "a database beside which databases for trials are made; none: the database itself"},
		{Key: "verify.forbid", Type: Words, Help: "what no upgrade may do unless its file says -- allow: WHAT, REASON: data-loss, rewrite, lock, irreversible"},
	}
	for i := range all {
		all[i] = all[i].complete()
	}
	return all
}

// complete derives the names that follow from the others: run.lock_wait is --lock-wait and REVISE_LOCK_WAIT. The environment's REVISE_
// variable comes first, so that it wins over a general one.
func (s Setting) complete() Setting {
	if s.Flag == "" {
		name := strings.TrimPrefix(s.Key, "run.")
		s.Flag = strings.NewReplacer(".", "-", "_", "-").Replace(name)
	}
	own := "REVISE_" + strings.ToUpper(strings.ReplaceAll(s.Flag, "-", "_"))
	s.Env = append([]string{own}, s.Env...)
	return s
}
