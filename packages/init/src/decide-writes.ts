import { authorshipOf } from './generated-mark.ts'
import type { PlannedFile } from './planned-file.ts'

/** What happens to one planned file; `skip` says in words why, and how what was planned can still be had. */
export type Write =
  | { kind: 'create' | 'update'; path: string; before: string; after: string }
  | { kind: 'same'; path: string }
  | { kind: 'skip'; path: string; reason: string; remedy: string }

/** Compares the plan with what is there. What people wrote stays; what they edited stays unless it is forced. */
export function decideWrites(
  planned: readonly PlannedFile[],
  existing: (path: string) => string | undefined,
  { isForced }: { isForced: boolean },
): Write[] {
  return planned.map(({ path, text, isBlock = false }): Write => {
    const before = existing(path)
    if (before === undefined) return { kind: 'create', path, before: '', after: text }
    if (before === text) return { kind: 'same', path }
    const authorship = isBlock ? 'ours' : authorshipOf(before)
    if (authorship === 'theirs') return { kind: 'skip', path, reason: 'you wrote it', remedy: moveAside(path) }
    if (authorship === 'edited' && !isForced) {
      return {
        kind: 'skip',
        path,
        reason: 'you edited it',
        remedy: '`gantry init --force` makes it anew, without your edits',
      }
    }
    return { kind: 'update', path, before, after: text }
  })
}

/** How somebody gets both: their own file and the planned one, side by side. */
export const moveAside = (path: string): string =>
  `to merge: \`mv ${path} ${path}.mine\`, run \`gantry init\` again, and move over what you need from yours`
