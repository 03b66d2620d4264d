import { IngestConfig } from '@gantry/core/config'
import type { Sender } from '../protocols/define-protocol.ts'

export const usualSettings = IngestConfig.parse({})

/** Whoever sends in a test. */
export const sender: Sender = {
  project: 'shop',
  service: 'web',
  receivedAt: '2026-11-27T12:00:00.000Z',
  newId: 'f'.repeat(32),
  settings: usualSettings,
}
