import { LogLevel, type ServiceLine } from '@gantry/core'
import type { Selectable } from 'kysely'
import type { Schema } from '../database/schema.ts'

export const levels = LogLevel.options

export type LineRow = Selectable<Schema['gantry.lines']>

export const lineOf = (row: LineRow): ServiceLine => ({
  id: row.id,
  project: row.project,
  environment: row.environment,
  release: row.release,
  service: row.service,
  at: row.at,
  level: levels[row.level] ?? 'info',
  message: row.message,
  trace: row.trace_id,
  fields: row.fields,
})
