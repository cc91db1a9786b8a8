// Splitjson splits SQL that it reads as JSON, so that the splitter can be compared with what a database itself makes of a text.
//
// Each line of the standard input is an object {"dialect": "postgres", "sql": "SELECT 1; SELECT 2"}. The dialect is the name of a driver or
// one of its URL schemes. Each answer is a line {"statements": ["SELECT 1", "SELECT 2"], "copy": {}, "error": ""}: the statements without
// their terminators, up to the mistake if there is one; under copy, by the index of a COPY … FROM STDIN, its inline data; and the mistake as
// "line:column: message".
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"revise/drivers"
	"revise/drivers/all"
	"revise/parser"
)

func main() {
	if err := run(os.Stdin, os.Stdout, all.Drivers()); err != nil {
		fmt.Fprintln(os.Stderr, "splitjson:", err)
		os.Exit(1)
	}
}

type question struct {
	Dialect string `json:"dialect"`
	SQL     string `json:"sql"`
}

type answer struct {
	Statements []string          `json:"statements"`
	Copy       map[string]string `json:"copy"`
	Error      string            `json:"error"`
}

// run answers every line of in. A line that is no question ends it.
func run(in io.Reader, out io.Writer, set drivers.Set) error {
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	dec := json.NewDecoder(bufio.NewReader(in))
	for n := 1; ; n++ {
		var q question
		if err := dec.Decode(&q); errors.Is(err, io.EOF) {
			return w.Flush()
		} else if err != nil {
			return errors.Join(fmt.Errorf("object %d: %w", n, err), w.Flush())
		}
		driver, err := set.ByScheme(q.Dialect)
		if err != nil {
			return errors.Join(fmt.Errorf("object %d: %w", n, err), w.Flush())
		}
		a, err := split(q.SQL, driver.Dialect())
		if err == nil {
			err = enc.Encode(a)
		}
		if err != nil {
			return err
		}
		if err := w.Flush(); err != nil { // whoever asks may wait for the answer before asking on
			return err
		}
	}
}

// split is the answer to one question. Bytes that are no UTF-8 cannot come in JSON, and none come out.
func split(sql string, d *parser.Dialect) (answer, error) {
	a := answer{Statements: []string{}, Copy: map[string]string{}}
	s := parser.NewSplitter(parser.Position{Line: 1, Col: 1}, sql, d)
	for {
		stmt, ok, err := s.Next()
		var list parser.ErrorList
		switch {
		case errors.As(err, &list):
			a.Error = fmt.Sprintf("%d:%d: %s", list[0].Pos.Line, list[0].Pos.Col, list[0].Msg)
			return a, nil
		case err != nil:
			return a, err
		case !ok:
			return a, nil
		}
		if stmt.Copy {
			a.Copy[strconv.Itoa(len(a.Statements))] = stmt.Data
		}
		a.Statements = append(a.Statements, strings.TrimSpace(stmt.Text))
	}
}
