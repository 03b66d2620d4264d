/** A client as it is published, and what drives it. */
export interface Client {
  /** As it stands in the matrix. */
  title: string
  /** Name and version for npm, or a package of Debian. */
  spec: string
  /** Under which it is installed, beside its other majors; what it sends carries it. */
  alias: string
  major: number
  from: 'npm' | 'debian'
  by: 'node' | 'raven' | 'browser' | 'cli' | 'python' | 'ruby' | 'raven-ruby' | 'go'
}

const majors = [5, 6, 7, 8, 9, 10, 11]

const npm = (by: Client['by'], name: string, major: number, version = String(major)): Client => {
  const alias = `${name.replace(/^@/, '').replace('/', '-')}-${major}`
  return { title: `${name} ${major}`, spec: `${name}@${version}`, alias, major, from: 'npm', by }
}

/** Newer ones ask for packages that npm does not have. */
const next = (major: number) => (major === 11 ? '11.0.0' : String(major))

const debian = (by: Client['by'], title: string, spec: string): Client => ({
  ...{ title, spec, alias: spec, major: 0, from: 'debian', by },
})

export const clients: readonly Client[] = [
  npm('raven', 'raven', 2),
  ...majors.map(major => npm('node', '@sentry/node', major)),
  ...majors.map(major => npm('browser', '@sentry/browser', major)),
  ...[7, 8, 9, 10, 11].map(major => npm('browser', '@sentry/react', major)),
  ...[8, 9, 10, 11].map(major => npm('node', '@sentry/nextjs', major, next(major))),
  npm('cli', '@sentry/cli', 3),
  debian('python', 'sentry-sdk (Python)', 'python3-sentry-sdk'),
  debian('ruby', 'sentry-ruby', 'ruby-sentry-ruby-core'),
  debian('raven-ruby', 'sentry-raven (Ruby)', 'ruby-sentry-raven'),
  debian('go', 'sentry-go', 'golang-github-getsentry-sentry-go-dev'),
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
/** What became of what each sent, by what it is called in the head of its table. */
export type Matrix<F extends string = Feature> = { title: string; version: string; outcomes: Record<F, Outcome> }[]
