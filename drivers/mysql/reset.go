package mysql

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"revise/drivers"
)

// The settings that a reset puts back. The lists follow what dumps, schema tools and hand-written files set; a server knows some of the
// names only. Prepared statements, open handlers and insert_id stay as they are.
var (
	// Always: anyone may set them.
	alwaysReset = []string{
		"autocommit", "sql_mode", "foreign_key_checks", "unique_checks", "check_constraint_checks",
		"character_set_client", "character_set_results", "collation_connection", "time_zone", "lc_time_names",
		"lock_wait_timeout", "innodb_lock_wait_timeout", "max_statement_time", "max_execution_time",
		"transaction_isolation", "tx_isolation", "transaction_read_only", "tx_read_only",
		"sql_safe_updates", "sql_select_limit", "sql_big_selects", "sql_notes", "sql_warnings",
		"group_concat_max_len", "sql_quote_show_create", "sql_auto_is_null", "default_storage_engine",
	}
	// Only if a SET in the batch names them: many need a privilege, which then is there.
	mentionedReset = []string{
		"sql_log_bin", "binlog_format", "binlog_row_image", "gtid_next", "gtid_domain_id", "server_id", "pseudo_thread_id",
		"pseudo_slave_mode", "pseudo_replica_mode", "sql_require_primary_key", "sql_generate_invisible_primary_key",
		"default_table_encryption", "innodb_strict_mode", "explicit_defaults_for_timestamp", "auto_increment_increment",
		"auto_increment_offset", "default_collation_for_utf8mb4", "character_set_collations", "character_set_server",
		"collation_server", "character_set_filesystem", "old_alter_table", "alter_algorithm", "optimizer_switch", "tmp_table_size",
		"max_heap_table_size", "sort_buffer_size", "join_buffer_size", "bulk_insert_buffer_size", "read_buffer_size",
		"read_rnd_buffer_size", "myisam_sort_buffer_size", "net_read_timeout", "net_write_timeout", "wait_timeout",
		"cte_max_recursion_depth", "max_recursive_iterations", "max_sp_recursion_depth", "completion_type", "low_priority_updates",
		"updatable_views_with_limit", "default_week_format", "lc_messages", "default_tmp_storage_engine",
		"div_precision_increment", "max_join_size", "max_length_for_sort_data", "system_versioning_alter_history", "old_mode", "max_error_count",
	}
)

func knownSettings() string {
	names := append(slices.Clone(alwaysReset), mentionedReset...)
	return "'" + strings.Join(names, "', '") + "'"
}

// A home is the state of a session that a reset goes back to: as it was when it was opened.
type home struct {
	db       string // "" if none was selected
	role     string // the statement that goes back to the role
	settings map[string]string
}

func newHome(db string, rows [][]string, role string) home {
	h := home{db: db, role: role, settings: map[string]string{}}
	for _, r := range rows {
		if len(r) == 2 {
			h.settings[strings.ToLower(r[0])] = settingLiteral(r[1])
		}
	}
	return h
}

var numberForm = drivers.Form(`^-?\d+(\.\d+)?$`)

// settingLiteral writes a value as SET takes it: a number setting refuses a quoted number.
func settingLiteral(v string) string {
	if numberForm().MatchString(v) {
		return v
	}
	return Driver{}.Literal(v)
}

// assign gives "a = 1, b = 2" for those of the names that the server knows.
func (h home) assign(names []string) string {
	var sets []string
	for _, n := range names {
		if v, ok := h.settings[n]; ok {
			sets = append(sets, "SESSION "+n+" = "+v)
		}
	}
	return strings.Join(sets, ", ")
}

// reset gives the statements that bring a session back home, in an order in which each finds what it needs. locks are those that the
// session must still hold afterwards. A database cannot be unselected: where none was selected at first, the last one stays.
// keepWork commits an open transaction instead of rolling it back.
func (h home) reset(t trace, locks map[string]bool, id string, keepWork bool) []string {
	// Spelled out, for completion_type may say that a bare ROLLBACK chains or disconnects.
	list := []string{"ROLLBACK AND NO CHAIN NO RELEASE", "UNLOCK TABLES"}
	if keepWork {
		list[0] = "COMMIT AND NO CHAIN NO RELEASE"
	}
	if t.role != "" {
		list = append(list, t.role)
	}
	list = append(list, "SET "+h.assign(alwaysReset)+", SESSION timestamp = DEFAULT")
	if more := h.assign(t.settings); more != "" {
		list = append(list, "SET "+more)
	}
	if len(t.vars) > 0 {
		list = append(list, "SET "+strings.Join(t.vars, " = NULL, ")+" = NULL")
	}
	list = append(list, t.drops...)
	if h.db != "" {
		list = append(list, "USE "+Driver{}.Ident(h.db))
	}
	for _, name := range t.locks {
		if !locks[name] {
			list = append(list, "DO RELEASE_LOCK("+Driver{}.Literal(name)+")")
		}
	}
	if t.allLocks {
		for name := range locks {
			l := Driver{}.Literal(name)
			list = append(list, "SELECT IF(IS_USED_LOCK("+l+") <=> "+id+", 1, IF(GET_LOCK("+l+", 0) <=> 1, 1, "+fail+")) AS "+"kept")
		}
	}
	return list
}

// fail is an expression that fails when it is evaluated (error 1242).
const fail = "(SELECT 1 UNION ALL SELECT 2)"

// explain says what the failure of a reset means.
func (h home) explain(err error) error {
	server := serverError(err)
	if server == nil {
		return err
	}
	err = lift(server, "", "")
	switch server.Number {
	case errBadDB:
		return fmt.Errorf("the database %s, which the session was opened on, is not there any more: %w", h.db, err)
	case errManyRows:
		return fmt.Errorf("RELEASE_ALL_LOCKS gave the run's own lock away, and another session has it now: %w", err)
	case errXA:
		return fmt.Errorf("an XA transaction was left open: %w", err)
	}
	return err
}

// A trace is what statements leave behind in a session beside settings, as far as their text tells. What a stored procedure or a prepared
// statement does is not seen: its temporary tables and locks stay until the session ends.
type trace struct {
	db       string   // the database they went to by USE; "" if to none
	drops    []string // statements that drop the temporary tables
	vars     []string // the user variables they name, INSERT and its like left out
	settings []string // of mentionedReset
	role     string   // the statement that goes back to the role of the start
	locks    []string // the names of GET_LOCKs
	allLocks bool     // RELEASE_ALL_LOCKS was called
}

const (
	// gap is what may stand between two words, lead what may stand before a statement's first word, name a possibly qualified and quoted name.
	gap  = `(?:\s|/\*.*?\*/|(?:--\s|#)[^\n]*\n)+`
	lead = `^(?:/\*M?![0-9]*\s*)?\s*`
	// Without (?-i:…) all of Unicode is looked through for other cases when the program starts: that takes 20 ms.
	name = "((?-i:(?:`(?:[^`]|``)+`|[\\w$\\x{80}-\\x{10ffff}]+)(?:\\s*\\.\\s*(?:`(?:[^`]|``)+`|[\\w$\\x{80}-\\x{10ffff}]+))?))"
)

var (
	tempForm = drivers.Form(`(?is)\bCREATE` + gap + `(?:OR` + gap + `REPLACE` + gap + `)?TEMPORARY` + gap + `(TABLE|SEQUENCE)` + gap +
		`(?:IF` + gap + `NOT` + gap + `EXISTS` + gap + `)?` + name)
	useForm  = drivers.Form(`(?is)` + lead + `USE` + gap + name)
	setForm  = drivers.Form(`(?is)` + lead + `SET\b`)
	roleForm = drivers.Form(`(?is)` + lead + `SET` + gap + `ROLE\b`)
	dataForm = drivers.Form(`(?i)^\s*(?:INSERT|REPLACE|UPDATE|DELETE)\b`)
	varForm  = drivers.Form("(?:^|[^@\\w])(@(?:[\\w.$]+|`[^`]+`))")
	lockForm = drivers.Form(`(?is)\bGET_LOCK\s*\(\s*['"]([^'"\\]+)['"]`)
)

// follow notes what a statement leaves behind.
func (h home) follow(t *trace, sql string) {
	// A word is looked for first, for the patterns are slow on megabytes of INSERT.
	lower := strings.ToLower(sql)
	for _, m := range matches(tempForm(), sql, lower, "temporary") {
		table := m[2]
		if strings.Contains(table, ".") {
		} else if t.db != "" {
			table = t.db + "." + table
		} else if h.db != "" {
			table = Driver{}.Ident(h.db) + "." + table
		}
		t.add(&t.drops, "DROP TEMPORARY "+strings.ToUpper(m[1])+" IF EXISTS "+table)
	}
	if m := useForm().FindStringSubmatch(sql); m != nil {
		t.db = m[1]
	}
	if setForm().MatchString(sql) {
		for _, n := range mentionedReset {
			if strings.Contains(lower, n) {
				t.add(&t.settings, n)
			}
		}
		if roleForm().MatchString(sql) {
			t.role = h.role
		}
	}
	if !dataForm().MatchString(sql) {
		for _, m := range matches(varForm(), sql, lower, "@") {
			t.add(&t.vars, m[1])
		}
	}
	for _, m := range matches(lockForm(), sql, lower, "get_lock") {
		t.locks = append(t.locks, m[1]) // a lock taken twice is given back twice
	}
	t.allLocks = t.allLocks || strings.Contains(lower, "release_all_locks")
}

func matches(form *regexp.Regexp, sql, lower, word string) [][]string {
	if !strings.Contains(lower, word) {
		return nil
	}
	return form.FindAllStringSubmatch(sql, -1)
}

func (t *trace) add(list *[]string, s string) {
	if !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}

// limits is the statement that sets a batch's lock timeout, "" if it has none. The servers count in whole seconds: it is rounded up.
func limits(b drivers.Batch) string {
	if b.LockTimeout <= 0 {
		return ""
	}
	seconds := max(1, (b.LockTimeout.Milliseconds()+999)/1000)
	return fmt.Sprintf("SET SESSION lock_wait_timeout = %d, SESSION innodb_lock_wait_timeout = %[1]d", seconds)
}
