import * as z from 'zod'
import { Import, ImportAsked, ImportCursor, ImportOrigin, ImportOutcome } from '../issue/import/import.ts'
import { ImportedIssue, ImportedRelease } from '../issue/import/imported-issue.ts'

const holder = z
  .string()
  .regex(/^[\w-]{8,64}$/)
  .describe('chosen by the process that carries it out')
const cursor = ImportCursor.nullable().default(null).describe('how far it is with this; null: as far as before')
const sourceIds = z.array(z.string().max(64)).max(1_000)

export const BeginImportBody = z.strictObject({ origin: ImportOrigin, asked: ImportAsked, holder })
export const BegunImport = z.object({
  import: Import,
  isResumed: z.boolean().describe('one that asked for the same had not ended: it is gone on with'),
})
export const KnownImportsBody = z.strictObject({ origin: ImportOrigin, sourceIds })
export const KnownImports = z.object({ known: z.array(z.string()) })
export const ImportIssuesBody = z.strictObject({ holder, cursor, issues: z.array(ImportedIssue).max(100) })
export const ImportOutcomes = z.object({ issues: z.array(ImportOutcome) })
export const ImportReleasesBody = z.strictObject({ holder, cursor, releases: z.array(ImportedRelease).max(1_000) })
export const EndImportBody = z.strictObject({ holder })
export const UndoneImport = z.object({
  removed: z.int().describe('issues that are gone'),
  kept: z.int().describe('issues that were here, or that events came to since: without what the import added'),
  left: z.int().describe('issues it still has: ask again'),
})
export const Imports = z.object({ imports: z.array(Import).describe('the newest first') })
