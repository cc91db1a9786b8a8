package chain_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"revise/chain"
)

// Every mistake that a target can be names a command, and the command is accepted. These are all there are, each in the direction in which
// it is made.
func TestHints(t *testing.T) {
	for _, test := range []struct{ line, applied, command string }{
		// Several heads.
		{fork, "", "up head"},
		{fork, "", "up b@head"},
		{fork, "d1 d2", "down head"},
		{fork, "", "stamp head"},
		{fork, "", "history head:"},
		{fork, "", "history :head"},
		// Not a way up, not a way down.
		{line, "b", "up base"},
		{line, "b", "up b-2"},
		{line, "b", "up -1"},
		{line, "b", "down +1"},
		{line, "b", "down d"},
		{line, "b", "down heads"},
		{fork, "d1 d2", "down right@c1"},
		{fork, "", "history c1:d2"},
		{fork, "", "history d1:b"},
		{fork, "", "history left@base:c2"},
		// Too many steps.
		{line, "b", "up +9"},
		{line, "e", "up +9"},
		{fork, "c1", "up right@+9"},
		{line, "b", "up b+9"},
		{line, "b", "up d-9"},
		{line, "b", "up head+1"},
		{line, "b", "up base-1"},
		{line, "e", "down -9"},
		{line, "", "down -9"},
		{fork, "d1 d2", "down left@-9"},
		{fork, "d2", "down left@-1"},
		{line, "c", "down a+9"},
		{line, "e", "down a+9"},
		{line, "e", "down b-9"},
		{line, "e", "down base-1"},
		{line, "b", "stamp -9"},
		{line, "b", "stamp b+9"},
		// Steps that may go several ways.
		{fork, "b", "up +1"},
		{fork, "", "up +3"},
		{fork, "b", "up b+1"},
		{fork, "c1 d2", "down -1"},
		{diamond, "d", "down -2"},
		{diamond, "d", "down d-1"},
		{fork, "b", "stamp +1"},
		{fork, "c1 c2", "stamp -1"},
		{diamond, "", "history d-1:e"},
		{"1; 2:1; 3:2", "3", "down 2"},
		{"002a; b:002a; c:b", "c", "down 002"},
		// Names.
		{fork, "", "up d1x"},
		{fork, "", "up lefft@head"},
		{fork, "", "up left@d1x"},
		{fork, "", "up nothing"},
		{line, "b", "up 2"},
		{"", "", "up head"},
		{"abc1; abd2:abc1", "abc1", "up ab"},
		{"abc1; abc2:abc1", "abc1", "up abc"},
		{"abc1; abc2:abc1", "abc2", "down abc"},
		{"abc1; abc2:abc1", "abc2", "stamp abc"},
		{"abc1; abc2:abc1", "abc2", "history abc:abc2"},
		// Two targets, one upon the other.
		{line, "", "stamp e b"},
		{fork, "", "stamp b c1 d2"},
		{fork, "", "stamp --purge b c1 d2"},
		// Ranges.
		{line, "", "history b"},
		{line, "b", "history +1:d"},
		{line, "b", "history b:-1"},
		{line, "b", "history -1:+1"},
		{fork, "c1 c2", "history current-1:"},
	} {
		c := link(t, test.line)
		set := applied(c, test.applied)
		err := accept(c, set, test.command)
		if err == nil {
			t.Errorf("%s in %q: no error", test.command, test.line)
			continue
		}
		commands := commandsOf(err)
		if len(commands) == 0 {
			t.Errorf("%s in %q: no command in %q", test.command, test.line, told(err))
		}
		for _, command := range commands {
			if err := accept(c, set, command); err != nil {
				t.Errorf("%s in %q: the hint says %q, and that %v", test.command, test.line, command, err)
			}
		}
	}
}

// accept carries out "up head", "stamp --purge a b", "history a:b" and their like.
func accept(c *chain.Chain, set chain.Set, command string) (err error) {
	words := strings.Fields(command)
	switch words[0] {
	case "up":
		_, err = c.Upgrade(set, words[1])
	case "down":
		_, err = c.Downgrade(set, words[1])
	case "stamp":
		purge := words[1] == "--purge"
		if purge {
			words = words[1:]
		}
		_, err = c.Stamp(set, words[1:], purge)
	case "history":
		if len(words) > 1 {
			_, err = c.Range(set, words[len(words)-1])
		}
	case "current", "new":
	default:
		err = fmt.Errorf("is no command")
	}
	return err
}

var hinted = regexp.MustCompile(`revise (?:run )?(.+?)(?: or |, |; |\?|$)`)

// commandsOf gives the commands of a hint.
func commandsOf(err error) []string {
	_, hint, _ := strings.Cut(told(err), " | ")
	var commands []string
	for _, m := range hinted.FindAllStringSubmatch(hint, -1) {
		commands = append(commands, m[1])
	}
	return commands
}

// On any chain, in any state, what a hint says is accepted.
func TestHintsAtRandom(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 5))
		line := grown(rng)
		c := link(t, line)
		for range 8 {
			q := commandAtRandom(question{chain: c, line: line, before: state(c, rng)}, rng)
			command := q.command + " " + strings.Join(q.targets, " ")
			if q.command == "show" || q.command == "current" {
				continue
			}
			err := accept(c, q.before, command)
			if err == nil {
				continue
			}
			for _, instead := range commandsOf(err) {
				if err := accept(c, q.before, instead); err != nil {
					t.Errorf("%s, applied %q, in %q: the hint says %q, and that: %v", command, names(q.before), line, instead, err)
				}
			}
		}
	}
}
