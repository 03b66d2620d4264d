import { isPublicName } from '@gantry/core/env'
import { chooseTasks } from './choose-tasks.ts'
import { namesOfFile } from './env-names.ts'
import { ciWorkflow } from './files/ci-workflow.ts'
import { deployWorkflow } from './files/deploy-workflow.ts'
import { e2eWorkflow } from './files/e2e-workflow.ts'
import { envExamples } from './files/env-example.ts'
import { gantryConfig } from './files/gantry-config.ts'
import { previewWorkflow } from './files/preview-workflow.ts'
import { pullRequestTemplate } from './files/pull-request-template.ts'
import { qaChecklist } from './files/qa-checklist.ts'
import { badges, withBadges } from './files/readme-badges.ts'
import { rollbackWorkflow } from './files/rollback-workflow.ts'
import { deploymentRunbook, incidentRunbook, rollbackRunbook } from './files/runbooks.ts'
import { authorshipOf, withMark } from './generated-mark.ts'
import { migratesAtVendor } from './migrates-at-vendor.ts'
import type { Document, PlannedFile } from './planned-file.ts'
import type { RepositoryFacts } from './repository.ts'
import { servicesOf, sortServices } from './services.ts'
import { isTask, type LeftOut, type Task } from './task.ts'

export interface NotPlanned {
  what: string
  reason: string
  remedy: string
}

export interface FilePlan {
  files: readonly PlannedFile[]
  tasks: readonly Task[]
  /** Tasks and files that are not there, each with the reason and what would change that. */
  leftOut: readonly NotPlanned[]
  notes: readonly string[]
}

/** All files for a repository. Nothing is compared with what exists: `decideWrites` does that. */
export function planFiles(facts: RepositoryFacts): FilePlan {
  const chosen = chooseTasks(facts)
  const tasks = chosen.filter(isTask)
  const missing = chosen.filter((each): each is LeftOut => !isTask(each))
  const leftOut: NotPlanned[] = missing.map(({ name, ...why }) => ({ what: name, ...why }))
  const files: PlannedFile[] = []
  for (const [path, body] of documents(facts, tasks)) {
    if (typeof body === 'string') files.push({ path, text: withMark(path, body) })
    else leftOut.push({ what: path, ...body })
  }
  // What is planned reads names too, unless people wrote that file: then it stays, and was read already.
  const read = files
    .filter(({ path }) => isPlannedOver(facts.textAtTop(path)))
    .flatMap(({ path, text }) => namesOfFile(text, path))
  files.push(...envExamples(facts, read), ...shownExample(facts))
  const readme = facts.textAtTop('README.md')
  const block = badges(facts)
  if (typeof block !== 'string') leftOut.push({ what: 'badges in README.md', ...block })
  else if (readme !== undefined) files.push({ path: 'README.md', text: withBadges(readme, block), isBlock: true })
  return { files, tasks, leftOut, notes: [...facts.notes, ...remarks(facts)] }
}

/** `.env*` in a .gitignore hides the file of names as well, which has no value in it. */
function shownExample({ hidesExample, textAtTop }: RepositoryFacts): PlannedFile[] {
  if (!hidesExample) return []
  const [path, rule] = ['.gitignore', '# Names without values are kept.\n!.env.example\n']
  const before = textAtTop(path) ?? ''
  return [{ path, text: `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${rule}`, isBlock: true }]
}

const isPlannedOver = (existing: string | undefined): boolean =>
  existing === undefined || authorshipOf(existing) === 'ours'

function documents(facts: RepositoryFacts, tasks: readonly Task[]): [string, Document][] {
  return [
    ['.github/workflows/ci.yml', ciWorkflow(facts, tasks)],
    ['.github/workflows/e2e.yml', e2eWorkflow(facts, tasks)],
    ['.github/workflows/deploy.yml', deployWorkflow(facts, tasks)],
    ['.github/workflows/rollback.yml', rollbackWorkflow(facts)],
    ['.github/workflows/preview.yml', previewWorkflow(facts, tasks)],
    ['gantry.config.ts', gantryConfig(facts, tasks)],
    ['docs/runbooks/deployment.md', deploymentRunbook(facts, tasks)],
    ['docs/runbooks/incident-response.md', incidentRunbook(facts)],
    ['docs/runbooks/rollback.md', rollbackRunbook(facts)],
    ['docs/qa/checklist.md', qaChecklist(facts, tasks)],
    ['.github/pull_request_template.md', pullRequestTemplate(facts)],
  ]
}

function remarks(facts: RepositoryFacts): string[] {
  const { services, unsure } = sortServices(facts)
  const secrets = facts.env.filter(({ isSecret }) => isSecret).map(({ name }) => name)
  const others = facts.workflows.filter(
    name => !['ci', 'e2e', 'deploy', 'rollback', 'preview'].includes(name.replace(/\.ya?ml$/, '')),
  )
  return [
    ...services.flatMap(({ remark }) => (remark === undefined ? [] : [remark])),
    ...unsure.map(({ service: { name }, why }) => `${name} is left out of the services, for ${why}`),
    ...baked(facts),
    ...unmigrated(facts),
    ...(others.length > 0
      ? [`other workflows are there: ${others.join(', ')}; take out of them what ci.yml does now`]
      : []),
    ...(secrets.length > 0
      ? [`the code reads ${secrets.join(', ')}: no run has them; a task that needs one fails and says so`]
      : []),
  ]
}

/** What a bundler writes into pages: there is one build for all environments, and it knows only what it is given. */
function baked(facts: RepositoryFacts): string[] {
  const pages = servicesOf(facts).filter(({ isPage }) => isPage)
  const names = facts.env.filter(
    ({ name, packages }) => isPublicName(name) && pages.some(({ dir }) => packages.includes(dir)),
  )
  if (names.length === 0) return []
  const said = names.map(({ name }) => name).join(', ')
  return [
    `${said}: written into what is built, once for all environments; give them to the step that builds, in ci.yml and deploy.yml`,
  ]
}

/** Where no service of the config applies the migrations that are there. */
function unmigrated(facts: RepositoryFacts): string[] {
  const { migrations } = facts
  if (!migrations || servicesOf(facts).some(({ deploy }) => deploy['migrations'] !== undefined)) return []
  const file = migratesAtVendor(facts)
  if (file !== null)
    return [
      `${migrations.dir}: its migrations are applied by the command in ${file}, behind the gate \`migrationsSafe\``,
    ]
  if (migrations.tool === 'Supabase') return []
  const tool = migrations.tool === 'Prisma' ? 'prisma migrate deploy' : 'drizzle-kit migrate'
  return [
    `${migrations.dir}: nothing here shows how its migrations are applied; add a script with \`${tool}\` to the package above it`,
  ]
}
