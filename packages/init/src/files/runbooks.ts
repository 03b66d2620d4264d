import { nothingDeployed } from '../nothing-deployed.ts'
import type { Document } from '../planned-file.ts'
import type { RepositoryFacts } from '../repository.ts'
import { type Service, servicesOf } from '../services.ts'
import type { Task } from '../task.ts'

/** Runbooks name alerts in their front matter: only those gantry.config.ts defines. */
const downAlerts = (services: readonly Service[]): string[] =>
  services.filter(({ health }) => health !== undefined).map(({ name }) => `${name}-down`)

const page = (title: string, alerts: readonly string[], severity: string, lines: readonly string[]): string =>
  [
    '---',
    `title: ${title}`,
    `alerts: [${alerts.join(', ')}]`,
    `severity: ${severity}`,
    '---',
    '',
    `# ${title}`,
    '',
    ...lines,
    '',
  ].join('\n')

const list = (services: readonly Service[]): string[] =>
  services.map(({ name, dir, framework }) => `- \`${name}\`: ${framework}${dir === '.' ? '' : `, in \`${dir}\``}`)

export function deploymentRunbook(facts: RepositoryFacts, tasks: readonly Task[]): Document {
  const services = servicesOf(facts)
  if (services.length === 0) return nothingDeployed(facts)
  const hasE2e = tasks.some(({ name }) => name === 'e2e')
  return page('Deploy', [], 'info', [
    `A merge to \`${facts.defaultBranch}\` goes to staging by itself; production waits for its gates and for a person.`,
    '',
    ...list(services),
    '',
    '## Before you merge',
    '',
    '- [ ] The check `gate` of the pull request is green',
    ...(facts.migrations === undefined
      ? []
      : [`- [ ] Migrations below \`${facts.migrations.dir}\` only add: the release that runs now works with them`]),
    '- [ ] Names the change reads from its environment are set in staging and in production',
    '- [ ] No incident is open, unless this is its cure',
    '',
    '## Staging',
    '',
    `- [ ] In the \`deploy\` run of the merge, \`build\`, \`staging\`${hasE2e ? ' and `e2e`' : ''} are green`,
    '- [ ] Go through the part that changed in the [checklist](../qa/checklist.md), on staging',
    '',
    '## Production',
    '',
    '- [ ] `gantry gates` shows what is still missing; each gate says why',
    '- [ ] Approve the release you looked at on staging: `gantry approve --reason "<what you looked at>"`',
    '- [ ] Wait for its verdict: `gantry status`',
    '- [ ] If something is wrong, do not repair it in place: [roll back](rollback.md)',
  ])
}

export function rollbackRunbook(facts: RepositoryFacts): Document {
  const services = servicesOf(facts)
  if (services.length === 0) return nothingDeployed(facts)
  return page('Roll back', ['error-spike'], 'critical', [
    'Puts the last good release back, all services at once. The database stays as it is.',
    '',
    '## Choose',
    '',
    '- [ ] Say where everyone reads it what you see, in one line',
    '- [ ] Look which release was good: `gantry releases`',
    ...(facts.migrations === undefined
      ? []
      : ['- [ ] If the release took something out of the schema, stop here and repair forward']),
    '',
    '## Do',
    '',
    '- [ ] `gantry rollback --environment production --reason "<what you saw>"`',
    '- [ ] `gantry status` shows the former release live and well',
    '',
    '## After',
    '',
    ...services.flatMap(({ name, health }) =>
      health === undefined ? [] : [`- [ ] \`${name}\` answers \`${health}\` with 200`],
    ),
    `- [ ] Revert the commit on \`${facts.defaultBranch}\` by a pull request, or the next merge ships it again`,
    '- [ ] Let promotions through again when the cause is known: `gantry resume`',
  ])
}

export function incidentRunbook(facts: RepositoryFacts): Document {
  const services = servicesOf(facts)
  if (services.length === 0) return nothingDeployed(facts)
  return page('Respond to an incident', downAlerts(services), 'critical', [
    'For whoever is paged. Stop the harm first; understand it afterwards.',
    '',
    '## First five minutes',
    '',
    '- [ ] Acknowledge it: `gantry incidents` names it; it stops paging others',
    '- [ ] Ask what changed: `gantry status`, `gantry releases`',
    '- [ ] If a release is likely to be the cause, [roll back](rollback.md). Being wrong costs minutes',
    '- [ ] Say who is hurt and how, in one line, where everyone reads it',
    '',
    '## Find the part',
    '',
    '| you see | look at | first move |',
    '|---|---|---|',
    ...services.map(row),
    '',
    '## While it lasts',
    '',
    '- [ ] One person acts, one writes notes',
    '- [ ] Change one thing at a time, and say it before',
    '- [ ] After 30 minutes without a cause, wake the next person',
    '',
    '## When it is over',
    '',
    '- [ ] Resolve the incident, with a sentence',
    '- [ ] Within two days, look back together: causes, not culprits',
    '- [ ] Add what this page did not tell you',
  ])
}

function row({ name, framework, health, isPage, deploy }: Service): string {
  if (deploy['migrations'] !== undefined)
    return `| services report errors of the database | \`${name}\` | its status page, its log |`
  const seen = isPage
    ? 'the page does not load'
    : health === undefined
      ? 'requests fail'
      : `\`${health}\` does not answer`
  return `| ${seen} | \`${name}\` (${framework}) | \`gantry logs --service ${name}\`, \`gantry issues\` |`
}
