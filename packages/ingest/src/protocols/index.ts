import type { Performing } from '@gantry/core/config'
import type { Protocol } from './define-protocol.ts'
import * as words from './settings.ts'

/** Every protocol of the list, ready to be asked. */
export const loadProtocols = (): Promise<Performing<Protocol>[]> =>
  Promise.all(Object.keys(words).map(async name => (await import(`./${name}/protocol.ts`)).protocol))
