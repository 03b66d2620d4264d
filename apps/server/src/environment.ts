import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { GantryError, type ServerRole } from '@gantry/core'
import { type JobLimits, readLimits } from '@gantry/runner'
import type { MailSettings } from './mail/mailer.ts'
import { type ProviderSettings, readGitHubUrl, readProviders } from './sign-in/providers.ts'
import { readSyslogSettings, type SyslogSettings } from './syslog/syslog-settings.ts'

/** What the server reads from its environment, once. Nothing else in this app looks at `process.env`. */
export interface Environment {
  port: number
  host: string
  /** Absolute path of the data folder. */
  home: string
  /** Null: the embedded database in the data folder. */
  databaseUrl: string | null
  /** `http(s)://…` of the ClickHouse that log lines are kept in; null: files, or the database that servers share. */
  clickhouseUrl: string | null
  /** `s3://…` where files are kept that several servers share; null: the data folder. */
  objects: string | null
  /** Answer people and programs, carry work out, or both. */
  role: ServerRole
  /** Address people and services reach this server by. */
  publicUrl: string | null
  /** Further names it is called by. */
  hosts: string[]
  /** Bring the sample project up on a first start. */
  withSample: boolean
  /** The project that is made at the start, when it is not there yet; the sample is brought up in it. Null: none is. */
  project: string | null
  /** How the person at this machine is called in approvals and the ledger. */
  ownerName: string
  /** Tells the owner from authors of the same name; null when it is not given. */
  ownerEmail: string | null
  /** Where people may sign in besides a password and a passkey. */
  providers: ProviderSettings
  /** GitHub's address: github.com, or a GitHub of one's own. */
  githubUrl: string
  /** Proxies whose X-Forwarded-* is believed: addresses or networks. */
  trustedProxies: string[]
  /** Where mail to people is handed in; null: links are shown instead. */
  mail: MailSettings | null
  /** Where messages of syslog are taken; null: nowhere. */
  syslog: SyslogSettings | null
  logLevel: string
  /** `auto`: jobs are shut in where this machine allows it. `required`: the server does not start elsewhere. */
  sandbox: 'auto' | 'required' | 'off'
  /** Whose the jobs of root are: `auto` an account of their own, `same` root's, else one of this machine by name. */
  jobUser: string
  /** The runner that this server starts by itself: whether it does, what it takes, and how much at a time. */
  runner: { isOwn: boolean; labels: string[]; jobsAtOnce: number; limits: JobLimits }
  /** What configs may give to services by `env('NAME')`: the names listed in GANTRY_SERVICE_ENV. */
  serviceEnv: Record<string, string>
  /** GANTRY_SECRET_KEY: what secrets are sealed with; left out: a key in the data folder. */
  secretKey: string | undefined
  /** Ids of keys that are lost. */
  lostSecretKeys: string[]
  /** Handed to jobs, services and channels; they pick the names they know. */
  all: Record<string, string>
}

/** @throws GantryError BAD_REQUEST when a value cannot be used. */
/** Whether other servers can work beside this one: they find its rows and its files, and can open them. */
export const isShared = (own: Pick<Environment, 'databaseUrl' | 'objects' | 'secretKey'>): boolean =>
  own.databaseUrl !== null && own.objects !== null && own.secretKey !== undefined

export function readEnvironment(env: Record<string, string | undefined>, cwd: string): Environment {
  return {
    port: portOf(env['PORT'] ?? '4400'),
    host: env['HOST'] ?? '127.0.0.1',
    home: resolve(cwd, env['GANTRY_HOME'] || '.gantry'),
    databaseUrl: databaseUrlOf(env['DATABASE_URL']),
    clickhouseUrl: clickhouseUrlOf(env['CLICKHOUSE_URL']),
    objects: env['GANTRY_OBJECTS'] || null,
    role: roleOf(env['GANTRY_ROLE'] || 'all'),
    publicUrl: publicUrlOf(env['GANTRY_PUBLIC_URL']),
    hosts: (env['GANTRY_HOSTS'] ?? '').split(/[\s,]+/).filter(name => name !== ''),
    withSample: env['GANTRY_SAMPLE'] !== 'off',
    project: projectOf(env['GANTRY_PROJECT'] || (env['GANTRY_SAMPLE'] === 'off' ? null : 'sitebuilder')),
    ...ownerOf(env['GANTRY_OWNER'] || env['USER'] || env['LOGNAME'] || 'owner'),
    providers: readProviders(env),
    githubUrl: readGitHubUrl(env),
    trustedProxies: proxiesOf(env['GANTRY_TRUSTED_PROXIES'] ?? ''),
    mail: mailOf(env['GANTRY_SMTP_URL'], env['GANTRY_MAIL_FROM']),
    syslog: readSyslogSettings(env),
    logLevel: env['LOG_LEVEL'] ?? 'warn',
    sandbox: sandboxOf(env['GANTRY_SANDBOX'] || 'auto'),
    jobUser: env['GANTRY_JOB_USER'] || 'auto',
    runner: runnerOf(env),
    serviceEnv: serviceEnvOf(env),
    secretKey: env['GANTRY_SECRET_KEY'] || undefined,
    lostSecretKeys: (env['GANTRY_LOST_SECRET_KEY'] ?? '').split(/[\s,]+/).filter(id => id !== ''),
    all: Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined)),
  }
}

/** `Ana <ana@example.com>`, as git writes people, or a name alone. */
function ownerOf(text: string): Pick<Environment, 'ownerName' | 'ownerEmail'> {
  const [, name = text, email] = /^(.*?)\s*<([^<>\s]+@[^<>\s]+)>$/.exec(text.trim()) ?? []
  return { ownerName: name.trim() || (email ?? text), ownerEmail: email ?? null }
}

function proxiesOf(text: string): string[] {
  const proxies = text.split(/[\s,]+/).filter(one => one !== '')
  for (const proxy of proxies) {
    const [address = '', bits, ...more] = proxy.split('/')
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIP(address) === 6 ? 128 : 32))
    if (isIP(address) !== 0 && isNetwork && more.length === 0) continue
    throw new GantryError(
      'BAD_REQUEST',
      `GANTRY_TRUSTED_PROXIES: expected addresses or networks such as 10.0.0.0/8, got "${proxy}"`,
    )
  }
  return proxies
}

function mailOf(url: string | undefined, from: string | undefined): MailSettings | null {
  if (!url) return null
  if (!/^smtps?:\/\/./.test(url))
    throw new GantryError('BAD_REQUEST', 'GANTRY_SMTP_URL: expected smtp://host:587 or smtps://user:password@host:465')
  if (!from)
    throw new GantryError('BAD_REQUEST', 'GANTRY_MAIL_FROM: expected who mail is from, as GANTRY_SMTP_URL is given')
  return { url, from }
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new GantryError('BAD_REQUEST', `PORT: expected a number from 0 to 65535, got "${text}"`)
}

function roleOf(text: string): ServerRole {
  if (text === 'all' || text === 'web' || text === 'worker') return text
  throw new GantryError('BAD_REQUEST', `GANTRY_ROLE: expected all, web or worker, got "${text}"`)
}

function sandboxOf(text: string): Environment['sandbox'] {
  if (text === 'auto' || text === 'required' || text === 'off') return text
  throw new GantryError('BAD_REQUEST', `GANTRY_SANDBOX: expected auto, required or off, got "${text}"`)
}

/** As long as it is the only one, it takes what would run on a machine of GitHub's, and on one of one's own. */
const usualLabels = `ubuntu-*,self-hosted,${process.platform},${process.arch},gantry`

function runnerOf(env: Record<string, string | undefined>): Environment['runner'] {
  const labels = (env['GANTRY_RUNNER_LABELS'] ?? usualLabels).split(/[\s,]+/).filter(label => label !== '')
  const own = env['GANTRY_RUNNER'] || 'own'
  if (own !== 'own' && own !== 'off')
    throw new GantryError('BAD_REQUEST', `GANTRY_RUNNER: expected own or off, got "${own}"`)
  const asked = env['GANTRY_JOBS_AT_ONCE'] || String(2 * Math.max(2, availableParallelism()))
  const jobsAtOnce = Number(asked)
  if (!Number.isInteger(jobsAtOnce) || jobsAtOnce < 1)
    throw new GantryError('BAD_REQUEST', `GANTRY_JOBS_AT_ONCE: expected a number from 1, got "${asked}"`)
  return { isOwn: own === 'own', labels, jobsAtOnce, limits: readLimits(env['GANTRY_JOB_LIMITS'] ?? '') }
}

function serviceEnvOf(env: Record<string, string | undefined>): Record<string, string> {
  const names = (env['GANTRY_SERVICE_ENV'] ?? '').split(/[\s,]+/).filter(Boolean)
  return Object.fromEntries(
    names.map(name => {
      const value = env[name]
      if (value !== undefined) return [name, value]
      throw new GantryError('BAD_REQUEST', `GANTRY_SERVICE_ENV: expected ${name} in the environment, it is not there`)
    }),
  )
}

function databaseUrlOf(text: string | undefined): string | null {
  if (!text) return null
  if (/^postgres(ql)?:\/\//.test(text)) return text
  throw new GantryError('BAD_REQUEST', 'DATABASE_URL: expected postgres://user:password@host:port/database')
}

function clickhouseUrlOf(text: string | undefined): string | null {
  if (!text) return null
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new GantryError('BAD_REQUEST', 'CLICKHOUSE_URL: expected https://user:password@host:8443/database')
}

/** An origin: paths of this server begin at its root. */
function publicUrlOf(text: string | undefined): string | null {
  if (!text) return null
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.username === '')
    return url.origin
  throw new GantryError(
    'BAD_REQUEST',
    `GANTRY_PUBLIC_URL: expected https://<host>, with nothing behind it, got "${text}"`,
  )
}

function projectOf(text: string | null): string | null {
  if (text === null || /^[a-z][a-z0-9-]{0,38}$/.test(text)) return text
  throw new GantryError('BAD_REQUEST', `GANTRY_PROJECT: expected lower-case letters, digits and dashes, got "${text}"`)
}
