package servers

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestInstallWithoutApt(t *testing.T) {
	for _, kind := range Kinds() {
		var log bytes.Buffer
		err := emptyHost(t).install(kind, &log)
		if err == nil || !strings.Contains(err.Error(), "apt-get") || !strings.Contains(err.Error(), "by hand") {
			t.Errorf("install(%q) = %v, want an error that says what is missing and what to do", kind, err)
		}
		if strings.ContainsRune(err.Error(), '\n') {
			t.Errorf("install(%q) = %q, want one line", kind, err)
		}
	}
	t.Setenv("CC", "")
	if err := emptyHost(t).installCompiler(io.Discard); err == nil || !strings.Contains(err.Error(), "by hand") {
		t.Errorf("installCompiler = %v, want an error that says what to do", err)
	}
}

func TestInstallUnknownKind(t *testing.T) {
	if err := Install("oracle", io.Discard); err == nil {
		t.Error("Install(oracle) = nil")
	}
}

// debianHost is a machine with an apt-get that writes what it is called with to the file calls, and knows packages only after an update. It
// runs the script "installed" then.
func debianHost(t *testing.T, installed string) (h host, calls func() string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	h = emptyHost(t)
	dir := h.dirs[0]
	h.dirs = append(h.dirs, filepath.Join(dir, "tools"))
	linkTools(t, h.dirs[1])
	put(t, filepath.Join(dir, "apt-get"), `
echo "$@" >>'`+dir+`/calls'
case $1 in
update) touch '`+dir+`/updated' ;;
download) touch mariadb-server_1_all.deb ;;
install) [ -e '`+dir+`/updated' ] || { echo 'E: Unable to locate package' >&2; exit 100; }
cd '`+dir+`'
`+installed+` ;;
esac`)
	return h, func() string {
		text, _ := os.ReadFile(filepath.Join(dir, "calls"))
		return string(text)
	}
}

// cluster is shell code that makes what a cluster needs besides the server and its scripts.
var cluster = "touch galera.so\n" + fake("rsync", "") + fake("gawk", "") + fake("lsof", "")

// fake is shell code that makes a program in the current folder.
func fake(name, script string) string {
	return "printf '%s\\n' '#!/bin/sh' '" + script + "' >" + name + " && chmod +x " + name + "\n"
}

func TestInstallUpdatesTheListsOnce(t *testing.T) {
	h, calls := debianHost(t, fake("mariadbd", "echo mariadbd  Ver 11.8.1-MariaDB for Linux")+fake("mariadb-install-db", "")+fake("mariadb-dump", "")+cluster+fake("wsrep_sst_rsync", ""))
	put(t, filepath.Join(h.dirs[0], "sudo"), `[ "$1" = -n ] && shift && exec "$@"`)
	h.asRoot = []string{"sudo", "-n"}
	var log bytes.Buffer
	for range 2 { // the second time nothing is left to do
		if err := h.install(MariaDB, &log); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(calls(), "update"); n != 1 || strings.Count(calls(), "install") != 4 { // the word is in --no-install-recommends, too
		t.Errorf("apt-get was called with\n%swant install, update, install", calls())
	}
	if !strings.Contains(log.String(), "mariadb-server-core") || !strings.Contains(log.String(), "tests run against MariaDB") {
		t.Errorf("the log does not say what and why: %q", log.String())
	}
}

// What old lists name may be found all the same, in a version with mistakes that were mended long ago.
func TestInstallWithOldLists(t *testing.T) {
	for age, want := range map[time.Duration]string{time.Hour: "install", 48 * time.Hour: "update"} {
		h, calls := debianHost(t, fake("gcc", ""))
		put(t, filepath.Join(h.dirs[0], "updated"), "")
		h.lists = t.TempDir()
		then := time.Now().Add(-age)
		if err := os.Chtimes(h.lists, then, then); err != nil {
			t.Fatal(err)
		}
		if err := h.apt(io.Discard, "x", "gcc"); err != nil {
			t.Fatal(err)
		}
		if first, _, _ := strings.Cut(calls(), " "); first != want {
			t.Errorf("with lists of %s ago apt-get was called with\n%swant %s first", age, calls(), want)
		}
	}
}

// Debian has mariadb-dump in a package of its own.
func TestInstallMariaDBWithItsTools(t *testing.T) {
	h, calls := debianHost(t, fake("mariadb-dump", "")+cluster+fake("wsrep_sst_rsync", ""))
	put(t, filepath.Join(h.dirs[0], "mariadbd"), "echo mariadbd  Ver 11.8.1-MariaDB for Linux")
	put(t, filepath.Join(h.dirs[0], "mariadb-install-db"), "")
	if err := h.install(MariaDB, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(calls(), " mariadb-client ") {
		t.Errorf("the server was there and mariadb-dump was not; apt-get was called with\n%swant install mariadb-client", calls())
	}
}

// The scripts of a cluster's nodes are in the package with the service, which is fetched and not installed.
func TestInstallClusterScripts(t *testing.T) {
	h, calls := debianHost(t, fake("mariadbd", "echo mariadbd  Ver 11.8.1-MariaDB for Linux")+fake("mariadb-install-db", "")+fake("mariadb-dump", "")+cluster)
	put(t, filepath.Join(h.dirs[0], "dpkg-deb"), `[ -e mariadb-server_1_all.deb ] && mkdir -p "$3/usr/bin" && cd "$3/usr/bin" && `+fake("wsrep_sst_rsync", "")+fake("wsrep_sst_common", ""))
	partial := filepath.Join(h.cache, clusterFolder+".partial")
	put(t, filepath.Join(partial, "rest"), "")
	for range 2 {
		if err := h.install(MariaDB, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	g, err := h.galera()
	if err != nil || g.Scripts != filepath.Join(h.cache, clusterFolder) || g.Provider != h.galeraLib {
		t.Errorf("galera = %+v, %v", g, err)
	}
	left, _ := filepath.Glob(filepath.Join(g.Scripts, "*"))
	if len(left) != 2 {
		t.Errorf("the folder holds %q, want the two scripts", left)
	}
	if _, err := os.Stat(partial); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left", partial)
	}
	if n := strings.Count(calls(), "download"); n != 1 || strings.Contains(calls(), " mariadb-server ") {
		t.Errorf("apt-get was called with\n%s", calls())
	}
}

// The pooler's package starts it; nothing of what was there before is touched.
func TestInstallPoolerLeavesNothingRunning(t *testing.T) {
	h, calls := debianHost(t, fake("pgbouncer", ""))
	put(t, filepath.Join(h.debian, "15/bin/initdb"), "")
	put(t, filepath.Join(h.debian, "15/bin/postgres"), `echo "postgres (PostgreSQL) 15.18"`)
	for _, program := range []string{"service", "update-rc.d", "pg_ctlcluster"} {
		put(t, filepath.Join(h.dirs[0], program), "echo "+program+` "$@" >>'`+h.dirs[0]+`/calls'`)
	}
	for range 2 {
		if err := h.install(Postgres, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"service pgbouncer stop\n", "update-rc.d pgbouncer disable\n"} {
		if strings.Count(calls(), want) != 1 {
			t.Errorf("the commands were\n%swant %q once", calls(), want)
		}
	}
	for _, not := range []string{"pg_ctlcluster", " postgresql"} {
		if strings.Contains(calls(), not) {
			t.Errorf("the server was there, but the commands were\n%s", calls())
		}
	}
}

// linkTools gives a test the few tools that a script needs, and no database that this machine may have.
func linkTools(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"sh", "env", "touch", "chmod", "mkdir", "rm", "mv", "flock", "cat"} {
		path := host{dirs: []string{"/bin", "/usr/bin"}}.program(tool)
		if path == "" {
			t.Skipf("needs %s", tool)
		}
		if err := os.Symlink(path, filepath.Join(dir, tool)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestInstallThatFails(t *testing.T) {
	h, _ := debianHost(t, "echo 'E: You have held broken packages' >&2; exit 100")
	err := h.install(Postgres, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "held broken packages") || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("install = %v, want apt-get's own words and what to do", err)
	}
}

// The package starts a server that nobody asked for; one that was there before keeps its settings.
func TestInstallPostgresLeavesNothingRunning(t *testing.T) {
	h, calls := debianHost(t, `
mkdir -p etc/15/main postgresql/15/bin
echo auto >etc/15/main/start.conf
touch etc/15/main/postgresql.conf
cd postgresql/15/bin
`+fake("initdb", "")+fake("postgres", `echo "postgres (PostgreSQL) 15.18"`))
	put(t, filepath.Join(h.dirs[0], "pgbouncer"), "")
	put(t, filepath.Join(h.etc, "14/old/postgresql.conf"), "")
	put(t, filepath.Join(h.etc, "14/old/start.conf"), "auto")
	// Exit code 2: it was not running.
	put(t, filepath.Join(h.dirs[0], "pg_ctlcluster"), `echo "$@" >>'`+h.dirs[0]+`/calls'; [ $1 = 15 ] || exit 2`)
	if err := h.install(Postgres, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"14 old stop\n", "15 main stop\n"} {
		if !strings.Contains(calls(), want) {
			t.Errorf("the commands were\n%swant %q", calls(), want)
		}
	}
	for file, want := range map[string]string{"15/main/start.conf": "manual", "14/old/start.conf": "auto"} {
		text, err := os.ReadFile(filepath.Join(h.etc, file))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s holds %q (%v), want %q", file, text, err, want)
		}
	}
}

// What is left of an attempt that was cut off is not taken for MySQL, and does not disturb the next one.
func TestInstallMySQLAnew(t *testing.T) {
	h, calls := debianHost(t, "")
	partial := filepath.Join(h.cache, mysqlFolder+".partial")
	put(t, filepath.Join(partial, "rest"), "")

	put(t, filepath.Join(h.dirs[0], "debootstrap"), `echo 'E: no space left' >&2; mkdir -p "$4"; exit 1`)
	if err := h.install(MySQL, io.Discard); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("install = %v, want debootstrap's own words", err)
	}
	var missing *MissingError
	if _, err := h.find(MySQL); !errors.As(err, &missing) {
		t.Errorf("after a failure: find = %v, want a MissingError", err)
	}

	put(t, filepath.Join(h.dirs[0], "debootstrap"), `[ ! -e "$4" ] || exit 3
mkdir -p "$4/usr/sbin" "$4/usr/bin" "$4/usr/lib/x86_64-linux-gnu" "$4/lib64" && cd "$4"
`+fake("usr/sbin/mysqld", "")+fake("usr/bin/mysql", "")+fake("lib64/ld-linux-x86-64.so.2", "echo mysqld  Ver 9.7.4 for Linux"))
	for range 2 {
		if err := h.install(MySQL, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(partial); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left", partial)
	}
	if strings.Contains(calls(), "install") {
		t.Errorf("debootstrap was there, but apt-get was called with\n%s", calls())
	}
}
