package postgres

import (
	"strings"

	"revise/drivers"
)

// A catalogQuery asks for objects of one kind or several. Its columns are classid, oid and subid of the object in the catalogs, its kind, its name, its path
// as JSON, the key of its parent, its definition, its place, its attributes as a JSON object and its list as JSON. What they share stands in braces: see expand.
//
// The server is one from version 12 on: what older ones lack is asked of a row as JSON.
type catalogQuery string

// expand fills in what all queries share. {n.c} is the qualified name of a relation c in the namespace n, {path n.c} its path; {users n} is the condition that a namespace is
// not the server's own.
func (q catalogQuery) expand(version int) string {
	var b strings.Builder
	text := string(q)
	if version < 140000 {
		text = strings.ReplaceAll(text, "a.attcompression", "''::text")
	}
	if version < 130000 {
		text = collationForm().ReplaceAllString(text, "coalesce((SELECT CASE cn.nspname WHEN 'pg_catalog' THEN '' ELSE quote_ident(cn.nspname) || '.' END || quote_ident(cl.collname) FROM pg_collation cl JOIN pg_namespace cn ON cn.oid = cl.collnamespace WHERE cl.oid = $1), '-')")
	}
	for {
		before, rest, ok := strings.Cut(text, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		var word string
		word, text, _ = strings.Cut(rest, "}")
		what, arg, two := strings.Cut(word, " ")
		if !two {
			arg = what
		}
		n, c, _ := strings.Cut(arg, ".")
		switch {
		case !two:
			b.WriteString("quote_ident(" + n + ".nspname) || '.' || quote_ident(" + c + ".relname)")
		case what == "path":
			b.WriteString("json_build_array(" + n + ".nspname, " + c + ".relname)")
		case what == "users":
			b.WriteString("(" + n + ".nspname !~ '^pg_' AND " + n + ".nspname <> 'information_schema')")
		case what == "options":
			b.WriteString("(SELECT string_agg(quote_ident(option_name) || ' ' || quote_literal(option_value), ', ' ORDER BY option_name) FROM pg_options_to_table(" + arg + "))")
		case what == "qual" && version >= 150000:
			b.WriteString("pg_get_expr(" + arg + ".prqual, " + arg + ".prrelid)")
		case what == "qual":
			b.WriteString("NULL")
		case what == "attrs":
			b.WriteString("json_strip_nulls(json_build_object(")
		}
	}
}

// collationForm finds a cast to the type that names collations, which came with version 13.
var collationForm = drivers.Form(`([a-z.]+)::regcollation(?:::text)?`)

// catalogQueries are all kinds of objects, but for comments, owners and privileges.
func catalogQueries() []catalogQuery {
	return []catalogQuery{
		`SELECT 'pg_namespace'::regclass::oid, n.oid, 0, 'schema', quote_ident(n.nspname), json_build_array(n.nspname), '', 'schema', 0, {attrs x}'ns', quote_ident(n.nspname))), '[]'
FROM pg_namespace n WHERE {users n}`,

		`SELECT 'pg_extension'::regclass::oid, e.oid, 0, 'extension', quote_ident(e.extname), json_build_array(e.extname), '', 'SCHEMA ' || quote_ident(n.nspname), 0,
 {attrs x}'schema', quote_ident(n.nspname), 'version', e.extversion, 'ns', quote_ident(n.nspname))), '[]'
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'`,

		`SELECT 'pg_collation'::regclass::oid, c.oid, 0, 'collation', quote_ident(n.nspname) || '.' || quote_ident(c.collname), json_build_array(n.nspname, c.collname), '',
 concat_ws(' ', 'provider', c.collprovider, 'deterministic', c.collisdeterministic, c.collcollate, c.collctype, to_jsonb(c) ->> 'colliculocale', to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'collicurules'), 0,
 {attrs x}'ns', quote_ident(n.nspname), 'provider', c.collprovider::text, 'det', c.collisdeterministic::text, 'collate', c.collcollate, 'ctype', c.collctype, 'rules', to_jsonb(c) ->> 'collicurules',
  'locale', coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', CASE WHEN c.collprovider = 'i' THEN c.collcollate END))), '[]'
FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE {users n}`,

		`SELECT 'pg_type'::regclass::oid, t.oid, 0, 'type', quote_ident(n.nspname) || '.' || quote_ident(t.typname), json_build_array(n.nspname, t.typname), '',
 'ENUM (' || coalesce((SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid), '') || ')', 0,
 {attrs x}'ns', quote_ident(n.nspname), 'sub', 'enum')), (SELECT coalesce(json_agg(enumlabel ORDER BY enumsortorder), '[]') FROM pg_enum WHERE enumtypid = t.oid)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND {users n}`,

		`SELECT 'pg_type'::regclass::oid, t.oid, 0, 'domain', quote_ident(n.nspname) || '.' || quote_ident(t.typname), json_build_array(n.nspname, t.typname), '',
 concat_ws(' ', format_type(t.typbasetype, t.typtypmod), CASE WHEN t.typcollation <> b.typcollation THEN 'COLLATE ' || t.typcollation::regcollation END,
  'DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), CASE WHEN t.typnotnull THEN 'NOT NULL' END,
  (SELECT string_agg('CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(c.oid), ' ' ORDER BY NOT convalidated, conname) FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c')), 0,
 {attrs x}'ns', quote_ident(n.nspname), 'base', format_type(t.typbasetype, t.typtypmod), 'coll', CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END,
  'notnull', t.typnotnull::text, 'default', pg_get_expr(t.typdefaultbin, 0))),
 (SELECT coalesce(json_agg(x ORDER BY NOT convalidated, conname, o), '[]') FROM pg_constraint c, unnest(ARRAY[quote_ident(conname), pg_get_constraintdef(c.oid)]) WITH ORDINALITY u(x, o) WHERE c.contypid = t.oid AND c.contype = 'c')
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype WHERE t.typtype = 'd' AND {users n}`,

		`SELECT 'pg_type'::regclass::oid, t.oid, 0, 'type', quote_ident(n.nspname) || '.' || quote_ident(t.typname), json_build_array(n.nspname, t.typname), '',
 '(' || coalesce((SELECT string_agg(concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod), CASE WHEN attcollation <> bt.typcollation THEN 'COLLATE ' || attcollation::regcollation END), ', ' ORDER BY attnum)
  FROM pg_attribute a JOIN pg_type bt ON bt.oid = a.atttypid WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped), '') || ')', 0,
 {attrs x}'ns', quote_ident(n.nspname), 'sub', 'composite', 'rel', {n.c})),
 (SELECT coalesce(json_agg(x ORDER BY attnum, o), '[]') FROM pg_attribute a JOIN pg_type bt ON bt.oid = a.atttypid,
  unnest(ARRAY[quote_ident(attname), concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attcollation <> bt.typcollation THEN 'COLLATE ' || attcollation::regcollation END)]) WITH ORDINALITY u(x, o)
  WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped)
FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'c' AND {users n}`,

		`SELECT 'pg_type'::regclass::oid, t.oid, 0, 'type', quote_ident(n.nspname) || '.' || quote_ident(t.typname), json_build_array(n.nspname, t.typname), '',
 concat_ws(', ', 'RANGE (SUBTYPE = ' || format_type(r.rngsubtype, NULL),
  'SUBTYPE_OPCLASS = ' || (SELECT quote_ident(nn.nspname) || '.' || quote_ident(opcname) FROM pg_opclass o JOIN pg_namespace nn ON nn.oid = o.opcnamespace WHERE o.oid = r.rngsubopc AND NOT opcdefault),
  'COLLATION = ' || (SELECT r.rngcollation::regcollation::text FROM pg_type s WHERE s.oid = r.rngsubtype AND r.rngcollation <> s.typcollation),
  'CANONICAL = ' || nullif(r.rngcanonical::regproc::text, '-'), 'SUBTYPE_DIFF = ' || nullif(r.rngsubdiff::regproc::text, '-'),
  'MULTIRANGE_TYPE_NAME = ' || (SELECT quote_ident(nm.nspname) || '.' || quote_ident(m.typname) FROM pg_type m JOIN pg_namespace nm ON nm.oid = m.typnamespace WHERE m.oid = (to_jsonb(r) ->> 'rngmultitypid')::oid)) || ')', 0,
 {attrs x}'ns', quote_ident(n.nspname), 'sub', 'range')), '[]'
FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {users n}`,

		`SELECT 'pg_class'::regclass::oid, c.oid, 0, 'sequence', {n.c}, {path n.c}, '',
 concat_ws(' ', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' END, 'AS', format_type(s.seqtypid, NULL), 'INCREMENT BY', s.seqincrement, 'MINVALUE', s.seqmin, 'MAXVALUE', s.seqmax, 'START WITH', s.seqstart, 'CACHE', s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END), 0,
 {attrs x}'ns', quote_ident(n.nspname), 'rel', {n.c}, 'type', format_type(s.seqtypid, NULL), 'increment', s.seqincrement::text, 'min', s.seqmin::text, 'max', s.seqmax::text, 'start', s.seqstart::text,
  'cache', s.seqcache::text, 'cycle', s.seqcycle::text, 'persistence', c.relpersistence::text)), '[]'
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {users n} AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i' AND d.refclassid = 'pg_class'::regclass)`,

		`SELECT 0::oid, 0::oid, 0, 'sequence owner', {n.c}, {path n.c}, '', {tn.t} || '.' || quote_ident(a.attname), 0,
 {attrs x}'seq', {n.c}, 'table', {tn.t})), '[]'
FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S' JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a' AND d.refobjsubid > 0 AND {users n}`,

		`SELECT 'pg_class'::regclass::oid, c.oid, 0, CASE WHEN c.relkind = 'f' THEN 'foreign table' ELSE 'table' END, {n.c}, {path n.c}, '',
 concat_ws(' ', CASE c.relpersistence WHEN 'u' THEN 'unlogged' END, CASE WHEN c.relkind = 'p' THEN 'partition by ' || pg_get_partkeydef(c.oid) END, CASE WHEN c.reloftype <> 0 THEN 'of ' || c.reloftype::regtype END,
  'using ' || am.amname, 'tablespace ' || ts.spcname, 'with (' || nullif(array_to_string(ARRAY(SELECT unnest(c.reloptions) UNION ALL SELECT 'toast.' || unnest(tc.reloptions) ORDER BY 1), ', '), '') || ')',
  CASE WHEN c.relrowsecurity THEN 'row level security' END, CASE WHEN c.relforcerowsecurity THEN 'forced' END, CASE c.relreplident WHEN 'f' THEN 'replica identity full' WHEN 'n' THEN 'replica identity nothing' END,
  (SELECT 'server ' || quote_ident(fs.srvname) || coalesce(' options (' || {options ft.ftoptions} || ')', '') FROM pg_foreign_table ft JOIN pg_foreign_server fs ON fs.oid = ft.ftserver WHERE ft.ftrelid = c.oid)), 0,
 {attrs x}'ns', quote_ident(n.nspname), 'rel', {n.c}, 'persistence', c.relpersistence::text, 'partkey', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, 'am', am.amname, 'ts', quote_ident(ts.spcname),
  'of', CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype::text END, 'options', nullif(array_to_string(coalesce(c.reloptions, ARRAY[]::text[]) || ARRAY(SELECT 'toast.' || unnest(tc.reloptions)), ', '), ''),
  'rls', c.relrowsecurity::text, 'frls', c.relforcerowsecurity::text, 'ident', c.relreplident::text,
  'server', (SELECT quote_ident(fs.srvname) FROM pg_foreign_table ft JOIN pg_foreign_server fs ON fs.oid = ft.ftserver WHERE ft.ftrelid = c.oid),
  'foptions', (SELECT {options ft.ftoptions} FROM pg_foreign_table ft WHERE ft.ftrelid = c.oid))), '[]'
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am am ON am.oid = c.relam AND am.amname <> 'heap' LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
 LEFT JOIN pg_class tc ON tc.oid = c.reltoastrelid WHERE c.relkind IN ('r', 'p', 'f') AND {users n}`,

		`SELECT 0::oid, 0::oid, 0, CASE WHEN c.relispartition THEN 'partition' ELSE 'inheritance' END, {n.c} || CASE WHEN c.relispartition THEN '' ELSE ' ' || i.inhseqno END, {path n.c}, '',
 concat_ws(' ', {pn.p}, pg_get_expr(c.relpartbound, c.oid)), 0, {attrs x}'child', {n.c}, 'table', CASE WHEN c.relkind = 'f' THEN 'foreign table ' ELSE 'table ' END || {n.c}, 'up', {pn.p}, 'bound', pg_get_expr(c.relpartbound, c.oid))), '[]'
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f') JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class p ON p.oid = i.inhparent
 JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE {users n}`,

		`SELECT 'pg_class'::regclass::oid, c.oid, a.attnum::int, 'column', {n.c} || '.' || quote_ident(a.attname), json_build_array(n.nspname, c.relname, a.attname),
 CASE WHEN c.relkind = 'f' THEN 'foreign table ' ELSE 'table ' END || {n.c},
 concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END,
  CASE WHEN a.attgenerated <> '' THEN 'GENERATED ALWAYS AS (' || pg_get_expr(ad.adbin, ad.adrelid) || ')' || CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE ' VIRTUAL' END END,
  CASE WHEN a.attidentity <> '' THEN 'GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY (' || concat_ws(' ', sq.relname, s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, s.seqcycle) || ')' END,
  CASE WHEN a.attnotnull THEN 'NOT NULL' END, nn.word,
  CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || a.attstorage::text END, CASE WHEN a.attcompression <> '' THEN 'COMPRESSION ' || a.attcompression::text END,
  CASE WHEN coalesce(a.attstattarget, -1) >= 0 THEN 'STATISTICS ' || a.attstattarget END, 'OPTIONS (' || array_to_string(a.attoptions, ', ') || ')', 'FDW (' || array_to_string(a.attfdwoptions, ', ') || ')',
  CASE WHEN NOT a.attislocal THEN '(inherited)' END),
 row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum),
 {attrs x}'col', quote_ident(a.attname), 'table', {n.c}, 'type', format_type(a.atttypid, a.atttypmod), 'base', format_type(a.atttypid, NULL), 'cat', t.typcategory::text,
  'coll', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END, 'notnull', a.attnotnull::text, 'nnword', nn.word, 'nnname', nn.name,
  'gen', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(ad.adbin, ad.adrelid) END, 'genkind', nullif(a.attgenerated::text, ''), 'identity', nullif(a.attidentity::text, ''),
  'idopts', CASE WHEN a.attidentity <> '' THEN concat_ws(' ', 'INCREMENT BY', s.seqincrement, 'MINVALUE', s.seqmin, 'MAXVALUE', s.seqmax, 'START WITH', s.seqstart, 'CACHE', s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END) END,
  'idseq', CASE WHEN a.attidentity <> '' THEN {sn.sq} END, 'storage', CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END, 'typstorage', t.typstorage::text,
  'compression', nullif(a.attcompression::text, ''), 'stats', CASE WHEN coalesce(a.attstattarget, -1) >= 0 THEN a.attstattarget::text END, 'options', nullif(array_to_string(a.attoptions, ', '), ''),
  'fdw', CASE WHEN a.attfdwoptions IS NOT NULL THEN {options a.attfdwoptions} END, 'inherited', CASE WHEN NOT a.attislocal THEN 'true' END, 'merged', CASE WHEN a.attislocal AND a.attinhcount > 0 THEN 'true' END, 'enum', CASE WHEN t.typtype = 'e' OR et.typtype = 'e' THEN 'true' END,
  'array', CASE WHEN t.typcategory = 'A' THEN 'true' END, 'domain', CASE WHEN t.typtype = 'd' THEN 'true' END)), '[]'
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f') JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type et ON et.oid = t.typelem
 LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
 LEFT JOIN (pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid JOIN pg_class sq ON sq.oid = d.objid JOIN pg_namespace sn ON sn.oid = sq.relnamespace)
  ON d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'i'
 LEFT JOIN (SELECT k.conrelid, k.conkey[1] AS attnum, quote_ident(k.conname) AS name,
   nullif(concat_ws(' ', CASE WHEN k.conname <> left(kc.relname || '_' || ka.attname, 54) || '_not_null' THEN '(as ' || quote_ident(k.conname) || ')' END, CASE WHEN NOT k.convalidated THEN 'NOT VALID' END, CASE WHEN k.connoinherit THEN 'NO INHERIT' END), '') AS word
   FROM pg_constraint k JOIN pg_class kc ON kc.oid = k.conrelid JOIN pg_attribute ka ON ka.attrelid = k.conrelid AND ka.attnum = k.conkey[1] WHERE k.contype = 'n') nn ON nn.conrelid = a.attrelid AND nn.attnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND {users n}`,

		`SELECT 'pg_attrdef'::regclass::oid, ad.oid, 0, 'default', {n.c} || '.' || quote_ident(a.attname), json_build_array(n.nspname, c.relname, a.attname),
 CASE WHEN c.relkind = 'f' THEN 'foreign table ' ELSE 'table ' END || {n.c}, pg_get_expr(ad.adbin, ad.adrelid), 0,
 {attrs x}'table', {n.c}, 'col', quote_ident(a.attname), 'column', {n.c} || '.' || quote_ident(a.attname))), '[]'
FROM pg_attrdef ad JOIN pg_attribute a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f') JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE a.attgenerated = '' AND {users n}`,

		`SELECT 'pg_constraint'::regclass::oid, k.oid, 0, 'constraint', {n.c} || '.' || quote_ident(k.conname), json_build_array(n.nspname, c.relname, k.conname),
 CASE WHEN c.relkind = 'f' THEN 'foreign table ' ELSE 'table ' END || {n.c},
 pg_get_constraintdef(k.oid) || coalesce(' WITH (' || array_to_string(ic.reloptions, ', ') || ')', '') || coalesce(' USING INDEX TABLESPACE ' || quote_ident(its.spcname), '')
  || CASE WHEN k.conislocal OR k.coninhcount = 0 THEN '' ELSE ' (inherited)' END, 0,
 {attrs x}'table', {n.c}, 'con', quote_ident(k.conname), 'contype', k.contype::text,
  'def', pg_get_constraintdef(k.oid) || coalesce(' WITH (' || array_to_string(ic.reloptions, ', ') || ')', '') || coalesce(' USING INDEX TABLESPACE ' || quote_ident(its.spcname), ''),
  'inherited', CASE WHEN NOT (k.conislocal OR k.coninhcount = 0) THEN 'true' END, 'child', CASE WHEN k.conparentid <> 0 THEN 'true' END, 'valid', k.convalidated::text,
  'parentidx', (SELECT {xn.x} FROM pg_inherits ih JOIN pg_class x ON x.oid = ih.inhparent JOIN pg_namespace xn ON xn.oid = x.relnamespace WHERE ih.inhrelid = k.conindid AND k.contype IN ('p', 'u', 'x')),
  'relkind', c.relkind::text, 'rel', CASE WHEN k.contype IN ('p', 'u', 'x') THEN quote_ident(n.nspname) || '.' || quote_ident(k.conname) END,
  'indexdef', CASE WHEN k.contype IN ('p', 'u') THEN pg_get_indexdef(k.conindid) END)), '[]'
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_class ic ON ic.oid = k.conindid AND k.contype IN ('p', 'u', 'x')
 LEFT JOIN pg_tablespace its ON its.oid = ic.reltablespace WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND NOT (k.contype = 'f' AND k.conparentid <> 0) AND {users n}`,

		`SELECT 'pg_class'::regclass::oid, i.oid, 0, 'index', {n.i}, json_build_array(n.nspname, c.relname, i.relname), CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'table ' END || {cn.c},
 pg_get_indexdef(i.oid) || coalesce(' TABLESPACE ' || quote_ident(its.spcname), '')
  || coalesce(' STATISTICS ' || (SELECT string_agg(a.attnum || '=' || a.attstattarget, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = i.oid AND coalesce(a.attstattarget, -1) >= 0), '')
  || CASE WHEN x.indisvalid OR i.relkind = 'I' THEN '' ELSE ' (invalid)' END
  || coalesce(' (part of ' || (SELECT {xn.pi} FROM pg_inherits ih JOIN pg_class pi ON pi.oid = ih.inhparent JOIN pg_namespace xn ON xn.oid = pi.relnamespace WHERE ih.inhrelid = i.oid) || ')', ''), 0,
 {attrs x}'ns', quote_ident(n.nspname), 'index', quote_ident(i.relname), 'def', pg_get_indexdef(i.oid), 'rel', {n.i}, 'table', {cn.c}, 'ts', quote_ident(its.spcname), 'unique', CASE WHEN x.indisunique THEN 'true' END,
  'relkind', c.relkind::text, 'stats', (SELECT string_agg(a.attnum || '=' || a.attstattarget, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = i.oid AND coalesce(a.attstattarget, -1) >= 0),
  'parentidx', (SELECT {xn.pi} FROM pg_inherits ih JOIN pg_class pi ON pi.oid = ih.inhparent JOIN pg_namespace xn ON xn.oid = pi.relnamespace WHERE ih.inhrelid = i.oid))), '[]'
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid AND c.relkind IN ('r', 'p', 'm') JOIN pg_namespace n ON n.oid = i.relnamespace JOIN pg_namespace cn ON cn.oid = c.relnamespace
 LEFT JOIN pg_tablespace its ON its.oid = i.reltablespace WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x')) AND {users n}`,

		`SELECT 0::oid, 0::oid, 0, m.what, {cn.c}, {path cn.c}, CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'table ' END || {cn.c}, quote_ident(i.relname), 0,
 {attrs x}'table', {cn.c}, 'index', quote_ident(i.relname), 'irel', {n.i})), '[]'
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid AND c.relkind IN ('r', 'p', 'm') JOIN pg_namespace n ON n.oid = i.relnamespace
 JOIN pg_namespace cn ON cn.oid = c.relnamespace CROSS JOIN (VALUES ('cluster'), ('replica identity')) m(what)
WHERE CASE m.what WHEN 'cluster' THEN x.indisclustered ELSE x.indisreplident AND c.relreplident = 'i' END AND {users n}`,

		`SELECT 'pg_class'::regclass::oid, c.oid, 0, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, {n.c}, {path n.c}, '',
 coalesce('WITH (' || nullif(array_to_string(ARRAY(SELECT o FROM unnest(c.reloptions) o ORDER BY 1), ', '), '') || ') ', '') || coalesce('USING ' || am.amname || ' ', '') || pg_get_viewdef(c.oid)
  || coalesce(' TABLESPACE ' || quote_ident(ts.spcname), '') || CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN ' WITH NO DATA' ELSE '' END
  || coalesce((SELECT ' DEFAULTS ' || string_agg(quote_ident(a.attname) || ' ' || pg_get_expr(ad.adbin, ad.adrelid), ', ' ORDER BY a.attnum) FROM pg_attrdef ad JOIN pg_attribute a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum WHERE ad.adrelid = c.oid), ''), 0,
 {attrs x}'ns', quote_ident(n.nspname), 'rel', {n.c}, 'am', am.amname, 'ts', quote_ident(ts.spcname), 'options', nullif(array_to_string(c.reloptions, ', '), ''), 'body', rtrim(pg_get_viewdef(c.oid), ';'), 'populated', c.relispopulated::text,
  'cols', (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attcollation::regcollation, ', ' ORDER BY attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT attisdropped))),
 (SELECT coalesce(json_agg(v ORDER BY a.attnum, o), '[]') FROM pg_attrdef ad JOIN pg_attribute a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum, unnest(ARRAY[quote_ident(a.attname), pg_get_expr(ad.adbin, ad.adrelid)]) WITH ORDINALITY u(v, o) WHERE ad.adrelid = c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am am ON am.oid = c.relam AND am.amname <> 'heap' LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace WHERE c.relkind IN ('v', 'm') AND {users n}`,

		`SELECT 'pg_proc'::regclass::oid, p.oid, 0, CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
 quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')', json_build_array(n.nspname, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'), '',
 CASE WHEN p.prokind = 'a' THEN (SELECT concat_ws(', ', 'SFUNC = ' || a.aggtransfn::regproc, 'STYPE = ' || format_type(a.aggtranstype, NULL), 'SSPACE = ' || nullif(a.aggtransspace, 0), 'FINALFUNC = ' || nullif(a.aggfinalfn::regproc::text, '-'),
   CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END, CASE WHEN a.aggkind = 'n' AND a.aggfinalmodify <> 'r' THEN 'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
   'COMBINEFUNC = ' || nullif(a.aggcombinefn::regproc::text, '-'), 'SERIALFUNC = ' || nullif(a.aggserialfn::regproc::text, '-'), 'DESERIALFUNC = ' || nullif(a.aggdeserialfn::regproc::text, '-'),
   'INITCOND = ' || quote_literal(a.agginitval), 'MSFUNC = ' || nullif(a.aggmtransfn::regproc::text, '-'), 'MINVFUNC = ' || nullif(a.aggminvtransfn::regproc::text, '-'), 'MSTYPE = ' || CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END,
   'MFINALFUNC = ' || nullif(a.aggmfinalfn::regproc::text, '-'), 'MINITCOND = ' || quote_literal(a.aggminitval),
   'SORTOP = ' || (SELECT 'OPERATOR(' || quote_ident(son.nspname) || '.' || so.oprname || ')' FROM pg_operator so JOIN pg_namespace son ON son.oid = so.oprnamespace WHERE so.oid = a.aggsortop),
   CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END, CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END) FROM pg_aggregate a WHERE a.aggfnoid = p.oid)
  ELSE rtrim(pg_get_functiondef(p.oid), E'\n') END, 0,
 {attrs x}'ns', quote_ident(n.nspname), 'args', pg_get_function_arguments(p.oid), 'result', coalesce(pg_get_function_result(p.oid), ''), 'atomic', CASE WHEN to_jsonb(p) ->> 'prosqlbody' IS NOT NULL THEN 'true' END,
  'window', CASE WHEN p.prokind = 'w' THEN 'true' END)), '[]'
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i') AND {users n}`,

		`SELECT 'pg_trigger'::regclass::oid, t.oid, 0, 'trigger', {n.c} || '.' || quote_ident(t.tgname), json_build_array(n.nspname, c.relname, t.tgname),
 CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'f' THEN 'foreign table ' ELSE 'table ' END || {n.c}, pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'O' THEN '' ELSE ' enabled ' || t.tgenabled::text END, 0,
 {attrs x}'table', {n.c}, 'tg', quote_ident(t.tgname), 'def', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled::text)), '[]'
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND coalesce((to_jsonb(t) ->> 'tgparentid')::oid, 0) = 0 AND {users n}`,

		`SELECT 'pg_rewrite'::regclass::oid, r.oid, 0, 'rule', {n.c} || '.' || quote_ident(r.rulename), json_build_array(n.nspname, c.relname, r.rulename), CASE c.relkind WHEN 'v' THEN 'view ' ELSE 'table ' END || {n.c},
 pg_get_ruledef(r.oid) || CASE r.ev_enabled WHEN 'O' THEN '' ELSE ' enabled ' || r.ev_enabled::text END, 0,
 {attrs x}'table', {n.c}, 'rule', quote_ident(r.rulename), 'def', pg_get_ruledef(r.oid), 'enabled', r.ev_enabled::text)), '[]'
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND {users n}`,

		`SELECT 'pg_policy'::regclass::oid, p.oid, 0, 'policy', {n.c} || '.' || quote_ident(p.polname), json_build_array(n.nspname, c.relname, p.polname), 'table ' || {n.c},
 concat_ws(' ', CASE WHEN p.polpermissive THEN 'AS PERMISSIVE' ELSE 'AS RESTRICTIVE' END, 'FOR', CASE p.polcmd WHEN '*' THEN 'ALL' WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' ELSE 'DELETE' END, 'TO',
  (SELECT string_agg(CASE WHEN r = 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(r)) END, ', ' ORDER BY CASE WHEN r = 0 THEN '' ELSE pg_get_userbyid(r)::text END) FROM unnest(p.polroles) r),
  'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', 'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'), 0, {attrs x}'table', {n.c}, 'pol', quote_ident(p.polname))), '[]'
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {users n}`,

		`SELECT 'pg_statistic_ext'::regclass::oid, s.oid, 0, 'statistics', quote_ident(n.nspname) || '.' || quote_ident(s.stxname), json_build_array(n.nspname, s.stxname), 'table ' || {tn.t},
 pg_get_statisticsobjdef(s.oid) || coalesce(' target ' || nullif((to_jsonb(s) ->> 'stxstattarget')::int, -1), ''), 0,
 {attrs x}'ns', quote_ident(n.nspname), 'def', pg_get_statisticsobjdef(s.oid), 'target', nullif((to_jsonb(s) ->> 'stxstattarget')::int, -1)::text)), '[]'
FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace JOIN pg_class t ON t.oid = s.stxrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace WHERE {users n}`,

		`SELECT 'pg_event_trigger'::regclass::oid, e.oid, 0, 'event trigger', quote_ident(e.evtname), json_build_array(e.evtname), '',
 concat_ws(' ', 'ON', e.evtevent, 'WHEN TAG IN (' || (SELECT string_agg(quote_literal(x), ', ' ORDER BY x) FROM unnest(e.evttags) x) || ')', 'EXECUTE FUNCTION', e.evtfoid::regproc || '()', CASE e.evtenabled WHEN 'O' THEN NULL ELSE 'enabled ' || e.evtenabled::text END), 0,
 {attrs x}'def', concat_ws(' ', 'ON', e.evtevent, 'WHEN TAG IN (' || (SELECT string_agg(quote_literal(x), ', ' ORDER BY x) FROM unnest(e.evttags) x) || ')', 'EXECUTE FUNCTION', e.evtfoid::regproc || '()'), 'enabled', e.evtenabled::text)), '[]'
FROM pg_event_trigger e`,

		`SELECT 'pg_publication'::regclass::oid, p.oid, 0, 'publication', quote_ident(p.pubname), json_build_array(p.pubname), '',
 concat_ws(' ', CASE WHEN p.puballtables THEN 'FOR ALL TABLES' END, 'WITH (publish = ''' || concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END,
  CASE WHEN p.pubtruncate THEN 'truncate' END) || '''' || CASE WHEN coalesce(to_jsonb(p) ->> 'pubviaroot', 'false') = 'true' THEN ', publish_via_partition_root = true' ELSE '' END || CASE coalesce(to_jsonb(p) ->> 'pubgencols', 'n') WHEN 's' THEN ', publish_generated_columns = stored' ELSE '' END || ')'), 0,
 {attrs x}'all', p.puballtables::text)), '[]' FROM pg_publication p`,

		`SELECT 'pg_publication_rel'::regclass::oid, r.oid, 0, 'publication table', quote_ident(p.pubname) || ' ' || {n.c}, json_build_array(p.pubname, n.nspname, c.relname), 'publication ' || quote_ident(p.pubname),
 concat_ws(' ', '(' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND to_jsonb(r) -> 'prattrs' @> to_jsonb(a.attnum)) || ')',
  'WHERE (' || {qual r} || ')'), 0, {attrs x}'pub', quote_ident(p.pubname), 'table', {n.c})), '[]'
FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {users n}`,

		`SELECT 'pg_foreign_data_wrapper'::regclass::oid, w.oid, 0, 'foreign data wrapper', quote_ident(w.fdwname), json_build_array(w.fdwname), '',
 concat_ws(' ', 'HANDLER ' || nullif(w.fdwhandler::regproc::text, '-'), 'VALIDATOR ' || nullif(w.fdwvalidator::regproc::text, '-'), 'OPTIONS (' || {options w.fdwoptions} || ')'), 0, json_build_object(), '[]'
FROM pg_foreign_data_wrapper w`,

		`SELECT 'pg_foreign_server'::regclass::oid, s.oid, 0, 'server', quote_ident(s.srvname), json_build_array(s.srvname), '',
 concat_ws(' ', 'TYPE ' || quote_literal(s.srvtype), 'VERSION ' || quote_literal(s.srvversion), 'FOREIGN DATA WRAPPER', quote_ident(w.fdwname), 'OPTIONS (' || {options s.srvoptions} || ')'), 0,
 {attrs x}'fdw', quote_ident(w.fdwname))), '[]' FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw`,

		`SELECT 'pg_ts_dict'::regclass::oid, d.oid, 0, 'text search dictionary', quote_ident(n.nspname) || '.' || quote_ident(d.dictname), json_build_array(n.nspname, d.dictname), '',
 concat_ws(', ', 'TEMPLATE = ' || (SELECT quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname) FROM pg_ts_template t JOIN pg_namespace tn ON tn.oid = t.tmplnamespace WHERE t.oid = d.dicttemplate), d.dictinitoption), 0,
 {attrs x}'ns', quote_ident(n.nspname))), '[]' FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace WHERE {users n}`,

		`SELECT 'pg_ts_config'::regclass::oid, t.oid, 0, 'text search configuration', quote_ident(n.nspname) || '.' || quote_ident(t.cfgname), json_build_array(n.nspname, t.cfgname), '',
 'PARSER ' || (SELECT quote_ident(pn.nspname) || '.' || quote_ident(prsname) FROM pg_ts_parser p JOIN pg_namespace pn ON pn.oid = p.prsnamespace WHERE p.oid = t.cfgparser) || coalesce(' ' || (
  SELECT string_agg(tt.alias || '=' || d, '; ' ORDER BY tt.tokid) FROM ts_token_type(t.cfgparser) tt
  JOIN (SELECT m.maptokentype, string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) d FROM pg_ts_config_map m WHERE m.mapcfg = t.oid GROUP BY 1) mm ON mm.maptokentype = tt.tokid), ''), 0,
 {attrs x}'ns', quote_ident(n.nspname), 'parser', (SELECT quote_ident(pn.nspname) || '.' || quote_ident(prsname) FROM pg_ts_parser p JOIN pg_namespace pn ON pn.oid = p.prsnamespace WHERE p.oid = t.cfgparser))),
 (SELECT coalesce(json_agg(x ORDER BY z.tokid, o), '[]') FROM (SELECT tt.tokid, tt.alias, string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) d
   FROM ts_token_type(t.cfgparser) tt JOIN pg_ts_config_map m ON m.mapcfg = t.oid AND m.maptokentype = tt.tokid GROUP BY 1, 2) z, unnest(ARRAY[z.alias, z.d]) WITH ORDINALITY u(x, o))
FROM pg_ts_config t JOIN pg_namespace n ON n.oid = t.cfgnamespace WHERE {users n}`,

		`SELECT 'pg_cast'::regclass::oid, k.oid, 0, 'cast', '(' || format_type(k.castsource, NULL) || ' AS ' || format_type(k.casttarget, NULL) || ')', json_build_array(format_type(k.castsource, NULL) || ' AS ' || format_type(k.casttarget, NULL)), '',
 CASE k.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || k.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END || CASE k.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END, 0, json_build_object(), '[]'
FROM pg_cast k WHERE k.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = k.oid AND d.deptype = 'i')`,

		`SELECT x.c, x.o, 0, x.what, x.name, json_build_array(n.nspname, x.short), '', x.def, 0, json_build_object('unmanaged', 'true'), '[]' FROM (
  SELECT 'pg_operator'::regclass::oid c, o.oid o, 'operator' what, o.oid::regoperator::text AS name, o.oprname AS short, concat_ws(' ', o.oprcode::regproc, o.oprrest, o.oprjoin, o.oprcanhash, o.oprcanmerge) def, o.oprnamespace ns FROM pg_operator o
  UNION ALL SELECT 'pg_opclass'::regclass::oid, o.oid, 'operator class', quote_ident(n.nspname) || '.' || quote_ident(o.opcname) || ' USING ' || quote_ident(m.amname), o.opcname, concat_ws(' ', format_type(o.opcintype, NULL), o.opcdefault), o.opcnamespace
   FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace JOIN pg_am m ON m.oid = o.opcmethod
  UNION ALL SELECT 'pg_opfamily'::regclass::oid, o.oid, 'operator family', quote_ident(n.nspname) || '.' || quote_ident(o.opfname) || ' USING ' || quote_ident(m.amname), o.opfname, '', o.opfnamespace FROM pg_opfamily o JOIN pg_namespace n ON n.oid = o.opfnamespace JOIN pg_am m ON m.oid = o.opfmethod
  UNION ALL SELECT 'pg_conversion'::regclass::oid, o.oid, 'conversion', quote_ident(n.nspname) || '.' || quote_ident(o.conname), o.conname, concat_ws(' ', o.conforencoding, o.contoencoding, o.conproc::regproc), o.connamespace
   FROM pg_conversion o JOIN pg_namespace n ON n.oid = o.connamespace
  UNION ALL SELECT 'pg_type'::regclass::oid, o.oid, 'base type', format_type(o.oid, NULL), o.typname, concat_ws(' ', o.typlen, o.typinput, o.typoutput), o.typnamespace FROM pg_type o WHERE o.typtype = 'b' AND o.typelem = 0
 ) x JOIN pg_namespace n ON n.oid = x.ns WHERE {users n}`,
	}
}

// Further queries of a snapshot.
const (
	membersQuery = `SELECT classid, objid, refobjid FROM pg_depend WHERE deptype = 'e'`

	// needsQuery has all dependencies between objects that are not the server's own; which of ours they are is found out with aliasesQuery.
	needsQuery = `SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype FROM pg_depend WHERE (objid >= 16384 OR refobjid >= 16384) AND deptype IN ('n', 'a', 'i', 'e', 'x', 'P', 'S')`

	// aliasesQuery says which entries of the catalogs are another object's: array types, row types, rules of views, indexes of constraints, expressions of generated columns.
	aliasesQuery = `SELECT 'pg_type'::regclass::oid, t.oid, 'pg_type'::regclass::oid, t.typelem, 0 FROM pg_type t JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid WHERE t.oid >= 16384
UNION ALL SELECT 'pg_type'::regclass, t.oid, 'pg_class'::regclass, t.typrelid, 0 FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND t.oid >= 16384
UNION ALL SELECT 'pg_class'::regclass, c.oid, 'pg_type'::regclass, c.reltype, 0 FROM pg_class c WHERE c.relkind = 'c' AND c.oid >= 16384
UNION ALL SELECT 'pg_rewrite'::regclass, r.oid, 'pg_class'::regclass, r.ev_class, 0 FROM pg_rewrite r WHERE r.rulename = '_RETURN' AND r.oid >= 16384
UNION ALL SELECT 'pg_class'::regclass, k.conindid, 'pg_constraint'::regclass, k.oid, 0 FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x') AND k.conindid <> 0
UNION ALL SELECT 'pg_constraint'::regclass, k.oid, 'pg_type'::regclass, k.contypid, 0 FROM pg_constraint k WHERE k.contypid <> 0
UNION ALL SELECT 'pg_type'::regclass, (to_jsonb(r) ->> 'rngmultitypid')::oid, 'pg_type'::regclass, r.rngtypid, 0 FROM pg_range r WHERE (to_jsonb(r) ->> 'rngmultitypid')::oid >= 16384
UNION ALL SELECT 'pg_attrdef'::regclass, d.oid, 'pg_class'::regclass, d.adrelid, d.adnum FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attgenerated <> ''`

	// commentsQuery has beside each comment the name of a part that is no object of ours: a column of a view or a type, a constraint of a domain.
	commentsQuery = `SELECT classoid, objoid, objsubid, description, CASE classoid WHEN 'pg_class'::regclass THEN coalesce((SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = objoid AND attnum = objsubid AND attnum > 0), '')
 WHEN 'pg_constraint'::regclass THEN (SELECT quote_ident(conname) FROM pg_constraint WHERE oid = objoid) ELSE '' END
FROM pg_description WHERE objoid >= 16384 OR classoid = 'pg_namespace'::regclass AND objoid = (SELECT oid FROM pg_namespace WHERE nspname = 'public') AND description <> 'standard public schema'`

	ownersQuery = `SELECT c, o, quote_ident(pg_get_userbyid(w)), EXISTS (SELECT FROM pg_depend d WHERE d.classid = c AND d.objid = o AND d.refclassid = c AND d.deptype = 'a' AND d.refobjsubid > 0 AND c = 'pg_class'::regclass) FROM (
SELECT 'pg_class'::regclass::oid c, oid o, relowner w FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND oid >= 16384
UNION ALL SELECT 'pg_proc'::regclass, oid, proowner FROM pg_proc WHERE oid >= 16384
UNION ALL SELECT 'pg_type'::regclass, oid, typowner FROM pg_type WHERE oid >= 16384 AND typtype IN ('d', 'e', 'r', 'c')
UNION ALL SELECT 'pg_namespace'::regclass, oid, nspowner FROM pg_namespace
UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxowner FROM pg_statistic_ext
UNION ALL SELECT 'pg_collation'::regclass, oid, collowner FROM pg_collation WHERE oid >= 16384
UNION ALL SELECT 'pg_publication'::regclass, oid, pubowner FROM pg_publication
UNION ALL SELECT 'pg_event_trigger'::regclass, oid, evtowner FROM pg_event_trigger
UNION ALL SELECT 'pg_foreign_server'::regclass, oid, srvowner FROM pg_foreign_server) z`

	grantsQuery = `SELECT x.c, x.o, x.s, coalesce(quote_ident(g.rolname), 'public'), a.privilege_type, a.is_grantable, x.kind FROM (
SELECT 'pg_class'::regclass::oid c, oid o, 0 s, relacl acl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner) def, CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END kind FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND oid >= 16384
UNION ALL SELECT 'pg_class'::regclass, attrelid, attnum, attacl, NULL, 'COLUMN' FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid >= 16384 AND NOT attisdropped
UNION ALL SELECT 'pg_proc'::regclass, oid, 0, proacl, acldefault('f', proowner), CASE prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END FROM pg_proc WHERE oid >= 16384
UNION ALL SELECT 'pg_namespace'::regclass, oid, 0, nspacl, acldefault('n', nspowner), 'SCHEMA' FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
UNION ALL SELECT 'pg_type'::regclass, oid, 0, typacl, acldefault('T', typowner), 'TYPE' FROM pg_type y WHERE oid >= 16384 AND (typtype IN ('d', 'e', 'r') OR typtype = 'c' AND EXISTS (SELECT FROM pg_class k WHERE k.oid = y.typrelid AND k.relkind = 'c'))
UNION ALL SELECT 'pg_foreign_server'::regclass, oid, 0, srvacl, acldefault('S', srvowner), 'FOREIGN SERVER' FROM pg_foreign_server
) x, aclexplode(coalesce(x.acl, x.def)) a LEFT JOIN pg_roles g ON g.oid = a.grantee`

	defaultGrantsQuery = `SELECT quote_ident(pg_get_userbyid(d.defaclrole)), coalesce(quote_ident(n.nspname), ''), d.defaclobjtype::text, coalesce(quote_ident(g.rolname), 'public'), a.privilege_type, a.is_grantable
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee`

	castsQuery = `SELECT format_type(castsource, NULL) || '>' || format_type(casttarget, NULL) FROM pg_cast WHERE castcontext IN ('a', 'i')`

	whoQuery = `SELECT quote_ident(current_user)`
)
