export { type Draft, LIMITS, type Problem, parseDraft } from './draft.ts'
export type { Site } from './site.ts'
export { isSlug, RESERVED_SLUGS, toSlug } from './slug.ts'
