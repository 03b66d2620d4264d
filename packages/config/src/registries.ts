import type { AdapterKind, AdapterRegistry } from '@gantry/core/config'
import * as gate from '@gantry/core/settings/gates'
import * as rule from '@gantry/core/settings/rules'
import * as provider from '@gantry/delivery/settings/providers'
import * as forward from '@gantry/ingest/settings/forwards'
import * as protocol from '@gantry/ingest/settings/protocols'
import * as channel from '@gantry/watch/settings/channels'
import * as probe from '@gantry/watch/settings/probes'

/** Every adapter that a config names, by its kind and name. */
export const registries = { channel, forward, gate, probe, provider, rule } satisfies Record<string, AdapterRegistry>

/** Every adapter there is: protocols as well, which are always on and stand in no config. */
export const everyRegistry = { ...registries, protocol } satisfies Record<AdapterKind, AdapterRegistry>
