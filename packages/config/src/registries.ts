import type { AdapterRegistry } from '@gantry/core/config'
import * as gate from '@gantry/core/settings/gates'
import * as rule from '@gantry/core/settings/rules'
import * as provider from '@gantry/delivery/settings/providers'
import * as channel from '@gantry/watch/settings/channels'
import * as probe from '@gantry/watch/settings/probes'

/** Every adapter there is, by its kind and name. */
export const registries = { channel, gate, probe, provider, rule } satisfies Record<string, AdapterRegistry>
