import type { Notice, OutboxRow, OutboxStore } from '@gantry/core'

/** The outbox port in memory, order and leases included, for tests. */
export function memoryOutbox(): OutboxStore & { rows: OutboxRow[] } {
  const rows: OutboxRow[] = []
  const leases = new Map<string, string>()
  const change = (id: string, to: Partial<OutboxRow>) => {
    const index = rows.findIndex(row => row.id === id)
    const row = rows[index]
    if (row) rows[index] = { ...row, ...to }
    leases.delete(id)
  }
  return {
    rows,
    async add(added) {
      for (const { project, channel, notice } of added) {
        rows.push({
          id: `row-${rows.length + 1}`,
          project,
          channel,
          notice,
          state: 'pending',
          attempts: 0,
          nextAt: notice.at,
          lastError: null,
          createdAt: notice.at,
          sentAt: null,
        })
      }
    },
    async claim(now, leaseMs, limit) {
      const due = headsOf(rows)
        .filter(row => row.nextAt <= now && (leases.get(row.id) ?? '') <= now)
        .slice(0, limit)
      for (const row of due) leases.set(row.id, new Date(Date.parse(now) + leaseMs).toISOString())
      return due.map(row => structuredClone(row))
    },
    async nextDue(project) {
      const own = headsOf(rows).filter(row => row.project === project)
      const times = own.map(({ id, nextAt }) => [nextAt, leases.get(id) ?? ''].toSorted()[1] ?? nextAt)
      return times.toSorted()[0] ?? null
    },
    async sent(id, at) {
      change(id, { state: 'sent', sentAt: at, attempts: (rows.find(row => row.id === id)?.attempts ?? 0) + 1 })
    },
    async failed(id, { error, nextAt }) {
      const attempts = (rows.find(row => row.id === id)?.attempts ?? 0) + 1
      change(id, { lastError: error, attempts, ...(nextAt === null ? { state: 'dead' } : { nextAt }) })
    },
    async unneeded(id) {
      const index = rows.findIndex(row => row.id === id && row.state === 'pending')
      if (index >= 0) rows.splice(index, 1)
    },
    async forIncident(_project, number) {
      return rows.filter(({ notice }) => notice.incident === number)
    },
    async newest(project) {
      return [...new Map(rows.filter(row => row.project === project).map(row => [row.channel, row])).values()]
    },
    async ofKey(project, dedupKey) {
      return rows.filter(row => row.project === project && row.notice.dedupKey === dedupKey)
    },
  }
}

/** Of each lane the oldest that is pending. */
const headsOf = (rows: OutboxRow[]): OutboxRow[] =>
  rows.filter(
    (row, index) =>
      row.state === 'pending' &&
      !rows.slice(0, index).some(elder => elder.state === 'pending' && laneOf(elder) === laneOf(row)),
  )

const laneOf = ({ project, channel, notice }: OutboxRow): string => [project, channel, notice.dedupKey].join('\n')

export const notice = (more: Partial<Notice> = {}): Notice => ({
  kind: 'opened',
  dedupKey: 'gantry-shop-incident-1',
  project: 'shop',
  severity: 'critical',
  title: '31 % of 52 requests to <backend> fail & burn',
  environment: 'production',
  service: 'backend',
  release: 'a'.repeat(40),
  incident: 1,
  at: '2026-11-23T10:00:00.000Z',
  url: 'http://127.0.0.1:4400/incidents/1',
  runbookUrl: 'http://127.0.0.1:4400/runbooks/bad-release',
  by: null,
  ...more,
})
