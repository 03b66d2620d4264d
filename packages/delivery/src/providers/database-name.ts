import { createHash } from 'node:crypto'

/**
 * Names that are alike when they are joined (`a` in `b-c`, `a-b` in `c`), or cut to the length Postgres takes, are told apart
 * by what they end in.
 */
export function databaseName({
  project,
  environment,
  service,
}: {
  project: string
  environment: string
  service: string
}): string {
  const read = [project, environment, service]
    .join('_')
    .replaceAll(/[^a-z0-9_]/g, '_')
    .slice(0, 54)
  const whole = JSON.stringify([project, environment, service])
  return `${read}_${createHash('sha256').update(whole).digest('hex').slice(0, 8)}`
}
