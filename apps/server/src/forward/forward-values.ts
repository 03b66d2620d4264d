import type { ForwardEnv } from '@gantry/ingest'
import type { Secrets } from '../secret/secrets.ts'

/** The values of the variables that a forward names. */
export interface ForwardValues {
  env: ForwardEnv
  /** Whether it comes out of the server's own environment, which only who runs the server can set. */
  isOfServer(name: string): boolean
}

/**
 * A secret of the project goes before a variable of the server. Where the project says the address, nothing of the server's goes
 * there: its keys are for the places that who runs it chose.
 */
export async function forwardValues(
  project: string,
  { names, address }: { names: readonly string[]; address: string },
  parts: { secrets: Pick<Secrets, 'valuesFor'>; environment: Readonly<Record<string, string>> },
): Promise<ForwardValues> {
  const { repository: own } = await parts.secrets.valuesFor(project, null, ({ name }) => names.includes(name))
  const shared = Object.hasOwn(own, address) ? {} : parts.environment
  const env = Object.fromEntries(names.map(name => [name, own[name] ?? shared[name]]))
  return { env, isOfServer: name => !Object.hasOwn(own, name) }
}
