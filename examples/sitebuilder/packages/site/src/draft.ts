import { isSlug } from './slug.ts'

/** What a person writes. The slug is chosen once; the rest can change. */
export type Draft = { slug: string; name: string; title: string; body: string }
export type Problem = { field: keyof Draft; message: string }

/** In characters. */
export const LIMITS = { name: 80, title: 120, body: 20_000 } as const

const EMPTY = { name: 'Write a name.', title: 'Write a title.', body: 'Write some text.' } as const

/** Reads a draft from outside; every problem is reported, not only the first. */
export function parseDraft(input: unknown): { draft: Draft } | { problems: Problem[] } {
  const draft: Draft = {
    slug: textOf(input, 'slug'),
    name: textOf(input, 'name'),
    title: textOf(input, 'title'),
    body: textOf(input, 'body'),
  }
  const problems = [...slugProblems(draft.slug), ...(['name', 'title', 'body'] as const).flatMap(sizeProblems(draft))]
  return problems.length > 0 ? { problems } : { draft }
}

function slugProblems(slug: string): Problem[] {
  if (isSlug(slug)) return []
  return [{ field: 'slug', message: 'Use lower-case letters, digits and single dashes; some words are reserved.' }]
}

const sizeProblems =
  (draft: Draft) =>
  (field: keyof typeof LIMITS): Problem[] => {
    if (draft[field] === '') return [{ field, message: EMPTY[field] }]
    if (draft[field].length > LIMITS[field]) return [{ field, message: `At most ${LIMITS[field]} characters.` }]
    return []
  }

function textOf(input: unknown, field: keyof Draft): string {
  const value: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, field) : undefined
  return typeof value === 'string' ? value.trim() : ''
}
