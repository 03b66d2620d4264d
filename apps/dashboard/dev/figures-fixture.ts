import type { DeliveryFigures } from '@gantry/core/api'
import { ago, ids } from './ids.ts'

const figure = (value: number | null, of: number, meaning: string) => ({
  ...{ value, of, meaning },
  sources: [{ at: ago(240), text: '8f3c2a1 was rolled back', path: `/releases/${ids.bad}` }],
})
const dayS = 86_400

export const figures: DeliveryFigures = {
  ...{ environment: 'production', from: ago(30 * dayS), to: ago(0) },
  deploymentsPerWeek: figure(4.7, 20, 'releases that went live in production, a week; rollbacks are none'),
  leadTimeMs: figure(
    5_460_000,
    61,
    'from when a commit was made until it was live, the median of all commits that went',
  ),
  changeFailureShare: figure(0.1, 20, 'share of them that was rolled back, or that an incident is laid to'),
  timeToRestoreMs: figure(null, 0, 'from when its incident opened until the rollback was live'),
  reworkShare: figure(0.05, 20, 'share of them that came next after one that failed'),
  services: [{ service: 'builder', deployments: 18, failed: 2 }],
  days: Array.from({ length: 31 }, (_, day) => ({
    day: ago((30 - day) * dayS).slice(0, 10),
    deployments: day % 7 > 4 ? 0 : (day * 5) % 4,
    rollbacks: day === 12 ? 1 : 0,
    incidents: day === 12 || day === 20 ? 1 : 0,
  })),
}
