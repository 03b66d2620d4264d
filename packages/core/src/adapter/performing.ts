import { GantryError } from '../errors/gantry-error.ts'
import { didYouMean } from '../words/nearest-word.ts'
import { type AdapterKind, type AdapterRegistry, type AnyWord, adapterTags, type SettingsOf } from './adapter.ts'

/** The performing half of an adapter: what its kind does, beside the settings it does it with. */
export type Performing<Acts> = Acts & AnyWord

/** Puts the two halves together; the `define…` of each kind is this with the acts of the kind. */
export const withActs = <W extends AnyWord, Acts>({ settings }: W, acts: Acts): Acts & Pick<W, 'settings'> => ({
  settings,
  ...acts,
})

/** What a config says of one adapter: its tag, and settings of its own. */
export type AdapterConfig = Readonly<Record<string, unknown>>

/** An adapter that a config names, and its settings in full. */
export interface BoundAdapter<Acts> {
  acts: Performing<Acts>
  settings: SettingsOf<AnyWord>
}

/**
 * Binds what a config says to the adapter that does it. The performing half is found by name and loaded when it is
 * first asked for, so that an adapter no config names costs nothing, whatever it depends on.
 * The config was checked when it was read; one that is older than its adapter may still be refused here.
 * @throws GantryError CONFIG_INVALID
 */
export function performing<Acts>(
  kind: AdapterKind,
  registry: AdapterRegistry,
  load: (name: string) => Promise<Performing<Acts>>,
): (config: AdapterConfig) => Promise<BoundAdapter<Acts>> {
  return async config => {
    const name = String(config[adapterTags[kind]])
    const known = Object.hasOwn(registry, name) ? registry[name] : undefined
    if (!known) {
      const near = didYouMean(name, Object.keys(registry))
      throw new GantryError('CONFIG_INVALID', `there is no ${kind} "${name}"${near}`)
    }
    const parsed = known.settings.schema.safeParse(config)
    if (parsed.success) return { acts: await load(name), settings: parsed.data }
    const faults = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '))
    throw new GantryError('CONFIG_INVALID', `${kind} "${name}": ${faults.join('; ')}`)
  }
}
