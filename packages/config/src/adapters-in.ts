import {
  type AdapterConfig,
  type AdapterKind,
  type AnyWord,
  adapterTags,
  type Config,
  type EnvName,
} from '@gantry/core/config'
import { registries } from './registries.ts'

/** What a config says in the place of an adapter. */
export interface SaidAdapter {
  kind: AdapterKind
  name: string
  /** `routes.0.to.1` */
  path: string
  said: AdapterConfig
}

/** Every place of a config where an adapter stands, in its order. */
export function adaptersIn(config: Config): SaidAdapter[] {
  const { services, environments, monitors, alerts, routes, forwards } = config
  const at = (kind: AdapterKind, path: string, said: AdapterConfig): SaidAdapter => ({
    kind,
    name: String(said[adapterTags[kind]]),
    path,
    said,
  })
  return [
    ...Object.entries(services).map(([name, { deploy }]) => at('provider', `services.${name}.deploy`, deploy)),
    ...Object.entries(environments).flatMap(([name, { gates }]) =>
      gates.map((gate, index) => at('gate', `environments.${name}.gates.${index}`, gate)),
    ),
    ...Object.entries(monitors).map(([name, monitor]) => at('probe', `monitors.${name}`, monitor)),
    ...Object.entries(alerts).map(([name, alert]) => at('rule', `alerts.${name}`, alert)),
    ...Object.entries(forwards ?? {}).map(([name, forward]) => at('forward', `forwards.${name}`, forward)),
    ...routes.flatMap(({ to }, route) => to.map((each, index) => at('channel', `routes.${route}.to.${index}`, each))),
  ]
}

/** A variable that an adapter of a config reads, and the place that makes it so. */
export interface EnvNameIn extends EnvName {
  path: string
  adapter: string
}

export function envNamesIn(config: Config): EnvNameIn[] {
  const words: Partial<Record<AdapterKind, Readonly<Record<string, AnyWord>>>> = registries
  return adaptersIn(config).flatMap(({ kind, name: adapter, path, said }) => {
    const settings = words[kind]?.[adapter]?.settings
    return settings ? settings.env(settings.schema.parse(said)).map(each => ({ ...each, path, adapter })) : []
  })
}
