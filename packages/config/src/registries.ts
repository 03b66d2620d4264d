import type { AdapterRegistry } from '@gantry/core/config'
import * as provider from '@gantry/delivery/settings/providers'
import * as channel from '@gantry/watch/settings/channels'
import * as probe from '@gantry/watch/settings/probes'

/** Every adapter there is, by its kind and name. */
export const registries = { channel, probe, provider } satisfies Record<string, AdapterRegistry>
