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
  /** A setting it has, written wrongly; null where no config names it. */
  typo: { setting: string; of: string } | null
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
  capabilities: () => ({ runsIn: 'job', keepsFormer: false, artifact: 'vendor', restoresEnv: false, isPages: false }),
  plan: ({ service }) => [
    { id: service + '.rise', service, kind: 'rise', phase: 'start', undoable: true, summary: 'rise' },
  ],
  perform: async (_step, { settings }) => ({ ok: true, detail: 'flies in ' + settings.basket }),
  undo: async () => ({ ok: true, detail: null }),
  cancel: async () => {},
  verify: async () => ({ ok: true, detail: null }),
  address: async () => null,
  live: async () => ({ release: null, detail: 'nothing flies' }),
  envOf: async () => ({}),
  canRestore: async () => ({ can: true }),
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
  {
    kind: 'rule',
    name: 'quiet',
    place: 'packages/core/src/alert/rules/quiet.ts',
    files: {
      '': `import * as z from 'zod'
import { defineRule, ruleFields } from './define-rule.ts'

export const quiet = defineRule({
  name: 'quiet',
  word: (room: string) => ({ rule: 'quiet' as const, room }),
  schema: z.strictObject({
    rule: z.literal('quiet').describe('made up'),
    room: z.string().describe('made up as well'),
    ...ruleFields,
  }),
  env: () => [],
  docs: { title: 'Made up', about: 'Is not there.', examples: [['hall']] },
  facts: () => ({ traffic: { overMs: 60_000, beforeMs: null } }),
  decide({ room }, { traffic }) {
    const summary = 'nobody is in the ' + room
    return { conditions: [{ service: null, isTrue: traffic.length === 0, forMs: 0, summary }], againInMs: 9 }
  },
})
`,
    },
    registry: 'packages/core/src/alert/rules/index.ts',
    line: "export { quiet } from './quiet.ts'",
    said: ['hall'],
    typo: { setting: 'rom', of: 'room' },
    variable: null,
    performed: { asked: ['traffic'], fires: 'nobody is in the hall', againInMs: 9 },
  },
  {
    kind: 'gate',
    name: 'moon',
    place: 'packages/core/src/gate/moon.ts',
    files: {
      '': `import * as z from 'zod'
import { defineGate } from './define-gate.ts'

export const moon = defineGate({
  name: 'moon',
  word: (phase: string) => ({ gate: 'moon' as const, phase }),
  schema: z.strictObject({ gate: z.literal('moon').describe('made up'), phase: z.string().describe('made up as well') }),
  env: () => [],
  docs: { title: 'Made up', about: 'Is not there.', examples: [['full']] },
  facts: ['newIssues'],
  decide: ({ phase }, { newIssues }) => ({
    title: phase + ' moon',
    state: newIssues.count === 0 ? 'met' : 'unmet',
    detail: 'seen',
    evidence: null,
  }),
})
`,
    },
    registry: 'packages/core/src/gate/index.ts',
    line: "export { moon } from './moon.ts'",
    said: ['full'],
    typo: { setting: 'phse', of: 'phase' },
    variable: null,
    performed: { asked: ['newIssues'], results: [{ gate: 'moon', title: 'full moon', state: 'met' }] },
  },
  {
    kind: 'protocol',
    name: 'drum',
    place: 'packages/ingest/src/protocols/drum',
    files: {
      'settings.ts': `import { defineSettings } from '@gantry/core/config'
import * as z from 'zod'

export const drum = defineSettings({
  kind: 'protocol',
  name: 'drum',
  word: () => ({ protocol: 'drum' as const }),
  schema: z.strictObject({ protocol: z.literal('drum').describe('made up') }),
  env: () => [{ name: 'DRUM_SKIN', type: 'string', isSecret: true, about: 'what it is beaten on' }],
  docs: { title: 'Made up', about: 'Is not there.', examples: [[]] },
})
`,
      'protocol.ts': `import { defineProtocol } from '../define-protocol.ts'
import { drum } from './settings.ts'

export const protocol = defineProtocol(drum, {
  paths: ['/drum/:project'],
  auth: {
    by: 'webhook signature',
    secretEnv: 'DRUM_SKIN',
    projectIn: ({ params }) => params['project'] ?? '',
    isSigned: () => true,
  },
  limits: { compressedBytes: 10, bytes: 10 },
  read: bytes => ({
    key: null,
    items: () => ({ items: [{ sink: 'check-ins', category: 'beat', quantity: bytes.length }], id: 'beat' }),
  }),
  answer: id => ({ status: 200, headers: {}, body: id }),
  refuse: null,
  cors: null,
})
`,
    },
    registry: 'packages/ingest/src/protocols/settings.ts',
    line: "export { drum } from './drum/settings.ts'",
    said: [],
    typo: null,
    variable: 'DRUM_SKIN',
    performed: {
      paths: ['/drum/:project'],
      items: [{ sink: 'check-ins', category: 'beat', quantity: 4 }],
      body: 'beat',
    },
  },
]
