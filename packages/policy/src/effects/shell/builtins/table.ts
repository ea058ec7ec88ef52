import type { Builtin } from './builtin.ts'
import { complete, evaluate, readLines, source, trap } from './evaluate.ts'
import { command, exec, jobs, prefixWord, repeat, runRest } from './run.ts'
import {
  alias,
  bind,
  cd,
  enable,
  hash,
  history,
  leave,
  moveSomewhere,
  set,
  shopt
} from './settings.ts'
import { declare, getopts, letArithmetic, printf, read, test, unset, wait } from './variables.ts'

/**
 * The builtins of bash: those that run, evaluate or assign what their arguments say, or change what
 * later commands mean; and, as `leave`, those that do nothing of the kind. Further below, words that
 * run a command in another shell.
 */
const builtins: ReadonlyMap<string, Builtin> = new Map(
  Object.entries({
    eval: evaluate,
    trap,
    source,
    '.': source,
    complete,
    compgen: complete,
    compopt: complete,
    mapfile: readLines,
    readarray: readLines,
    export: declare,
    readonly: declare,
    declare,
    typeset: declare,
    local: declare,
    let: letArithmetic,
    unset,
    read,
    printf,
    test,
    '[': test,
    getopts,
    wait,
    command,
    builtin: runRest,
    exec,
    jobs,
    set,
    shopt,
    alias,
    unalias: leave,
    hash,
    enable,
    bind,
    history,
    fc: history,
    cd,
    chdir: cd,
    pushd: moveSomewhere,
    popd: moveSomewhere,
    echo: leave,
    ':': leave,
    true: leave,
    false: leave,
    pwd: leave,
    dirs: leave,
    type: leave,
    times: leave,
    umask: leave,
    ulimit: leave,
    kill: leave,
    shift: leave,
    break: leave,
    continue: leave,
    return: leave,
    exit: leave,
    logout: leave,
    caller: leave,
    disown: leave,
    bg: leave,
    fg: leave,
    suspend: leave,
    noglob: prefixWord,
    nocorrect: prefixWord,
    '-': prefixWord,
    and: prefixWord,
    or: prefixWord,
    not: prefixWord,
    begin: prefixWord,
    repeat
  })
)

/** What a builtin does with its arguments; undefined for what is no builtin. */
export function builtinOf(name: string): Builtin | undefined {
  return builtins.get(name)
}
