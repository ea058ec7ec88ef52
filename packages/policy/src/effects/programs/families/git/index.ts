import { type Family, family } from '../../family.ts'
import { inDirectory } from '../../in-directory.ts'
import { unknown } from '../../outcomes.ts'
import { parseArguments } from '../../parse-arguments.ts'
import { grammarOf } from '../../program.ts'
import type { Profile } from '../../program-effect.ts'
import { gitCommands } from './commands.ts'
import { settingEffects } from './config-keys.ts'

const grammar = grammarOf({
  options: {
    harmless:
      'p,paginate P,no-pager no-replace-objects bare literal-pathspecs glob-pathspecs noglob-pathspecs icase-pathspecs no-optional-locks no-advice html-path man-path info-path v h list-cmds:',
    directory: 'C:',
    setting: 'c:',
    unknown: 'exec-path? git-dir: work-tree: namespace: config-env: super-prefix: attr-source:'
  },
  order: 'first'
})

/** git: options of its own, a subcommand, and that one's options. */
const git: Profile = (args) => {
  const { options, operands, unknowns } = parseArguments(args, grammar)
  const [name, ...rest] = operands
  const command = name?.isSingle === true ? gitCommands.get(name.text ?? '') : undefined
  const settings = options.flatMap(({ role, value, at }) => {
    if (role === 'unknown') {
      const asks = at.text === '--exec-path'
      return asks ? [] : [unknown('an option of git can do more than can be known', at)]
    }
    return role === 'setting' && value !== undefined ? settingEffects(value) : []
  })
  const directories = options.flatMap(({ role, value }) =>
    role === 'directory' && value !== undefined ? [value] : []
  )
  const effects =
    command === undefined
      ? name === undefined
        ? []
        : [unknown('a subcommand of git may be an alias', name)]
      : command(rest)
  return [...unknowns, ...settings, ...inDirectory(effects, directories)]
}

/** git and what it is called with. */
export const versionControl: Family = family({ git })
