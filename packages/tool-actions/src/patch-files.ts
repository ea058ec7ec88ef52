import type { Verb } from './verbs.ts'

/** A file that a patch changes. */
export interface PatchedFile {
  readonly path: string
  readonly verb: Verb
}

const headers: readonly (readonly [RegExp, readonly Verb[]])[] = [
  [/^[ \t]*\*\*\* Add File: (.+)$/gm, ['write']],
  [/^[ \t]*\*\*\* Update File: (.+)$/gm, ['read', 'write']],
  [/^[ \t]*\*\*\* Delete File: (.+)$/gm, ['delete']],
  [/^[ \t]*\*\*\* Move to: (.+)$/gm, ['write']],
  [/^(?:---|\+\+\+) (?!\/dev\/null)(?:"(.+?)"|([^\t\n]+))/gm, ['read', 'write']],
  // The old kind of diff with context.
  [/^\*\*\* (?!\/dev\/null)([^\t\n]+)\t.*$/gm, ['read', 'write']],
  [/^rename from (.+)$/gm, ['read', 'delete']],
  [/^(?:rename|copy) to (.+)$/gm, ['write']],
  [/^copy from (.+)$/gm, ['read']]
]

/** The files that a patch names: of `apply_patch`, and of a unified diff with or without `a/` and `b/`. */
export function patchedFiles(patch: string): PatchedFile[] {
  return headers.flatMap(([header, verbs]) =>
    [...patch.matchAll(header)].flatMap(([, first, second]) => {
      const path = (first ?? second ?? '').trim()
      // Tools differ in whether they take `a/` and `b/` away.
      const paths = /^[ab]\/./.test(path) ? [path, path.slice(2)] : [path]
      return paths.flatMap((one) => verbs.map((verb) => ({ path: one, verb })))
    })
  )
}
