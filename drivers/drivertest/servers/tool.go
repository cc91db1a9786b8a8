package servers

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Tool returns the path of a program that belongs to a kind of server, a client or what writes dumps: the one beside the server, else the
// one on PATH. If there is none, the test is skipped, or fails if the environment requires that kind (RequireVariable).
func Tool(tb TB, kind, name string) string {
	tb.Helper()
	missing := whenMissing(tb, kind)
	path := thisHost().tool(kind, name)
	if path == "" {
		missing("no %s is installed here; the command withservers installs it with the %s server", name, kind)
	}
	return path
}

// tool returns the path of a program, or "". What Debian has on PATH for PostgreSQL chooses a version by itself, and pg_dump refuses a
// server that is newer than itself: so the one beside the server comes first.
func (h host) tool(kind, name string) string {
	if in, err := h.find(kind); err == nil {
		if path := filepath.Join(filepath.Dir(in.Program), name); isProgram(path) {
			return path
		}
	}
	return h.program(name)
}

// Client is how to run the client of a kind of server, psql, mariadb or mysql, with no settings of this machine's. If there is none, the test is skipped, or
// fails if the environment requires that kind (RequireVariable).
func Client(tb TB, kind string) []string {
	tb.Helper()
	missing := whenMissing(tb, kind)
	command := thisHost().client(kind)
	if command == nil {
		missing("no client of %s is installed here; the command withservers installs it", kind)
	}
	return command
}

func (h host) client(kind string) []string {
	name, option := map[string]string{Postgres: "psql", MariaDB: "mariadb", MySQL: "mysql"}[kind], "--no-defaults"
	if kind == Postgres {
		option = "--no-psqlrc"
	}
	if kind == MySQL {
		dir := filepath.Join(h.cache, mysqlFolder)
		if command := cached(dir, filepath.Join(dir, "usr/bin/mysql")); command != nil {
			return append(command, option)
		}
	}
	path := h.tool(kind, name)
	if path == "" || kind == MySQL && isMariaDB(path) {
		return nil
	}
	return []string{path, option}
}

// isMariaDB reports whether a client is MariaDB's, which brings a program mysql as well.
func isMariaDB(path string) bool {
	version, err := versionOf("Ver ", path)
	out, _ := exec.Command(path, "--version").Output()
	return err != nil || strings.Contains(version+string(out), "MariaDB")
}

// Shell is SQLite's shell. If there is none, the test is skipped, or fails if the environment requires any kind of server.
func Shell(tb TB) string {
	tb.Helper()
	path := thisHost().program(shell)
	if path == "" {
		if os.Getenv(RequireVariable) != "" {
			tb.Fatalf("no %s is installed here; the command withservers installs it", shell)
		}
		tb.Skipf("no %s is installed here; the command withservers installs it", shell)
	}
	return path
}

const shell = "sqlite3"

// Python is a Python that has Alembic: the one that REVISE_TEST_PYTHON names, or the first of the usual ones; "" if there is none.
func Python() string {
	pythons := []string{"python3", "/usr/bin/python3"}
	if p := os.Getenv("REVISE_TEST_PYTHON"); p != "" {
		pythons = []string{p}
	}
	for _, python := range pythons {
		if exec.Command(python, "-c", "import alembic").Run() == nil {
			return python
		}
	}
	return ""
}

// Alembic is Python. If there is none, the test is skipped, or fails if the environment requires any kind of server.
func Alembic(tb TB) string {
	tb.Helper()
	python := Python()
	if python == "" {
		const none = "no Python here has Alembic; the command withservers installs it"
		if os.Getenv(RequireVariable) != "" {
			tb.Fatalf("%s", none)
		}
		tb.Skipf("%s", none)
	}
	return python
}

// pooler is PgBouncer's program, and Debian's package and service of it.
const pooler = "pgbouncer"

func missingPooler() error { return &MissingError{Postgres, pooler, "apt-get install " + pooler} }

// Galera is what a node of a Galera cluster needs besides MariaDB.
type Galera struct {
	Provider string // the library, for wsrep_provider
	Scripts  string // the folder of the scripts by which a node gets its data: to be on the server's PATH
}

// FindGalera looks for what a cluster of MariaDB servers needs. If it is not there, the test is skipped, or fails if the environment
// requires MariaDB (RequireVariable).
func FindGalera(tb TB) Galera {
	tb.Helper()
	missing := whenMissing(tb, MariaDB)
	g, err := thisHost().galera()
	if err != nil {
		missing("%v", err)
	}
	return g
}

// clusterFolder holds the scripts of a cluster's nodes, below the cache folder, where Debian's package of the server is not installed.
const clusterFolder = "mariadb-cluster"

// galera returns a *MissingError if something is not there.
func (h host) galera() (Galera, error) {
	g := Galera{Provider: h.galeraLib}
	if _, err := os.Stat(g.Provider); err != nil {
		return g, &MissingError{MariaDB, g.Provider, "apt-get install galera-4"}
	}
	for _, program := range []string{"rsync", "gawk", "lsof"} {
		if h.program(program) == "" {
			return g, &MissingError{MariaDB, program, "apt-get install " + program}
		}
	}
	script := "wsrep_sst_rsync"
	for _, path := range []string{h.program(script), filepath.Join(h.cache, clusterFolder, script)} {
		if isProgram(path) {
			g.Scripts = filepath.Dir(path)
			return g, nil
		}
	}
	return g, &MissingError{MariaDB, script, "apt-get install mariadb-server"}
}
