package mysql

import (
	"slices"
	"strings"

	"revise/drivers"
	"revise/schema"
)

// A session is what the settings are where the plan stands, and what they were and have to be again.
type session struct {
	mode, base           string // sql_mode
	usual                bool   // base is the server's own
	names, baseNames     string // character set and collation of the client
	zone, baseZone       string
	collation, database  string // of the database
	history, keysUnsound bool
}

func newSession(from, to *schema.Snapshot) session {
	s := session{base: from.Traits["sql_mode"], baseNames: from.Traits["names"], baseZone: from.Traits["zone"], usual: from.Traits["usual"] != ""}
	for _, snap := range []*schema.Snapshot{from, to} {
		if o := snap.Objects["database itself"]; o != nil {
			s.database = o.Attrs["collation"]
		}
	}
	s.mode, s.names, s.zone, s.collation = s.base, s.baseNames, s.baseZone, s.database
	return s
}

func (p *planner) setMode(o *schema.Object, mode string) {
	if mode != p.session.mode {
		p.session.mode = mode
		p.say(o, "SET SESSION sql_mode = "+Driver{}.Literal(mode))
	}
}

func (p *planner) setZone(o *schema.Object, zone string) {
	if zone != p.session.zone {
		p.session.zone = zone
		value := "DEFAULT"
		if zone != "" {
			value = Driver{}.Literal(zone)
		}
		p.say(o, "SET SESSION time_zone = "+value)
	}
}

// setNames sets the character set and the collation of the client.
func (p *planner) setNames(o *schema.Object, names string) {
	if names != p.session.names {
		p.session.names = names
		charset, collation, _ := strings.Cut(names, " ")
		p.say(o, "SET NAMES "+charset+" COLLATE "+collation)
	}
}

// under puts the session under the settings that code is to be made under.
func (p *planner) under(y *schema.Object) {
	if mode, ok := y.Attrs["sql_mode"]; ok {
		p.setMode(y, mode)
	} else if y.Kind == "view" {
		p.setMode(y, withoutModes(p.session.base, "NO_BACKSLASH_ESCAPES", "ORACLE"))
	}
	if names := y.Attrs["names"]; names != "" && names != p.session.names {
		charset, _, _ := strings.Cut(names, " ")
		if !strings.HasPrefix(charset, "utf8") && strings.ContainsFunc(y.Attrs["sql"], func(r rune) bool { return r >= 0x80 }) {
			p.short(y, "was made by a client with the character set "+charset+", which files of UTF-8 are not read by")
		} else {
			p.setNames(y, names)
		}
	}
	if zone := y.Attrs["time_zone"]; zone != "" {
		p.setZone(y, zone)
	}
	if c := y.Attrs["database_collation"]; c != "" && c != p.session.collation && p.session.collation != "" {
		p.session.collation = c
		s := p.say(y, "ALTER DATABASE COLLATE "+c)
		s.Note = "what follows was made while the database had this collation"
	}
}

var (
	zeroDateForm = drivers.Form(`DEFAULT '0000-|DEFAULT '\d{4}-(?:00|\d\d-00)`)
	momentForm   = drivers.Form("(?i)^`(?:[^`]|``)*` timestamp.* DEFAULT '")
)

// forTable sets what a statement about a table needs: its definition is that of a session in UTC, without modes that refuse it or read it in another way.
func (p *planner) forTable(y *schema.Object, sql string) {
	var refused []string
	for _, parts := range []*tableParts{p.was.tables[y.Key()], p.is.tables[y.Key()]} {
		if parts == nil {
			continue
		}
		for _, c := range parts.columns {
			if strings.Contains(c.Attrs["raw"], " DEFAULT '") && zeroDateForm().MatchString(c.Attrs["raw"]) {
				refused = []string{"NO_ZERO_DATE", "NO_ZERO_IN_DATE"}
			}
		}
	}
	refused = append(refused, "ORACLE")
	if strings.Contains(sql, `\`) {
		refused = append(refused, "NO_BACKSLASH_ESCAPES")
	}
	p.setMode(y, withoutModes(p.session.base, refused...))
	moment := strings.Contains(sql, "TIMESTAMP'") // of partitions by time
	if parts := p.is.tables[y.Key()]; parts != nil && !moment {
		for _, c := range parts.columns {
			moment = moment || momentForm().MatchString(c.Attrs["raw"]) && strings.Contains(sql, c.Attrs["raw"])
		}
	}
	switch {
	case moment:
		p.setZone(y, "+00:00")
	case strings.HasPrefix(sql, "ALTER") && p.session.zone != p.session.baseZone:
		// A change from datetime to timestamp, or back, goes by the session's zone: not by one that another table needed.
		p.setZone(y, p.session.baseZone)
	}
	if x := p.from.Objects[y.Key()]; x != nil && x.Attrs["versioned"] != "" && !p.session.history {
		p.session.history = true
		p.say(y, "SET SESSION system_versioning_alter_history = KEEP")
	}
}

// withoutModes is a mode without some of its words.
func withoutModes(mode string, words ...string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(mode, ","), func(w string) bool {
		return slices.ContainsFunc(words, func(x string) bool { return strings.EqualFold(w, x) })
	}), ",")
}

// checkKeys has foreign keys enforced, or not.
func (p *planner) checkKeys(o *schema.Object, on bool) {
	if p.session.keysUnsound == on {
		value := "0"
		if on {
			value = "1"
		}
		p.say(o, "SET SESSION foreign_key_checks = "+value)
		p.session.keysUnsound = !on
	}
}

// settle takes back what was set.
func (p *planner) settle() {
	s := &p.session
	itself := &schema.Object{Kind: "database", Name: "itself"}
	if s.collation != s.database {
		p.say(itself, "ALTER DATABASE COLLATE "+s.database)
	}
	if s.usual && s.mode != s.base {
		p.say(itself, "SET SESSION sql_mode = DEFAULT")
	} else {
		p.setMode(itself, s.base)
	}
	p.setNames(itself, s.baseNames)
	p.setZone(itself, s.baseZone)
	if s.history {
		p.say(itself, "SET SESSION system_versioning_alter_history = DEFAULT")
	}
}
