import { tracesOfValues } from '../../value-traces.ts'
import { sortMachines } from '../api/machines-of-app.ts'
import type { FlyWork } from '../fly-work.ts'
import { secretsNow } from './secrets.ts'

/** Open variables as the machines of this release have them, and the secrets of the app with the digests Fly gives. */
export async function readEnv({ api, facts }: FlyWork): Promise<Record<string, string | null>> {
  const { own } = sortMachines(await api.list(), facts.release.id)
  const open = own.flatMap(({ config }) => Object.entries(Object(config['env']) as Record<string, string>))
  const texts = open.flatMap(([name, value]) => (given.has(name) ? [] : [[name, String(value)] as const]))
  return { ...tracesOfValues(facts.envSalt, Object.fromEntries(texts)), ...(await secretsNow(api)) }
}

/** What says to a machine which group and where it is. */
const given = new Set(['FLY_PROCESS_GROUP', 'PRIMARY_REGION'])
