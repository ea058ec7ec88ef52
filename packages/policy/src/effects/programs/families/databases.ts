import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { connectTo, read, unknown, write } from '../outcomes.ts'
import type { OperandRule, ProgramSpec } from '../program.ts'
import type { ProgramEffect } from '../program-effect.ts'
import { wordOf } from '../slice-word.ts'

const version = /^(?:version|--version|-version|-v|-V|--help|-h|help)$/

const databaseRule =
  (pattern: RegExp): OperandRule =>
  (operands) =>
    operands.flatMap((word, index) => {
      if (word.text === undefined) return [unknown('a command is not known', word)]
      if (index > 0 && showing.test(word.text)) return []
      if (pattern.test(word.text)) return [unknown('a command may run programs', word)]
      return index === 0 && word.text !== ':memory:' ? [...read(word), ...write(word)] : []
    })

/** Names that reach out of the database wherever they stand, quoted or not, called or as a table. */
const dotCommand =
  /(?:^|\n)[^\S\n]*\.|load_extension|readfile|writefile|fsdir|zipfile|sqlar|lsmode|\bedit\b|fts3_tokenizer|\bcsv\b|attach|\bvacuum\b[\s\S]*\binto\b|\b(?:temp_store_directory|data_store_directory)\b/i

/** Commands of its own that only show what the database holds. */
const showing =
  /^\s*\.(?:tables|schema|databases|indexes|indices|fullschema|dbinfo|help|version|show|headers|mode)(?:[ \t]+[\w%]+)*\s*$/

const runsInSql =
  /\\|\bprogram\b|\bsystem\b|\bsource\b|\bpager\b|\boutfile\b|\bdumpfile\b|\bload_file\b|\bload\b|\blo_(?:import|export)\b|\bpg_(?:read|ls|write|execute)\w*|\bcopy\b|\btee\b|\bedit\b/i

/** Commands of psql that list what the database holds; `\\d` and its relatives with names. */
const describing =
  /^\s*\\(?:d[A-Za-z]*(?:\+[S+]*)?|l\+?|z|conninfo|encoding)(?:[ \t]+[\w.*"]+)*\s*$/

/** A host, a list of them, or the directory of a socket. */
const hostEffects = (value: Word | undefined): readonly ProgramEffect[] => {
  if (value === undefined || value.prefix.startsWith('/')) return []
  if (value.text === undefined) return connectTo(value)
  return value.text.split(',').flatMap((host) => connectTo(wordOf(host, value)))
}

/** The name of a database, or an address or settings that lead to one. */
const databaseEffects = (value: Word | undefined): readonly ProgramEffect[] => {
  if (value === undefined || /^[\w.-]*$/.test(value.text ?? '=')) return []
  const [, hosts] =
    /^\w+:\/\/(?:[^@/?]*@)?([^/?]+)(?:\/[\w.-]*)?(?:\?sslmode=\w+)?$/.exec(value.text ?? '') ?? []
  return hosts === undefined
    ? [unknown('which database is meant is not certain', value)]
    : hosts.split(',').flatMap((host) => connectTo(wordOf(host, value)))
}

const clientRoles: NonNullable<ProgramSpec['roles']> = {
  asks: () => [],
  host: ({ value }) => hostEffects(value),
  database: ({ value }) => databaseEffects(value),
  described: ({ value, at }) =>
    describing.test(value?.text ?? '') || !runsInSql.test(value?.text ?? '\\')
      ? []
      : [unknown('a statement may run programs', value ?? at)],
  statement: ({ value, at }) =>
    runsInSql.test(value?.text ?? '\\')
      ? [unknown('a statement may run programs', value ?? at)]
      : []
}

/** A client of a database: statements that start with no command of the client's own. */
function sqlClient(options: Readonly<Record<string, string>>): ProgramSpec {
  return {
    options,
    roles: clientRoles,
    operands: (operands, parsed) => [
      ...operands.flatMap(databaseEffects),
      ...(parsed.options.some(({ role }) => /^(?:statement|described|asks)$/.test(role))
        ? []
        : [unknown('its commands come from its input')])
    ]
  }
}

const psql = sqlClient({
  harmless:
    'U,username: p,port: t,tuples-only A,no-align x,expanded q,quiet w,no-password W,password X,no-psqlrc csv F,field-separator: R,record-separator: 1,single-transaction b,echo-errors e,echo-queries a,echo-all n,no-readline H,html z 0',
  host: 'h,host:',
  database: 'd,dbname:',
  asks: 'V version help l,list',
  described: 'c,command:',
  unknown:
    'f,file: v,set,variable: o,output: L,log-file: P,pset: S,single-line s,single-step E,echo-hidden T,table-attr:'
})

const mysql = sqlClient({
  harmless:
    'u,user: P,port: p,password? D,database: N,skip-column-names B,batch s,silent r,raw t,table H,html X,xml E,vertical f,force C,compress protocol: default-character-set: ssl-mode: ssl-ca: connect-timeout: no-defaults',
  host: 'h,host:',
  asks: 'V,version help ?',
  statement: 'e,execute:',
  unknown:
    'init-command: defaults-file: defaults-extra-file: defaults-group-suffix: S,socket: plugin-dir: pager? tee: load-data-local-dir: local-infile? default-auth: login-path: o,one-database'
})

/** Clients of databases, whose languages have commands that run programs. */
export const databases: Family = family({
  sqlite3: {
    options: {
      harmless:
        'header noheader csv json line list column html markdown table box tabs quote readonly batch separator: nullvalue: newline: echo bail stats memtrace version help safe',
      unknown: 'init: cmd: A vfs: interactive zip append deserialize'
    },
    hasOneDash: true,
    operands: (operands, parsed) => [
      ...databaseRule(dotCommand)(operands, parsed),
      ...(operands.length < 2 &&
      parsed.options.every(({ name }) => !/^(?:version|help)$/.test(name))
        ? [unknown('its commands come from its input', operands[0])]
        : [])
    ]
  },
  psql,
  'mysql mariadb': mysql,
  'mongosh mongo redis-cli sqlcmd cqlsh clickhouse-client duckdb influx': (
    args
  ): readonly ProgramEffect[] => {
    if (args.every(({ text }) => version.test(text ?? '')))
      return args.length > 0 ? [] : [unknown('its commands come from its input')]
    return [unknown('its commands may run programs', args[0])]
  }
})
