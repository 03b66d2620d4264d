import type { Command } from '../command/command.ts'

/** Headings of `gantry --help`, in its order. */
export const groups = {
  here: 'On this machine:',
  look: 'Look:',
  act: 'Act:',
  run: 'Inside a workflow run:',
} as const

interface Entry {
  summary: string
  group: keyof typeof groups
  load(): Promise<{ command: Command }>
}

/** Every command: its file has its name, and is read only when it is called. */
export const commands = {
  up: { group: 'here', summary: 'start Gantry on this machine', load: () => import('./up.ts') },
  init: { group: 'here', summary: 'add Gantry to the pnpm repository you are in', load: () => import('./init.ts') },
  ci: { group: 'here', summary: 'run the checks of a pull request here', load: () => import('./ci.ts') },
  run: { group: 'here', summary: 'run any workflow file here', load: () => import('./run.ts') },
  lint: { group: 'here', summary: 'check workflow files: GitHub, security, pnpm', load: () => import('./lint.ts') },
  doctor: { group: 'here', summary: 'what is wrong here, each with what to do', load: () => import('./doctor.ts') },
  github: { group: 'here', summary: 'connect with GitHub, set its protection', load: () => import('./github.ts') },
  vendors: { group: 'here', summary: 'whether vendors are as Gantry takes them', load: () => import('./vendors.ts') },
  report: { group: 'here', summary: 'tests and coverage of all packages as one', load: () => import('./report.ts') },
  config: { group: 'here', summary: 'read gantry.config.ts; its schema and words', load: () => import('./config.ts') },
  env: { group: 'here', summary: 'what is declared, read and set, by name', load: () => import('./env.ts') },
  db: { group: 'here', summary: 'migrations: what they would break, apply, status', load: () => import('./db.ts') },
  backup: { group: 'here', summary: 'everything the server keeps, as one file', load: () => import('./backup.ts') },
  restore: { group: 'here', summary: 'put a backup back', load: () => import('./restore.ts') },
  runner: { group: 'here', summary: 'execute the jobs of a server here', load: () => import('./runner.ts') },
  completion: {
    group: 'here',
    summary: 'a script that lets your shell complete',
    load: () => import('./completion.ts'),
  },
  channels: { group: 'act', summary: 'where word goes: list, send a test', load: () => import('./channels.ts') },
  secrets: { group: 'act', summary: 'secrets of jobs: set, list, rm, rotate-key', load: () => import('./secrets.ts') },
  vars: { group: 'act', summary: 'variables of jobs: set, list, get, rm', load: () => import('./vars.ts') },
  'sign-in': { group: 'here', summary: 'sign in to a server, or print a link', load: () => import('./sign-in.ts') },
  'sign-out': { group: 'here', summary: 'end what sign-in opened', load: () => import('./sign-out.ts') },
  people: { group: 'act', summary: 'who belongs here: list, invite, role', load: () => import('./people.ts') },
  projects: {
    group: 'act',
    summary: 'projects of the server: list, add, rename, archive',
    load: () => import('./projects.ts'),
  },
  tokens: { group: 'act', summary: 'tokens of programs: list, create, revoke', load: () => import('./tokens.ts') },
  keys: { group: 'act', summary: 'keys that clients report with', load: () => import('./keys.ts') },
  runners: { group: 'act', summary: 'runners and what waits: list, add, remove', load: () => import('./runners.ts') },
  sessions: { group: 'act', summary: 'who is signed in: list, end', load: () => import('./sessions.ts') },
  status: { group: 'look', summary: 'what runs where, and how it does', load: () => import('./status.ts') },
  gates: { group: 'look', summary: 'what a waiting promotion still needs', load: () => import('./gates.ts') },
  releases: { group: 'look', summary: 'releases: list, show, compare, figures', load: () => import('./releases.ts') },
  previews: { group: 'look', summary: 'pull requests to try: list, open, remove', load: () => import('./previews.ts') },
  runs: { group: 'look', summary: 'workflow runs, one run, the log of a job', load: () => import('./runs.ts') },
  logs: { group: 'look', summary: 'lines the services wrote', load: () => import('./logs.ts') },
  searches: {
    group: 'look',
    summary: 'saved searches: list, save, rename, remove',
    load: () => import('./searches.ts'),
  },
  issues: { group: 'look', summary: 'errors, grouped by fault', load: () => import('./issues.ts') },
  trace: { group: 'look', summary: 'one request across services, by its trace', load: () => import('./trace.ts') },
  intake: { group: 'look', summary: 'what clients sent, and what became of it', load: () => import('./intake.ts') },
  kept: { group: 'look', summary: 'what is kept, for how long, and what was deleted', load: () => import('./kept.ts') },
  forwards: { group: 'look', summary: 'services that reports are sent on to', load: () => import('./forwards.ts') },
  compare: {
    group: 'look',
    summary: 'what Gantry and Sentry make of the same events',
    load: () => import('./compare.ts'),
  },
  import: {
    group: 'act',
    summary: 'bring issues and releases from Sentry or GlitchTip, take that back',
    load: () => import('./import.ts'),
  },
  incidents: { group: 'look', summary: 'what people respond to', load: () => import('./incidents.ts') },
  monitors: { group: 'look', summary: 'what is probed, and whether it answers', load: () => import('./monitors.ts') },
  runbook: { group: 'look', summary: 'what to do when an alert fires', load: () => import('./runbook.ts') },
  ledger: { group: 'look', summary: 'every act: list, verify the chain, export', load: () => import('./ledger.ts') },
  approve: { group: 'act', summary: 'say yes to a promotion', load: () => import('./approve.ts') },
  reject: { group: 'act', summary: 'say no to a promotion', load: () => import('./reject.ts') },
  withdraw: { group: 'act', summary: 'take back a yes that did not go yet', load: () => import('./withdraw.ts') },
  override: { group: 'act', summary: 'let a promotion past a freeze', load: () => import('./override.ts') },
  checklist: { group: 'act', summary: 'tick what people check of a release', load: () => import('./checklist.ts') },
  rollback: { group: 'act', summary: 'put the last good release back', load: () => import('./rollback.ts') },
  hold: { group: 'act', summary: 'let no promotion through for now', load: () => import('./hold.ts') },
  resume: { group: 'act', summary: 'let promotions through again', load: () => import('./resume.ts') },
  drill: {
    group: 'act',
    summary: 'ship a bad release on purpose, and time the rescue',
    load: () => import('./drill.ts'),
  },
  release: { group: 'run', summary: 'make a release of what was built', load: () => import('./release.ts') },
  promote: { group: 'run', summary: 'ask for a release to be let in', load: () => import('./promote.ts') },
  deploy: { group: 'run', summary: 'put a release into an environment', load: () => import('./deploy.ts') },
  urls: { group: 'run', summary: 'addresses of the services, as NAME_URL=…', load: () => import('./urls.ts') },
} as const satisfies Record<string, Entry>
