import { generateKeyPairSync, type KeyObject } from 'node:crypto'

/** A pair of keys; making one takes a moment, so a process makes each once. */
export interface KeyPair {
  publicKey: KeyObject
  privateKey: KeyObject
}

const newPair = (): KeyPair => generateKeyPairSync('rsa', { modulusLength: 2048 })
let pairs: { app: KeyPair; jobs: KeyPair } | null = null
export function keyPairs(): { app: KeyPair; jobs: KeyPair } {
  pairs ??= { app: newPair(), jobs: newPair() }
  return pairs
}

export interface FakeDeployment {
  id: number
  sha: string
  environment: string
  task: string
  payload: unknown
  description: string
  isProduction: boolean
  /** Newest first. */
  statuses: { id: number; state: string; description: string; logUrl: string; environmentUrl: string }[]
}

export interface FakeComment {
  id: number
  issue: number
  body: string
  userId: number
  appId: number | null
}

export interface FakeRun {
  id: number
  workflow: string
  title: string
  event: string
  branch: string
  sha: string
  status: 'queued' | 'in_progress' | 'waiting' | 'completed'
  conclusion: 'success' | 'failure' | 'cancelled' | null
  attempt: number
  createdAt: string
  updatedAt: string
  /** Login of who started it. */
  actor: string
  /** Where its code is from: another repository for a fork. */
  head: { id: number; name: string }
  /** Of its checks. */
  suiteId: number
  jobs: { id: number; name: string; status: 'queued' | 'in_progress' | 'completed'; conclusion: string | null }[]
  inputs: Record<string, unknown>
  /** Environments whose jobs wait for a rule. */
  pending: string[]
  /** What the rules of each environment said, in order. */
  answers: { environment: string; state: string | null; comment: string }[]
}

/** A commit, known by its id; `author` is who GitHub takes the address of it for. */
export interface FakeCommit {
  parents: string[]
  author: { id: number; login: string } | null
  email: string
}

/** A branch that moved, as GitHub lists it. */
export interface FakeMove {
  ref: string
  /** Zeros where it was made or removed. */
  before: string
  after: string
  kind: 'push' | 'force_push' | 'branch_creation' | 'branch_deletion' | 'pr_merge'
  actor: { id: number; login: string }
  at: string
}

export interface FakeCheck {
  sha: string
  name: string
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: string | null
  app: { id: number; slug: string }
  suiteId: number
  at: string
}

export interface FakeEnvironment {
  waitTimer: number
  preventSelfReview: boolean
  reviewers: { type: 'User' | 'Team'; id: number }[]
  branchPolicy: { protected_branches: boolean; custom_branch_policies: boolean } | null
  /** Names of branches that may deploy, where it asks for names. */
  branches: string[]
  /** Slugs of the Apps whose rules it has. */
  rules: { id: number; appId: number; slug: string }[]
}

export interface FakeRuleset {
  id: number
  name: string
  enforcement: 'active' | 'disabled' | 'evaluate'
  target: string
  source: 'Repository' | 'Organization'
  include: string[]
  bypass: unknown[]
  rules: { type: string; parameters?: Record<string, unknown> }[]
}

export interface FakePull {
  title: string
  state: 'open' | 'closed'
  mergedAt: string | null
  branch: string
  sha: string
  /** Number of the repository its commits are in. */
  from: number
}

export interface GitHubState {
  /** `owner/name`, with its number: another number is another repository. */
  repository: { name: string; id: number; defaultBranch: string }
  /** What GitHub has; null: every commit. */
  commits: Set<string> | null
  branches: Map<string, string>
  /** Commits whose history can be asked for. */
  history: Map<string, FakeCommit>
  /** Oldest first. */
  moves: FakeMove[]
  checks: FakeCheck[]
  statuses: { sha: string; context: string; state: 'success' | 'failure' | 'error' | 'pending'; at: string }[]
  /** A bare repository with `git update-server-info`; null: git is answered nothing. */
  gitFolder: string | null
  /** The one App, once it was made. */
  app: { id: number; slug: string; webhookSecret: string } | null
  /** Codes that make an App, each once. */
  codes: Set<string>
  installation: { id: number; isSuspended: boolean } | null
  /** Tokens of the installation, and when they end. */
  minted: Map<string, number>
  /** How long a token of an installation lives. */
  tokenLifeMs: number
  userId: number
  deployments: FakeDeployment[]
  /** Numbers of the pull requests of a commit. */
  pulls: Map<string, number[]>
  /** What is known of a pull request by its number. */
  pullRequests: Map<number, FakePull>
  comments: FakeComment[]
  runs: FakeRun[]
  /** How many GitHub lists of one question. */
  mostRuns: number
  /** Whether a dispatch says which run it became: GitHub Enterprise Server does not yet. */
  saysRun: boolean
  environments: Map<string, FakeEnvironment>
  protection: Record<string, unknown> | null
  rulesets: Map<number, FakeRuleset>
  /** What the plan has: of a private repository on a free one, nothing. */
  offers: { rulesets: boolean; protection: boolean; reviewers: boolean; rules: boolean }
  counter: number
  now: () => Date
}

export const freshState = (): GitHubState => ({
  repository: { name: 'acme/shop', id: 4242, defaultBranch: 'main' },
  commits: null,
  branches: new Map(),
  history: new Map(),
  moves: [],
  checks: [],
  statuses: [],
  gitFolder: null,
  app: null,
  codes: new Set(),
  installation: null,
  minted: new Map(),
  tokenLifeMs: 3_600_000,
  userId: 7,
  deployments: [],
  pulls: new Map(),
  pullRequests: new Map(),
  comments: [],
  runs: [],
  mostRuns: 1_000,
  saysRun: true,
  environments: new Map(),
  protection: null,
  rulesets: new Map(),
  offers: { rulesets: true, protection: true, reviewers: true, rules: true },
  counter: 1_000,
  now: () => new Date(),
})

export const newId = (state: GitHubState): number => {
  state.counter += 1
  return state.counter
}
