package runner_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"testing/fstest"
	"time"

	"revise/drivers"
	"revise/drivers/all"
	"revise/runner"
)

// An application that carries its revisions brings its database up to date when it starts. Any fs.FS does for the files; an embed.FS is
// the usual one.
func Example() {
	files := fstest.MapFS{
		"bb73aa30e9cb_create_fibtable.sql": {Data: []byte(`-- revision: bb73aa30e9cb
-- message: create fibtable

-- +upgrade
CREATE TABLE fibtable (fib_index INTEGER PRIMARY KEY, fib_value INTEGER NOT NULL);
INSERT INTO fibtable VALUES (0, 0), (1, 1);

-- +downgrade
DROP TABLE fibtable;
`)},
		"641f5c82c88e_add_title_to_fibtable.sql": {Data: []byte(`-- revision: 641f5c82c88e
-- revises: bb73aa30e9cb
-- message: add title to fibtable

-- +upgrade
ALTER TABLE fibtable ADD COLUMN title VARCHAR(512) DEFAULT '';
UPDATE fibtable SET titel = 'where it begins';
`)},
	}
	dir, err := os.MkdirTemp("", "revise")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()

	// The drivers say which databases there are; the URL says which one is meant.
	known := all.Drivers()
	driver, addr, err := known.Locate("sqlite:"+filepath.Join(dir, "app.db"), drivers.Address{}, "")
	if err != nil {
		log.Fatal(err)
	}
	conn, err := driver.Open(ctx, addr, drivers.Options{App: "shop"})
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close(ctx)

	// The chain is made of files alone; all mistakes in them are found here.
	links, err := runner.Load(files, "revisions", known.Dialects())
	if err != nil {
		log.Fatal(err)
	}

	r, err := runner.New(driver, conn, links, runner.Options{
		LockWait: time.Minute,
		Who:      runner.Who{Tool: "shop 1.7.0"},
		Events: func(e runner.Event) {
			if done, ok := e.(runner.StepDone); ok {
				fmt.Println(done.Step.Direction, done.Step.Revision.ID.Name, done.Step.Revision.Message)
			}
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = r.Up(ctx, "head")

	var failed *runner.StatementError
	if errors.As(err, &failed) {
		fmt.Printf("statement %d of %d: %v\n", failed.Index+1, failed.Step.Total, failed.Err)
		fmt.Println("applied of it:", failed.Applied)
	}
	state, err := r.State(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, rev := range links.Current(state.Applied()) {
		fmt.Println("the database is at", rev.ID.Name)
	}
	// Output:
	// up bb73aa30e9cb create fibtable
	// statement 2 of 2: no such column: titel (SQLITE_ERROR)
	// applied of it: 0
	// the database is at bb73aa30e9cb
}
