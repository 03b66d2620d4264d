import type * as z from 'zod'

/** Each kind with the field of a config that tells its adapters apart. */
export const adapterTags = {
  channel: 'type',
  provider: 'provider',
  probe: 'type',
  rule: 'rule',
  gate: 'gate',
  protocol: 'protocol',
  forward: 'to',
} as const
export type AdapterKind = keyof typeof adapterTags

/** A variable of the machine that an adapter reads. Settings and rows hold its name, and never its value. */
export interface EnvName {
  name: string
  type: 'string' | 'url'
  isSecret: boolean
  /** What it holds, as `.env.example` says it. */
  about: string
  /** What holds when it is not set; left out where it must be. */
  whenLeftOut?: string
}

/**
 * The half of an adapter that can be known without performing anything: pure, and fit for a browser. Everything that is
 * written about adapters derives from it: the schema of `gantry.config.ts`, its words, the reference, the names in
 * `.env.example`, completion, forms. The members are the same, in the same order, for all kinds.
 *
 * An adapter is a folder, or a file where it performs nothing, in the place of its kind:
 *
 * | kind | registry of settings | performing half, found by name | defined with |
 * |---|---|---|---|
 * | channel | watch/src/channels/settings.ts | channels/<name>/channel.ts | `defineChannel` |
 * | probe | watch/src/probes/settings.ts | probes/<name>/probe.ts | `defineProbe` |
 * | provider | delivery/src/providers/settings.ts | providers/<name>/provider.ts | `defineProvider` |
 * | forward | ingest/src/forwards/settings.ts | forwards/<name>/forward.ts | `defineForward` |
 * | gate | core/src/gate/index.ts | the same file | `defineGate` |
 * | rule | core/src/alert/rules/index.ts | the same file | `defineRule` |
 *
 * Its line in the registry is `export { slack } from './slack/settings.ts'`: the module itself is the list
 * (`import * as channels`), and the name it exports is the word people import. The performing half imports the settings
 * half (`export const channel = defineChannel(slack, { … })`) and is loaded by `performing` when it is first needed.
 */
export interface AdapterSettings<Schema extends z.ZodType = z.ZodType, Said extends unknown[] = unknown[]> {
  kind: AdapterKind
  /** `slack`: what its settings say under the tag of its kind, its folder, and the word. */
  name: string
  /** What people write in `gantry.config.ts`: `slack('#ops')` gives its settings. */
  word(...said: Said): z.input<Schema>
  /** Strict, each field with a description; the tag of the kind is a literal. */
  schema: Schema
  /** The variables it reads when it is set like this. */
  env(settings: z.output<Schema>): EnvName[]
  docs: {
    /** As people call it: `PagerDuty`. */
    title: string
    /** One sentence. */
    about: string
    /** What the word is called with, the plainest first: `[['#ops']]` for `slack('#ops')`. */
    examples: NoInfer<Said>[]
    /** Where the other side describes itself. */
    link?: string
  }
}

/** A word that knows its settings. */
export interface Word<Schema extends z.ZodType = z.ZodType, Said extends unknown[] = unknown[]> {
  (...said: Said): z.input<Schema>
  readonly settings: AdapterSettings<Schema, Said>
}

/** A word of whatever settings. */
export interface AnyWord {
  readonly settings: AdapterSettings
}

/** The adapters of a kind by name: the module that exports their words. */
export type AdapterRegistry = Readonly<Record<string, AnyWord>>

export const defineSettings = <Schema extends z.ZodType, Said extends unknown[]>(
  settings: AdapterSettings<Schema, Said>,
): Word<Schema, Said> => Object.assign((...said: Said) => settings.word(...said), { settings })

/** What a performing half is given: the settings as the schema of its word gives them out. */
export type SettingsOf<W extends AnyWord> = z.output<W['settings']['schema']>
