package main

import (
	"slices"
	"strconv"
	"strings"

	"revise/drivers/drivertest/servers"
)

// An action is what a contender is asked to do.
type action int

const (
	up      action = iota // apply everything
	down                  // take everything back
	nothing               // apply everything where all is applied; a bare client asks one question
	version               // say its version
)

// A contender is one program that runs chains.
type contender struct {
	Name    string
	Version string
	Size    int64    // of its program, if that is one file of its own
	Bare    bool     // a database's own client
	ByHand  bool     // the protocol by hand, which does nothing but the statements: what is left to win
	kinds   []string // of database
	files   layout
	command func(t target, c chain, a action) (command, bool) // false: it cannot do that
}

const oursName = "revise"

func (c contender) ours() bool { return c.Name == oursName }

func (c contender) works(kind string) bool { return slices.Contains(c.kinds, kind) }

func allKinds() []string { return append(servers.Kinds(), sqliteKind) }

// words begins a command line with a program, and adds arguments.
func words(program []string, args ...string) command {
	return command{Args: slices.Concat(program, args)}
}

func revise(program string) contender {
	return contender{Name: oursName, kinds: allKinds(), files: ours(), command: func(t target, _ chain, a action) (command, bool) {
		args := map[action][]string{
			up: {"run", "up"}, nothing: {"run", "up"}, down: {"run", "down", "base", "--yes"}, version: {"version"},
		}[a]
		if a != version {
			args = append(args, "--revisions", "versions")
		}
		c := words([]string{program}, args...)
		// Nobody else notes down the schema that a run leaves behind.
		c.Env = []string{"DATABASE_URL=" + t.url(), "REVISE_KEEP_SCHEMA=false"}
		return c, true
	}}
}

// bareClient is a database's own client, which is fed the statements as they are.
func bareClient(kind string, program []string) contender {
	names := map[string]string{servers.Postgres: "psql", servers.MariaDB: "mariadb", servers.MySQL: "mysql", sqliteKind: "sqlite3"}
	return contender{Name: names[kind], Bare: true, kinds: []string{kind}, files: bare, command: func(t target, c chain, a action) (command, bool) {
		client := map[string]func(target, chain) []string{servers.Postgres: psqlArgs, sqliteKind: sqliteArgs}[kind]
		if client == nil {
			client = mysqlArgs
		}
		cmd := words(program, client(t, c)...)
		file := map[action]string{up: upFile, down: downFile}[a]
		question := map[string]string{servers.Postgres: "-c", servers.MariaDB: "-e", servers.MySQL: "-e"}[kind]
		switch {
		case a == version:
			cmd = words(program, "--version")
		case a == nothing && kind == sqliteKind:
			cmd.Args = append(cmd.Args, "SELECT 1")
		case a == nothing:
			cmd.Args = append(cmd.Args, question, "SELECT 1")
		case kind == servers.Postgres:
			cmd.Args = append(cmd.Args, "-f", file)
		default:
			cmd.Stdin = file
		}
		return cmd, true
	}}
}

// byHand is our own program that does nothing but run statements (byhand).
func byHand(program string) contender {
	return contender{Name: byHandName, ByHand: true, kinds: allKinds(), files: both(terminated, ours()), command: func(t target, _ chain, a action) (command, bool) {
		what := map[action]string{up: upFile, down: downFile, nothing: "versions"}[a]
		return words([]string{program}, t.Kind, t.dsn(), what), what != ""
	}}
}

const byHandName = "by hand"

func psqlArgs(t target, c chain) []string {
	args := []string{"-q", "-v", "ON_ERROR_STOP=1", t.url()}
	if wholeFile(t.Kind, c) {
		args = append([]string{"-1"}, args...)
	}
	return args
}

func sqliteArgs(t target, _ chain) []string { return []string{"-bail", t.Name} }

func mysqlArgs(t target, _ chain) []string {
	args := []string{"--host=" + t.Host, "--port=" + strconv.Itoa(t.Port), "--user=" + t.User, "--password=" + t.Password, "--database=" + t.Name}
	if t.Kind == servers.MySQL {
		return append(args, "--ssl-mode=DISABLED", "--get-server-public-key")
	}
	return append(args, "--skip-ssl")
}

func goose(program string) contender {
	drivers := map[string]string{servers.Postgres: "postgres", servers.MariaDB: "mysql", servers.MySQL: "mysql", sqliteKind: "sqlite3"}
	return contender{kinds: allKinds(), files: gooseFiles(), command: func(t target, _ chain, a action) (command, bool) {
		if a == version {
			return words([]string{program}, "--version"), true
		}
		verb := map[action]string{up: "up", nothing: "up", down: "reset"}[a]
		return words([]string{program}, "-dir", "migrations", drivers[t.Kind], t.dsn(), verb), true
	}}
}

func golangMigrate(program string) contender {
	return contender{kinds: allKinds(), files: golangMigrateFiles(), command: func(t target, _ chain, a action) (command, bool) {
		if a == version {
			return words([]string{program}, "-version"), true
		}
		url := "mysql://" + t.dsn() + "&multiStatements=true"
		switch t.Kind {
		case servers.Postgres:
			url = "pgx5" + strings.TrimPrefix(t.url(), "postgres")
		case sqliteKind:
			url = "sqlite://" + t.Name
		}
		args := []string{"-path", "migrations", "-database", url, "up"}
		if a == down {
			args = append(args[:4], "down", "-all")
		}
		return words([]string{program}, args...), true
	}}
}

func tern(program string) contender {
	return contender{kinds: []string{servers.Postgres}, files: ternFiles(), command: func(t target, _ chain, a action) (command, bool) {
		if a == version {
			return words([]string{program}, "version"), true
		}
		args := []string{"migrate", "--migrations", "migrations", "--conn-string", t.url()}
		if a == down {
			args = append(args, "--destination", "0")
		}
		return words([]string{program}, args...), true
	}}
}

func sqlMigrate(program string) contender {
	return contender{kinds: allKinds(), files: sqlMigrateFiles(), command: func(t target, _ chain, a action) (command, bool) {
		if a == version {
			return words([]string{program}, "--version"), true
		}
		args := []string{"up", "-env=bench"}
		if a == down {
			args = []string{"down", "-env=bench", "-limit=0"}
		}
		c := words([]string{program}, args...)
		c.Env = []string{"BENCH_DATABASE=" + t.dsn()}
		return c, true
	}}
}

// dbmate takes one revision back at a time, so it does not take part in going down.
func dbmate(program string) contender {
	return contender{kinds: allKinds(), files: dbmateFiles(), command: func(t target, _ chain, a action) (command, bool) {
		if a == version {
			return words([]string{program}, "--version"), true
		}
		return words([]string{program}, "--no-dump-schema", "--migrations-dir", "migrations", "--url", t.url(), "migrate"), a != down
	}}
}

func alembic(program string) contender {
	return contender{kinds: allKinds(), files: alembicFiles(), command: func(t target, _ chain, a action) (command, bool) {
		if a == version {
			return words([]string{program}, "--version"), true
		}
		c := words([]string{program}, "upgrade", "head")
		if a == down {
			c = words([]string{program}, "downgrade", "base")
		}
		url := "mysql+pymysql" + strings.TrimPrefix(t.url(), "mysql")
		switch t.Kind {
		case servers.Postgres:
			url = "postgresql" + strings.TrimPrefix(t.url(), "postgres")
		case sqliteKind:
			url = "sqlite:///" + t.Name
		}
		c.Env = []string{"BENCH_DATABASE=" + url, "PYTHONDONTWRITEBYTECODE="}
		return c, true
	}}
}

func sqitch(program string) contender {
	return contender{kinds: allKinds(), files: sqitchFiles(), command: func(t target, _ chain, a action) (command, bool) {
		if a == version {
			return words([]string{program}, "--version"), true
		}
		url, args := "db:"+t.url(), []string{"deploy"}
		if a == down {
			args = []string{"revert", "-y"}
		}
		switch t.Kind {
		case servers.Postgres:
			url = "db:pg" + strings.TrimPrefix(t.url(), "postgres")
		case sqliteKind:
		default:
			args = append(args, "--registry", registry(t))
		}
		return words([]string{program}, append(args, "--target", url)...), true
	}}
}
