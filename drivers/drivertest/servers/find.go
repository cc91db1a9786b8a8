package servers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// An Installation is one kind of server as it is installed on this machine.
type Installation struct {
	Kind    string
	Version string   // as the server writes it
	Program string   // the server's
	init    []string // what makes a data folder, with the arguments it needs on this machine
	server  []string // what runs the server, likewise
}

// Find looks for the programs of a kind of server: the newest PostgreSQL in Debian's folders or the one on PATH, MariaDB on PATH, MySQL on
// PATH or where Install puts it. If there are none, the error is a *MissingError.
func Find(kind string) (Installation, error) { return thisHost().find(kind) }

// A host is the machine, as far as finding and installing look at it.
type host struct {
	dirs   []string // where programs are looked for, in this order
	debian string   // where Debian keeps PostgreSQL's programs, in one folder per version
	etc    string   // where it keeps the configuration of PostgreSQL's clusters
	cache  string   // where Install keeps MySQL
	asRoot []string // what to write before a command to run it as root; nil: root already

	galeraLib string // where Debian keeps Galera's library
	lists     string // the folder of the lists of packages; "": they are taken for new
}

// cacheDir is below /var and not in the user's own cache folder: root makes it, and the server that runs from it has few rights
// (see account), so that it could not read what is below /root.
const cacheDir = "/var/cache/revise-test"

func thisHost() host {
	h := host{
		// Debian keeps servers in sbin folders, which are not on everyone's PATH.
		dirs:   append(filepath.SplitList(os.Getenv("PATH")), "/usr/local/sbin", "/usr/sbin", "/sbin"),
		debian: "/usr/lib/postgresql",
		etc:    "/etc/postgresql",
		cache:  cacheDir,

		galeraLib: "/usr/lib/galera/libgalera_smm.so",
		lists:     "/var/lib/apt/lists",
	}
	if os.Geteuid() != 0 {
		h.asRoot = []string{"sudo", "-n"}
	}
	return h
}

func (h host) find(kind string) (Installation, error) {
	switch kind {
	case Postgres:
		return h.findPostgres()
	case MariaDB:
		return h.findMariaDB()
	case MySQL:
		return h.findMySQL()
	}
	return Installation{}, unknownKind(kind)
}

func (h host) findPostgres() (Installation, error) {
	bin := ""
	dirs, _ := filepath.Glob(filepath.Join(h.debian, "*", "bin"))
	sort.Slice(dirs, func(i, j int) bool { return majorOf(dirs[i]) > majorOf(dirs[j]) })
	for _, dir := range append(dirs, h.dirs...) {
		if isProgram(filepath.Join(dir, "postgres")) && isProgram(filepath.Join(dir, "initdb")) {
			bin = dir
			break
		}
	}
	if bin == "" {
		return Installation{}, &MissingError{Postgres, "initdb and postgres", "apt-get install postgresql"}
	}
	program := filepath.Join(bin, "postgres")
	version, err := versionOf("(PostgreSQL) ", program)
	return Installation{
		Kind: Postgres, Version: version, Program: program,
		init: []string{filepath.Join(bin, "initdb")}, server: []string{program},
	}, err
}

// majorOf reads the version out of /usr/lib/postgresql/15/bin.
func majorOf(bin string) float64 {
	v, _ := strconv.ParseFloat(filepath.Base(filepath.Dir(bin)), 64) // before 10 a version was 9.6
	return v
}

func (h host) findMariaDB() (Installation, error) {
	server, init := h.program("mariadbd"), h.program("mariadb-install-db")
	if server == "" || init == "" {
		return Installation{}, &MissingError{MariaDB, "mariadbd and mariadb-install-db", "apt-get install mariadb-server"}
	}
	version, err := versionOf("Ver ", server)
	return Installation{
		Kind: MariaDB, Version: version, Program: server,
		init: []string{init, "--no-defaults"}, server: []string{server, "--no-defaults"},
	}, err
}

func (h host) findMySQL() (Installation, error) {
	found := func(program string, command []string) (Installation, error) {
		version, err := versionOf("Ver ", command...)
		return Installation{Kind: MySQL, Version: version, Program: program, init: command, server: command}, err
	}
	if program := h.program("mysqld"); program != "" {
		// MariaDB brings a mysqld of its own.
		in, err := found(program, []string{program, "--no-defaults"})
		if err == nil && !strings.Contains(in.Version, "MariaDB") {
			return in, nil
		}
	}
	if program, command := cachedMySQL(filepath.Join(h.cache, mysqlFolder)); program != "" {
		return found(program, command)
	}
	return Installation{}, &MissingError{MySQL, "a mysqld that is not MariaDB's", "install MySQL's own package, or put a mysqld on PATH"}
}

// mysqlFolder holds a small Debian system with MySQL and its client in it, below the cache folder.
const mysqlFolder = "mysql-sid-client"

// cachedMySQL tells how to run the MySQL that Install made. It was linked against a newer C library than this system's, so that its own
// loader has to start it; then it needs no chroot, and no rights for one.
func cachedMySQL(dir string) (program string, command []string) {
	program = filepath.Join(dir, "usr/sbin/mysqld")
	command = cached(dir, program)
	if command == nil {
		return "", nil
	}
	return program, append(command, "--no-defaults", "--basedir="+filepath.Join(dir, "usr"), "--lc-messages-dir="+filepath.Join(dir, "usr/share/mysql"))
}

// cached is how to run a program of the system in a folder, nil if it is not there.
func cached(dir, program string) []string {
	loaders, _ := filepath.Glob(filepath.Join(dir, "lib*/ld-linux*.so.*"))
	libs, _ := filepath.Glob(filepath.Join(dir, "usr/lib/*-linux-gnu*"))
	if !isProgram(program) || len(loaders) == 0 || len(libs) == 0 {
		return nil
	}
	return []string{loaders[0], "--library-path", strings.Join(libs, ":"), program}
}

// program returns the path of a program, or "".
func (h host) program(name string) string {
	for _, dir := range h.dirs {
		if path := filepath.Join(dir, name); filepath.IsAbs(path) && isProgram(path) {
			return path
		}
	}
	return ""
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// versionOf asks a server for its version, the word behind the mark in what it prints.
func versionOf(mark string, command ...string) (string, error) {
	out, err := exec.Command(command[0], append(command[1:len(command):len(command)], "--version")...).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, lastLines(string(exit.Stderr), 3))
		}
		return "", fmt.Errorf("ask %s for its version: %w", command[0], err)
	}
	_, rest, _ := strings.Cut(string(out), mark)
	words := strings.Fields(rest)
	if len(words) == 0 {
		return "", fmt.Errorf("%s --version says %q, which holds no version", command[0], out)
	}
	return words[0], nil
}

// lastLines returns the last n lines that are not blank, as one.
func lastLines(text string, n int) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-n):], "; ")
}
