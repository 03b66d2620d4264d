import type { Edit } from './edit.ts'
import table from './pins.json' with { type: 'json' }
import { isCommit, type Uses, versionNumbers } from './tree/uses.ts'

/** Commits of released versions by `owner/name`: `{ "actions/checkout": { "v4.2.2": "11bd…" } }`. */
export type Pins = Record<string, Record<string, string>>

const bundled: Pins = table

/** Whether what a file of pins holds is one. */
export const arePins = (value: unknown): value is Pins => isRecord(value) && Object.values(value).every(isVersions)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isVersions = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every(commit => typeof commit === 'string' && isCommit(commit))

/**
 * The commit known for a tag; of a tag that moves, such as `v4`, the newest known of its versions, which may be another
 * than it names today. Nothing for branches and for versions nobody wrote down.
 */
export function pinFor(uses: Uses, own: Pins = {}): { edit: Edit; isMoving: boolean } | undefined {
  const pins = pinsOf(uses, own)
  const isExact = Object.hasOwn(pins, uses.ref)
  const tag = isExact ? uses.ref : newestWithin(Object.keys(pins), uses.ref)
  const commit = tag === undefined ? undefined : pins[tag]
  if (commit === undefined || !uses.hasOwnLine) return undefined
  const name = uses.text.slice(0, uses.text.lastIndexOf('@'))
  const { text, to } = uses.comment
  const said = text === '' || versionNumbers(text) ? '' : ` ${text}`
  const end = text === '' ? uses.to : to
  const edit = { from: uses.from, to: end, text: `${name}@${commit} # ${tag}${said}` }
  // Whoever writes a table of their own asks for what it says.
  return { edit, isMoving: !isExact && versionsIn(own, uses.repository)[tag ?? ''] === undefined }
}

function newestWithin(tags: readonly string[], ref: string): string | undefined {
  const asked = versionNumbers(ref)
  if (asked === undefined || asked.length === 3) return undefined
  const versions = tags.flatMap(tag => {
    const numbers = versionNumbers(tag)
    return numbers && isWithin(numbers, asked) ? [{ tag, numbers }] : []
  })
  return versions.toSorted((a, b) => compareVersions(b.numbers, a.numbers))[0]?.tag
}

/** Tags known for the commit of a `uses`, and the commit known for the tag in its comment. */
export function knownFor(
  uses: Uses,
  own: Pins = {},
): { tagsOfCommit: string[]; commitOfTag(tag: string): string | undefined } {
  const pins = pinsOf(uses, own)
  const isThis = (commit: string) => isCommit(uses.ref) && commit === uses.ref.toLowerCase()
  return {
    tagsOfCommit: Object.keys(pins).filter(tag => isThis(pins[tag] ?? '')),
    commitOfTag: tag => (Object.hasOwn(pins, tag) ? pins[tag] : undefined),
  }
}

/** `4.2.2` is within `4` and within `4.2`. */
export const isWithin = (version: readonly number[], asked: readonly number[]): boolean =>
  asked.every((number, index) => version[index] === number)

export const compareVersions = (a: readonly number[], b: readonly number[]): number =>
  [0, 1, 2].map(i => (a[i] ?? 0) - (b[i] ?? 0)).find(order => order !== 0) ?? 0

const pinsOf = ({ repository }: Uses, own: Pins): Record<string, string> => ({
  ...versionsIn(bundled, repository),
  ...versionsIn(own, repository),
})

const versionsIn = (pins: Pins, repository: string): Record<string, string> =>
  Object.hasOwn(pins, repository) ? (pins[repository] ?? {}) : {}
