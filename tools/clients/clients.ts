/** A client as it is published, and what drives it. */
export interface Client {
  /** As it stands in the matrix. */
  title: string
  /** Name and version for npm. */
  spec: string
  /** Under which it is installed, beside its other majors. */
  alias: string
  major: number
  by: 'node' | 'raven' | 'browser' | 'cli'
}

const majors = [5, 6, 7, 8, 9, 10, 11]

const sdk = (by: 'node' | 'browser', major: number): Client => ({
  ...{ title: `@sentry/${by} ${major}`, spec: `@sentry/${by}@${major}`, alias: `sentry-${by}-${major}`, major, by },
})

export const clients: readonly Client[] = [
  { title: 'raven 2', spec: 'raven@2', alias: 'raven-2', major: 2, by: 'raven' },
  ...majors.map(major => sdk('node', major)),
  ...majors.map(major => sdk('browser', major)),
  { title: 'sentry-cli 3', spec: '@sentry/cli@3', alias: 'sentry-cli-3', major: 3, by: 'cli' },
]

export const features = {
  error: 'errors',
  grouped: 'two of one fault are one issue',
  message: 'messages',
  causes: 'causes',
  person: 'person, tags',
  extra: 'extra, scrubbed',
  trail: 'trail with data',
  attachment: 'attachments',
  feedback: 'feedback',
  trace: 'trace',
  sessions: 'sessions',
  'check-in': 'check-ins',
  logs: 'logs',
} as const
export type Feature = keyof typeof features

/** `none`: the client cannot, or was not asked to. */
export type Outcome = 'shown' | 'lost' | 'none'
export type Matrix = { client: Client; version: string; outcomes: Record<Feature, Outcome> }[]
