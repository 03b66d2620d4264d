import type { ImportingIssue, ImportOrigin } from '@gantry/core'

export interface ImportBatch {
  project: string
  importId: string
  origin: ImportOrigin
  at: string
  issues: readonly ImportingIssue[]
}
