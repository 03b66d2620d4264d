import type { Role } from './person.ts'

/** What somebody may do in a project: the least role it takes, and the scope that lets a program's token do it. */
export interface Act {
  role: Role
  /** Null: somebody answers for it by name, so no token does it. */
  scope: ScopeWord | null
  /** What it covers, in the words of the table. */
  covers: string
}

/** The first word of a scope. `deploy` and `rollback` are followed by a colon and an environment: `deploy:staging`. */
export const scopeWords = ['read', 'run', 'release', 'deploy', 'rollback', 'respond', 'ingest'] as const
export type ScopeWord = (typeof scopeWords)[number]

/** Scopes that are for one environment each. */
export const placedScopes = ['deploy', 'rollback'] as const satisfies ScopeWord[]

/**
 * Which act needs which role: the only table. Routes declare an act (`may('approve')`), screens and commands ask it, and
 * docs/reference/access.md is made from it.
 */
export const acts = {
  look: { role: 'viewer', scope: 'read', covers: 'see runs, releases, issues, logs, monitors, incidents, the ledger' },
  save: { role: 'viewer', scope: null, covers: 'keep searches of one’s own' },
  run: { role: 'developer', scope: 'run', covers: 'start, re-run and cancel runs, try the sample' },
  release: { role: 'developer', scope: 'release', covers: 'upload artifacts and record releases' },
  tick: { role: 'developer', scope: null, covers: 'tick tasks of the checklist of a release' },
  share: {
    role: 'developer',
    scope: null,
    covers: 'share saved searches with the project, change and remove shared ones',
  },
  deploy: { role: 'developer', scope: 'deploy', covers: 'deploy; what needs an approval waits for it' },
  respond: {
    role: 'developer',
    scope: 'respond',
    covers: 'resolve and mute issues, acknowledge and resolve incidents',
  },
  ingest: { role: 'developer', scope: 'ingest', covers: 'hand in what clients report: source maps, run facts' },
  rollback: { role: 'release-manager', scope: 'rollback', covers: 'roll an environment back' },
  approve: { role: 'release-manager', scope: null, covers: 'approve and reject promotions, take an own approval back' },
  hold: { role: 'release-manager', scope: null, covers: 'hold promotions and resume them' },
  override: { role: 'owner', scope: null, covers: 'let a promotion past a gate that is about the moment' },
  people: { role: 'owner', scope: null, covers: 'invite people, change roles, remove people' },
  tokens: { role: 'owner', scope: null, covers: 'make and revoke API tokens' },
  keys: { role: 'owner', scope: null, covers: 'make, rotate and revoke ingest keys' },
  secrets: { role: 'owner', scope: null, covers: 'set and remove secrets and variables' },
  settings: { role: 'owner', scope: null, covers: 'rename and archive the project, send a test to a channel' },
  import: { role: 'owner', scope: null, covers: 'bring issues and releases from elsewhere, and take that back' },
} as const satisfies Record<string, Act>

export type ActName = keyof typeof acts

export const actNames = Object.keys(acts) as ActName[]

const ranks: Record<Role, number> = { viewer: 0, developer: 1, 'release-manager': 2, owner: 3 }

/** Each role may do what the roles before it may. */
export const isAtLeast = (role: Role, least: Role): boolean => ranks[role] >= ranks[least]

/** Whether a person with that role may do it; nobody may without one. */
export const mayAct = (role: Role | null, act: ActName): boolean => role !== null && isAtLeast(role, acts[act].role)
