import type { DeliveryFigureSet, DeliveryFigures, ReleaseComparison } from '@gantry/core/api'
import { ago, ids } from './ids.ts'

const figure = (value: number | null, of: number, meaning: string, fills: string | null = null) => ({
  ...{ value, of, meaning, fills },
  sources: of === 0 ? [] : [{ at: ago(240), text: '8f3c2a1 was rolled back', seq: 9 }],
})
const dayS = 86_400
const quiet = 'nothing failed in this time: the first change that does, and is put right, fills it'
const set = (of: number): DeliveryFigureSet => ({
  deploymentsPerWeek: figure(of / 4.3, of, 'releases that went live in production, a week; rollbacks are none'),
  leadTimeMs: figure(
    5_460_000,
    of * 3,
    'from when a commit was made until it was live, the median of all commits that went',
  ),
  changeFailureShare: figure(0.1, of, 'share of them that was rolled back, or that an incident is laid to'),
  timeToRestoreMs: figure(null, 0, 'from when its incident opened until the rollback was live', quiet),
  reworkShare: figure(0.05, of, 'share of them that came next after one that failed'),
})

export const figures: DeliveryFigures = {
  ...{ environment: 'production', from: ago(30 * dayS), to: ago(0) },
  ...set(20),
  services: [
    { service: 'builder', ...set(18) },
    { service: 'backend', ...set(6) },
  ],
  days: Array.from({ length: 31 }, (_, day) => ({
    day: ago((30 - day) * dayS).slice(0, 10),
    deployments: day % 7 > 4 ? 0 : (day * 5) % 4,
    rollbacks: day === 12 ? 1 : 0,
    incidents: day === 12 || day === 20 ? 1 : 0,
    seq: day % 7 > 4 ? null : 14 - (day % 14),
  })),
}

export const comparison: ReleaseComparison = {
  ...{ from: ids.good, to: ids.next },
  commits: [
    { sha: ids.next, title: 'count each visit once, also behind a proxy', author: 'Leo Park <leo@x>', at: ago(2_500) },
    { sha: ids.bad, title: 'fix refund total', author: 'Ana Lima <ana@x>', at: ago(9_000) },
  ],
  takenBack: [],
  authors: [
    { author: 'Leo Park <leo@x>', commits: 1 },
    { author: 'Ana Lima <ana@x>', commits: 1 },
  ],
  files: ['apps/backend/src/refund.ts', 'apps/builder/src/checkout.ts', '.env.example', 'package.json'],
  migrations: {
    added: [{ version: '20261104140000', name: 'publications', sql: '', effect: 'expand', verdicts: [] }],
    missing: [],
  },
  variables: [{ file: '.env.example', name: 'MAIL_KEY', change: 'added' }],
  env: { from: 'production', to: 'production', changes: [{ service: 'backend', name: 'FLAG_X', change: 'changed' }] },
  dependencies: [{ file: 'package.json', name: 'zod', from: '4.3.0', to: '4.4.1' }],
}
