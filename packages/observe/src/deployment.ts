/** Variables as `process.env` has them. */
export type Env = Readonly<Record<string, string | undefined>>

/** What runs where, as far as the host of a service says it. */
export interface Deployment {
  dsn: string | null
  /** The commit. */
  release: string | null
  environment: string
}

/** Gantry sets the first of each; the others are what vendors set by themselves. */
const releaseNames = [
  'SENTRY_RELEASE',
  'GANTRY_RELEASE',
  'VERCEL_GIT_COMMIT_SHA',
  'RENDER_GIT_COMMIT',
  'RAILWAY_GIT_COMMIT_SHA',
  'CF_PAGES_COMMIT_SHA',
  'GITHUB_SHA',
]
const environmentNames = [
  'SENTRY_ENVIRONMENT',
  'GANTRY_ENVIRONMENT',
  'VERCEL_ENV',
  'RAILWAY_ENVIRONMENT_NAME',
  'NODE_ENV',
]

export function deploymentOf(env: Env): Deployment {
  return {
    dsn: env['SENTRY_DSN'] || null,
    release: firstOf(env, releaseNames),
    environment: firstOf(env, environmentNames) ?? 'development',
  }
}

const firstOf = (env: Env, names: readonly string[]): string | null =>
  names.map(name => env[name]).find(value => value !== undefined && value !== '') ?? null

/** A share between 0 and 1; what is no such number is 0. */
export function tracesShare(env: Env): number {
  const share = Number(env['SENTRY_TRACES_SAMPLE_RATE'] ?? 0)
  return share >= 0 && share <= 1 ? share : 0
}

/** Whether lines go by OTLP. Source: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export const sendsOtlp = (env: Env): boolean =>
  env['OTEL_SDK_DISABLED'] !== 'true' &&
  env['OTEL_LOGS_EXPORTER'] !== 'none' &&
  Boolean(env['OTEL_EXPORTER_OTLP_LOGS_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'])
