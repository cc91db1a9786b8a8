// Package cli is the command line: its grammar, the rendering of events and errors, and the exit codes. It is a function (Main), so that
// scripts test it in process. It is the only package that prints: results on stdout, everything else on stderr.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"revise/config"
	"revise/drivers"
)

// A World is what the program has from outside.
type World struct {
	Args    []string // without the program's name
	Env     []string // "NAME=value"
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
	Drivers drivers.Set
	Version string // of the program; "" if unknown
}

// Interrupted is the cause of a context that a signal ended. Main then returns 128 + its number.
type Interrupted struct{ Signal os.Signal }

func (i Interrupted) Error() string { return "interrupted: " + i.Signal.String() }

// grammar is the command line as kong reads it.
type grammar struct {
	Init       initCmd       `cmd:"" help:"Write a migrate.toml and make the folder of the revisions."`
	New        newCmd        `cmd:"" aliases:"revision" help:"Write the file of a new revision."`
	Run        runGroup      `cmd:"" help:"Work on the database."`
	History    historyCmd    `cmd:"" help:"Show the chain of the files, newest first."`
	Show       showCmd       `cmd:"" help:"Show revisions."`
	Heads      headsCmd      `cmd:"" help:"Show the heads of the files."`
	Branches   branchesCmd   `cmd:"" help:"Show where lines part."`
	Graph      graphCmd      `cmd:"" help:"Draw the chain: as text, Mermaid, DOT, SVG or an HTML page."`
	Merge      mergeCmd      `cmd:"" help:"Write a revision that joins several."`
	Rebase     rebaseCmd     `cmd:"" help:"Give a revision that no database has yet other parents."`
	Squash     squashCmd     `cmd:"" help:"Write one revision in the place of several, from the beginning of the chain on."`
	Edit       editCmd       `cmd:"" help:"Open the file of a revision in your editor."`
	Check      checkCmd      `cmd:"" help:"Check all files without a database: headers, chain, splitting."`
	Verify     verifyCmd     `cmd:"" help:"Prove in scratch databases that revisions can be taken back, and show what they lock and lose."`
	Version    versionCmd    `cmd:"" help:"Show the version of the program."`
	Completion completionCmd `cmd:"" help:"Write a completion script for a shell."`
	Complete   completeCmd   `cmd:"" name:"__complete" hidden:"" passthrough:""`

	JSON    bool `name:"json" help:"Write reports and events as JSON."`
	Verbose bool `short:"v" help:"Say more."`
	Quiet   bool `short:"q" help:"Say nothing but errors and what was asked for."`
	NoColor bool `name:"no-color" help:"No colours, also on a terminal."`

	Extra []string `short:"x" sep:"none" placeholder:"KEY=VALUE" help:"A value for a variable of revision files, and for the log. May be repeated."`

	Settings settingFlags `embed:""`
}

type runGroup struct {
	Up      upCmd          `cmd:"" help:"Apply what is pending."`
	Down    downCmd        `cmd:"" help:"Take revisions back."`
	Current currentCmd     `cmd:"" help:"Show where the database stands."`
	Status  statusCmd      `cmd:"" help:"Show what is applied and what is pending."`
	History runHistoryCmd  `cmd:"" help:"Show the chain, with what is applied."`
	Graph   runGraphCmd    `cmd:"" help:"Draw the chain, with what is applied."`
	Log     logCmd         `cmd:"" help:"Show the audit trail."`
	Stamp   stampCmd       `cmd:"" help:"Mark revisions as applied without running them."`
	Resolve resolveCmd     `cmd:"" help:"Settle a statement that is in doubt."`
	Lock    lockCommands   `cmd:"" help:"See who holds the lock of a run."`
	Dump    dumpCmd        `cmd:"" help:"Write the schema of the database as SQL that builds it."`
	Print   fingerprintCmd `cmd:"" name:"fingerprint" help:"Show a sum over the schema of the database."`
	Check   runCheckCmd    `cmd:"" help:"Find out whether the database still has the schema that its revisions gave it."`
	Ensure  ensureCmd      `cmd:"" name:"ensure-ledger" aliases:"ensure-version" help:"Make the tables of the ledger, and nothing else."`

	envFlags
}

// Main runs one command line and returns its exit code, as docs/exit-codes.md lists them.
func Main(ctx context.Context, w World) int {
	p := newProgram(ctx, w)
	err := p.main(w.Args)
	p.live.clear()
	if err == nil {
		return exitDone
	}
	p.report(err)
	return p.exitCode(err)
}

func (p *program) main(args []string) (err error) {
	if len(args) == 1 && (args[0] == "version" || args[0] == "--version") { // building the grammar would take most of the time
		p.setOutput()
		return new(versionCmd).Run(p)
	}
	k, err := p.parser()
	if err != nil {
		return err
	}
	// kong ends the program after --help, from inside Parse: end Parse instead.
	defer func() {
		if r := recover(); r != nil {
			code, ok := r.(exitPanic)
			if !ok {
				panic(r)
			}
			err = nil
			if code != 0 {
				err = errQuiet
			}
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	kctx, err := k.Parse(markMinus(args))
	if err != nil {
		p.flags.JSON = slices.Contains(args, "--json") // kong takes back what it has read
		return usage(err)
	}
	p.setOutput()
	if p.several() {
		return p.runEach(kctx)
	}
	return kctx.Run(p)
}

// minusMark stands before an argument such as -1, which would be taken for a flag.
const minusMark = "\x00"

func markMinus(args []string) []string {
	marked := slices.Clone(args)
	for i, a := range marked {
		if len(a) < 2 || a[0] != '-' {
			continue
		}
		number, rest, span := strings.Cut(a[1:], ":")
		if strings.Trim(number, "0123456789") == "" && number != "" && (!span || !strings.Contains(rest, ":")) {
			marked[i] = minusMark + a
		}
	}
	return marked
}

// unmarked is an argument as it was typed.
func unmarked(a string) string { return strings.ReplaceAll(a, minusMark, "") }

type exitPanic int

func (p *program) parser() (*kong.Kong, error) {
	return kong.New(&p.flags,
		kong.Name("revise"),
		kong.Description("Migrations for people who write SQL: plain .sql files, linked into a chain, run up and down.\n\n"+
			"Start: revise init · revise new \"first tables\" · revise run up head"),
		kong.Writers(p.out, p.err),
		kong.Exit(func(code int) { panic(exitPanic(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Help(help),
	)
}

// A usageError is a command line that cannot be understood.
type usageError struct {
	msg  string
	hint string
}

func (e *usageError) Error() string { return e.msg }
func (e *usageError) Hint() string  { return e.hint }

func usage(err error) error {
	e := &usageError{msg: strings.ReplaceAll(err.Error(), minusMark, "")}
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		command := "revise"
		for n := parse.Context.Selected(); n != nil && n.Parent != nil; n = n.Parent {
			command = "revise " + n.Name + strings.TrimPrefix(command, "revise")
		}
		e.hint = "see " + command + " --help"
		if instead := elsewhere(parse); instead != "" {
			e.hint = instead
		}
	}
	return e
}

func usagef(hint, format string, args ...any) error {
	return &usageError{msg: fmt.Sprintf(format, args...), hint: hint}
}

// settingFlags are the flags of config.Settings; a test keeps the two alike. They are pointers, so that what was not given is told from what
// was given empty.
type settingFlags struct {
	Config               *string  `short:"c" placeholder:"FILE" help:"The configuration file." group:"Configuration:"`
	Env                  *string  `placeholder:"NAME" help:"The environment of the configuration file." group:"Configuration:"`
	Revisions            []string `sep:"none" placeholder:"FOLDER" help:"The folder of the revision files. May be repeated." group:"Configuration:"`
	HeadsFile            *string  `name:"heads-file" hidden:"" group:"Configuration:"`
	NewFile              *string  `name:"new-file" hidden:"" group:"Configuration:"`
	NewSlugLength        *string  `name:"new-slug-length" hidden:"" group:"Configuration:"`
	NewTimezone          *string  `name:"new-timezone" hidden:"" group:"Configuration:"`
	NewTemplate          *string  `name:"new-template" hidden:"" group:"Configuration:"`
	DatabaseURL          *string  `name:"database-url" placeholder:"URL" help:"Where the database is." group:"Configuration:"`
	DatabaseURLFile      *string  `name:"database-url-file" placeholder:"FILE" help:"A file that holds the URL." group:"Configuration:" hidden:""`
	DatabaseDriver       *string  `name:"database-driver" hidden:"" group:"Configuration:"`
	DatabaseHost         *string  `name:"database-host" hidden:"" group:"Configuration:"`
	DatabasePort         *string  `name:"database-port" hidden:"" group:"Configuration:"`
	DatabaseUser         *string  `name:"database-user" hidden:"" group:"Configuration:"`
	DatabasePassword     *string  `name:"database-password" hidden:"" group:"Configuration:"`
	DatabasePasswordFile *string  `name:"database-password-file" hidden:"" group:"Configuration:"`
	DatabaseName         *string  `name:"database-name" hidden:"" group:"Configuration:"`
	DatabaseParams       *string  `name:"database-params" hidden:"" group:"Configuration:"`
	LedgerTable          *string  `name:"ledger-table" hidden:"" group:"Configuration:"`
	LedgerSchema         *string  `name:"ledger-schema" hidden:"" group:"Configuration:"`
	LockWait             *string  `name:"lock-wait" placeholder:"5m" help:"How long to wait while another run works on the database." group:"Configuration:"`
	LockTimeout          *string  `name:"lock-timeout" placeholder:"5s" help:"How long a statement may wait for locks at a time." group:"Configuration:"`
	LockRetry            *string  `name:"lock-retry" placeholder:"5m" help:"How long in all a statement is tried again that another session blocks." group:"Configuration:"`
	LeaseTime            *string  `name:"lease-time" hidden:"" group:"Configuration:"`
	StatementTimeout     *string  `name:"statement-timeout" placeholder:"1h" help:"How long a statement may run." group:"Configuration:"`
	Wait                 *string  `placeholder:"60s" help:"How long to wait for a database that is not up yet." group:"Configuration:"`
	KeepSchema           *string  `name:"keep-schema" hidden:"" group:"Configuration:"`
	AutogenerateSchema   *string  `name:"autogenerate-schema" hidden:"" group:"Configuration:"`
	AutogenerateCommand  *string  `name:"autogenerate-command" hidden:"" group:"Configuration:"`
	SchemaInclude        *string  `name:"schema-include" hidden:"" group:"Configuration:"`
	SchemaExclude        *string  `name:"schema-exclude" hidden:"" group:"Configuration:"`
	SchemaPrivileges     *string  `name:"schema-privileges" hidden:"" group:"Configuration:"`
	SchemaDump           *string  `name:"schema-dump" hidden:"" group:"Configuration:"`
	ScratchURL           *string  `name:"scratch-url" placeholder:"URL" help:"Beside which database those for trials are made." group:"Configuration:"`
	VerifyForbid         *string  `name:"verify-forbid" hidden:"" group:"Configuration:"`
}

func (f *settingFlags) given() map[string]string {
	given := map[string]string{}
	if f.Revisions != nil {
		given["revisions"] = strings.Join(f.Revisions, ",")
	}
	for name, value := range map[string]*string{
		"config": f.Config, "env": f.Env, "heads-file": f.HeadsFile,
		"new-file": f.NewFile, "new-slug-length": f.NewSlugLength, "new-timezone": f.NewTimezone, "new-template": f.NewTemplate,
		"database-url": f.DatabaseURL, "database-url-file": f.DatabaseURLFile, "database-driver": f.DatabaseDriver,
		"database-host": f.DatabaseHost, "database-port": f.DatabasePort, "database-user": f.DatabaseUser,
		"database-password": f.DatabasePassword, "database-password-file": f.DatabasePasswordFile,
		"database-name": f.DatabaseName, "database-params": f.DatabaseParams,
		"ledger-table": f.LedgerTable, "ledger-schema": f.LedgerSchema,
		"lock-wait": f.LockWait, "lock-timeout": f.LockTimeout, "lock-retry": f.LockRetry, "lease-time": f.LeaseTime, "statement-timeout": f.StatementTimeout, "wait": f.Wait,
		"keep-schema": f.KeepSchema, "autogenerate-schema": f.AutogenerateSchema, "autogenerate-command": f.AutogenerateCommand,
		"schema-include": f.SchemaInclude, "schema-exclude": f.SchemaExclude, "schema-privileges": f.SchemaPrivileges, "schema-dump": f.SchemaDump,
		"scratch-url": f.ScratchURL, "verify-forbid": f.VerifyForbid,
	} {
		if value != nil {
			given[name] = *value
		}
	}
	return given
}

// load reads the configuration.
func (p *program) load() (*config.Config, error) {
	return config.Load(config.Options{LookupEnv: p.lookup, Flags: p.flags.Settings.given()})
}
