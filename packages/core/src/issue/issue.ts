import * as z from 'zod'
import { ImportMark } from './import/import.ts'
import { IssueLife } from './life/issue-life.ts'

/** Why events belong together: the key, and the parts it was made of in words. */
export const Grouping = z.object({ key: z.string(), because: z.array(z.string()) })
export type Grouping = z.output<typeof Grouping>

/** Events grouped because they are the same fault. */
export const Issue = z.object({
  id: z.string(),
  project: z.string(),
  number: z.int(),
  title: z.string(),
  culprit: z.string().nullable().describe('file and function of the frame blamed'),
  level: z.enum(['fatal', 'error', 'warning', 'info', 'debug']),
  service: z.string().nullable(),
  environments: z.array(z.string()),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  firstRelease: z.string().nullable(),
  lastRelease: z.string().nullable(),
  events: z.int(),
  people: z.int(),
  grouping: Grouping,
  ...IssueLife.shape,
  parts: z.int().describe('how many there are it can be split into; 1 where it cannot'),
  imported: z.array(ImportMark).describe('where it, or parts of it, were brought from'),
  version: z.int(),
})
export type Issue = z.output<typeof Issue>
