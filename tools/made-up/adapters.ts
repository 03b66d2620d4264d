import type { AdapterKind } from '@gantry/core/config'

/** An adapter that does not exist: its own files, and one line in the registry of its kind. Nothing else is said of it. */
export interface MadeUpAdapter {
  kind: AdapterKind
  name: string
  /** Where the adapter lives: a folder, or a file where both halves are one. */
  place: string
  /** Its files, below `place`; the file itself under ''. */
  files: Record<string, string>
  registry: string
  line: string
  /** What its word is called with. */
  said: unknown[]
  /** A setting it has, written wrongly. */
  typo: { setting: string; of: string }
  /** A variable it reads; null where it reads none. */
  variable: string | null
  /** What its performing half is asked to do in `perform.ts` gives. */
  performed: unknown
}

const settings = (kind: AdapterKind, tag: string, name: string, field: string, env: string) =>
  `import { defineSettings${kind === 'probe' ? ', probeRhythm, reference' : ''} } from '@gantry/core/config'
import * as z from 'zod'

export const ${name} = defineSettings({
  kind: '${kind}',
  name: '${name}',
  word: (${field}: string) => ({ ${tag}: '${name}' as const, ${kind === 'channel' ? `name: '${name}', ` : ''}${kind === 'probe' ? `service: 'backend', ` : ''}${field} }),
  schema: z.strictObject({
    ${tag}: z.literal('${name}').describe('made up'),
    ${kind === 'channel' ? `name: z.string().describe('what people call it'),` : ''}
    ${kind === 'probe' ? `service: reference('service').describe('the service'), ...probeRhythm,` : ''}
    ${field}: z.string().describe('made up as well'),
  }),
  env: () => ${env},
  docs: { title: 'Made up', about: 'Is not there.', examples: [['roof']] },
})
`

export const madeUp: readonly MadeUpAdapter[] = [
  {
    kind: 'channel',
    name: 'pigeon',
    place: 'packages/watch/src/channels/pigeon',
    files: {
      'settings.ts': settings(
        'channel',
        'type',
        'pigeon',
        'loft',
        "[{ name: 'PIGEON_FOOD', type: 'string', isSecret: true, about: 'what it eats' }]",
      ),
      'channel.ts': `import { defineChannel, jsonRequest, required } from '../define-channel.ts'
import { pigeon } from './settings.ts'

export const channel = defineChannel(pigeon, {
  requestFor: (notice, { loft }, env) =>
    jsonRequest('https://' + loft + '.example/', { food: required(env, 'PIGEON_FOOD'), kind: notice.kind }),
})
`,
    },
    registry: 'packages/watch/src/channels/settings.ts',
    line: "export { pigeon } from './pigeon/settings.ts'",
    said: ['roof'],
    typo: { setting: 'lofft', of: 'loft' },
    variable: 'PIGEON_FOOD',
    performed: { url: 'https://roof.example/', body: { food: 'peas', kind: 'opened' }, state: 'sent' },
  },
  {
    kind: 'provider',
    name: 'balloon',
    place: 'packages/delivery/src/providers/balloon',
    files: {
      'settings.ts': settings(
        'provider',
        'provider',
        'balloon',
        'basket',
        "[{ name: 'BALLOON_GAS', type: 'string', isSecret: true, about: 'what it flies with' }]",
      ),
      'provider.ts': `import { defineProvider } from '../define-provider.ts'
import { balloon } from './settings.ts'

export const provider = defineProvider(balloon, {
  kindOf: () => 'balloon',
  isStateful: () => false,
  migrationsIn: () => null,
  plan: ({ service }) => [{ id: service + '.start', service, action: 'start', summary: 'rise' }],
  perform: async (_step, { settings }) => ({ ok: true, detail: 'flies in ' + settings.basket }),
  undo: async () => {},
  restore: async () => ({ ok: true, detail: null }),
})
`,
    },
    registry: 'packages/delivery/src/providers/settings.ts',
    line: "export { balloon } from './balloon/settings.ts'",
    said: ['straw'],
    typo: { setting: 'baskett', of: 'basket' },
    variable: 'BALLOON_GAS',
    performed: { kind: 'balloon', outcome: { ok: true, detail: 'flies in straw' } },
  },
  {
    kind: 'probe',
    name: 'knock',
    place: 'packages/watch/src/probes/knock',
    files: {
      'settings.ts': settings('probe', 'type', 'knock', 'door', '[]'),
      'probe.ts': `import { defineProbe } from '../define-probe.ts'
import { knock } from './settings.ts'

export const probe = defineProbe(knock, {
  targetOf: ({ door }, address) => address + '#' + door,
  check: async target => ({ isOk: true, status: null, latencyMs: target.length, error: null }),
})
`,
    },
    registry: 'packages/watch/src/probes/settings.ts',
    line: "export { knock } from './knock/settings.ts'",
    said: ['front'],
    typo: { setting: 'dor', of: 'door' },
    variable: null,
    performed: { target: 'http://x/#front', isOk: true },
  },
]
