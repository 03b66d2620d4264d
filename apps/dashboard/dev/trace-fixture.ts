import type { IssueSpread, PlacedSpan, ReleaseSessions, TraceView } from '@gantry/core/api'
import { ago, sha } from './ids.ts'

const service = ['web', 'backend', 'mailer'] as const
const span = (index: number, over: Partial<PlacedSpan>): PlacedSpan => ({
  ...{
    id: `${index}`.padStart(16, '0'),
    parent: null,
    depth: 0,
    children: 0,
    name: 'GET /checkout',
    op: 'http.server',
  },
  ...{
    kind: 'server',
    service: 'web',
    environment: 'production',
    release: sha('8f3c2a1'),
    startMs: 0,
    ms: 842,
    ownMs: 120,
  },
  ...{ hasFailed: false, status: null, missingParent: null, isInCircle: false, movedMs: 0, ...over },
})

/** One request through three services, as the trace screen meets it. */
export const traceView: TraceView = {
  ...{ id: '4bf92f3577b34da6a3ce929d0e0e4736', startedAt: ago(240), ms: 842 },
  spans: [
    span(1, { children: 2 }),
    span(2, {
      ...{ parent: '1'.padStart(16, '0'), depth: 1, name: 'POST /orders', service: 'backend' },
      startMs: 90,
      ms: 610,
    }),
    span(3, {
      ...{ depth: 2, name: 'SELECT stock', op: 'db', service: 'backend', hasFailed: true },
      startMs: 120,
      ms: 400,
    }),
  ],
  leftOut: { spans: 0, events: 0, lines: false },
  services: service.map(name => ({ service: name, spans: 1, failed: 0, ownMs: 100, clockMs: 0 })),
  ...{ missingParents: 0, circles: 0, events: [], lines: [], deployments: [] },
}

const counts = Array.from({ length: 96 }, (_, index) => (index > 88 ? 40 : index % 3))

export const issueSpread: IssueSpread = {
  ...{ range: '24h', from: ago(86_400), until: ago(0), bucketMs: 900_000, buckets: 96 },
  events: counts.reduce((sum, count) => sum + count, 0),
  byRelease: [{ kind: 'one', name: sha('8f3c2a1'), events: 412, counts }],
  byEnvironment: [{ kind: 'one', name: 'production', events: 412, counts }],
  ...{ releases: [], deployments: [] },
}

const shares = { sessions: 1_204, errored: 9, crashed: 24, abnormal: 0, crashFreeSessions: 0.98 }
const people = { people: 380, peopleWithCrash: 12, crashFreePeople: 0.968 }

export const releaseSessions: ReleaseSessions = {
  ...{ release: sha('8f3c2a1'), names: [sha('8f3c2a1')], from: ago(604_800), until: ago(0), bucketMs: 21_600_000 },
  buckets: 28,
  environments: [
    {
      ...{ environment: 'production', kind: 'application', ...shares, ...people },
      adoption: { sessions: 610, of: 800, share: 0.7625 },
      counts: Array.from({ length: 28 }, (_, index) => ({ sessions: index * 3, crashed: index > 24 ? 4 : 0 })),
      sinceLive: null,
    },
  ],
}
