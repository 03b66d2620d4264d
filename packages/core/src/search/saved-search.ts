import * as z from 'zod'
import { mayAct } from '../person/acts.ts'
import type { Person } from '../person/person.ts'

const longestName = 80
const Text = z.string().min(1).max(250)
const Query = z.string().min(1).max(4_000)

/** What is searched for in each, in the words of a screen's address. What is of a moment, such as a line that is opened, is no part of it. */
export const LogSearchFields = z.strictObject({
  q: Query.optional(),
  service: Text.optional(),
  environment: Text.optional(),
  release: Text.optional(),
  level: Text.optional().describe('that level and worse'),
  traceId: Text.optional(),
  range: Text.optional().describe('how far back from now: `15m`, `1h`, `6h`, `24h`'),
  from: Text.optional().describe('instead of `range`: an instant'),
  to: Text.optional(),
  columns: z.string().min(1).max(1_000).optional().describe('names of fields with commas between, in that order'),
})
export const IssueSearchFields = z.strictObject({
  q: Query.optional(),
  state: Text.optional().describe('`all`, or a state; open ones without'),
  environment: Text.optional(),
  release: Text.optional(),
})

/** One that people can read and tell from others: no signs that nobody sees, or that turn the direction of writing. */
export const SearchName = z
  .string()
  .transform(name => name.normalize('NFC').trim().replace(/\s+/g, ' '))
  .pipe(
    z
      .string()
      .min(1, 'a saved search needs a name')
      .max(longestName, `a name has ${longestName} characters at most`)
      .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u, 'a name has no control characters')
      .regex(/[\p{L}\p{N}\p{S}\p{P}]/u, 'a name needs something that can be seen'),
  )

export const SearchKind = z.enum(['logs', 'issues'])
export type SearchKind = z.output<typeof SearchKind>

export const searchFields = { logs: LogSearchFields, issues: IssueSearchFields } as const satisfies Record<
  SearchKind,
  z.ZodType
>

const whole = {
  id: z.string(),
  name: z.string(),
  isShared: z.boolean().describe('everybody in the project has it; else it is of one person'),
  version: z.int(),
  changedAt: z.iso.datetime(),
  changedBy: z.string().describe('name of a person'),
}

/** A search with a name: of one person, or of everybody in the project. */
export const SavedSearch = z.discriminatedUnion('kind', [
  z.object({ ...whole, kind: z.literal('logs'), search: LogSearchFields }),
  z.object({ ...whole, kind: z.literal('issues'), search: IssueSearchFields }),
])
export type SavedSearch = z.output<typeof SavedSearch>

/** As it is kept. */
export type KeptSearch = SavedSearch & {
  project: string
  /** Who has it; null: everybody in the project. */
  ownerId: string | null
}

/** What two searches of one owner may not share: `Slow  checkout` is `slow checkout`. */
export const searchKey = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()

export const maySeeSearch = ({ ownerId }: Pick<KeptSearch, 'ownerId'>, personId: string | null): boolean =>
  ownerId === null || ownerId === personId

/** One's own as one likes; what everybody has is changed by whoever may share. */
export const mayChangeSearch = (
  { ownerId }: Pick<KeptSearch, 'ownerId'>,
  { id, role }: Pick<Person, 'id' | 'role'>,
): boolean => (ownerId === null ? mayAct(role, 'share') : ownerId === id)

/** The one a person means by a name: their own before that of everybody. */
export function searchNamed(searches: readonly SavedSearch[], kind: SearchKind, name: string): SavedSearch | null {
  const found = searches.filter(each => each.kind === kind && searchKey(each.name) === searchKey(name))
  return found.find(({ isShared }) => !isShared) ?? found[0] ?? null
}
