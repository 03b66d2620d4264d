import { performing } from '@gantry/core/config'
import type { Provider } from './define-provider.ts'
import * as providers from './settings.ts'

/** The provider a service is deployed by, ready to plan. @throws GantryError CONFIG_INVALID */
export const providerFor = performing<Provider>(
  'provider',
  providers,
  async name => (await import(`./${name}/provider.ts`)).provider,
)
