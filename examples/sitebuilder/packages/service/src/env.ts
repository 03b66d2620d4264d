/** What a service is told at its start. Sentry's own variables are read by its SDK. */
export type ServiceEnv = { host: string; port: number; databaseUrl: string; release: string | undefined }

/** @throws when a variable is missing or wrong: a service that cannot work must not start. */
export function readEnv(env: Record<string, string | undefined>): ServiceEnv {
  const port = env.PORT ? Number(env.PORT) : Number.NaN
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT must be a port number, got ${env.PORT === undefined ? 'nothing' : JSON.stringify(env.PORT)}`)
  }
  const databaseUrl = env.DATABASE_URL ?? ''
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) throw new Error('DATABASE_URL must be a postgres:// address')
  return { host: env.HOST || '127.0.0.1', port, databaseUrl, release: env.SENTRY_RELEASE || undefined }
}
