package mysql

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"revise/drivers"
)

// A conn is one session.
type conn struct {
	dial  *dialer
	link  *link
	opt   drivers.Options
	facts drivers.Facts
	id    string // of the session, for KILL
	token string // a word that no file can hold: it marks our columns and names the stop lock
	// maxPacket is the server's limit for this session, version its number as in conditional comments: 101119, 90704.
	maxPacket, version int
	// idle is how long a wait for an answer lasts before the guard looks whether the server is working at all.
	idle time.Duration

	home   home            // the state that a reset goes back to
	clean  bool            // nothing has run since the last reset that may have changed the session, but for limits
	limits string          // what has set a batch's timeouts since then
	quiet  bool            // there are no routines and triggers that could change a session
	trace  trace           // what ran since then leaves behind, as far as its text tells
	locks  map[string]bool // our session locks, by their name on the server
	ahead  *drivers.Answer // to what the caller was to ask first
	gone   error           // why the session is over

	answers atomic.Int64 // grows with each statement that is through
}

// open connects and asks, in one more round trip, who and where we are and what the session's settings are.
func open(ctx context.Context, d *dialer, p params, opt drivers.Options) (*conn, error) {
	within, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	l, err := d.connect(within)
	if err != nil {
		return nil, err
	}
	token := make([]byte, 8)
	rand.Read(token)
	c := &conn{dial: d, link: l, opt: opt, token: "rv" + hex.EncodeToString(token), idle: idleTime, locks: map[string]bool{}, clean: true}
	c.locks[c.aliveLock()] = true
	ask := append(p.setup(), "DO GET_LOCK("+Driver{}.Literal(c.aliveLock())+", 0)",
		"SELECT VERSION(), CONNECTION_ID(), USER(), DATABASE(), @@max_allowed_packet",
		"SHOW SESSION VARIABLES WHERE Variable_name IN ("+knownSettings()+", 'wsrep_on', 'wsrep_cluster_address')",
		"SELECT CURRENT_ROLE()") // the last of ours, for MySQL 5.7 does not know it
	if opt.Ahead != "" {
		ask = append(ask, opt.Ahead)
	}
	answers, err := l.answers(within, strings.Join(ask, separator))
	if serverError(err) != nil && len(answers) == 2 {
		err, answers = nil, append(answers, [][]string{{"NONE"}})
	}
	if opt.Ahead != "" && (err == nil && len(answers) == 4 || serverError(err) != nil && !fatal(serverError(err)) && len(answers) == 3) {
		c.ahead = &drivers.Answer{Text: opt.Ahead, Err: err}
		if err == nil {
			c.ahead.Rows = answers[3]
		}
		err, answers = nil, answers[:3]
	}
	if err == nil && (len(answers) != 3 || len(answers[0]) != 1 || len(answers[2]) != 1) {
		err = errors.New("the server does not answer as MySQL does")
	}
	if err == nil {
		err = c.learn(answers[0][0], answers[1], answers[2][0][0])
	}
	if err != nil {
		l.close()
		return nil, err
	}
	return c, nil
}

func (c *conn) learn(who []string, settings [][]string, role string) error {
	product := "MySQL"
	if strings.Contains(strings.ToLower(who[0]), "mariadb") {
		product = "MariaDB"
	}
	user := who[2]
	if at := strings.LastIndexByte(user, '@'); at >= 0 {
		user = user[:at]
	}
	c.facts = drivers.Facts{Product: product, Version: who[0], User: user, Database: who[3], Schema: who[3]}
	c.id = who[1]
	c.version = versionNumber(who[0])
	// https://dev.mysql.com/doc/refman/8.0/en/atomic-ddl.html, https://mariadb.com/kb/en/atomic-ddl/
	c.facts.AtomicDDL = c.version >= 80000 && !c.mariadb() || c.version >= 100600
	c.facts.Cluster = clusterOf(who[0], settings)
	var err error
	if c.maxPacket, err = strconv.Atoi(who[4]); err != nil {
		return fmt.Errorf("max_allowed_packet: %w", err)
	}
	switch {
	case role == "" || role == "NONE":
		role = "NONE"
	case c.mariadb():
		role = Driver{}.Ident(role) // MySQL gives a list, quoted already
	}
	c.home = newHome(who[3], settings, "SET ROLE "+role)
	return nil
}

// clusterOf names the kind of cluster that a server is part of: of those whose GET_LOCK is known to one node only, or to none.
func clusterOf(version string, settings [][]string) string {
	for _, word := range []string{"TiDB", "Vitess"} {
		if strings.Contains(version, word) {
			return word
		}
	}
	values := map[string]string{}
	for _, s := range settings {
		if len(s) == 2 {
			values[strings.ToLower(s[0])] = s[1]
		}
	}
	if on := values["wsrep_on"]; (on == "ON" || on == "1") && values["wsrep_cluster_address"] != "" {
		return "a Galera cluster"
	}
	return ""
}

// versionNumber turns "10.11.19-MariaDB" into 101119, the form conditional comments have.
func versionNumber(version string) int {
	n := 0
	parts := strings.SplitN(strings.TrimPrefix(version, "5.5.5-"), ".", 3)
	for i := range 3 {
		n *= 100
		if i < len(parts) {
			digits := parts[i]
			for j, r := range digits {
				if r < '0' || r > '9' {
					digits = digits[:j]
					break
				}
			}
			d, _ := strconv.Atoi(digits)
			n += d
		}
	}
	return n
}

func (c *conn) mariadb() bool { return c.facts.Product == "MariaDB" }

func (c *conn) Facts() drivers.Facts { return c.facts }

// Close ends the session, and with it its locks.
func (c *conn) Close(context.Context) error {
	if c.gone == nil {
		c.gone = fmt.Errorf("%w: the session was closed", drivers.ErrLost)
		c.link.close()
	}
	return nil
}

// lose gives the session up. The error wraps ErrLost.
func (c *conn) lose(err error) error {
	if err == nil {
		err = errors.New("it was given up, because the statement could not be stopped")
	}
	c.link.cut()
	c.link.close()
	c.gone = fmt.Errorf("%w: %w", drivers.ErrLost, err)
	return c.gone
}

// Query resets the session first where a batch has left something behind.
func (c *conn) Query(ctx context.Context, sql string) ([][]string, error) {
	ahead := c.ahead
	c.ahead = nil
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	if ahead != nil && ahead.Text == sql {
		if ahead.Err != nil {
			return nil, lifted(ahead.Err, sql)
		}
		return ahead.Rows, nil
	}
	answers, err := c.ask(ctx, sql)
	if err != nil || len(answers) == 0 {
		return nil, err
	}
	return answers[0], nil
}

// ask sends queries in one packet, and returns the rows of each, also of those before one that fails.
func (c *conn) ask(ctx context.Context, sql string) ([][][]string, error) {
	g := c.guard(ctx)
	answers, err := c.link.answers(context.Background(), sql)
	outcome := g.release()
	if err == nil && outcome == untouched {
		return answers, nil
	}
	server := serverError(err)
	switch {
	case err == nil && outcome == stopped:
		// It came through, but cut short perhaps: MySQL's SLEEP returns 1 when it is killed.
		err = errors.New("the query was interrupted")
	case server == nil || fatal(server) || outcome >= abandoned:
		err = c.lose(err)
		if outcome != helpless {
			c.finishOff()
		}
	default:
		err = lifted(err, sql)
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return answers, err
}

// lifted is the server's error for a query, as a driver gives it.
func lifted(err error, sql string) error {
	server := serverError(err)
	told := lift(server, sql, sql)
	if missing(server) {
		return fmt.Errorf("%w: %w", drivers.ErrNoTable, told)
	}
	return told
}

// ready reports whether the session can be used, and makes it clean.
func (c *conn) ready(ctx context.Context) error {
	if c.gone != nil {
		return c.gone
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.clean && c.limits == "" {
		return nil
	}
	_, err := c.tidy()
	return err
}

// tidy resets the session and returns how many statements it had run before by the server's count; 0 if that is not known. If it fails, the
// session is lost.
func (c *conn) tidy() (asked int, err error) {
	g := c.guard(context.Background())
	// The question comes last, for MySQL cannot answer it in every character set (it writes a query with backticks for it).
	list := append(c.home.reset(c.trace, c.locks, c.id, false), countQuestions)
	err = c.link.walk(context.Background(), strings.Join(list, separator), func(s *set) error {
		if len(s.columns) == 2 {
			asked = questions(s) - len(list)
		}
		return nil
	})
	g.release()
	if err != nil {
		return 0, c.lose(fmt.Errorf("reset the session: %w", c.home.explain(err)))
	}
	c.clean, c.limits, c.trace = true, "", trace{}
	return asked, nil
}
