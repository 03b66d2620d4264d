import type { EnvExampleFault, EnvVariable } from './env-example.ts'
import { browserPrefix } from './env-sources.ts'
import type { NameRead } from './names-read.ts'

/** What is wrong, from worst to mildest. `error` fails the check. */
export interface EnvFinding {
  rule: EnvRule
  severity: 'error' | 'warning'
  /** Never holds a value. */
  message: string
  /** What to do about it. */
  fix: string
  path?: string
  line?: number
}

export type EnvRule =
  | 'example-unreadable'
  | 'example-hidden'
  | 'undeclared'
  | 'unread'
  | 'untyped'
  | 'secret-in-example'
  | 'secret-in-browser'
  | 'missing'
  | 'unknown'
  | 'shared-secret'
  | 'env-file-tracked'
  | 'leaked-secret'

/** Names an environment has, from one source. Values never leave the source; equal marks mean equal values. */
export interface EnvironmentNames {
  environment: string
  /** As people say it: `.env.staging`, `GitHub`, `Fly.io shop-api`. */
  source: string
  /** The one service these are for; left out or null: all of them. */
  service?: string | null
  /** For each name a mark of its value, or null when the source does not tell. */
  names: ReadonlyMap<string, string | null>
}

export interface EnvFacts {
  examplePath: string
  variables: readonly EnvVariable[]
  exampleFaults: readonly EnvExampleFault[]
  /** What code, workflows and config read, in production code and in tests alike. */
  read: readonly NameRead[]
  /** Whether a name stands anywhere in the tracked files but the example itself. */
  isMentioned(name: string): boolean
  environments: readonly EnvironmentNames[]
  /** Tracked files such as `.env`, each with the secrets it holds a value of. */
  trackedEnvFiles: readonly { path: string; secrets: readonly string[] }[]
}

/** Everything that differs between what is declared, what is read and what environments have. */
export function checkEnv(facts: EnvFacts): EnvFinding[] {
  const findings = [
    ...facts.exampleFaults.map(
      ({ line, message }): EnvFinding => ({
        rule: 'example-unreadable',
        severity: 'error',
        message,
        fix: 'Write NAME=value with comments above it.',
        path: facts.examplePath,
        line,
      }),
    ),
    ...undeclared(facts),
    ...facts.variables.flatMap(variable => declared(variable, facts)),
    ...facts.environments.flatMap(environment => inEnvironment(environment, facts)),
    ...shared(facts),
    ...facts.trackedEnvFiles
      .filter(({ secrets }) => secrets.length > 0)
      .map(
        ({ path, secrets }): EnvFinding => ({
          rule: 'env-file-tracked',
          severity: 'error',
          message: `${path} is tracked by git and holds ${secrets.join(', ')}`,
          fix: `git rm --cached ${path}, ignore it, and replace every secret that was in it.`,
          path,
        }),
      ),
  ]
  return findings.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
}

function undeclared({ read, variables, examplePath }: EnvFacts): EnvFinding[] {
  const names = new Set(variables.map(({ name }) => name))
  const first = new Map<string, NameRead>()
  for (const use of read) if (!names.has(use.name) && !first.has(use.name)) first.set(use.name, use)
  return [...first.values()].map(({ name, path, line }) => ({
    rule: 'undeclared',
    severity: 'error',
    message: `${name} is read here, but ${examplePath} does not declare it`,
    fix: `Add to ${examplePath}: a line that says what it is for, \`# @type=…\`, and \`${name}=\`.`,
    path,
    line,
  }))
}

function declared(variable: EnvVariable, { examplePath: path, isMentioned }: EnvFacts): EnvFinding[] {
  const { name, line, type, text, isSecret, example } = variable
  const at = { path, line }
  const findings: (EnvFinding | false)[] = [
    isSecret &&
      browserPrefix.test(name) && {
        rule: 'secret-in-browser',
        severity: 'error',
        message: `${name} is a secret, but names that begin like this are built into the page for everyone to read`,
        fix: 'Rename it and read it on a server only; replace the secret if it was ever deployed.',
        ...at,
      },
    isSecret &&
      !isPlaceholder(example) && {
        rule: 'secret-in-example',
        severity: 'error',
        message: `${name} is a secret and has a value here`,
        fix: 'Leave the value empty; replace the secret if this was a real one.',
        ...at,
      },
    !isMentioned(name) && {
      rule: 'unread',
      severity: 'warning',
      message: `nothing reads ${name}`,
      fix: 'Take it out, here and in every environment.',
      ...at,
    },
    (type === null || text === '') && {
      rule: 'untyped',
      severity: 'warning',
      message: `${name} has no ${type === null ? 'type' : 'description'}`,
      fix:
        type === null
          ? 'Add `# @type=string` above it, or url, port, number, boolean, email, enum(…).'
          : 'Say above it what it is for.',
      ...at,
    },
  ]
  return findings.filter(finding => finding !== false)
}

/** Empty, `…`, `<token>`, `xxx`, `changeme`, `your-key`, `sk_test_xxx`, an address of this machine: nobody's secret. */
export const isPlaceholder = (value: string): boolean =>
  value === '' ||
  onThisMachine.test(value) ||
  /^(<.*>|\$\{.*\}|\.+|…|x+|\*+|change-?me|\[.*\]|your[-_ ].*|.*[_-]x{3,}|example|placeholder|todo)$/i.test(value)

/** `postgresql://postgres:postgres@localhost:5432/shop`, also by the name that a service of Compose has: without a dot. */
const onThisMachine =
  /^["']?[a-z][a-z0-9+]*:\/\/([^@/\s]*@)?(127\.0\.0\.1|0\.0\.0\.0|\[::1\]|[a-z][a-z0-9_-]*)(:\d+)?([/?"']|$)/i

function inEnvironment(from: EnvironmentNames, { variables }: EnvFacts): EnvFinding[] {
  const { environment, source, names, service = null } = from
  const expected = variables.filter(
    ({ environments, services }) =>
      (environments === null || environments.includes(environment)) &&
      (service === null || services === null || services.includes(service)),
  )
  const known = new Set(expected.map(({ name }) => name))
  const missing = expected
    .filter(({ isRequired, name }) => isRequired && !names.has(name))
    .map(
      ({ name }): EnvFinding => ({
        rule: 'missing',
        severity: 'error',
        message: `${environment} (${source}) has no ${name}, which is required`,
        fix: `Set ${name} for ${environment}.`,
      }),
    )
  const unknown = [...names.keys()]
    .filter(name => !known.has(name))
    .map(
      (name): EnvFinding => ({
        rule: 'unknown',
        severity: 'warning',
        message: `${environment} (${source}) has ${name}, which is not declared for it`,
        fix: `Declare it with \`@in=${environment}\`${service === null ? '' : ` and \`@service=${service}\``}, or take it out there.`,
      }),
    )
  return [...missing, ...unknown]
}

/** A secret that two environments share lets a fault in the lesser one reach the greater one. */
function shared({ environments, variables }: EnvFacts): EnvFinding[] {
  const secrets = new Set(variables.filter(({ isSecret }) => isSecret).map(({ name }) => name))
  const marks = new Map<string, { name: string; environment: string; source: string }[]>()
  for (const { environment, source, names } of environments) {
    for (const [name, mark] of names) {
      if (mark === null || !secrets.has(name)) continue
      marks.set(mark, [...(marks.get(mark) ?? []), { name, environment, source }])
    }
  }
  return [...marks.values()].flatMap(holders => {
    const places = [...new Map(holders.map(holder => [holder.environment, holder])).values()]
    if (places.length < 2) return []
    const words = places.map(({ name, environment, source }) => `${name} of ${environment} (${source})`).join(' and ')
    return [
      {
        rule: 'shared-secret' as const,
        severity: 'error' as const,
        message: `${words} are the same secret`,
        fix: 'Make one for each environment at the vendor, and revoke the shared one.',
      },
    ]
  })
}
