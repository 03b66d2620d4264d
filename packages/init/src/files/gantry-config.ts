import { nothingDeployed } from '../nothing-deployed.ts'
import type { Document } from '../planned-file.ts'
import type { RepositoryFacts } from '../repository.ts'
import { asName, type Service, sortServices, type Unsure } from '../services.ts'
import type { Task } from '../task.ts'
import { noPreviews } from './preview-workflow.ts'

/**
 * `gantry.config.ts` as plain data, without an import: it type-checks and lints in a repository in which Gantry is
 * not installed.
 */
export function gantryConfig(facts: RepositoryFacts, tasks: readonly Task[]): Document {
  const { services, unsure } = sortServices(facts)
  if (services.length === 0) return nothingDeployed(facts)
  const probed = services.filter(({ health }) => health !== undefined)
  return [
    'export default {',
    `  project: ${quoted(asName(facts.name))},`,
    '  services: {',
    ...services.flatMap(serviceLines),
    ...unsure.flatMap(unsureLines),
    '  },',
    '  environments: {',
    `    staging: { on: ${quoted(facts.defaultBranch)} },`,
    '    production: {',
    "      from: 'staging',",
    '      approvals: 1,',
    ...gateLines(facts, { hasE2e: tasks.some(({ name }) => name === 'e2e'), isProbed: probed.length > 0 }),
    '    },',
    '  },',
    ...(noPreviews(facts) ? [] : ['  // Pull requests get addresses of their own, by preview.yml.', '  previews: {},']),
    '  monitors: {',
    ...probed.map(
      ({ name, health = '/' }) =>
        `    ${key(name)}: { type: 'http', service: ${quoted(name)}, path: ${quoted(health)}, every: '30s' },`,
    ),
    '  },',
    '  alerts: {',
    "    'error-spike': { rule: 'errorRate', over: '5m', above: '3x' },",
    ...probed.map(
      ({ name }) => `    ${quoted(`${name}-down`)}: { rule: 'down', monitor: ${quoted(name)}, for: '1m' },`,
    ),
    '  },',
    '  routes: [',
    '    {',
    "      severity: 'critical',",
    "      to: [{ type: 'pagerduty', name: 'pagerduty', routingKeyEnv: 'PAGERDUTY_ROUTING_KEY' }],",
    '    },',
    "    { to: [{ type: 'slack', name: 'slack:#dev', webhookUrlEnv: 'SLACK_WEBHOOK_URL' }] },",
    '  ],',
    '}',
    '',
  ].join('\n')
}

/** Those that wait for nobody who would not have come anyway; the others stand behind slashes, for teams that work so. */
function gateLines(facts: RepositoryFacts, { hasE2e, isProbed }: { hasE2e: boolean; isProbed: boolean }): string[] {
  const gates = [
    'ciGreen',
    ...(hasE2e ? ['e2eGreen'] : []),
    'noNewIssues',
    'notWorse',
    ...(isProbed ? ['monitorsUp'] : []),
    ...(facts.migrations === undefined ? [] : ['migrationsSafe']),
    'noCriticalIncident',
    'rollbackReady',
  ]
  return [
    '      gates: [',
    ...gates.map(gate => `        { gate: ${quoted(gate)} },`),
    '        // Take the slashes away to have each release gone through by hand (docs/qa/checklist.md), and quiet weekends.',
    "        // { gate: 'qaChecked' },",
    "        // { gate: 'freeze', from: 'Fri 16:00', until: 'Mon 08:00', timezone: 'UTC' },",
    '      ],',
  ]
}

function serviceLines({ name, dir, artifact, health, needs, deploy, remark }: Service): string[] {
  return [
    ...(remark === undefined ? [] : [`    // ${remark}.`]),
    `    ${key(name)}: {`,
    `      path: ${quoted(dir)},`,
    ...(artifact === undefined ? [] : [`      artifact: ${quoted(artifact)},`]),
    ...(health === undefined ? [] : [`      health: ${quoted(health)},`]),
    ...(needs.length === 0 ? [] : [`      needs: [${needs.map(quoted).join(', ')}],`]),
    `      deploy: ${literal(deploy)},`,
    '    },',
  ]
}

/** As it would be written, behind what speaks for it: somebody who knows takes the slashes away. */
const unsureLines = ({ service, why }: Unsure): string[] => [
  `    // Left out, for ${why}. Take the slashes away where it is deployed.`,
  ...serviceLines({ ...service, needs: [] }).map(line => line.replace(/^ {4}/, '    // ')),
]

const quoted = (text: string): string => `'${text.replace(/[\\']/g, found => `\\${found}`)}'`
const key = (name: string): string => (/^[a-z][a-z0-9]*$/.test(name) ? name : quoted(name))

/** A value as it is written in TypeScript. */
function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  return `{ ${Object.entries(value)
    .map(([field, each]) => `${/^[A-Za-z_]\w*$/.test(field) ? field : quoted(field)}: ${literal(each)}`)
    .join(', ')} }`
}
