/**
 * Runs the built core on Node 20, the oldest that is supported: the one of the machine, if it is that, else the one
 * that npm brings.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'

const core = join(import.meta.dirname, 'core-on.mjs')
const dist = join(import.meta.dirname, '../dist')

const folders = (process.env['PATH'] ?? '').split(delimiter)
const isOld = (node: string): boolean =>
  spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout?.startsWith('20.')
const node = folders
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find(isOld)

const [command, args] = node
  ? [node, [core, dist]]
  : ['npm', ['exec', '--yes', '--package=node@20', '--', 'node', core, dist]]
execFileSync(command, args, { stdio: 'inherit' })
