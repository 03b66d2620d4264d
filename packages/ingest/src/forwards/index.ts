import { performing } from '@gantry/core/config'
import type { Forward } from './define-forward.ts'
import * as forwards from './settings.ts'

/** The forward a config names, ready to be asked for requests. @throws GantryError CONFIG_INVALID */
export const forwardFor = performing<Forward>(
  'forward',
  forwards,
  async name => (await import(`./${name}/forward.ts`)).forward,
)
