import * as z from 'zod'

/** A runner as people see it. */
export const RunnerView = z.object({
  id: z.string(),
  name: z.string(),
  labels: z.array(z.string()),
  isOwn: z.boolean().describe('a server started it by itself; it cannot be removed'),
  isAlive: z.boolean().describe('it was heard of less than a minute ago'),
  lastSeenAt: z.iso.datetime().nullable(),
  version: z.string().nullable(),
  about: z.string().nullable().describe('its system, and how it shuts jobs in'),
  busyWith: z.array(z.object({ project: z.string(), runId: z.string(), jobId: z.string() })),
})
export type RunnerView = z.output<typeof RunnerView>

/** A job that may start and that no runner has taken. */
export const WaitingJob = z.object({
  project: z.string(),
  runId: z.string(),
  jobId: z.string(),
  labels: z.array(z.string()),
  since: z.iso.datetime(),
  isUnfit: z.boolean().describe('no runner that lives has all of its labels'),
  missing: z.array(z.string()).describe('those of its labels that no runner that lives has'),
})
export type WaitingJob = z.output<typeof WaitingJob>

export const RunnerList = z.object({ runners: z.array(RunnerView), waiting: z.array(WaitingJob) })
export type RunnerList = z.output<typeof RunnerList>

const Labels = z.array(z.string().min(1).max(100)).max(50).describe('what `runs-on` may ask of it')

export const RunnerLabels = z.strictObject({ labels: Labels })

export const NewRunner = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected letters, digits, dots and dashes'),
  labels: Labels,
})
