//go:build unix

// Command bench measures revise against the databases' own clients and against other programs that run revisions. See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// options is the command line.
type options struct {
	scenarios, databases, contenders []string // contenders: nil for all
	runs                             int
	sizes                            sizes
	limit                            time.Duration
	out, cache, profiles, tmp        string
	json, debian                     bool
}

// run is main but for the process's end: 0, 1 if something could not be measured at all, 2 for wrong usage. A contender that fails or a bar that is not met is a
// result.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return 2
	}
	r, err := measureAll(ctx, o, stderr)
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
	}
	if r != nil {
		err = errors.Join(err, write(r, o, stdout))
	}
	if err != nil {
		return 1
	}
	return 0
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	o.sizes = usualSizes()
	cache, _ := os.UserCacheDir()
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	var names, kinds, contenders string
	f.StringVar(&names, "scenario", strings.Join(scenarioNames(), ","), "the `scenarios` to run")
	f.StringVar(&kinds, "databases", strings.Join(allKinds(), ","), "the `kinds` of database to run them on")
	f.StringVar(&contenders, "contenders", "", "the `programs` that take part besides revise (all; where usually only the bare clients do, those that are named)")
	f.IntVar(&o.runs, "runs", 7, "how many `rounds` there are in each trial")
	f.DurationVar(&o.limit, "timeout", 5*time.Minute, "how long one child may take")
	f.StringVar(&o.out, "o", "", "the `file` to write to, and not stdout")
	f.BoolVar(&o.json, "json", false, "write everything that was measured as JSON, and not a Markdown table")
	f.BoolVar(&o.debian, "debian", false, "Alembic and sqitch take part, from Debian's packages; they are installed if they are not there")
	f.StringVar(&o.profiles, "profile", "", "the `folder` for CPU profiles of revise; what is measured then is a build that writes them")
	f.StringVar(&o.cache, "cache", filepath.Join(cache, "revise-bench"), "the `folder` in which built peers are kept")
	f.StringVar(&o.tmp, "tmp", "/dev/shm", "the `folder`, in memory, for all data")
	f.IntVar(&o.sizes.Revisions, "revisions", o.sizes.Revisions, "revisions of the usual chain")
	f.IntVar(&o.sizes.Processes, "processes", o.sizes.Processes, "processes of the race")
	f.DurationVar(&o.sizes.Delay, "delay", o.sizes.Delay, "each way, over the slow network")
	megabytes := f.Int("load", o.sizes.Load>>20, "`MB` of the large revision")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.sizes.Load = *megabytes << 20
	if f.NArg() > 0 || o.runs < 1 || o.sizes.Revisions < 1 || o.sizes.Load < 1 || o.sizes.Processes < 1 {
		return o, errors.New("no arguments, please, and no size below 1")
	}
	if contenders != "" {
		o.contenders = strings.Split(contenders, ",")
	}
	if o.scenarios, err = chosen("scenario", names, scenarioNames()); err != nil {
		return o, err
	}
	o.databases, err = chosen("kind of database", kinds, allKinds())
	return o, err
}

// chosen reads a list of names separated by commas. Each must be a known one.
func chosen(what, list string, known []string) ([]string, error) {
	names := strings.Split(list, ",")
	for _, n := range names {
		if !slices.Contains(known, n) {
			return nil, fmt.Errorf("unknown %s %q; known are %s", what, n, strings.Join(known, ", "))
		}
	}
	return names, nil
}

func scenarioNames() []string { return pick(scenarios(), func(s scenario) string { return s.Name }) }

func write(r *report, o options, stdout io.Writer) (err error) {
	w := stdout
	if o.out != "" {
		f, err := os.Create(o.out)
		if err != nil {
			return err
		}
		defer f.Close()
		w = f
	}
	if o.json {
		return r.json(w)
	}
	return r.markdown(w)
}

// measureAll builds, starts, measures and clears up. What it returns besides an error is what was measured until then.
func measureAll(ctx context.Context, o options, log io.Writer) (r *report, err error) {
	dir, err := os.MkdirTemp(o.tmp, "revise-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil { // a server may run as nobody
		return nil, err
	}
	if err := os.Setenv("TMPDIR", dir); err != nil { // where servers are made
		return nil, err
	}
	s := &suite{runs: o.runs, sizes: o.sizes, work: filepath.Join(dir, "work"), sources: map[string]*source{}, named: o.contenders != nil, log: log}
	if s.profiles = o.profiles; s.profiles != "" {
		if s.profiles, err = filepath.Abs(s.profiles); err != nil {
			return nil, err
		}
	}
	r = newReport(o.runs, time.Now())
	defer func() { r.Verdicts = judge(bars(), r.Results) }()
	if err := s.build(ctx, o, dir, r); err != nil {
		return r, err
	}
	defer func() {
		for _, src := range s.sources {
			err = errors.Join(err, src.close())
		}
	}()
	if err := s.start(ctx, neededKinds(o), dir, r); err != nil {
		return r, err
	}
	err = s.all(ctx, o, r)
	if err != nil {
		r.Unfinished = err.Error()
	}
	return r, err
}

// all runs the scenarios one after another, each on every kind of database that was asked for.
func (s *suite) all(ctx context.Context, o options, r *report) error {
	for _, sc := range scenarios() {
		if !slices.Contains(o.scenarios, sc.Name) {
			continue
		}
		for _, kind := range sc.kinds {
			if kind != "" && !slices.Contains(o.databases, kind) {
				continue
			}
			results, err := s.run(ctx, sc, kind)
			r.Results = append(r.Results, results...)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// neededKinds are the kinds of database that were asked for and that a scenario runs on.
func neededKinds(o options) (kinds []string) {
	for _, sc := range scenarios() {
		for _, kind := range sc.kinds {
			if kind != "" && slices.Contains(o.scenarios, sc.Name) && slices.Contains(o.databases, kind) && !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	return kinds
}

// start starts what databases are needed.
func (s *suite) start(ctx context.Context, kinds []string, dir string, r *report) error {
	for _, kind := range kinds {
		src, err := newSource(ctx, kind, dir)
		if err != nil {
			return err
		}
		s.sources[kind] = src
		if src.server != nil {
			r.version(kind+" (server)", src.version)
			fmt.Fprintf(s.log, "%s %s on port %d\n", kind, src.version, src.server.Port)
		}
	}
	return nil
}

// build gathers the contenders: ours as it is released, bare clients, peers. Who cannot be had is left out, and the report says so.
func (s *suite) build(ctx context.Context, o options, dir string, r *report) error {
	root, bin := "..", filepath.Join(dir, "bin")
	s.launcher = launcher{program: filepath.Join(bin, "launch"), home: filepath.Join(dir, "home"), limit: o.limit}
	if err := os.MkdirAll(s.home, 0o755); err != nil {
		return err
	}
	fmt.Fprintln(s.log, "building")
	released, program := filepath.Join(bin, "revise"), filepath.Join(bin, "revise")
	if err := errors.Join(goBuild(ctx, ".", "./launch", s.launcher.program), goBuild(ctx, root, ".", released)); err != nil {
		return err
	}
	if o.profiles != "" {
		program = filepath.Join(bin, "profiled")
		if err := goBuild(ctx, ".", "./profiled", program); err != nil {
			return err
		}
	}
	us := revise(program)
	us.Size = sizeOf(released)
	s.contenders = []contender{us}
	if revision, err := s.output(ctx, "git", "-C", root, "describe", "--always", "--dirty"); err == nil {
		r.version(oursName, "commit "+revision)
	}
	s.addClients(ctx, o, r)
	if hand := filepath.Join(bin, "byhand"); o.takesPart(byHandName) {
		if err := goBuild(ctx, ".", "./byhand", hand); err != nil {
			return err
		}
		s.contenders = append(s.contenders, byHand(hand))
	}
	s.addPeers(ctx, o, r)
	if o.debian {
		s.addDebian(ctx, o, r)
	}
	return ctx.Err()
}

// takesPart reports whether a contender was asked for.
func (o options) takesPart(name string) bool {
	return o.contenders == nil || slices.Contains(o.contenders, name)
}

func (s *suite) addClients(ctx context.Context, o options, r *report) {
	for _, kind := range neededKinds(o) {
		program, err := client(kind)
		if c := bareClient(kind, program); err != nil {
			r.leaveOut(c.Name, err.Error())
		} else if o.takesPart(c.Name) {
			s.add(ctx, c, r)
		}
	}
}

func (s *suite) addPeers(ctx context.Context, o options, r *report) {
	for _, p := range peers() {
		if !o.takesPart(p.name) {
			continue
		}
		program, err := p.install(ctx, o.cache)
		if err != nil {
			r.leaveOut(p.name+" "+p.version, err.Error())
			fmt.Fprintf(s.log, "%s %s is left out: %v\n", p.name, p.version, err)
			continue
		}
		c := p.contender(program)
		c.Name, c.Version, c.Size = p.name, p.version, sizeOf(program)
		s.add(ctx, c, r)
	}
}

func (s *suite) addDebian(ctx context.Context, o options, r *report) {
	programs := map[string]func(string) contender{"alembic": alembic, "sqitch": sqitch}
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		if !o.takesPart(name) {
			continue
		}
		program, err := fromDebian(ctx, name)
		if err != nil {
			r.leaveOut(name, err.Error())
			continue
		}
		c := programs[name](program)
		c.Name = name
		s.add(ctx, c, r)
	}
}

// add lets a contender take part. Its version is what it was built from, or what it says.
func (s *suite) add(ctx context.Context, c contender, r *report) {
	if c.Version == "" {
		cmd, _ := c.command(target{}, chain{}, version)
		said, err := s.output(ctx, cmd.Args...)
		if err != nil {
			r.leaveOut(c.Name, err.Error())
			return
		}
		c.Version = versionIn(said)
	}
	r.version(c.Name, c.Version)
	s.contenders = append(s.contenders, c)
}

// versionIn is what counts of what a program says of itself: the first line, without a path of the program before it or a sum of its source behind it.
func versionIn(said string) string {
	line, _, _ := strings.Cut(said, "\n")
	words := strings.Fields(line)
	if len(words) > 0 && strings.Contains(words[0], "/") {
		words = words[1:]
	}
	words = slices.DeleteFunc(words, func(w string) bool { return len(w) > 40 })
	return strings.Join(words, " ")
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
