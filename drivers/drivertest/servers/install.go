package servers

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Install brings a kind of server onto this machine if it is not there, from Debian's packages, as root or by sudo if that asks for no
// password. log is told what is done and why. No service is left running, nor one that starts with the machine. It may be called
// again, and by several processes at once.
func Install(kind string, log io.Writer) error { return thisHost().install(kind, log) }

// InstallAlembic brings Alembic if no Python has it: the chain is compared with it.
func InstallAlembic(log io.Writer) error {
	if Python() != "" {
		return nil
	}
	if err := thisHost().apt(log, "the chain is compared with it", "alembic"); err != nil {
		return fmt.Errorf("install Alembic: %w; by hand on Debian: apt-get install alembic", err)
	}
	return nil
}

// InstallShell brings SQLite's shell if there is none: scripts are run with it.
func InstallShell(log io.Writer) error {
	h := thisHost()
	if h.program(shell) != "" {
		return nil
	}
	if err := h.apt(log, "tests run scripts with it", shell); err != nil {
		return fmt.Errorf("install SQLite's shell: %w; by hand on Debian: apt-get install sqlite3", err)
	}
	return nil
}

// InstallCompiler brings a C compiler if there is none: go test -race needs one.
func InstallCompiler(log io.Writer) error { return thisHost().installCompiler(log) }

func (h host) install(kind string, log io.Writer) error {
	installers, ok := map[string][]func(io.Writer) error{
		Postgres: {h.installPostgres, h.installPooler},
		MariaDB:  {h.installMariaDB, h.installClusterScripts},
		MySQL:    {h.installMySQL},
	}[kind]
	if !ok {
		return unknownKind(kind)
	}
	for _, install := range installers {
		err := h.complete(kind)
		var missing *MissingError
		if !errors.As(err, &missing) {
			return err // nil, if it is there and runs
		}
		if err := install(log); err != nil {
			return fmt.Errorf("install a %s server: %w; by hand: %s", kind, err, missing.ByHand)
		}
	}
	return h.complete(kind)
}

// complete says what is missing of a kind of server, or of the programs besides it that tests use and that come in packages of their own.
func (h host) complete(kind string) error {
	if _, err := h.find(kind); err != nil {
		return err
	}
	switch kind {
	case Postgres:
		if h.tool(kind, pooler) == "" {
			return missingPooler()
		}
	case MariaDB:
		if h.tool(kind, "mariadb-dump") == "" {
			return &MissingError{MariaDB, "mariadb-dump", "apt-get install mariadb-client"}
		}
		_, err := h.galera()
		return err
	case MySQL:
		if h.client(kind) == nil {
			return &MissingError{MySQL, "the client mysql", "install MySQL's own package, or put its client on PATH"}
		}
	}
	return nil
}

// installMariaDB brings packages that have the programs, but no service. The client's hold one that mariadb-install-db needs, and
// mariadb-dump; those behind them are for a cluster, and what its scripts call.
func (h host) installMariaDB(log io.Writer) error {
	return h.apt(log, "tests run against MariaDB", append([]string{"mariadb-server-core", "mariadb-client-core", "mariadb-client"}, clusterPackages...)...)
}

// clusterPackages are Debian's packages for a cluster, but for the scripts in mariadb-server.
var clusterPackages = []string{"galera-4", "rsync", "gawk", "lsof", "iproute2", "procps"}

// installClusterScripts takes the scripts by which a node of a cluster gets its data out of Debian's package of MariaDB's server, which is
// not installed for them: it would make a service that starts with the machine.
func (h host) installClusterScripts(log io.Writer) error {
	fmt.Fprintf(log, "fetching the scripts of a cluster's nodes into %s: tests run against a Galera cluster\n", filepath.Join(h.cache, clusterFolder))
	return h.withLists(log, func() error {
		return h.rootRun("apt-get download mariadb-server", "sh", "-c", clusterScripts, "sh", h.cache, clusterFolder)
	})
}

// clusterScripts puts them in place at once, as debianSystem does. apt-get drops its rights to download where it may write as another user.
const clusterScripts = `
set -e
cache=$1 name=$2
mkdir -p "$cache"
exec 9>"$cache/$name.lock"
flock 9
if [ -e "$cache/$name" ]; then exit 0; fi
rm -rf "$cache/$name.partial"
mkdir "$cache/$name.partial"
cd "$cache/$name.partial"
apt-get download -qq -o APT::Sandbox::User=root mariadb-server
mkdir all
dpkg-deb -x mariadb-server_*.deb all
mv all/usr/bin/wsrep_sst_* .
rm -rf all mariadb-server_*.deb
chmod 755 "$cache" "$cache/$name.partial"
mv -T "$cache/$name.partial" "$cache/$name"
`

// installPooler stops what Debian's package starts, and keeps it from starting with the machine. As there was no such program before,
// none was running.
func (h host) installPooler(log io.Writer) error {
	if h.tool(Postgres, pooler) != "" {
		return nil
	}
	if err := h.apt(log, "tests run through it", pooler); err != nil {
		return err
	}
	fmt.Fprintln(log, "stopping the service pgbouncer, which the package started")
	return errors.Join(
		h.rootRun("stop "+pooler, "service", pooler, "stop"),
		h.rootRun("keep it from starting", "update-rc.d", pooler, "disable"))
}

// installPostgres stops what Debian's package starts. The package makes a cluster, a server with data that starts with the machine, unless
// there is one, and starts all there are. As there was no server program before, none of them was running.
func (h host) installPostgres(log io.Writer) error {
	if _, err := h.findPostgres(); !errors.As(err, new(*MissingError)) {
		return err
	}
	before := h.clusters()
	if err := h.apt(log, "tests run against PostgreSQL", "postgresql"); err != nil {
		return err
	}
	for _, cluster := range h.clusters() {
		fmt.Fprintf(log, "stopping the PostgreSQL cluster %s, which the package started\n", cluster)
		err := h.rootRun("stop cluster "+cluster, "pg_ctlcluster", filepath.Base(filepath.Dir(cluster)), filepath.Base(cluster), "stop")
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == 2 { // it was not running: pg_ctlcluster(1)
			err = nil
		}
		if err == nil && !slices.Contains(before, cluster) {
			err = h.rootRun("keep cluster "+cluster+" from starting", "sh", "-c", `echo manual >"$1/start.conf"`, "sh", cluster)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// clusters lists the folders that hold one cluster's configuration each: /etc/postgresql/15/main.
func (h host) clusters() []string {
	files, _ := filepath.Glob(filepath.Join(h.etc, "*", "*", "postgresql.conf"))
	for i, f := range files {
		files[i] = filepath.Dir(f)
	}
	return files
}

// debianSystem makes a small Debian system with MySQL in a folder, since Debian's stable releases have no MySQL, and its unstable one's
// does not run with a stable one's libraries. Where two do it at once, the second waits and finds it done. A half-done one has another
// name and is begun anew. Without a mirror debootstrap uses its own.
const debianSystem = `
set -e
cache=$1 name=$2 mirror=$3
mkdir -p "$cache"
exec 9>"$cache/$name.lock"
flock 9
if [ -e "$cache/$name" ]; then exit 0; fi
rm -rf "$cache/$name.partial"
debootstrap --variant=minbase --include=mysql-server-core,mysql-client-core sid "$cache/$name.partial" $mirror
rm -f "$cache/$name.partial"/var/cache/apt/archives/*.deb
chmod 755 "$cache" "$cache/$name.partial"
mv -T "$cache/$name.partial" "$cache/$name"
`

func (h host) installMySQL(log io.Writer) error {
	if h.program("debootstrap") == "" {
		// It checks signatures with Debian's keys, which a Debian has and its relatives may not.
		if err := h.apt(log, "MySQL comes with it", "debootstrap", "debian-archive-keyring"); err != nil {
			return err
		}
	}
	fmt.Fprintf(log, "installing MySQL into %s with debootstrap: tests run against it\n", filepath.Join(h.cache, mysqlFolder))
	var errs []error
	for _, mirror := range append([]string{""}, h.mirrors()...) {
		err := h.rootRun(strings.TrimSpace("debootstrap sid "+mirror), "sh", "-c", debianSystem, "sh", h.cache, mysqlFolder, mirror)
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// mirrors lists where this system's own packages come from, if it is Debian.
func (h host) mirrors() []string {
	apt := h.program("apt-get")
	if apt == "" {
		return nil
	}
	out, _ := exec.Command(apt, "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian", "Label: Debian").Output()
	mirrors := strings.Fields(string(out))
	slices.Sort(mirrors)
	return slices.Compact(mirrors)
}

func (h host) installCompiler(log io.Writer) error {
	for _, name := range []string{os.Getenv("CC"), "gcc", "clang"} {
		if name != "" && (filepath.IsAbs(name) && isProgram(name) || h.program(name) != "") {
			return nil
		}
	}
	if err := h.apt(log, "go test -race needs a C compiler", "gcc", "libc6-dev"); err != nil {
		return fmt.Errorf("install a C compiler: %w; by hand on Debian: apt-get install gcc libc6-dev", err)
	}
	return nil
}

// apt installs packages and what they need, and never removes any (MariaDB's and MySQL's exclude each other).
func (h host) apt(log io.Writer, why string, packages ...string) error {
	if h.program("apt-get") == "" {
		return errors.New("this system has no apt-get; only on Debian and its relatives can it be done by itself")
	}
	fmt.Fprintf(log, "installing %s with apt-get: %s\n", strings.Join(packages, ", "), why)
	install := append([]string{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-qq", "--yes", "--no-remove", "--no-install-recommends"}, packages...)
	return h.withLists(log, func() error { return h.rootRun("apt-get install", install...) })
}

// withLists does what needs the lists of packages: with new ones where they are old, for an image's may be a year old, and so would be the servers; and once more
// with new ones if it fails.
func (h host) withLists(log io.Writer, do func() error) error {
	update := func() error { return h.rootRun("apt-get update", "apt-get", "update", "-qq") }
	if info, err := os.Stat(h.lists); err == nil && time.Since(info.ModTime()) > listsAge {
		fmt.Fprintln(log, "updating the lists of packages with apt-get: they are old")
		if err := update(); err != nil {
			fmt.Fprintln(log, err)
		}
	}
	if do() == nil {
		return nil
	}
	fmt.Fprintln(log, "updating the lists of packages with apt-get, and once more")
	updated := update()
	err := do()
	if err != nil {
		err = errors.Join(err, updated)
	}
	return err
}

// listsAge is how old lists of packages may be.
const listsAge = 24 * time.Hour

// rootRun runs a command as root. The end of its output is part of the error, what names it there.
func (h host) rootRun(what string, command ...string) error {
	command = append(slices.Clip(h.asRoot), command...)
	program := h.program(command[0])
	if program == "" {
		return fmt.Errorf("%s: %s: %w", what, command[0], exec.ErrNotFound)
	}
	cmd := exec.Command(program, command[1:]...)
	cmd.Env = append(os.Environ(), "PATH="+strings.Join(h.dirs, string(filepath.ListSeparator)))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", what, err, lastLines(string(out), 4))
	}
	return nil
}
