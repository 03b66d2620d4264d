import type { Promotion } from '@gantry/core/api'
import { ago, ids } from './ids.ts'

const { next } = ids
export const promotion: Promotion = {
  id: 'p1',
  project: 'sitebuilder',
  release: next,
  fromEnvironment: 'staging',
  environment: 'production',
  state: 'waiting',
  gates: [
    { gate: 'ciGreen', title: 'CI green', state: 'met', detail: 'run 415 passed', evidence: '/runs/r415' },
    { gate: 'e2eGreen', title: 'E2E green', state: 'met', detail: '42 of 42', evidence: '/runs/r415' },
    {
      ...{ gate: 'soak', title: '15m on staging', state: 'waiting', detail: '4 min to go', next: 'wait' },
      ...{ evidence: `/releases/${next}`, overridable: true },
    },
    {
      ...{ gate: 'noNewIssues', title: 'No new issues', state: 'unmet', detail: '1 new: Cart is empty' },
      next: 'mend them in a new commit, or resolve or mute those that are no fault',
      evidence: '/issues/9',
    },
    {
      ...{ gate: 'freeze', title: 'No freeze from Fri 16:00 to Mon 08:00 (Europe/Berlin)', state: 'met' },
      ...{ detail: 'frozen until Mon 08:00 (Europe/Berlin), 2 d to go', evidence: null },
      overriddenBy: { person: 'Olaf', reason: 'checkout is down, this mends it' },
    },
    {
      gate: 'migrationsSafe',
      title: 'Migrations keep undo safe',
      state: 'met',
      detail: '2 to apply, what runs now goes on working',
      evidence: null,
    },
  ],
  approvals: [
    {
      ...{ person: 'Bo', personId: 'bo', role: 'release-manager', decision: 'approved', at: ago(700) },
      ...{ reason: 'went through the sign-up on staging', expiresAt: ago(-80_000) },
    },
    {
      ...{ person: 'Kai', personId: 'kai', role: 'release-manager', decision: 'approved', at: ago(800) },
      ...{ reason: 'fine', expiresAt: ago(-80_000), lapsed: 'Kai is a developer now' },
    },
  ],
  approvalsNeeded: 2,
  approvalsBy: 'release-manager',
  runId: 'r415',
  jobId: 'production',
  createdAt: ago(900),
  expiresAt: ago(-80_000),
  version: 2,
}
const tick = (person: string) => ({ person, personId: person, at: ago(600) })
export const checklist = {
  file: 'docs/qa/checklist.md',
  tasks: [
    {
      index: 0,
      section: 'The line',
      text: 'State is readable without colour (turn the screen to grey)',
      ticked: tick('Bo'),
    },
    { index: 1, section: 'The line', text: 'A cell changes by itself when a deployment ends', ticked: null },
    { index: 2, section: 'Every screen', text: 'Keyboard only: everything can be reached', ticked: tick('Ana') },
  ],
}
export const possibleVoters = [
  { id: 'ana', name: 'Ana', whyNot: null },
  { id: 'leo', name: 'Leo', whyNot: 'wrote part of it' },
]
